"""Whether a server lets its callers in: seen, not inferred. An open list of models proves nothing of what stands behind it."""

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.live.conversation import Conversation
from orbitcfg.live.http import Reply
from orbitcfg.live.options import CHAT_PROTOCOLS
from orbitcfg.observed.check import CheckState
from orbitcfg.observed.denial import Denial
from orbitcfg.observed.probe import Access

_READ = frozenset({200, 400, 415, 422})
"""Statuses of a server that has read the question, and thus has let it in; so has one that says by 500 what is wrong with it, as older llama-servers do."""

_KEYLESS = frozenset({400, 404, 500})
"""Other statuses that servers have for a caller without a key; a LiteLLM without a database has 500. What is busy or limited says nothing of keys."""

_NOT_THERE = frozenset({404, 405, 410, 501})
"""Statuses of a path that nothing answers at."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What was seen of it, how the check ended, and that in words."""

    access: Access
    state: CheckState
    words: str


async def admission(context: Conversation, listed: Reply) -> Admission:
    """How the server takes its callers, by its answer to the request for the list, and by more questions where that does not show it. None of them costs anything."""
    seen = access_of(listed, context.log.access)
    if seen.denial is Denial.RIGHT and context.sends_secret and context.target.protocol in CHAT_PROTOCOLS:
        reply = await context.question(with_key=True)
        if reply.status in _READ - {200}:
            return Admission(replace(access_of(reply, seen), list_refused=True), CheckState.OK, "the key is accepted, and may not list models")
    if seen.denial or (listed.status >= 500 and listed.status not in _NOT_THERE):
        return _refused(seen)
    if seen.key_withheld:
        return Admission(seen, CheckState.UNCHECKED, "the key is kept back")
    if not listed.is_ok:
        # a 404, say, refuses nobody: what is there instead is seen with the list
        asked = access_of(await context.question(with_key=True), seen) if context.target.protocol in CHAT_PROTOCOLS else seen
        return _refused(asked) if asked.denial else Admission(seen, CheckState.OK, "nothing is refused")
    if not context.sends_secret and not _refusal_seen(context):
        return Admission(seen, CheckState.OK, "its list wants no key")
    if context.sends_secret:
        without = await context.client.get(context.list_url, with_key=False)
        why = access_of(without, seen).denial
        if (why and why.is_about_key) or without.status in _KEYLESS:
            return _proved(context, seen)
    return await _by_question(context, seen)


async def _by_question(context: Conversation, seen: Access) -> Admission:
    """How it takes a chat that says nothing, without and with what the requests carry."""
    unknown = Admission(seen, CheckState.UNCHECKED, "its list is open to all, and nothing free shows what the rest wants")
    if context.target.protocol not in CHAT_PROTOCOLS:
        return unknown
    with_key = await context.question(with_key=True)
    asked = access_of(with_key, seen)
    if asked.denial:
        return _refused(asked)
    without = await context.question(with_key=False) if context.client.headers else with_key
    if without.status and with_key.status and (access_of(without, seen).denial or without.status != with_key.status):
        return _proved(context, seen) if context.sends_secret else Admission(seen, CheckState.OK, "nothing is refused")
    is_read = with_key.status in _READ or (with_key.status == 500 and bool(with_key.body.fields.get("error")))
    return Admission(seen, CheckState.OK, "no key is wanted") if is_read else unknown


async def has_chats(context: Conversation, listed: Reply) -> bool:
    """Whether chats may be answered where the list of models is not there: nothing else can be seen for free of a server without one."""
    target = context.target
    if listed.status not in _NOT_THERE:
        return context.log.access.list_refused
    if target.protocol not in CHAT_PROTOCOLS or not any(expected.is_chat for expected in target.expected):
        return True
    reply = await context.question(with_key=True)
    # where nothing is written of a model, the path itself is what is not found
    return reply.status > 0 and (reply.status not in _NOT_THERE or "model" in reply.body.error_text.lower())


def access_of(reply: Reply, before: Access) -> Access:
    """An answer, as far as it tells whether its caller is let in."""
    challenge = reply.headers.get("www-authenticate", "")
    return replace(before, status=reply.status, error_text=reply.body.error_text, error_code=reply.body.error_code, challenge=challenge)


def _refusal_seen(context: Conversation) -> bool:
    """Whether any answer so far was a refusal."""
    return any(reply.status in (401, 403) for reply in context.answers.replies.values())


def _refused(seen: Access) -> Admission:
    return Admission(seen, CheckState.FAILED, f"{seen.status} {seen.error_text}".strip())


def _proved(context: Conversation, seen: Access) -> Admission:
    words = "user and password are accepted" if context.target.sends_user else "the key is accepted"
    return Admission(replace(seen, key_proved=True), CheckState.OK, words)
