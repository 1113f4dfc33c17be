"""The checks that are made of no endpoint: what cannot be asked for and keys before them, programs and the embedded engine after them."""

from collections.abc import Iterator

from orbitcfg.live.plan import EndpointPlan
from orbitcfg.observed.check import CheckKind, CheckResult, CheckState
from orbitcfg.observed.endpoint import UnaskedUse
from orbitcfg.observed.host import KeyState, ServerProgram
from orbitcfg.observed.observation import Ending, EngineRun, ModelChoice

MAX_USERS = 3
"""How many adapters a row names."""


def before_endpoints(plan: EndpointPlan) -> Iterator[CheckResult]:
    """The uses that cannot be asked for, and whether each key is set."""
    yield from (_unasked(use) for use in plan.unasked if use.kind is not CheckKind.FILE)
    yield from map(_key, plan.keys)


def in_files(uses: tuple[UnaskedUse, ...]) -> Iterator[CheckResult]:
    """How the models stand that run inside ORBIT."""
    yield from (_unasked(use) for use in uses if use.kind is CheckKind.FILE)


def _unasked(use: UnaskedUse) -> CheckResult:
    return CheckResult(use.kind, use.state, f"{use.description}{_users(use.users)}")


def _key(key: KeyState) -> CheckResult:
    names = " or ".join(f"`{name}`" for name in key.variables)
    users = _users(key.users)
    if key.fault:
        return CheckResult(CheckKind.KEY, CheckState.FAILED, f"{names or 'a key'} for `{key.provider}` {key.fault}{users}")
    if key.is_set:
        source = f", from {key.source}" if key.source else ""
        return CheckResult(CheckKind.KEY, CheckState.OK, f"{names or 'a key'} for `{key.provider}` is set{source}{users}")
    if not key.is_known:
        return CheckResult(CheckKind.KEY, CheckState.UNCHECKED, f"{names or 'the key'} for `{key.provider}` is not known here{users}")
    where = "neither in this shell nor in the `.env` that was read; if ORBIT gets it elsewhere, pass `--env-file`"
    state = CheckState.FAILED if key.is_needed else CheckState.UNCHECKED
    return CheckResult(CheckKind.KEY, state, f"{names or 'the key'} for `{key.provider}` is set {where}{users}")


def _users(users: tuple[str, ...]) -> str:
    """The first of those who need it, in brackets; empty where nobody does."""
    more = f" and {len(users) - MAX_USERS} more" if len(users) > MAX_USERS else ""
    return f" ({', '.join(users[:MAX_USERS])}{more})" if users else ""


def on_this_machine(programs: tuple[ServerProgram, ...], engine: EngineRun | None) -> Iterator[CheckResult]:
    """What the servers' programs say, and what the embedded engine generated."""
    for program in programs:
        if program.fault:
            yield CheckResult(CheckKind.PROGRAM, CheckState.FAILED, f"`{program.name}`: {program.fault}")
        elif program.version:
            gpu = f", computes with {program.gpu}" if program.gpu else ""
            listed = f", lists {len(program.models)} models" if program.models is not None else ""
            yield CheckResult(CheckKind.PROGRAM, CheckState.OK, f"`{program.name}` {program.version} on PATH{listed}{gpu}")
    if engine is not None:
        yield _engine(engine)


def _engine(engine: EngineRun) -> CheckResult:
    is_good = engine.ending is Ending.ANSWERED and bool(engine.text.strip())
    state = CheckState.UNCHECKED if engine.ending in (Ending.ABSENT, Ending.NOT_TRIED) else CheckState.OK if is_good else CheckState.FAILED
    text = repr(engine.text.strip()[:60]) if is_good else engine.reason or engine.ending.name.lower().replace("_", " ")
    # a model that ORBIT loads itself has no server
    remark = "" if engine.choice is ModelChoice.MODEL_PATH else "; it stands in for no server"
    return CheckResult(CheckKind.ENGINE, state, f"embedded, `{engine.model}`: {text}{remark}", engine.first_token_ms)
