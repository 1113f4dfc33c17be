"""What ORBIT will really use for one service of one adapter."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orbitcfg.tree import KeyPath


@dataclass(frozen=True, slots=True)
class Use:
    """One row of the effective configuration.

    `adapter` is None for the default, and `NAME@MODEL` for an entry of `allowed_models`. `service` is one of inference, embedding, reranking,
    vision, speech-to-text, text-to-speech, image, video, audio, rewriting, moderation.
    `provider`, `model` and `url` are None where there is none, or where nobody knows it here; `url` is the base that ORBIT's client will use.
    `parameters` are those that will be sent, by their name on the wire, in the value's own type.
    `key_variable` is the variable that gives the API key, `key` the key itself, which is never shown.
    `state` is one of ok, off (the adapter or the whole service is switched off), disabled (its provider is), unknown (no such provider), ignored (ORBIT does not look at what is written), incomplete (a
    required setting is missing). `reason` says in words what ORBIT then does, empty where all is well.
    `order_dependent`: another adapter's object may be used instead, depending on which was loaded first.
    `origins` leads from a field (`provider`, `model`, `url`, `key`, a parameter's name) to the key paths that it comes from, the deciding one first.
    """

    adapter: str | None
    service: str
    provider: str | None
    model: str | None
    url: str | None
    state: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    key_variable: str | None = None
    key: str | None = field(default=None, repr=False)
    reason: str = ""
    order_dependent: bool = False
    enabled: bool = True
    origins: Mapping[str, tuple[KeyPath, ...]] = field(default_factory=dict)

    @property
    def key_set(self) -> bool:
        """Whether there is a key to send."""
        return bool(self.key)
