"""Numbers and names that must be ordered, or must differ."""

from collections.abc import Iterator

from orbitcfg.document.tree import Mapping, Unknown, at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.server._lookup import is_switched_on, number_of, path_of, value_of

_ORDERED = (
    ("security.rate_limiting.ip_limits.requests_per_minute", "security.rate_limiting.ip_limits.requests_per_hour"),
    ("security.rate_limiting.api_key_limits.requests_per_minute", "security.rate_limiting.api_key_limits.requests_per_hour"),
    ("security.throttling.default_quotas.daily_limit", "security.throttling.default_quotas.monthly_limit"),
    ("security.throttling.delay.min_ms", "security.throttling.delay.max_ms"),
)
"""Pairs of which the first may not be more than the second."""

_DIFFERENT = (
    ("internal_services.sqlite_cache.database_path", "internal_services.backend.sqlite.database_path"),
    ("messaging.rabbitmq.requests_queue", "messaging.rabbitmq.results_queue"),
    ("messaging.rabbitmq.requests_queue", "messaging.rabbitmq.dead_letter_queue"),
    ("messaging.rabbitmq.results_queue", "messaging.rabbitmq.dead_letter_queue"),
)


@rule("ORB556", consequence=Consequence.DIFFERENT)
def smaller_than_its_part(config: Config) -> Iterator[Finding]:
    """A limit for a longer time, or an upper bound, is below the one for a shorter time.

    The limit for the minute is then never reached, or the delay has no range.

    ```yaml bad
    security: {throttling: {enabled: true, default_quotas: {daily_limit: 1000, monthly_limit: 500}}}
    internal_services: {backend: {type: sqlite}, cache: {enabled: true, provider: sqlite}}
    ```

    ```yaml good
    security: {throttling: {enabled: true, default_quotas: {daily_limit: 1000, monthly_limit: 5000}}}
    internal_services: {backend: {type: sqlite}, cache: {enabled: true, provider: sqlite}}
    ```
    """
    for smaller, larger in _ORDERED:
        low, high = number_of(config, smaller), number_of(config, larger)
        if low is not None and high is not None and low > high:
            yield Finding(
                f"`{larger}` is {high:g}, below the {low:g} of `{smaller}`",
                path_of(larger),
                f"write at least {low:g}",
                value=True,
                related=(Annotation(config.locate(path_of(smaller), value=True), "the other bound"),),
            )


@rule("ORB557", consequence=Consequence.DEGRADED)
def same_name_for_two(config: Config) -> Iterator[Finding]:
    """Two settings name one thing where each needs its own.

    The cache and the application's database must be different files; requests, results and dead letters different queues.

    ```yaml bad
    internal_services: {backend: {type: sqlite, sqlite: {database_path: orbit.db}}, cache: {provider: sqlite}, sqlite_cache: {database_path: orbit.db}}
    ```

    ```yaml good
    internal_services: {backend: {type: sqlite, sqlite: {database_path: orbit.db}}, cache: {provider: sqlite}, sqlite_cache: {database_path: cache.db}}
    ```
    """
    for one, other in _DIFFERENT:
        name = value_of(config, one)
        if isinstance(name, str) and name and name == value_of(config, other):
            yield Finding(
                f"`{one}` and `{other}` both name `{name}`",
                path_of(one),
                "give each its own name",
                value=True,
                related=(Annotation(config.locate(path_of(other), value=True), "the same name"),),
            )


@rule("ORB558", consequence=Consequence.DEGRADED)
def multipliers_unusable(config: Config) -> Iterator[Finding]:
    """Throttling has no multipliers that it can use.

    `priority_multipliers` needs entries, with numbers for keys. Otherwise a request that should be delayed goes through at once, with a warning each time.

    ```yaml bad
    security: {throttling: {enabled: true, priority_multipliers: {"1": 2.0}}}
    internal_services: {backend: {type: sqlite}, cache: {enabled: true, provider: sqlite}}
    ```

    ```yaml good
    security: {throttling: {enabled: true, priority_multipliers: {1: 2.0}}}
    internal_services: {backend: {type: sqlite}, cache: {enabled: true, provider: sqlite}}
    ```
    """
    path = path_of("security.throttling.priority_multipliers")
    node = at(config.tree, path)
    keys = list(node.entries) if isinstance(node, Mapping) else []
    if not is_switched_on(config, "security.throttling.enabled") or node is None or any(isinstance(key, Unknown) for key in keys):
        return
    wrong = [key for key in keys if not isinstance(key, int | float)]
    if not keys or wrong:
        yield Finding(
            f"the key `{wrong[0]}` of `priority_multipliers` is no number: nothing is delayed"
            if wrong
            else "`priority_multipliers` is empty: nothing is delayed",
            (*path, wrong[0]) if wrong else path,
            "write numbers without quotes as keys",
        )


RULES = (smaller_than_its_part, same_name_for_two, multipliers_unusable)
