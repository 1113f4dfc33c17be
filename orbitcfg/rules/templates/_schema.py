"""ORBIT's own check of templates, for the rules."""

from functools import cache

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import shipped_store
from orbitcfg.effective.intent.template import Template
from orbitcfg.effective.intent.template_check import Refusal, TemplateCheck
from orbitcfg.project.config import Config


def refusals_of(config: Config) -> "KnownRefusals":
    """The check over the configuration's catalogue, each template looked at once."""
    return config.once(_known)


def _known(config: Config) -> "KnownRefusals":
    return KnownRefusals(config.catalog)


class KnownRefusals:
    """What the check refuses of each template."""

    def __init__(self, catalog: Catalog) -> None:
        self._check = TemplateCheck(catalog)
        # by id: the libraries keep their templates alive
        self._found: dict[int, tuple[Template, tuple[Refusal, ...]]] = {}

    def of(self, template: Template) -> tuple[Refusal, ...]:
        """What it refuses of a template."""
        if id(template) not in self._found:
            self._found[id(template)] = (template, tuple(self._check.refusals(template)))
        return self._found[id(template)][1]


@cache
def _shipped() -> TemplateCheck:
    return TemplateCheck(Catalog(shipped_store()))


def is_refused(template: Template) -> bool:
    """Whether the check refuses anything of a template."""
    return any(True for _ in _shipped().refusals(template))
