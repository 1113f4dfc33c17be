"""Writes GGUF files with the standard library alone, right ones and wrong ones: every number can be given as it should not be."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

U8, I8, U16, I16, U32, I32, F32, BOOL, TEXT, LIST, U64, I64, F64 = range(13)
_LAYOUTS = {U8: "<B", I8: "<b", U16: "<H", I16: "<h", U32: "<I", I32: "<i", F32: "<f", BOOL: "<?", U64: "<Q", I64: "<q", F64: "<d"}


@dataclass(frozen=True)
class Value:
    """A key's value with its type; `items` is the type of a list's items."""

    kind: int
    value: object
    items: int = TEXT


@dataclass(frozen=True)
class Weights:
    """A tensor: its dimensions, innermost first, the number of its type, and its bytes."""

    dimensions: tuple[int, ...]
    kind: int
    content: bytes
    offset: int | None = None


@dataclass
class File:
    """A GGUF file to be written; what is not given is worked out."""

    values: Mapping[str, Value]
    tensors: Mapping[str, Weights] = field(default_factory=dict)
    version: int = 3
    magic: bytes = b"GGUF"
    key_count: int | None = None
    tensor_count: int | None = None
    alignment: int = 32
    extra_keys: Sequence[tuple[str, Value]] = ()
    extra_tensors: Sequence[tuple[str, Weights]] = ()

    def written(self) -> bytes:
        """The whole file."""
        keys = [*self.values.items(), *self.extra_keys]
        tensors = [*self.tensors.items(), *self.extra_tensors]
        head = self.magic + struct.pack("<I", self.version)
        head += struct.pack("<Q", len(tensors) if self.tensor_count is None else self.tensor_count)
        head += struct.pack("<Q", len(keys) if self.key_count is None else self.key_count)
        head += b"".join(text(key) + struct.pack("<I", value.kind) + packed(value) for key, value in keys)
        table, content = self._tensors(tensors)
        head += table
        return head + b"\0" * (-len(head) % self.alignment) + content

    def _tensors(self, tensors: Sequence[tuple[str, Weights]]) -> tuple[bytes, bytes]:
        table, content = b"", b""
        for name, each in tensors:
            offset = len(content) if each.offset is None else each.offset
            dimensions = b"".join(struct.pack("<Q", number) for number in each.dimensions)
            table += text(name) + struct.pack("<I", len(each.dimensions)) + dimensions + struct.pack("<IQ", each.kind, offset)
            content += each.content + b"\0" * (-len(each.content) % self.alignment)
        return table, content


def text(value: str | bytes) -> bytes:
    """A text with its length in front."""
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(raw)) + raw


def packed(value: Value) -> bytes:
    """A value's bytes."""
    if value.kind == TEXT:
        assert isinstance(value.value, str | bytes)
        return text(value.value)
    if value.kind == LIST:
        assert isinstance(value.value, Sequence)
        head = struct.pack("<IQ", value.items, len(value.value))
        return head + b"".join(packed(Value(value.items, item)) for item in value.value)
    return struct.pack(_LAYOUTS[value.kind], value.value)


def words(*values: str) -> Value:
    """A list of texts."""
    return Value(LIST, values)


def numbers(kind: int, values: Sequence[float]) -> Value:
    """A list of numbers of one type."""
    return Value(LIST, tuple(values), kind)


def floats(values: Sequence[float]) -> bytes:
    """Numbers as F32 weights."""
    return struct.pack(f"<{len(values)}f", *values)


def q8(values: Sequence[float]) -> bytes:
    """Numbers as Q8_0 weights: blocks of 32, each a half-precision scale and whole numbers up to 127."""
    blocks = b""
    for start in range(0, len(values), 32):
        block = values[start : start + 32]
        scale = max(abs(each) for each in block) / 127
        blocks += struct.pack("<e32b", scale, *(round(each / scale) if scale else 0 for each in block))
    return blocks
