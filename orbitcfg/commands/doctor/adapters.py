"""Adapters by provider, as HTML: who needs which model of whom, and whether it is served."""

from collections.abc import Iterable
from itertools import groupby

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.observed.endpoint import THE_DEFAULT, ExpectedModel, ProbeTarget
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.report.markup import Markup, element

_UNSEEN = ("?", "unchecked", "not compared with a list")


def adapters(checkup: Checkup) -> Markup:
    """A block for each provider; empty where no adapter needs any."""
    listed = sorted((target for target in checkup.targets if target.users), key=lambda target: target.providers)
    blocks = [_provider(", ".join(names), list(group), checkup.results) for names, group in groupby(listed, key=lambda target: target.providers)]
    return element("section", element("h2", "Adapters by provider"), blocks) if blocks else Markup()


def _provider(name: str, group: list[ProbeTarget], seen: Iterable[ProbeResult]) -> Markup:
    models = [
        _model(expected, next((each for each in seen if each.target == target), None), target if len(group) > 1 else None)
        for target in group
        for expected in target.expected
    ]
    return element("article", element("h3", name), element("ul", models, class_="models"), class_="endpoint")


def _model(expected: ExpectedModel, result: ProbeResult | None, target: ProbeTarget | None) -> Markup:
    sign, state, meaning = _fit(expected, result)
    place: Iterable[str] = (element("code", target.shown_url, class_="users"),) if target else ()
    users = (element("span", user, class_="chip default" if user == THE_DEFAULT else "chip") for user in expected.users)
    services = element("span", ", ".join(expected.services), class_="users")
    model = element("code", expected.model) if expected.model else element("span", "no model is named")
    mark = element("span", sign, class_="sign", role="img", aria_label=meaning, title=meaning)
    return element("li", mark, element("div", model, " ", services, place), element("div", users, class_="chips"), class_=state)


def _fit(expected: ExpectedModel, result: ProbeResult | None) -> tuple[str, str, str]:
    fit = next((match.fit for match in result.model_list.matches if match.expected == expected), None) if result else None
    if fit is None:
        return _UNSEEN
    return ("✓", "ok", fit.value) if fit.is_served else ("✗", "failed", fit.value)
