"""What ORBIT will really use for one service of one adapter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from orbitcfg.document.tree import KeyPath

State: TypeAlias = Literal["ok", "off", "disabled", "unknown", "unregistered", "incomplete", "keyless", "failing", "ignored", "undecided"]
"""How a use will fare: see `Use`."""


@dataclass(frozen=True, slots=True)
class Use:
    """One row of the effective configuration.

    `adapter` is None for the default, and `NAME@ENTRY` for an entry of `allowed_models`. `service` is one of inference, embedding, reranking,
    vision, speech-to-text, text-to-speech, image, video, rewriting, moderation.
    `provider`, `model` and `url` are None where there is none, or where nobody knows it here; `url` is the base that ORBIT's client will use.
    `model` is text; `sent_model` is the same in the type in which it is sent.
    `parameters` are those that an ordinary request will hold, by their name on the wire (what stands in an object of its own, such as Ollama's
    `options`, is a mapping), in the value's own type.
    `key_variable` is the variable that gives the API key, `key` the key itself, which is never shown; `stand_in_key` is the text that ORBIT sends
    where there is none.
    `state` is one of

    - ok;
    - off: the adapter, or the whole service, is switched off;
    - disabled: the provider is;
    - unknown: its section has no block of this name;
    - unregistered: it has, and ORBIT has no provider of this name;
    - incomplete: a setting is missing or wrong that the provider cannot do without;
    - keyless: its API key is missing, which the variable `key_variable` may bring elsewhere;
    - failing: ORBIT makes the provider, and its requests fail inside ORBIT;
    - ignored: ORBIT does not look at what is written;
    - undecided: it hangs on a variable that is not set here.

    `reason` says in words what ORBIT then does, empty where all is well. `built` is false where making the provider raises an error: as the default
    provider it stops the start. One that is off or not registered is never made, and stops nothing.
    `order_dependent`: the object made for another adapter may serve instead, depending on which was loaded or asked first.
    `served_by` is the adapter whose object serves, where that is another (empty text for the default).
    `origins` leads from a field (`provider`, `model`, `url`, `key`, a parameter's dotted name) to the key paths that it comes from, the deciding one first.
    `path` is the adapter's place, None for the default; `block` the provider's block, None where there is none.
    """

    adapter: str | None
    service: str
    provider: str | None
    model: str | None
    url: str | None
    state: State
    parameters: Mapping[str, object] = field(default_factory=dict)
    key_variable: str | None = None
    key: str | None = field(default=None, repr=False)
    stand_in_key: str | None = None
    reason: str = ""
    built: bool = True
    order_dependent: bool = False
    served_by: str | None = None
    enabled: bool = True
    protocol: str | None = None
    sent_model: object = None
    path: KeyPath | None = None
    block: KeyPath | None = None
    origins: Mapping[str, tuple[KeyPath, ...]] = field(default_factory=dict)

    @property
    def key_set(self) -> bool:
        """Whether there is a key to send."""
        return bool(self.key)

    @property
    def places(self) -> tuple[KeyPath, ...]:
        """Every key path that the row comes from, each once."""
        return tuple(dict.fromkeys(path for paths in self.origins.values() for path in paths))
