"""Speech providers, which stand in two sections that ORBIT reads as one."""

from collections.abc import Hashable, Iterator

from orbitcfg.document.tree import Mapping, Scalar, Unknown, at, child
from orbitcfg.effective.switches import SWITCH
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_SECTIONS = ("tts_providers", "stt_providers")


@rule("ORB445", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="speech providers that one switch does not turn off")
def speech_half_switched_off(config: Config) -> Iterator[Finding]:
    """A speech provider is switched off in one section, and stays on by the other.

    ORBIT registers it for speech and for transcription together, unless both sections switch it off; a section that lacks it counts as on.

    ```yaml bad
    tts: {enabled: true, provider: openai}
    tts_providers: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}"}}
    stt_providers: {openai: {enabled: false}}
    ```

    ```yaml good
    tts: {enabled: true, provider: openai}
    tts_providers: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}"}}
    stt_providers: {openai: {enabled: true}}
    ```
    """
    for section, other in (_SECTIONS, _SECTIONS[::-1]):
        blocks = at(config.tree, (section,))
        for name in blocks.entries if isinstance(blocks, Mapping) else ():
            switch = (section, name, "enabled")
            if _is_off(config, section, name) and not _is_off(config, other, name) and config.catalog.at(config.tree, switch) is not None:
                # what somebody asks for there is not to be switched off
                is_wanted = any(each.name == name and (other,) in each.sections for each in config.references)
                both = "" if is_wanted else f"write `{other}.{name}.enabled: false` as well, or "
                yield Finding(
                    f"`{name}` stays on, as `{other}` does not switch it off",
                    switch,
                    f"{both}remove this line",
                )


@rule("ORB446", consequence=Consequence.DIFFERENT)
def speech_blocks_disagree(config: Config) -> Iterator[Finding]:
    """The two blocks of a speech provider differ in a key that they share.

    ORBIT merges them, and the value under `tts_providers` wins for transcription too.

    ```yaml bad
    tts: {enabled: true, provider: openai}
    stt: {enabled: true, provider: openai}
    tts_providers: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", api_base: "https://one.example.org/v1"}}
    stt_providers: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", api_base: "https://two.example.org/v1"}}
    ```

    ```yaml good
    tts: {enabled: true, provider: openai}
    stt: {enabled: true, provider: openai}
    tts_providers: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", api_base: "https://one.example.org/v1"}}
    stt_providers: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}"}}
    ```
    """
    spoken, heard = (at(config.tree, (section,)) for section in _SECTIONS)
    for name in spoken.entries if isinstance(spoken, Mapping) else ():
        one, other = child(spoken, name), child(heard, name)
        if not isinstance(one, Mapping) or not isinstance(other, Mapping):
            continue
        for key in one.entries:
            winner, loser = child(one, key), child(other, key)
            if key == "enabled" or not isinstance(winner, Scalar) or not isinstance(loser, Scalar) or winner.value == loser.value:
                continue
            if isinstance(winner.value, Unknown) or isinstance(loser.value, Unknown):
                continue
            row = config.catalog.at(config.tree, ("stt_providers", name, key))
            yield Finding(
                f"`{key}` of `{name}` does not count: the value under `tts_providers` wins for transcription too",
                ("stt_providers", name, key),
                "write the same value in both, or remove this one",
                consequence=Consequence.DIFFERENT if row is not None and row.effect is None else Consequence.WITHOUT_EFFECT,
                related=(Annotation(config.locate(("tts_providers", name, key)), "this one counts"),),
            )


def _is_off(config: Config, section: str, name: Hashable) -> bool:
    return not config.switches.is_on((section, name, SWITCH))


RULES = (speech_half_switched_off, speech_blocks_disagree)
