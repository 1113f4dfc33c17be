"""The addresses that are written in blocks of providers, each as its client reads it."""

import re
from collections.abc import Iterator
from functools import cache, partial

from orbitcfg.catalog.specs import ClientSpec
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath, Unknown, value_at
from orbitcfg.effective.block import Block, plain_block
from orbitcfg.effective.families import FAMILIES
from orbitcfg.effective.meant import ClientReading, Slip, Target, is_placeholder, slip_of
from orbitcfg.effective.providers import Provider
from orbitcfg.effective.request import path_of, target_of
from orbitcfg.effective.urls import BaseAddress
from orbitcfg.project.config import Config

_UNMEASURED = ClientSpec("openai", {"": ""})
"""What stands in for a client that was never measured: it is only looked at whether the address can be called."""
_NEVER_CALLED = frozenset({"broken_always", "placeholder"})


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """A text under a key that may hold a provider's address; `host` under the key of that name, which stands in for an address."""

    provider: Provider
    block: Block
    path: KeyPath
    text: str
    reading: ClientReading
    is_host: bool = False
    slip: Slip | None = None
    """What is wrong with it; None where nothing is, and of hosts and of placeholders, which are no addresses."""

    @property
    def is_measured(self) -> bool:
        """Whether it is known what the client makes of the path."""
        return self.provider.row.provider.client is not None


def written_addresses(config: Config) -> tuple[WrittenAddress, ...]:
    """All of them, worked out once."""
    return config.once(_known)


def _known(config: Config) -> tuple[WrittenAddress, ...]:
    # no adapter has a say in the block of a provider
    return config.catalog.memo.kept(_all, (config.beside_adapters, config.catalog.store), partial(_all, config))


def _all(config: Config) -> tuple[WrittenAddress, ...]:
    # several blocks may borrow one key of another section
    return tuple({each.path: each for provider in config.providers for each in _of(config, provider)}.values())


def _of(config: Config, provider: Provider) -> Iterator[WrittenAddress]:
    # nobody calls an address that stands beside a fixed one, or in a block that never works
    if provider.row.provider.url.fixed is not None or provider.row.provider.status in _NEVER_CALLED:
        return
    found = [(key, path, text) for key, path, text in _texts(config, provider) if text]
    if not found and provider.text("host") is None:
        return
    block = plain_block(config.tree, config.catalog, provider.path)
    for key, path, text in found:
        read = reading(provider, block, key)
        yield WrittenAddress(provider, block, path, text, read, slip=None if is_placeholder(text) else slip_of(text, read))
    default = _default(block, provider)
    if not found and "{host}" in default:
        yield WrittenAddress(
            provider, block, (*provider.path, "host"), provider.text("host") or "", reading(provider, block, "base_url"), is_host=True
        )


def _texts(config: Config, provider: Provider) -> Iterator[tuple[str, KeyPath, str | None]]:
    for key in provider.row.provider.url.keys:
        if key.startswith("/"):
            path = tuple(key[1:].split("."))
            value = value_at(config.tree, path)
            yield key, path, value if isinstance(value, str) and not isinstance(value, Unknown) else None
        else:
            yield key, (*provider.path, key), provider.text(key)


def reading(provider: Provider, block: Block, key: str) -> ClientReading:
    """How the client of a provider reads what stands under a key."""
    client = provider.row.provider.client or _UNMEASURED
    family, path = FAMILIES[client.family], path_of(block, client, "m") or ""

    @cache
    def target(text: str) -> Target:
        return target_of(client, family, BaseAddress(text, given=text, key=key), path)

    return ClientReading(target, path, provider.row.provider.url.paths, _default(block, provider))


def _default(block: Block, provider: Provider) -> str:
    texts = (block.default(key) for key in provider.row.provider.url.keys)
    return next((text for text in texts if isinstance(text, str)), "")


def usual(default: str, block: Block) -> str:
    """The provider's own address, with the usual host and port."""
    return re.sub(r"\{(\w+)\}", lambda found: str(block.default(found[1])), default)
