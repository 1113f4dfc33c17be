"""Builds the model with a known answer, and writes it where `python -m tests.tools.selftest_model PATH` says.

One llama block whose attention and feed-forward are zero leaves each token's embedding as it is. The embeddings of the sentence's words are
orthonormal, all other tokens share one of their own, and the output head gives, for each of these directions, one token a high score: the next word. So the
model says one sentence and ends, whatever it is asked. The head is quantised, so that the engine's integer kernels are tried too.
"""

import sys
from pathlib import Path

from orbitcfg.engine.selftest import ANSWER
from tests.tools import gguf_writer as gguf

WIDTH, CONTEXT, SCORE = 64, 512, 16.0
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
_F32, _Q8 = 0, 8


def built(answer: str = ANSWER, *, loop: bool = False, template: str | None = TEMPLATE, width: int = WIDTH) -> gguf.File:
    """A model that gives an answer; with `loop` it begins anew instead of ending."""
    sentence = ["\u2581" + word for word in answer.split()]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{number:02X}>" for number in range(256)), "\u2581", *sentence]
    kinds = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, NORMAL, *[NORMAL] * len(sentence)]
    first = len(tokens) - len(sentence)
    return gguf.File(_values(tokens, kinds, template, width), _tensors(len(tokens), first, width, loop=loop))


def _values(tokens: list[str], kinds: list[int], template: str | None, width: int) -> dict[str, gguf.Value]:
    values = {
        "general.architecture": gguf.Value(gguf.TEXT, "llama"),
        "general.type": gguf.Value(gguf.TEXT, "model"),
        "general.name": gguf.Value(gguf.TEXT, "orbitcfg self-test"),
        "general.file_type": gguf.Value(gguf.U32, 7),
        "llama.context_length": gguf.Value(gguf.U32, CONTEXT),
        "llama.embedding_length": gguf.Value(gguf.U32, width),
        "llama.block_count": gguf.Value(gguf.U32, 1),
        "llama.feed_forward_length": gguf.Value(gguf.U32, 32),
        "llama.attention.head_count": gguf.Value(gguf.U32, 1),
        "llama.attention.head_count_kv": gguf.Value(gguf.U32, 1),
        "llama.attention.layer_norm_rms_epsilon": gguf.Value(gguf.F32, 1e-5),
        "llama.rope.dimension_count": gguf.Value(gguf.U32, width),
        "llama.rope.freq_base": gguf.Value(gguf.F32, 10000.0),
        "llama.vocab_size": gguf.Value(gguf.U32, len(tokens)),
        "tokenizer.ggml.model": gguf.Value(gguf.TEXT, "llama"),
        "tokenizer.ggml.tokens": gguf.words(*tokens),
        "tokenizer.ggml.scores": gguf.numbers(gguf.F32, [-float(index) for index in range(len(tokens))]),
        "tokenizer.ggml.token_type": gguf.numbers(gguf.I32, kinds),
        "tokenizer.ggml.bos_token_id": gguf.Value(gguf.U32, 1),
        "tokenizer.ggml.eos_token_id": gguf.Value(gguf.U32, 2),
        "tokenizer.ggml.unknown_token_id": gguf.Value(gguf.U32, 0),
        "tokenizer.ggml.add_bos_token": gguf.Value(gguf.BOOL, True),
        "tokenizer.ggml.add_eos_token": gguf.Value(gguf.BOOL, False),
    }
    if template is not None:
        values["tokenizer.chat_template"] = gguf.Value(gguf.TEXT, template)
    return values


def _tensors(count: int, first: int, width: int, *, loop: bool) -> dict[str, gguf.Weights]:
    """`first` is the number of the sentence's first word; the words after it have the numbers after that."""
    axis = {token: token - first + 1 for token in range(first, count)}
    after = {0: first, **{axis[token]: token + 1 if token + 1 < count else first if loop else 2 for token in axis}}
    embeddings = [1.0 if column == axis.get(token, 0) else 0.0 for token in range(count) for column in range(width)]
    head = [SCORE if after.get(column) == token else 0.0 for token in range(count) for column in range(width)]
    square, narrow = gguf.floats([0.0] * width * width), gguf.floats([0.0] * width * 32)
    ones = gguf.floats([1.0] * width)
    return {
        "token_embd.weight": gguf.Weights((width, count), _F32, gguf.floats(embeddings)),
        "output_norm.weight": gguf.Weights((width,), _F32, ones),
        "output.weight": gguf.Weights((width, count), _Q8, gguf.q8(head)),
        "blk.0.attn_norm.weight": gguf.Weights((width,), _F32, ones),
        "blk.0.attn_q.weight": gguf.Weights((width, width), _F32, square),
        "blk.0.attn_k.weight": gguf.Weights((width, width), _F32, square),
        "blk.0.attn_v.weight": gguf.Weights((width, width), _F32, square),
        "blk.0.attn_output.weight": gguf.Weights((width, width), _F32, square),
        "blk.0.ffn_norm.weight": gguf.Weights((width,), _F32, ones),
        "blk.0.ffn_gate.weight": gguf.Weights((width, 32), _F32, narrow),
        "blk.0.ffn_up.weight": gguf.Weights((width, 32), _F32, narrow),
        "blk.0.ffn_down.weight": gguf.Weights((32, width), _F32, narrow),
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(built().written())
