"""The key that uploads are encrypted with: a variable, in base64."""

import base64
import binascii
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

SIZE = 32
"""Bytes of the key."""


@dataclass(frozen=True, slots=True)
class DecodeKey(ResourceStep):
    """The key is base64 of 32 bytes; nothing of it is shown."""

    kind: ClassVar = CheckKind.VALUE
    what: ClassVar = "whether the key decodes"

    async def run(self, context: Visit) -> bool:
        """Decodes it as ORBIT does."""
        written = context.target.text("key")
        if not written:
            return context.failed(self, ResourceFault.NOT_SET, blames=("key",))
        try:
            size = len(base64.b64decode(written, validate=True))
        except (binascii.Error, ValueError):
            return context.failed(self, ResourceFault.BAD_VALUE, "it is no base64", blames=("key",))
        if size != SIZE:
            return context.failed(self, ResourceFault.BAD_VALUE, f"it has {size} bytes, where {SIZE} belong", blames=("key",))
        return context.passed(self, f"base64 of {SIZE} bytes")


def steps_of(_target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The variable's value."""
    return (DecodeKey(),)
