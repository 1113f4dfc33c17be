"""Reads the header of a GGUF file without loading it: in windows, bounded, and never more than the file really holds.

The layout is that of llama.cpp's `gguf.h`: magic, version, counts, keys with values, the table of tensors, and then the weights, which are not read.
"""

import os
import stat
import struct
from collections.abc import Mapping
from typing import TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.engine.ggml import TENSOR_TYPES
from orbitcfg.engine.magic import damage_of
from orbitcfg.observed.observation import Damage, ModelFault

MAX_KEYS = 1 << 16
MAX_TENSORS = 1 << 20
MAX_ITEMS = 1 << 24
"""Texts in all lists of a header; the largest vocabularies have a sixteenth of it."""
MAX_TEXT = 1 << 26
MAX_KEY_BYTES = (1 << 16) - 1
MAX_TENSOR_NAME = 63
KEPT_TEXT = 1 << 16
KEPT_ITEMS = 1 << 12
MAX_DIMENSIONS = 4
VERSIONS = (2, 3)
"""Those that llama.cpp reads."""
HEAD_BYTES = 24
"""Magic, version and the two counts."""
POSSIBLE_TYPES = 256
"""Type numbers from here on are nonsense; below it may be one that is newer than orbitcfg."""

_FIRST_WINDOW, _WINDOW = 1 << 14, 1 << 20
_TEXT, _LIST = 8, 9
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRUCTS = {number: struct.Struct(layout) for number, layout in _NUMBERS.items()}
_COUNT, _U32 = struct.Struct("<Q"), struct.Struct("<I")
_COUNT_AT = _COUNT.unpack_from

