"""API keys that are sent, and that no server takes. They are never shown."""

import re
from collections.abc import Iterator

from orbitcfg.document.odd_blanks import ODD_BLANK
from orbitcfg.document.tree import KeyPath, at
from orbitcfg.effective.clients import header_fault
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._placeholders import foreign_placeholder
from orbitcfg.rules._rule import rule
from orbitcfg.rules._variables import env_line

_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e\u2033"
_SIGNS = (
    (r"\A(?i:authorization|x-api-key|api-key|xi-api-key|x-goog-api-key)[ \t]?:", "is a whole header", "give the key alone"),
    (
        r"\A(?i:bearer|basic|token|apikey|api-key)[ \t:]",
        "begins with a word like `Bearer`, which ORBIT writes itself: `Bearer` is sent twice, and servers answer 401",
        "take the word off",
    ),
    (r"\A(?:export |set )?[A-Z][A-Z0-9_]{0,60}_(?:KEY|TOKEN|SECRET) ?[=:]", "begins with the name of a variable", "give the key alone"),
    (rf"\A[{_QUOTES}]|[{_QUOTES}]\Z", "is in quotes, which are sent with it (docker's `--env-file` keeps them)", "take the quotes off"),
    (r"\A\s", "begins with a blank, which is sent with it", "take the blank off"),
    (r"\\[nrt]\Z", "ends in a backslash and a letter, which stand for a line break elsewhere", "take them off"),
    (r"[,;]\Z", "ends in a comma or a semicolon, which is sent with it", "take it off"),
    (r"\s(?=\S)", "holds a blank", "copy the key again"),
    (r"\u2026|\.\.\.\Z|\*\*\*", "is shortened, as keys are shown", "give the whole key"),
    (ODD_BLANK, "holds an invisible character, or a blank of another kind", "copy the key again, alone"),
    (r"[^\0-\x7f]", "holds a character beyond ASCII, which no vendor's key does", "type the key again"),
)
"""What a key holds that is none of it: what shows it, in words, and what to do about it."""


@rule("ORB449", consequence=Consequence.ADAPTER_FAILS)
def key_with_more_around_it(config: Config) -> Iterator[Finding]:
    """An API key holds more than the key: `Bearer `, quotes, a variable's name, a blank, a comma.

    ORBIT sends it as it is, after the `Bearer ` that it writes itself, and servers that look at keys answer 401. Docker's `--env-file` keeps the quotes around a value, and python-dotenv takes them off.

    ```yaml bad
    # environment: OPENAI_API_KEY=Bearer sk-abcdefghijklmnopqrstuvwxyz012345
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-5.4-mini}}
    ```

    ```yaml bad
    # environment: OPENAI_API_KEY="sk-abcdefghijklmnopqrstuvwxyz012345"
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-5.4-mini}}
    ```

    ```yaml good
    # environment: OPENAI_API_KEY=sk-abcdefghijklmnopqrstuvwxyz012345
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: gpt-5.4-mini}}
    ```
    """
    seen: dict[tuple[object, str], list[Use]] = {}
    for use in config.uses:
        key = use.key.value
        if key and use.is_on and use.block is not None and not (use.caller and header_fault(key, use.caller.family)):
            seen.setdefault((use.block, key), []).append(use)
    for (_, key), uses in seen.items():
        found = None if foreign_placeholder(key) else _more(key)
        if found:
            message, remedy = found
            first = uses[0]
            path = first.key.path or _key_path(config, first.block) or first.block
            yield Finding(
                f"{f'`{first.key_variable}`' if first.key_variable else 'the API key'} {message}",
                env_line(config, first.key_variable) or path,
                remedy,
                key=path,
                affects=tuple(dict.fromkeys(str(use.adapter) for use in uses if use.adapter is not None)),
                depends_on="the server's answer to it",
            )


def _key_path(config: Config, block: KeyPath | None) -> KeyPath | None:
    """Where the block of a provider has a key that its variable beats; None where it has none."""
    row = config.catalog.at(config.tree, block) if block is not None else None
    key = row.provider.api_key.key if row is not None else None
    path = (*block, key) if block is not None and key else None
    return path if path is not None and at(config.tree, path) is not None else None


def _more(key: str) -> tuple[str, str] | None:
    """What an API key holds beside the key, and what to do about it, without any of the key; None where it holds nothing else."""
    return next(((message, remedy) for sign, message, remedy in _SIGNS if re.search(sign, key)), None)


RULES = (key_with_more_around_it,)
