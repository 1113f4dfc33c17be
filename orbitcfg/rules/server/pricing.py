"""Prices."""

from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase

from orbitcfg.document.tree import Mapping, at, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB569", consequence=Consequence.DIFFERENT)
def pattern_never_matches(config: Config) -> Iterator[Finding]:
    """A pattern in the price list has no `*`.

    ORBIT takes only keys with a `*` for patterns. `?` and `[…]` alone are read as a model's very name.

    ```yaml bad
    pricing: {providers: {openai: {"gpt-5.?": {input_per_1m: 1.0}}}}
    ```

    ```yaml good
    pricing: {providers: {openai: {"gpt-5.*": {input_per_1m: 1.0}}}}
    ```
    """
    for kind in ("providers", "media"):
        section = at(config.tree, ("pricing", kind))
        for provider, entry in section.entries.items() if isinstance(section, Mapping) else ():
            for pattern in entry.node.entries if isinstance(entry.node, Mapping) else ():
                if isinstance(pattern, str) and "*" not in pattern and ("?" in pattern or "[" in pattern):
                    yield Finding(f"`{pattern}` has no `*`, so it is no pattern", ("pricing", kind, provider, pattern), "write a `*` into it")


@rule("ORB570", consequence=Consequence.WITHOUT_EFFECT, counted="models without a price")
def model_without_price(config: Config) -> Iterator[Finding]:
    """A model that an adapter uses has no price.

    Its requests are not counted in the costs, and the log says so once for each.

    ```yaml bad
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-5.4-mini}}
    pricing: {providers: {openai: {"gpt-4*": {input_per_1m: 1.0}}}}
    ```

    ```yaml good
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-5.4-mini}}
    pricing: {providers: {openai: {"gpt-5*": {input_per_1m: 1.0}}}}
    ```
    """
    reported: set[tuple[str, str]] = set()
    for use in config.uses:
        provider, model = use.provider.value, use.model_name
        priced = at(config.tree, ("pricing", "providers", provider))
        if not isinstance(priced, Mapping) or provider is None or model is None or not use.enabled or use.service != "inference":
            continue
        if (provider, model) not in reported and not any(_fits(str(pattern), model) for pattern in priced.entries):
            reported.add((provider, model))
            yield Finding(
                f"`{model}` of `{provider}` has no price",
                use.model.path or ("pricing", "providers", provider),
                f"add `{model}:` under `pricing.providers.{provider}`",
                value=True,
            )


@rule("ORB574", consequence=Consequence.DEGRADED)
def date_not_quoted(config: Config) -> Iterator[Finding]:
    """The date of the price list is not in quotes.

    YAML reads it as a date, and ORBIT needs text: the usage report of the admin panel fails.

    ```yaml bad
    pricing: {updated: 2026-07-30}
    ```

    ```yaml good
    pricing: {updated: "2026-07-30"}
    ```
    """
    value = value_at(config.tree, ("pricing", "updated"))
    if isinstance(value, date):
        yield Finding(
            "`updated` is a date, and needs text: the usage report fails", ("pricing", "updated"), f'write `"{value.isoformat()}"`', value=True
        )


def _fits(pattern: str, model: str) -> bool:
    begin, star, _ = pattern.lower().partition("*")
    if not star or pattern == model:
        return pattern == model
    # most differ in their first characters
    is_text = "?" not in begin and "[" not in begin
    return (not is_text or model.lower().startswith(begin)) and fnmatchcase(model.lower(), pattern.lower())


RULES = (pattern_never_matches, model_without_price, date_not_quoted)
