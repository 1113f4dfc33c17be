"""The header reader agrees with the package `gguf`, bounds what it believes, and never raises."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import gguf as oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbitcfg.engine import facts, gguf
from orbitcfg.engine.ggml import FILE_TYPES, TENSOR_TYPES
from orbitcfg.engine.selftest import ANSWER
from orbitcfg.observed.observation import Damage, ModelFacts, ModelFault, ModelKind
from tests.engine.damaged import GOOD
from tests.shared import drawn
from tests.tools import gguf_writer as writer
from tests.tools.selftest_model import TEMPLATE, built


def text(value: str) -> writer.Value:
    return writer.Value(writer.TEXT, value)


def facts_of(file: writer.File, path: Path) -> ModelFacts:
    path.write_bytes(file.written())
    found = facts.read_facts(str(path))
    assert isinstance(found, ModelFacts), found
    return found


def test_tensor_types_are_those_of_the_package() -> None:
    known = {int(kind): (kind.name, *sizes) for kind, sizes in oracle.GGML_QUANT_SIZES.items()}
    assert {number: row for number, row in TENSOR_TYPES.items() if number in known} == known


def test_file_types_are_those_of_the_package() -> None:
    known = {int(kind): kind.name.partition("_")[2] for kind in oracle.LlamaFileType if kind.name != "GUESSED"}
    assert {number: name for number, name in FILE_TYPES.items() if number in known} == known


def test_header_and_tensors_are_what_the_package_reads(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(GOOD)
    header = gguf.read_header(str(path))
    assert isinstance(header, gguf.Header)
    reference = oracle.GGUFReader(path)
    assert set(header.values) == {name for name in reference.fields if not name.startswith("GGUF.")}
    for name, value in header.values.items():
        expected = reference.fields[name].contents()
        assert value == (
            None if isinstance(expected, list) and isinstance(expected[0], str) else tuple(expected) if isinstance(expected, list) else expected
        )
    read = [(each.name, each.type, each.dimensions, header.data_start + each.offset, each.size_bytes) for each in header.tensors]
    assert read == [(each.name, each.tensor_type.name, tuple(each.shape), each.data_offset, each.n_bytes) for each in reference.tensors]


def test_files_of_the_packages_own_writer_are_read(tmp_path: Path) -> None:
    """Every type of value, and numbers where the file says them."""
    import numpy as np

    path = tmp_path / "model.gguf"
    out = oracle.GGUFWriter(path, "llama")
    out.add_uint8("a.u8", 200)
    out.add_int8("a.i8", -3)
    out.add_uint16("a.u16", 60000)
    out.add_int16("a.i16", -30000)
    out.add_uint32("a.u32", 4_000_000_000)
    out.add_int32("a.i32", -5)
    out.add_uint64("a.u64", 1 << 63)
    out.add_int64("a.i64", -(1 << 40))
    out.add_float32("a.f32", 0.5)
    out.add_float64("a.f64", 1e300)
    out.add_bool("a.bool", True)
    out.add_string("a.text", "größe")
    out.add_array("a.numbers", [1, 2, 3])
    out.add_array("a.texts", ["x", "yy"])
    out.add_tensor("token_embd.weight", np.ones((4, 32), np.float32))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    header = gguf.read_header(str(path))
    assert isinstance(header, gguf.Header)
    assert {name: value for name, value in header.values.items() if name.startswith("a.")} == {
        "a.u8": 200,
        "a.i8": -3,
        "a.u16": 60000,
        "a.i16": -30000,
        "a.u32": 4_000_000_000,
        "a.i32": -5,
        "a.u64": 1 << 63,
        "a.i64": -(1 << 40),
        "a.f32": 0.5,
        "a.f64": 1e300,
        "a.bool": True,
        "a.text": "größe",
        "a.numbers": (1, 2, 3),
        "a.texts": None,
    }
    assert header.tensors == (gguf.Tensor("token_embd.weight", "F32", (32, 4), 0, 512),)


def test_facts_of_the_self_test_model(tmp_path: Path) -> None:
    count = 260 + len(ANSWER.split())
    weights = 2 * count * 64 + 3 * 64 + 4 * 64 * 64 + 3 * 64 * 32
    weight_bytes = count * 64 * 4 + count * 64 // 32 * 34 + (weights - 2 * count * 64) * 4
    assert facts_of(built(), tmp_path / "model.gguf") == ModelFacts(
        architecture="llama",
        kind=ModelKind.CHAT,
        name="orbitcfg self-test",
        quantisation="Q8_0",
        parameters=weights,
        bits=round(weight_bytes * 8 / weights, 2),
        weight_bytes=weight_bytes,
        context=512,
        kv_bytes=2 * 64 * 2,
        has_template=bool(TEMPLATE),
        layer_types=frozenset({"F32"}),
        head_type="Q8_0",
    )


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"general.type": text("mmproj")}, ModelKind.PROJECTOR),
        ({"general.architecture": text("clip"), "general.type": None}, ModelKind.PROJECTOR),
        ({"general.type": text("adapter")}, ModelKind.ADAPTER),
        ({"general.type": text("vocab")}, ModelKind.VOCABULARY),
        ({"general.type": text("imatrix")}, ModelKind.OTHER),
        ({"general.architecture": text("nomic-bert")}, ModelKind.EMBEDDING),
        ({"llama.pooling_type": writer.Value(writer.U32, 3)}, ModelKind.EMBEDDING),
        ({"llama.pooling_type": writer.Value(writer.U32, 0)}, ModelKind.CHAT),
        ({}, ModelKind.CHAT),
    ],
)
def test_what_a_file_is_for(changes: dict[str, writer.Value | None], kind: ModelKind, tmp_path: Path) -> None:
    values = {name: value for name, value in {**built().values, **changes}.items() if value is not None}
    assert facts_of(replace(built(), values=values), tmp_path / "model.gguf").kind is kind


def test_a_context_length_of_any_whole_type_counts(tmp_path: Path) -> None:
    values = {**built().values, "llama.context_length": writer.Value(writer.U64, 131072)}
    assert facts_of(replace(built(), values=values), tmp_path / "model.gguf").context == 131072


@pytest.mark.parametrize("value", [writer.Value(writer.BOOL, True), writer.Value(writer.TEXT, "512"), writer.Value(writer.F32, 512.0)])
def test_what_is_no_whole_number_is_no_context_length(value: writer.Value, tmp_path: Path) -> None:
    assert facts_of(replace(built(), values={**built().values, "llama.context_length": value}), tmp_path / "model.gguf").context is None


@pytest.mark.parametrize(
    ("changes", "damage"),
    [
        ({"key_count": gguf.MAX_KEYS}, Damage.DUPLICATE_KEY),
        ({"key_count": gguf.MAX_KEYS + 1}, Damage.ABSURD_COUNT),
        ({"tensor_count": gguf.MAX_TENSORS}, Damage.CUT_IN_TENSOR_TABLE),
        ({"tensor_count": gguf.MAX_TENSORS + 1}, Damage.ABSURD_COUNT),
    ],
)
def test_a_count_at_its_limit_is_believed(changes: dict[str, Any], damage: Damage, tmp_path: Path) -> None:
    """And then what follows is found not to be so many: padding, the end of the file."""
    path = tmp_path / "model.gguf"
    bare = writer.File({"general.architecture": text("llama")})
    path.write_bytes(replace(bare, **changes).written())
    header = gguf.read_header(str(path))
    assert isinstance(header, ModelFault)
    assert header.damage is damage


def test_heads_may_differ_from_layer_to_layer(tmp_path: Path) -> None:
    """Two layers, one with two heads for keys and one with one; the key length is said."""
    values = {
        **built().values,
        "llama.block_count": writer.Value(writer.U32, 2),
        "llama.attention.head_count_kv": writer.numbers(writer.I32, [2, 1]),
        "llama.attention.key_length": writer.Value(writer.U32, 16),
        "llama.attention.value_length": writer.Value(writer.U32, 8),
    }
    assert facts_of(replace(built(), values=values), tmp_path / "model.gguf").kv_bytes == (2 + 1) * (16 + 8) * 2


def test_heads_that_are_no_whole_numbers_count_nothing(tmp_path: Path) -> None:
    """A float may be no number at all."""
    nothing = writer.numbers(writer.F32, [float("nan"), float("inf")])
    values = {**built().values, "llama.attention.head_count": nothing, "llama.attention.head_count_kv": nothing}
    assert facts_of(replace(built(), values=values), tmp_path / "model.gguf").kv_bytes == 0


def test_a_tensor_type_of_the_future_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    future = replace(built().tensors["output.weight"], kind=99)
    path.write_bytes(replace(built(), tensors={**built().tensors, "output.weight": future}).written())
    header = gguf.read_header(str(path))
    assert isinstance(header, gguf.Header)
    assert [(each.name, each.size_bytes) for each in header.tensors if each.type == "type 99"] == [("output.weight", None)]


def test_a_file_that_claims_much_takes_no_memory(tmp_path: Path) -> None:
    """A list of four thousand million numbers, and a text of 64 MB, in files of a few hundred bytes: read in 256 MB of address space."""
    head = b"GGUF" + (3).to_bytes(4, "little") + (0).to_bytes(8, "little") + (1).to_bytes(8, "little") + writer.text("x")
    listed, long = tmp_path / "list.gguf", tmp_path / "text.gguf"
    listed.write_bytes(head + writer.LIST.to_bytes(4, "little") + writer.U8.to_bytes(4, "little") + ((1 << 26) - 1).to_bytes(8, "little"))
    long.write_bytes(head + writer.TEXT.to_bytes(4, "little") + ((1 << 26) - 1).to_bytes(8, "little"))
    program = """
