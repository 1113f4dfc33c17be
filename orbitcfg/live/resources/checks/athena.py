"""Amazon Athena: its values alone, since each query is billed."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import lacking
from orbitcfg.live.resources.steps import NotTried
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

_STAND_INS = frozenset({"your-key", "changeme", "example", "test", "token"})
"""What ORBIT refuses as no key, without a question asked."""

_TEMPORARY = "ASIA"
"""How a key begins that is of no use without its token."""


@dataclass(frozen=True, slots=True)
class CheckValues(ResourceStep):
    """The values fit together."""

    kind: ClassVar = CheckKind.VALUE
    what: ClassVar = "its values alone"
    has_keys: bool

    async def run(self, context: Visit) -> bool:
        """Says where the login comes from."""
        return context.passed(
            self, "a folder, a region and a pair of keys" if self.has_keys else "a folder and a region; the login comes from AWS's own chain"
        )


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """What ORBIT itself looks at before it asks."""
    wrong = lacking(target, "staging", "region", also=("key", "secret", "token")) or _wrong_keys(target)
    if wrong:
        return wrong
    if not target.text("staging").startswith("s3://"):
        return (Unusable(ResourceFault.BAD_VALUE, "`s3_staging_dir` is no `s3://` address", ("staging",)),)
    return CheckValues(has_keys=bool(target.text("key"))), NotTried("not asked: each query is billed")


def _wrong_keys(target: ResourceTarget) -> tuple[ResourceStep, ...]:
    key, secret, token = (target.text(name).strip() for name in ("key", "secret", "token"))
    if bool(key) != bool(secret):
        return lacking(target, "key", "secret") or (Unusable(ResourceFault.NOT_SET, "half a pair of keys", ("secret", "key")),)
    if key.startswith(_TEMPORARY) and not token:
        return lacking(target, "token") or (Unusable(ResourceFault.NOT_SET, "the token of a temporary key", ("token",)),)
    if {key.lower(), secret.lower()} & _STAND_INS:
        return (Unusable(ResourceFault.BAD_VALUE, "the keys stand in for real ones", ("key", "secret")),)
    return ()
