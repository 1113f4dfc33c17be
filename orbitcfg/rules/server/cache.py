"""What needs the cache service."""

from collections.abc import Iterator

from orbitcfg.project.config import Config
from orbitcfg.record import NamedTuple
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.server._lookup import is_given, is_switched_on, path_of, switching_on, value_of

_CACHE = "internal_services.cache"
_OWN_SWITCH = frozenset({"redis", "memcached"})
_KNOWN = _OWN_SWITCH | {"sqlite"}


@rule("ORB554", consequence=Consequence.DEGRADED)
def limits_without_cache(config: Config) -> Iterator[Finding]:
    """Something that needs the cache service is on, and there is no cache service.

    Rate limits and throttling are then not installed at all, and only a warning in the log says so. Threads are kept in the application's database, autocomplete
    works without a cache (info). The service needs `internal_services.cache.enabled`, and for redis and memcached their own `enabled` too.

    ```yaml bad
    security: {rate_limiting: {enabled: true}}
    internal_services: {backend: {type: sqlite}, cache: {enabled: false}}
    ```

    ```yaml good
    security: {rate_limiting: {enabled: true}}
    internal_services: {backend: {type: sqlite}, cache: {enabled: true, provider: sqlite}}
    ```
    """
    missing = _why_absent(config)
    if missing is None or (not is_given(config, "internal_services.backend") and not config.is_whole):
        return
    for setting, what, consequence in _users(config):
        yield Finding(
            f"`{setting}` needs the cache service, and {missing.why}: {what}",
            path_of(setting),
            missing.remedy,
            blames=path_of(missing.setting),
            shares_cause=True,
            consequence=consequence,
            related=(Annotation(config.locate(path_of(missing.setting)), "the cache service"),) if is_given(config, missing.setting) else (),
        )


class _Absence(NamedTuple):
    """Why there is no cache service, the setting that says so, and what to write."""

    why: str
    setting: str
    remedy: str


def _why_absent(config: Config) -> _Absence | None:
    """Why there is no cache service; None where there is one, or where that is not known."""
    switch, kind = f"{_CACHE}.enabled", f"{_CACHE}.provider"
    if not is_switched_on(config, switch):
        return _Absence(f"`{switch}` is off", switch, f"write `{switch}: true`")
    provider = value_of(config, kind)
    if provider is None:
        return None
    if provider not in _KNOWN:
        return _Absence(f"`{provider}` is no kind of cache", kind, f"write `{kind}: sqlite`")
    own = f"internal_services.{provider}.enabled"
    if provider in _OWN_SWITCH and not is_switched_on(config, own):
        return _Absence(f"`{own}` is off", own, switching_on(config, f"internal_services.{provider}", f"write `{kind}: sqlite`"))
    return None


def _users(config: Config) -> Iterator[tuple[str, str, Consequence]]:
    """The settings that need the service, and what happens without it."""
    for name in ("rate_limiting", "throttling"):
        if is_switched_on(config, f"security.{name}.enabled"):
            yield f"security.{name}.enabled", "nothing is limited", Consequence.DEGRADED
    if is_switched_on(config, "conversation_threading.enabled") and value_of(config, "conversation_threading.storage_backend") == "cache":
        yield "conversation_threading.storage_backend", "threads go to the application's database", Consequence.WITHOUT_EFFECT
    used = "autocomplete.cache.use_cache"
    if is_given(config, used) and is_switched_on(config, "autocomplete.enabled") and is_switched_on(config, used):
        yield used, "it works without a cache", Consequence.WITHOUT_EFFECT


RULES = (limits_without_cache,)
