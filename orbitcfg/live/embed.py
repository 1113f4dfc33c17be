"""One text to embed, as ORBIT sends it."""

from orbitcfg.dataclass import replace
from orbitcfg.live.http import HttpClient
from orbitcfg.observed.check import NOT_CHECKED, CheckState
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.probe import EmbeddingReply

TEXT = "hello"


async def embed(client: HttpClient, url: str, expected: ExpectedModel, timeout_s: float, *, is_native: bool) -> EmbeddingReply:
    """What comes for a short text; `is_native` is Ollama's own API."""
    reply = await client.post(url, {"model": expected.model, "prompt" if is_native else "input": TEXT}, timeout_s)
    base = EmbeddingReply(expected, reply.status or None, reply.fault, total_ms=reply.ms)
    if not reply.is_ok:
        return replace(base, error=reply.body.error_text if reply.status else reply.detail)
    vector = _vector(reply.body.value)
    if not vector:
        return replace(base, error=reply.body.error_text)
    return replace(base, size=len(vector), is_zero=not any(vector))


def _vector(value: object) -> list[float]:
    """The numbers of a reply, in the shapes of OpenAI's API and of Ollama's; none where there are none."""
    match value:
        case {"data": [{"embedding": list(found)}, *_]} | {"embedding": list(found)} | {"embeddings": [list(found), *_]}:
            return [float(each) for each in found if isinstance(each, int | float)]
    return []


def state_of(reply: EmbeddingReply) -> CheckState:
    """How the check ended."""
    if reply.fault in NOT_CHECKED:
        return CheckState.UNCHECKED
    return CheckState.OK if reply.size and not reply.is_zero else CheckState.FAILED


def describe(reply: EmbeddingReply) -> str:
    """What came, for people."""
    if reply.fault:
        return reply.fault.value
    if reply.size:
        return f"{reply.size} numbers" + (", all of them zero" if reply.is_zero else "")
    return f"{reply.status} {reply.error}".strip()