import resource, sys
from orbitcfg.engine import gguf
resource.setrlimit(resource.RLIMIT_AS, (1 << 28, resource.RLIM_INFINITY))
print([gguf.read_header(path).damage.name for path in sys.argv[1:]])
"""
    done = subprocess.run([sys.executable, "-c", program, listed, long], capture_output=True, text=True, check=True)
    assert done.stdout == "['CUT_IN_HEADER', 'CUT_IN_HEADER']\n"


def test_a_sparse_file_of_empty_texts_ends_soon(tmp_path: Path) -> None:
    """Each claimed text is empty, so the file could hold them all: the budget ends it."""
    path = tmp_path / "sparse.gguf"
    head = b"GGUF" + (3).to_bytes(4, "little") + (0).to_bytes(8, "little") + (1).to_bytes(8, "little") + writer.text("x")
    path.write_bytes(head + writer.LIST.to_bytes(4, "little") + writer.TEXT.to_bytes(4, "little") + (1 << 30).to_bytes(8, "little"))
    os.truncate(path, 1 << 34)
    assert gguf.read_header(str(path)) == ModelFault(Damage.ABSURD_COUNT, "`x` has 1,073,741,824 items")


@settings(max_examples=drawn(150))
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(GOOD)))
def test_mutated_files_never_raise(tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], length: int) -> None:
    """Bytes changed anywhere, and the end cut off anywhere: facts or a fault, quickly."""
    content = bytearray(GOOD)
    for position, byte in changes:
        content[position] = byte
    path = tmp_path_factory.getbasetemp() / "mutated.gguf"
    path.write_bytes(content[:length])
    assert isinstance(facts.read_facts(str(path)), ModelFacts | ModelFault)


@settings(max_examples=drawn(150))
@given(st.lists(st.tuples(st.integers(0, 4400), st.binary(min_size=1, max_size=8)), min_size=1, max_size=4))
def test_what_is_taken_for_whole_lies_in_the_file(tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, bytes]]) -> None:
    """Only the header is changed: whatever is not refused holds all tensors that it speaks of."""
    content = bytearray(GOOD)
    for position, piece in changes:
        content[position : position + len(piece)] = piece
    path = tmp_path_factory.getbasetemp() / "header.gguf"
    path.write_bytes(content[: len(GOOD)])
    header = gguf.read_header(str(path))
    assert isinstance(header, gguf.Header | ModelFault)
    if isinstance(header, gguf.Header) and not any(each.size_bytes is None for each in header.tensors):
        assert sum(each.size_bytes or 0 for each in header.tensors) <= header.file_size - header.data_start


@settings(max_examples=drawn(100))
@given(st.binary(max_size=400))
def test_arbitrary_bytes_behind_the_magic_never_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "arbitrary.gguf"
    path.write_bytes(b"GGUF\x03\0\0\0" + content)
    assert isinstance(facts.read_facts(str(path)), ModelFacts | ModelFault)
