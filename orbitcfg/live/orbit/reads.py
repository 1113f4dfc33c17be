"""The reads: who answers, which release, which adapters are live, when it started, what a key opens. None of them changes the server."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.live import reach
from orbitcfg.live.connect import GUESS_S
from orbitcfg.live.http import Reply
from orbitcfg.live.identify import MODEL_LIST, Answers, identify, version_of
from orbitcfg.live.orbit.talk import ADMIN_HEADER, Credential, Talk
from orbitcfg.live.shapes import list_rows
from orbitcfg.live.step import Step
from orbitcfg.observed.check import CheckKind, CheckState, ProbeFault
from orbitcfg.observed.foreign_json import Fields, at, text_of
from orbitcfg.observed.orbit import KeySeen, StartModel
from orbitcfg.plural import counted

ADAPTERS, CARD, OPENAPI, METRICS = "/health/adapters", "/.well-known/agent.json", "/openapi.json", "/metrics/json"
KEY_INFO, INFO, CONFIG, MODELS, TOOLS = "/admin/adapters/info", "/admin/info", "/admin/config", "/admin/models", "/admin/mcp/servers"
TITLES = ("ORBIT", "Open Inference Server")
"""What releases call themselves in their description of the API; the second until September 2025."""

_UNTOLD = frozenset({ProbeFault.CLOSED, ProbeFault.NOT_HTTP, ProbeFault.SILENT})
"""Faults of plain http at a port of TLS."""

MAX_NAMES = 2000
"""Names of a list that are read."""

MAX_ADAPTERS = 5
"""Adapters that a row names."""


@dataclass(frozen=True, slots=True)
class RecogniseOrbit(Step[Talk]):
    """Whether it is an ORBIT, and of which release. Nothing secret is sent before."""

    kind: ClassVar = CheckKind.IDENTIFY

    async def run(self, context: Talk) -> bool:
        """Asks for what no other server answers; of another server what that is."""
        adapters = await context.read(ADAPTERS)
        if adapters.fault:
            may = context.reached is not None and adapters.fault in _UNTOLD
            is_tls = may and await reach.speaks_tls(*(context.reached or ("", 0)), GUESS_S)
            fault, detail = (ProbeFault.TLS_ON_PLAIN, "") if is_tls else (adapters.fault, adapters.detail)
            context.log.fail(self, fault, detail, adapters.ms)
            return False
        live = _names(adapters, "available_adapters")
        built = _names(adapters, "cached_adapters")
        if live is None or built is None:
            card = await context.read(CARD)
            if text_of(at(card.body.value, "name")) != TITLES[0]:
                return await self._other(context)
        description = await context.read(OPENAPI)
        title = text_of(at(description.body.value, "info.title"))
        release = text_of(at(description.body.value, "info.version")) if title in TITLES else None
        unbuilt = tuple(name for name in live or () if name not in (built or ()))
        context.saw(is_orbit=True, release=release, live=live, unbuilt=unbuilt)
        shown = f"ORBIT {context.seen.release}" if release else "ORBIT; it does not say of which release"
        context.log.record(self, CheckState.OK, shown, adapters.ms)
        return True

    async def _other(self, context: Talk) -> bool:
        answers = Answers(context.client, context.base)
        reply = answers.replies[MODEL_LIST] = await context.read("/v1/models")
        product = await identify(answers, None)
        version = await version_of(answers, product, context.log.odd) if product else None
        lists = reply.is_ok and list_rows(reply.body.value) is not None
        name = f"{product.name} {version}" if product and version else product.name if product else "a server of models" if lists else ""
        context.saw(mistaken=name)
        context.log.record(self, CheckState.FAILED, f"no ORBIT: {context.seen.mistaken or 'an HTTP server of another make'} answers", reply.ms)
        context.log.abort("it is no ORBIT")
        return False


@dataclass(frozen=True, slots=True)
class ListLive(Step[Talk]):
    """Which adapters are on now, and which of them could not be built."""

    kind: ClassVar = CheckKind.ADAPTERS

    async def run(self, context: Talk) -> bool:
        """Tells what is known already."""
        live, unbuilt = context.seen.live, context.seen.unbuilt
        if live is None:
            context.log.record(self, CheckState.UNCHECKED, "it does not say which adapters are on")
            return True
        fact = f"{counted(len(live), 'adapter')} on{_listed(live)}"
        if unbuilt:
            fact += f"; not built: {', '.join(unbuilt[:MAX_ADAPTERS])}{' …' if len(unbuilt) > MAX_ADAPTERS else ''}"
        # with none on it answers nobody, and says that it is ready
        context.log.record(self, CheckState.FAILED if unbuilt or not live else CheckState.OK, fact)
        return True


@dataclass(frozen=True, slots=True)
class AskUptime(Step[Talk]):
    """How long its process runs."""

    kind: ClassVar = CheckKind.START

    async def run(self, context: Talk) -> bool:
        """Reads the metrics, where they are on."""
        reply = await context.read(METRICS)
        uptime = at(reply.body.value, "system.uptime_seconds")
        if not isinstance(uptime, int | float) or isinstance(uptime, bool) or not 0 <= uptime < _EVER:
            context.log.record(self, CheckState.UNCHECKED, "it does not say when it started: its metrics are off", reply.ms)
            return True
        context.saw(uptime_s=float(uptime))
        context.log.record(self, CheckState.OK, f"started {duration(float(uptime))} ago", reply.ms)
        return True


_EVER = 100 * 365 * 86400.0
"""More seconds than any process runs."""


@dataclass(frozen=True, slots=True)
class AskForKey(Step[Talk]):
    """What a key opens: its adapter, and the administration."""

    credential: Credential
    kind: ClassVar = CheckKind.AUTHORISE

    @property
    def subject(self) -> str:
        """The variable that holds the key."""
        return f"`{self.credential.variable}`"

    async def run(self, context: Talk) -> bool:
        """Asks for the adapter that answers to it."""
        if not context.may_send_secrets:
            context.saw(is_key_withheld=True)
            context.log.record(self, CheckState.UNCHECKED, f"{self.subject} is not sent: it would go unencrypted to another machine")
            return True
        headers = {ADMIN_HEADER: self.credential.secret}
        reply = await context.read(KEY_INFO, headers)
        fields = Fields(reply.body.fields, context.log.odd) if reply.is_ok else Fields({})
        adapter = fields.text("adapter_name")
        error = "" if reply.is_ok else reply.body.error_text or (reply.fault.value if reply.fault else "")
        found = KeySeen(self.credential.variable, reply.status or None, error, adapter, fields.text("client_name"), fields.text("model"))
        if adapter is not None:
            found = replace(found, administers=(await context.read(INFO, headers)).is_ok)
        context.saw(keys=(*context.seen.keys, found))
        context.log.record(self, *self._told(context.seen.keys[-1]), reply.ms)
        return True

    def _told(self, found: KeySeen) -> tuple[CheckState, str]:
        if found.adapter is None:
            return CheckState.FAILED, f"{self.subject} opens no adapter ({found.status or 'no answer'}: {found.error or 'no word why'})"
        client = f", made for `{found.client}`" if found.client else ""
        model = f", model `{found.model}`" if found.model else ""
        return CheckState.OK, f"{self.subject} opens `{found.adapter}`{model}{client}"


@dataclass(frozen=True, slots=True)
class ReadState(Step[Talk]):
    """Whether it is paused, which files it runs with, and which providers were on when it started."""

    kind: ClassVar = CheckKind.HEALTH

    async def run(self, context: Talk) -> bool:
        """Reads what the administration shows, with the least that opens it."""
        if not context.may_send_secrets:
            context.saw(is_key_withheld=True)
            context.log.record(self, CheckState.UNCHECKED, "not asked: the credential would go unencrypted to another machine")
            return True
        headers = context.admin_headers
        if headers is None:
            context.log.record(self, CheckState.UNCHECKED, "not asked: no key that it was given opens an adapter")
            return True
        info = await context.read(INFO, headers)
        if not info.is_ok:
            context.log.record(
                self, CheckState.FAILED, f"the administration is not opened ({info.status}: {context.shown(info.body.error_text)})", info.ms
            )
            return True
        fields = Fields(info.body.fields, context.log.odd)
        status = fields.text("status")
        path = text_of(at((await context.read(CONFIG, headers)).body.value, "path"))
        release = fields.text("version") or context.seen.release
        context.saw(is_paused=status == "paused", release=release, config_path=path, **await self._start(context, headers))
        place = f", with `{context.seen.config_path}`" if path else ""
        context.log.record(
            self, CheckState.FAILED if context.seen.is_paused else CheckState.OK, f"{context.shown(status or 'running')}{place}", info.ms
        )
        return True

    async def _start(self, context: Talk, headers: dict[str, str]) -> dict[str, object]:
        """The providers of its start, which only a key is shown, and the MCP servers that it has not taken up."""
        tools = (await context.read(TOOLS, headers)).body.value
        servers = (list_rows(at(tools, "servers")) or [])[:MAX_NAMES]
        strange = tuple(name for each in servers if each.get("enabled") and each.get("status") is None and (name := text_of(each.get("name"))))
        found: dict[str, object] = {"strange_tools": strange}
        rows = list_rows((await context.read(MODELS, headers)).body.value) if ADMIN_HEADER in headers else None
        if rows is not None:
            # of a preset a row comes besides, whether or not it is used
            models = (
                StartModel(name, text_of(row.get("model")))
                for row in rows[:MAX_NAMES]
                if "preset" not in row and (name := text_of(row.get("provider")))
            )
            found["models"] = tuple(models)
        return found


def duration(seconds: float) -> str:
    """A time in the two largest of its units."""
    minutes = int(seconds // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min" if minutes else f"{int(seconds)} s"


def _names(reply: Reply, key: str) -> tuple[str, ...] | None:
    found = at(reply.body.value, key)
    return tuple(name for name in found[:MAX_NAMES] if isinstance(name, str)) if isinstance(found, list) else None


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MAX_ADAPTERS} more" if len(names) > MAX_ADAPTERS else ""
    return f": {', '.join(names[:MAX_ADAPTERS])}{more}" if names else ""
