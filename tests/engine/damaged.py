"""Model files that are damaged, each in its own way, and what is wrong with each."""

import gzip
import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from orbitcfg.observed.observation import Damage
from tests.tools import gguf_writer as gguf
from tests.tools.selftest_model import built

Make = Callable[[Path], object]

GOOD = built().written()
HEADER_END = GOOD.index(b"token_embd.weight") - 8
DATA_START = len(GOOD) - len(GOOD[HEADER_END:].split(b"\0" * 64, 1)[1])


def written(content: bytes) -> Make:
    """Writes these bytes."""
    return lambda path: path.write_bytes(content)


def changed(**changes: Any) -> Make:
    """Writes the good model with other numbers in its head."""
    return written(replace(built(), **changes).written())


def valued(**values: gguf.Value | None) -> Make:
    """Writes the good model with other values; `__` stands for a dot, None takes the key away."""
    names = {name.replace("__", "."): value for name, value in values.items()}
    model = built()
    kept = {name: value for name, value in {**model.values, **names}.items() if value is not None}
    return written(replace(model, values=kept).written())


def with_tensor(name: str, **changes: Any) -> Make:
    """Writes the good model with one tensor changed."""
    model = built()
    tensors = {**model.tensors, name: replace(model.tensors[name], **changes)}
    return written(replace(model, tensors=tensors).written())


def without_tensor(name: str) -> Make:
    """Writes the good model without one tensor."""
    model = built()
    return written(replace(model, tensors={key: value for key, value in model.tensors.items() if key != name}).written())


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model.gguf", GOOD[:2000])
    return buffer.getvalue()


def _tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("model.gguf")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"GGUF"))
    return buffer.getvalue()


def _big_endian() -> bytes:
    return b"GGUF" + struct.pack(">IQQ", 3, 12, 24) + GOOD[24:]


def _long_length() -> bytes:
    """The first key's length has one bit too many."""
    return GOOD[:24] + struct.pack("<Q", 1 << 42) + GOOD[32:]


def _value_type() -> bytes:
    """The type of the first value is one that does not exist."""
    end = 24 + 8 + len("general.architecture")
    return GOOD[:end] + struct.pack("<I", 77) + GOOD[end + 4 :]


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "deleted-blob")


def _unreadable(path: Path) -> None:
    """Root reads everything, so a link that leads in a circle stands for a file without permission."""
    path.symlink_to(path.name)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


_LIST_OF_LISTS = gguf.Value(gguf.LIST, ([1],), gguf.LIST)
_ODD_KIND = replace(built().tensors["output.weight"], kind=4)

