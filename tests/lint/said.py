"""What a verdict says of one adapter."""

from orbitcfg.report.verdict import AdapterState, Verdict


def state_of(verdict: Verdict, asked: str) -> AdapterState | None:
    """The state of an adapter, or of `NAME@CHOICE`, a choice of its clients; None where there is no such adapter."""
    name, _, choice = asked.partition("@")
    adapter = next((each for each in verdict.adapters if each.name == name), None)
    if adapter is None:
        return None
    return next((each.state for each in adapter.choices if each.name == choice), adapter.state)
