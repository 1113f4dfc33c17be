"""Adapters by provider, as HTML: who needs which model of whom, and whether it is served."""

from collections.abc import Iterable
from itertools import groupby

from orbitcfg.commands.doctor.command import Checkup
from orbitcfg.commands.doctor.markup import Markup, element
from orbitcfg.live.plan import THE_DEFAULT
from orbitcfg.observed.endpoint import ProbeResult, Target, Wanted

_UNSEEN = ("?", "unchecked", "not compared with a list")


def adapters(checkup: Checkup) -> Markup:
    """A block for each provider; empty where no adapter needs any."""
    listed = sorted((target for target in checkup.targets if target.users), key=lambda target: target.provider)
    blocks = [_provider(name, list(group), checkup.sightings) for name, group in groupby(listed, key=lambda target: target.provider)]
    return element("section", element("h2", "Adapters by provider"), blocks) if blocks else Markup()


def _provider(name: str, group: list[Target], seen: Iterable[ProbeResult]) -> Markup:
    models = [
        _model(wanted, next((each for each in seen if each.target == target), None), target if len(group) > 1 else None)
        for target in group
        for wanted in target.wanted
    ]
    return element("article", element("h3", name), element("ul", models, class_="models"), class_="endpoint")


def _model(wanted: Wanted, sighting: ProbeResult | None, target: Target | None) -> Markup:
    sign, state, told = _fit(wanted, sighting)
    place: Iterable[str] = (element("code", target.shown_url, class_="users"),) if target else ()
    users = (element("span", user, class_="chip default" if user == THE_DEFAULT else "chip") for user in wanted.users)
    services = element("span", ", ".join(wanted.services), class_="users")
    model = element("code", wanted.model) if wanted.model else element("span", "no model is named")
    mark = element("span", sign, class_="sign", role="img", aria_label=told, title=told)
    return element("li", mark, element("div", model, " ", services, place), element("div", users, class_="chips"), class_=state)


def _fit(wanted: Wanted, sighting: ProbeResult | None) -> tuple[str, str, str]:
    fit = next((match.fit for match in sighting.matches if match.wanted == wanted), None) if sighting else None
    if fit is None:
        return _UNSEEN
    return ("✓", "ok", fit.value) if fit.is_served else ("✗", "failed", fit.value)
