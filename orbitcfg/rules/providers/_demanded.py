"""The provider blocks that somebody needs."""

from collections.abc import Iterator

from orbitcfg.effective.block import SECTION
from orbitcfg.effective.providers import Provider
from orbitcfg.project.config import Config


def demanded(config: Config, path: tuple[str, str] | None = None) -> Iterator[Provider]:
    """Every block that somebody needs and that is on; with `path` that one alone."""
    return (each for each in config.providers if (path is None or each.path == path) and config.demand.of(each.path).is_demanded)


def inference_block(config: Config, name: str) -> Provider | None:
    """The block of an inference provider; None where there is none."""
    return next((each for each in config.providers if each.path == (SECTION, name)), None)