BY_HEADER: Mapping[str, tuple[Make, Damage]] = {
    "missing": (lambda _path: None, Damage.MISSING),
    "dangling-link": (_dangling, Damage.DANGLING_LINK),
    "folder": (lambda path: path.mkdir(), Damage.FOLDER),
    "pipe": (_pipe, Damage.NOT_A_FILE),
    "unreadable": (_unreadable, Damage.UNREADABLE),
    "empty": (written(b""), Damage.EMPTY),
    "magic-only": (written(b"GGUF"), Damage.TOO_SHORT),
    "zeros": (written(b"\0" * 5000), Damage.ZEROS),
    "lfs-pointer": (written(b"version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 4\n"), Damage.LFS_POINTER),
    "web-page": (written(b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"), Damage.WEB_PAGE),
    "json": (written(b'{"error":"Repository not found"}'), Damage.JSON_TEXT),
    "xml": (written(b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), Damage.XML_TEXT),
    "text": (written("Access to model is restricted. Größe unbekannt".encode()), Damage.PLAIN_TEXT),
    "zip": (written(_zipped()), Damage.ZIP_ARCHIVE),
    "gzip": (written(gzip.compress(GOOD[:2000])), Damage.GZIP_ARCHIVE),
    "tar": (written(_tarred()), Damage.TAR_ARCHIVE),
    "safetensors": (written(struct.pack("<Q", 20) + b'{"a":{"dtype":"F32"}}' + b"\0" * 64), Damage.SAFETENSORS),
    "pickle": (written(b"\x80\x02}q\x00."), Damage.PICKLE),
    "ggjt": (written(b"tjgg" + struct.pack("<I", 3) + b"\1" * 200), Damage.OLD_FORMAT),
    "second-part": (written(GOOD[2_001:]), Damage.NOT_GGUF),
    "big-endian": (written(_big_endian()), Damage.BIG_ENDIAN),
    "version-1": (changed(version=1), Damage.OLD_VERSION),
    "version-99": (changed(version=99), Damage.NEW_VERSION),
    "cut-in-header": (written(GOOD[:3000]), Damage.CUT_IN_HEADER),
    "cut-in-tensor-table": (written(GOOD[: HEADER_END + 100]), Damage.CUT_IN_TENSOR_TABLE),
    "cut-in-weights": (written(GOOD[:-5000]), Damage.CUT_IN_WEIGHTS),
    "many-keys": (changed(key_count=1 << 60), Damage.ABSURD_COUNT),
    "long-length": (written(_long_length()), Damage.ABSURD_LENGTH),
    "value-type": (written(_value_type()), Damage.BAD_VALUE_TYPE),
    "key-not-text": (changed(extra_keys=[(b"\xff\xfe", gguf.Value(gguf.U8, 1))]), Damage.BAD_TEXT),
    "alignment": (valued(general__alignment=gguf.Value(gguf.U32, 33)), Damage.BAD_ALIGNMENT),
    "duplicate-key": (changed(extra_keys=[("general.name", gguf.Value(gguf.TEXT, "again"))]), Damage.DUPLICATE_KEY),
    "duplicate-tensor": (changed(extra_tensors=[("output.weight", built().tensors["output.weight"])]), Damage.DUPLICATE_TENSOR),
    "tensor-rank": (with_tensor("output.weight", dimensions=(1, 2, 3, 4, 5)), Damage.BAD_TENSOR_SHAPE),
    "tensor-type": (changed(extra_tensors=[("odd.weight", _ODD_KIND)]), Damage.BAD_TENSOR_TYPE),
    "tensor-offset": (with_tensor("output_norm.weight", offset=64), Damage.BAD_TENSOR_OFFSET),
    "no-architecture": (valued(general__architecture=None), Damage.NO_ARCHITECTURE),
    "no-tensors": (written(gguf.File({"general.architecture": gguf.Value(gguf.TEXT, "llama")}).written()), Damage.NO_TENSORS),
}
"""What the header alone tells: how to make the file, and what it is."""

BESIDE = frozenset({Damage.IN_PIECES, Damage.OTHER_CASE, Damage.UNFINISHED, Damage.BLOB_MISSING, Damage.OLD_BLOB_NAME})
"""What is told from what lies beside a file that is missing."""

BY_ENGINE: Mapping[str, tuple[Make, str]] = {
    "unknown-architecture": (
        valued(general__architecture=gguf.Value(gguf.TEXT, "wibble"), wibble__block_count=gguf.Value(gguf.U32, 1)),
        "unknown model architecture: 'wibble'",
    ),
    "tensor-missing": (without_tensor("blk.0.ffn_up.weight"), "tensor 'blk.0.ffn_up.weight' not found"),
    "wrong-shape": (with_tensor("output_norm.weight", dimensions=(32,), content=gguf.floats([1.0] * 32)), "output_norm.weight' has wrong shape"),
    "no-context-length": (valued(llama__context_length=None), "llama.context_length"),
    "bad-template": (valued(tokenizer__chat_template=gguf.Value(gguf.TEXT, "{% for m in %}")), "chat template is faulty"),
    "unknown-tokenizer": (valued(tokenizer__ggml__model=gguf.Value(gguf.TEXT, "runes")), "unknown tokenizer: 'runes'"),
    "no-vocabulary": (valued(tokenizer__ggml__tokens=None), "tokenizer"),
}
"""What only the engine finds out when it loads the file, and words of its explanation."""
