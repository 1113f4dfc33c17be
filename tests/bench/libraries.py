"""What template libraries add to `validate`: those that people wrote for the tests, as often as it takes for as many templates as ORBIT ships.

Half of their queries use what only one dialect has, so that the guard's own parser is asked about them; of ORBIT's none does.
"""

import itertools
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.bench.figures import Figure
from tests.bench.static import FINDINGS, look
from tests.bench.timing import Sample, noise, side_by_side
from tests.rules.test_intent_cases import CLASSES, adapter, configuration
from tests.rules.test_intent_people import libraries

TEMPLATES = 703
OFTEN = 4


def run() -> list[Figure]:
    """Processor time with the libraries less that without, and how it grows."""
    with tempfile.TemporaryDirectory() as folder:
        commands = {}
        for times in (1, OFTEN):
            for with_files in (True, False):
                root = Path(folder) / f"{times}-{with_files}"
                _written(root, TEMPLATES * times, with_files=with_files)
                commands[str(root)] = look(str(root / "config"), 0 if with_files else FINDINGS)
        taken = list(side_by_side(commands, Path(folder)).values())
    once, often = _added(*taken[:2]), _added(*taken[2:])
    strays = max(noise([each.cpu for each in samples]) for samples in taken)
    return [
        Figure(f"validate, {TEMPLATES} templates more", once, "s", bound=0.5, noise=strays, clock="cpu"),
        Figure(f"validate, {TEMPLATES * OFTEN} templates more", often, "s", f"{TEMPLATES} templates", once, 1.05 * OFTEN, strays, "cpu"),
    ]


def _added(there: list[Sample], not_there: list[Sample]) -> float:
    """What the files cost: the best run with them less the best without."""
    return min(each.cpu for each in there) - min(each.cpu for each in not_there)


def _written(root: Path, templates: int, *, with_files: bool) -> None:
    """A repository with so many templates, an adapter for each library; or with the adapters alone."""
    adapters = []
    for number, (family, domain, library) in enumerate(itertools.cycle(_libraries())):
        held = library[:templates]
        templates -= len(held)
        named = {}
        for key, what in (("domain_config_path", domain), ("template_library_path", {"templates": held})) if with_files else ():
            path = root / "examples" / str(number) / f"{key}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump(what, sort_keys=False, allow_unicode=True), "utf-8")
            named[key] = str(path.relative_to(root))
        adapters.append(adapter(f"library-{number}", family, named))
        if not templates:
            break
    (root / "config").mkdir(parents=True)
    (root / "config" / "config.yaml").write_text(configuration(adapters), "utf-8")


def _libraries() -> list[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """A domain and a library of each class, as large as ORBIT's: those of ten people in one."""
    found = []
    for family in CLASSES:
        domain: dict[str, Any] = {"domain_name": family}
        library: list[dict[str, Any]] = []
        for name, case in libraries(family).items():
            one = yaml.safe_load(case["files"]["domain.yaml"])
            for key in ("entities", "fields"):
                domain[key] = {**domain.get(key, {}), **(one.get(key) or {})}
            held = yaml.safe_load(case["files"]["library.yaml"])["templates"]
            library += [{**each, "id": f"{name}_{each['id']}"} for each in (held.values() if isinstance(held, dict) else held)]
        found.append((family, domain, library))
    return found