GgufValue: TypeAlias = int | float | bool | str | tuple[int | float | bool, ...] | None
"""A key's value. A list of texts is not kept, nor is a long one of numbers: None."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One row of the table of tensors. `size_bytes` is None where its type is newer than orbitcfg."""

    name: str
    type: str
    dimensions: tuple[int, ...]
    offset: int
    size_bytes: int | None

    @property
    def weights(self) -> int:
        """How many numbers it holds."""
        count = 1
        for dimension in self.dimensions:
            count *= dimension
        return count


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the weights."""

    version: int
    values: Mapping[str, GgufValue]
    tensors: tuple[Tensor, ...]
    data_start: int
    file_size: int


class Damaged(Exception):
    """The file is no model; `fault` says why."""

    def __init__(self, damage: Damage, detail: str = "") -> None:
        super().__init__(damage.name, detail)
        self.fault = ModelFault(damage, detail)


def read_header(path: str) -> Header | ModelFault:
    """The header of the file at a path, or what is wrong with the file. Never raises."""
    try:
        # nonblocking, since a pipe under this name would never open
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        return _open_fault(path, error)
    try:
        return _parse_header(descriptor)
    except Damaged as damaged:
        return damaged.fault
    except OSError as error:
        return ModelFault(Damage.UNREADABLE, error.strerror or str(error))
    finally:
        os.close(descriptor)


def _open_fault(path: str, error: OSError | ValueError) -> ModelFault:
    if os.path.isdir(path):
        return ModelFault(Damage.FOLDER)
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return ModelFault(Damage.DANGLING_LINK if os.path.islink(path) else Damage.MISSING)
    return ModelFault(Damage.UNREADABLE, error.strerror or str(error))


def _parse_header(descriptor: int) -> Header:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise Damaged(Damage.FOLDER if stat.S_ISDIR(status.st_mode) else Damage.NOT_A_FILE)
    reader = _Reader(descriptor, status.st_size)
    version, tensor_count, key_count = _counts(reader)
    values = _values(reader, key_count)
    alignment = _alignment(values)
    reader.part = Damage.CUT_IN_TENSOR_TABLE
    tensors = _tensors(reader, tensor_count)
    # rounded up: the floor division of a negative number goes away from zero
    data_start = -(-reader.position // alignment) * alignment
    _check_places(tensors, alignment, data_start, status.st_size)
    return Header(version, values, tensors, data_start, status.st_size)


class _Reader:
    """The bytes of a file from the front, of which one window is in memory. `part` is what is cut where they end too early."""

    def __init__(self, descriptor: int, size: int) -> None:
        self.size = size
        self.part = Damage.CUT_IN_HEADER
        self.items_left = MAX_ITEMS
        self._descriptor = descriptor
        self._base = 0
        self._at = 0
        self._window = b""
        self._fill(_FIRST_WINDOW)

    @property
    def position(self) -> int:
        """The offset in the file."""
        return self._base + self._at

    def _fill(self, length: int) -> None:
        """Moves the window to the position; it may come out shorter at the end of the file."""
        position = self.position
        os.lseek(self._descriptor, position, os.SEEK_SET)
        self._window, self._base, self._at = os.read(self._descriptor, length), position, 0

    def need(self, count: int, what: str) -> int:
        """Makes sure that `count` bytes are in the window, and gives where in it they start."""
        if self._at + count > len(self._window):
            if self.position + count > self.size:
                raise Damaged(self.part, f"{what} would end at byte {self.position + count:,} of {self.size:,}")
            self._fill(max(count, _WINDOW))
            if count > len(self._window):
                raise Damaged(self.part, f"{what} could not be read: the file is being written")
        start = self._at
        self._at += count
        return start

    def skip(self, count: int, what: str) -> None:
        """Passes over bytes without reading them."""
        if self.position + count > self.size:
            raise Damaged(self.part, f"{what} would end at byte {self.position + count:,} of {self.size:,}")
        self._at += count
        if self._at > len(self._window):
            self._fill(_WINDOW)

    def number(self, layout: struct.Struct, what: str) -> int | float | bool:
        """One number."""
        start = self.need(layout.size, what)
        value: int | float | bool = layout.unpack_from(self._window, start)[0]
        return value

    def count(self, what: str) -> int:
        """A 64-bit count or length."""
        start = self.need(8, what)
        return int(_COUNT_AT(self._window, start)[0])

    def raw(self, count: int, what: str) -> bytes:
        """Some bytes."""
        start = self.need(count, what)
        return self._window[start : start + count]

    def key(self, limit: int, what: str) -> str:
        """A name of at most `limit` bytes."""
        length = self.count(what)
        if length > limit:
            raise Damaged(Damage.ABSURD_LENGTH, f"{what} has {length:,} bytes")
        try:
            return self.raw(length, what).decode()
        except UnicodeDecodeError:
            raise Damaged(Damage.BAD_TEXT, f"{what} is not text") from None

    def text(self, what: str) -> str:
        """A text; only its beginning where it is very long."""
        length = self.count(what)
        if length > MAX_TEXT:
            raise Damaged(Damage.ABSURD_LENGTH, f"{what} has {length:,} bytes")
        kept = min(length, KEPT_TEXT)
        text = self.raw(kept, what).decode(errors="replace")
        self.skip(length - kept, what)
        return text

    def skip_texts(self, count: int, what: str) -> None:
        """Passes over a list of texts, of which each gives its length."""
        self.items_left -= count
        if self.items_left < 0:
            raise Damaged(Damage.ABSURD_COUNT, f"{what} has {count:,} items")
        while count:
            # in local names: a vocabulary has some hundred thousand texts
            window, at, last = self._window, self._at, len(self._window) - 8
            while count and at <= last:
                length = _COUNT_AT(window, at)[0]
                if length > MAX_TEXT:
                    raise Damaged(Damage.ABSURD_LENGTH, f"an item of {what} has {length:,} bytes")
                at += 8 + length
                count -= 1
            self._at = at
            if self.position > self.size or (count and self.position + 8 > self.size):
                raise Damaged(self.part, f"{what} would end behind byte {self.size:,}")
            if count or at > len(window):
                self._fill(_WINDOW)


def _counts(reader: _Reader) -> tuple[int, int, int]:
    """Version, number of tensors, number of keys."""
    if reader.size == 0:
        raise Damaged(Damage.EMPTY)
    head = reader.raw(min(reader.size, 512), "the beginning")
    damage = damage_of(head, reader.size)
    if damage:
        raise Damaged(damage.damage, damage.detail)
    if reader.size < HEAD_BYTES:
        raise Damaged(Damage.TOO_SHORT, f"it has {reader.size} bytes")
    version = _U32.unpack_from(head, 4)[0]
    # a small number in the upper half: the other order of bytes
    if version and not version & 0xFFFF:
        raise Damaged(Damage.BIG_ENDIAN)
    if version < VERSIONS[0]:
        raise Damaged(Damage.OLD_VERSION, f"version {version}")
    if version > VERSIONS[-1]:
        raise Damaged(Damage.NEW_VERSION, f"version {version:,}")
    tensors, keys = struct.unpack_from("<QQ", head, 8)
    if keys > MAX_KEYS:
        raise Damaged(Damage.ABSURD_COUNT, f"it claims {keys:,} keys")
    if tensors > MAX_TENSORS:
        raise Damaged(Damage.ABSURD_COUNT, f"it claims {tensors:,} tensors")
    reader.skip(HEAD_BYTES - reader.position, "the beginning")
    return version, tensors, keys


def _values(reader: _Reader, count: int) -> dict[str, GgufValue]:
    values: dict[str, GgufValue] = {}
    for index in range(count):
        key = reader.key(MAX_KEY_BYTES, f"the name of key {index + 1}")
        if key in values:
            raise Damaged(Damage.DUPLICATE_KEY, f"`{key}`")
        values[key] = _value(reader, int(reader.number(_U32, f"`{key}`")), key)
    return values


def _value(reader: _Reader, kind: int, key: str) -> GgufValue:
    what = f"`{key}`"
    if kind == _TEXT:
        return reader.text(what)
    if kind == _LIST:
        return _list(reader, int(reader.number(_U32, what)), reader.count(what), what)
    if kind not in _STRUCTS:
        raise Damaged(Damage.BAD_VALUE_TYPE, f"{what} has type {kind:,}")
    return reader.number(_STRUCTS[kind], what)


def _list(reader: _Reader, kind: int, count: int, what: str) -> GgufValue:
    if kind == _TEXT:
        reader.skip_texts(count, what)
        return None
    if kind not in _STRUCTS:
        raise Damaged(Damage.BAD_VALUE_TYPE, f"the items of {what} have type {kind:,}")
    if count > MAX_TEXT:
        raise Damaged(Damage.ABSURD_COUNT, f"{what} has {count:,} items")
    layout = _STRUCTS[kind]
    if count > KEPT_ITEMS:
        reader.skip(count * layout.size, what)
        return None
    return tuple(item[0] for item in layout.iter_unpack(reader.raw(count * layout.size, what)))


def _alignment(values: Mapping[str, GgufValue]) -> int:
    alignment = values.get("general.alignment", 32)
    # llama.cpp takes powers of two alone
    if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
        raise Damaged(Damage.BAD_ALIGNMENT, f"{alignment}")
    return alignment


def _tensors(reader: _Reader, count: int) -> tuple[Tensor, ...]:
    tensors: dict[str, Tensor] = {}
    for index in range(count):
        tensor = _tensor(reader, f"row {index + 1} of {count}")
        if tensor.name in tensors:
            raise Damaged(Damage.DUPLICATE_TENSOR, f"`{tensor.name}`")
        tensors[tensor.name] = tensor
    return tuple(tensors.values())


def _tensor(reader: _Reader, what: str) -> Tensor:
    name = reader.key(MAX_TENSOR_NAME, f"the name in {what}")
    rank = int(reader.number(_U32, what))
    if rank > MAX_DIMENSIONS:
        raise Damaged(Damage.BAD_TENSOR_SHAPE, f"`{name}` has {rank:,} dimensions")
    dimensions = tuple(reader.count(what) for _ in range(rank))
    kind = int(reader.number(_U32, what))
    offset = reader.count(what)
    type_name, size = _size(name, kind, dimensions)
    return Tensor(name, type_name, dimensions, offset, size)


def _size(name: str, kind: int, dimensions: tuple[int, ...]) -> tuple[str, int | None]:
    """The type's name, and the bytes that a tensor of it takes."""
    weights = 1
    for dimension in dimensions:
        weights *= dimension
    # llama.cpp counts weights in signed 64 bits
    if weights >= 1 << 63:
        raise Damaged(Damage.BAD_TENSOR_SHAPE, f"`{name}` has {weights:.0e} weights")
    newest = max(TENSOR_TYPES)
    if newest < kind < POSSIBLE_TYPES:
        return f"type {kind}", None
    if kind not in TENSOR_TYPES:
        raise Damaged(Damage.BAD_TENSOR_TYPE, f"`{name}` has type {kind:,}")
    type_name, block, block_bytes = TENSOR_TYPES[kind]
    if (dimensions[0] if dimensions else 1) % block:
        raise Damaged(Damage.BAD_TENSOR_SHAPE, f"`{name}` has rows of {dimensions[0]:,} weights, and {type_name} comes in blocks of {block}")
    return type_name, weights // block * block_bytes


def _check_places(tensors: tuple[Tensor, ...], alignment: int, data_start: int, file_size: int) -> None:
    """Whether the tensors lie one behind the other, as llama.cpp wants it, and the file holds them all."""
    expected: int | None = 0
    end = 0
    for tensor in tensors:
        if tensor.offset % alignment or (expected is not None and tensor.offset != expected):
            raise Damaged(Damage.BAD_TENSOR_OFFSET, f"`{tensor.name}` is said to start at {tensor.offset:,} instead of {expected or 0:,}")
        end = max(end, tensor.offset + (tensor.size_bytes or 0))
        # behind a type of unknown size the next tensor may begin anywhere
        expected = None if tensor.size_bytes is None else tensor.offset - (-tensor.size_bytes // alignment) * alignment
    if data_start + end > file_size:
        raise Damaged(Damage.CUT_IN_WEIGHTS, f"{file_size:,} of {data_start + end:,} bytes are there")
