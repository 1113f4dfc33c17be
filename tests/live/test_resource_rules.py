"""ORB77x, judged on data: each fault of a resource, with what it comes to."""

from dataclasses import replace

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.observed.check import NOT_CHECKED, ProbeFault
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.resource import ResourceFault, ResourceLoss, ResourceResult, ResourceTarget, ResourceValue
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules.live.resources import RULES
from tests.trees import config_of

CONFIG = config_of(
    {
        "config/config.yaml": "datasources:\n  postgres: {host: db, port: 5432, password: secret-of-the-db}\n"
        "adapters:\n- {name: hr, enabled: true, type: retriever, datasource: postgres,\n"
        "   implementation: retrievers.implementations.intent.IntentPostgreSQLRetriever, capabilities: {retrieval_behavior: always}}\n"
    }
)
BLOCK = ("datasources", "postgres")
TARGET = ResourceTarget(
    "ds_postgres",
    "PostgreSQL, a datasource",
    "datasource",
    "db:5432",
    BLOCK,
    {"host": ResourceValue("db", (*BLOCK, "host")), "password": ResourceValue("secret-of-the-db", (*BLOCK, "password"), is_secret=True)},
    Consequence.ADAPTER_MISSING,
    "the adapter does not load",
    ("hr",),
)

CODES: dict[str, set[ProbeFault | ResourceFault]] = {
    "ORB770": {
        ProbeFault.REFUSED, ProbeFault.UNRESOLVED, ProbeFault.NO_CONNECTION, ProbeFault.SILENT, ProbeFault.CLOSED, ProbeFault.BAD_URL,
        ProbeFault.BIND_ADDRESS, ProbeFault.BAD_PROXY, ProbeFault.TLS_EXPIRED, ProbeFault.TLS_SELF_SIGNED, ProbeFault.TLS_UNKNOWN_CA,
        ProbeFault.TLS_WRONG_HOST, ProbeFault.TLS_WITHOUT_TRUST, ProbeFault.TLS_FAILED,
    },
    "ORB771": {
        ResourceFault.FOREIGN, ResourceFault.BROKEN_REPLY, ResourceFault.SERVER_ERROR, ResourceFault.ENDED, ProbeFault.NOT_HTTP, ProbeFault.PLAIN_ON_TLS,
        ProbeFault.TLS_ON_PLAIN, ProbeFault.REDIRECTED, ProbeFault.TOO_LARGE, ProbeFault.REDIRECT_LOOP,
    },
    "ORB772": {ResourceFault.LOGIN_WANTED, ResourceFault.LOGIN_REFUSED, ResourceFault.NOT_ALLOWED},
    "ORB773": {ResourceFault.NO_DATABASE, ResourceFault.NO_TABLE, ResourceFault.NO_COLLECTION, ResourceFault.NO_BUCKET, ResourceFault.LACKS_EXTENSION, ResourceFault.NO_TOOLS},
    "ORB774": {ResourceFault.OTHER_SIZE},
    "ORB775": {
        ResourceFault.NO_FILE, ResourceFault.NOT_A_FILE, ResourceFault.NOT_A_DATABASE, ResourceFault.EMPTY_DATABASE, ResourceFault.NOT_READABLE,
    },
    "ORB776": {ResourceFault.NO_FOLDER, ResourceFault.NOT_WRITABLE},
    "ORB777": {ResourceFault.EXPIRED, ResourceFault.NOT_A_PAIR, ResourceFault.NOT_OPENED},
    "ORB778": {ResourceFault.PORT_TAKEN},
    "ORB779": {ResourceFault.NOT_SET, ResourceFault.BAD_VALUE, ResourceFault.NO_COMMAND},
}  # fmt: skip
"""Which rule tells of which fault."""


def found(*results: ResourceResult) -> list[tuple[str, Severity, str, str, str]]:
    """What the rules find: code, severity, message, help and place."""
    verdict = run_rules(CONFIG, RULES, Observations(resources=results))
    assert not verdict.crashed
    return [
        (each.code, each.severity, each.message, each.help, getattr(each.place, "label", "").rpartition("repo/")[2]) for each in verdict.diagnostics
    ]


@pytest.mark.parametrize("fault", [*ResourceFault, *(each for each in ProbeFault if each not in NOT_CHECKED)])
def test_each_fault_is_told_by_one_rule(fault: ResourceFault | ProbeFault) -> None:
    expected = [code for code, faults in CODES.items() if fault in faults]
    assert [code for code, *_ in found(ResourceResult(TARGET, (), fault))] == expected
    assert len(expected) == 1


@pytest.mark.parametrize("fault", sorted(NOT_CHECKED, key=str))
def test_what_could_not_be_checked_is_no_fault(fault: ProbeFault) -> None:
    assert found(ResourceResult(TARGET, (), fault)) == []


def test_a_server_that_is_down_is_told_at_its_line_with_what_comes_of_it() -> None:
    down = ResourceResult(TARGET, (), ProbeFault.REFUSED, "port 5432", ("host", "port"))
    fact = "nothing listens for PostgreSQL, a datasource at `db:5432`, which `hr` needs: the adapter does not load"
    help_text = "start it, or correct `datasources.postgres.host`"
    assert found(down) == [("ORB770", Severity.ERROR, fact, help_text, "config/config.yaml:2")]


@pytest.mark.parametrize(
    ("detail", "blamed", "remedy"),
    [
        ("db:5432", "host", "correct `datasources.postgres.host`, or, if only containers know it, run doctor with `--map db:5432=127.0.0.1:5432`"),
        ("db", "host", "correct `datasources.postgres.host`"),
        ("db:443", "url", "check whether this machine is offline, or behind a proxy: the address is ORBIT's own, and in no file"),
    ],
)
def test_a_name_that_is_not_known_here(detail: str, blamed: str, remedy: str) -> None:
    [(code, _severity, message, help_text, _place)] = found(ResourceResult(TARGET, (), ProbeFault.UNRESOLVED, detail, (blamed,)))
    assert (code, help_text) == ("ORB770", remedy)
    assert message.startswith("the name `db` of PostgreSQL, a datasource at `db:5432`, which `hr` needs, is not known here")


def test_a_refused_login_is_told_at_the_password() -> None:
    refused = ResourceResult(TARGET, (), ResourceFault.LOGIN_REFUSED, 'password authentication failed for user "orbit"', ("password",))
    [(code, _severity, message, help_text, place)] = found(refused)
    assert (code, place) == ("ORB772", "config/config.yaml:2")
    assert message.startswith(
        'PostgreSQL, a datasource at `db:5432`, which `hr` needs, refuses the login: password authentication failed for user "orbit"'
    )
    assert help_text == "correct `datasources.postgres.password`, or the variable that it comes from"


@pytest.mark.parametrize(
    ("fault", "fact", "remedy"),
    [
        (ProbeFault.PLAIN_ON_TLS, "speaks plain http, and is asked by https", "write `http://` in `datasources.postgres.host`, or have it speak TLS"),
        (ProbeFault.TLS_ON_PLAIN, "speaks TLS, and is asked by plain http", "write `https://` in `datasources.postgres.host`, or correct its port"),
    ],
)
def test_tls_at_the_wrong_end_is_told_as_such(fault: ProbeFault, fact: str, remedy: str) -> None:
    [(_code, _severity, message, help_text, _place)] = found(ResourceResult(TARGET, (), fault, "WRONG_VERSION_NUMBER", ("host",)))
    assert message == f"PostgreSQL, a datasource at `db:5432`, which `hr` needs, {fact}: the adapter does not load"
    assert help_text == remedy


def test_the_first_of_two_at_one_place_explains_the_other() -> None:
    down = ResourceResult(TARGET, (), ProbeFault.REFUSED, "port 5432", ("host",))
    audit = replace(down, target=replace(TARGET, kind="audit_postgres", title="PostgreSQL, for audit", consequence=Consequence.DEGRADED, users=()))
    verdict = run_rules(CONFIG, RULES, Observations(resources=(down, audit)))
    assert [(each.severity, each.is_symptom) for each in verdict.diagnostics] == [(Severity.ERROR, False), (Severity.WARNING, True)]


def test_two_lines_are_two_faults_though_the_server_is_one() -> None:
    missing = ResourceResult(TARGET, (), ResourceFault.NO_DATABASE, "database `hr` does not exist", ("host",))
    other = replace(missing, target=replace(TARGET, users=("shop",)), detail="database `shop` does not exist", blamed=("password",))
    same = replace(missing, target=replace(TARGET, users=("again",)))
    verdict = run_rules(CONFIG, RULES, Observations(resources=(missing, other, same)))
    assert [(each.affects, each.is_symptom) for each in verdict.diagnostics] == [(("hr", "again"), False), (("again",), True), (("shop",), False)]


def test_who_loses_less_is_told_apart() -> None:
    lesser = ResourceLoss(("chat",), Consequence.DEGRADED, "requests go on without its tools")
    target = replace(TARGET, users=("hr", "chat"), struck=("hr",), lesser=lesser)
    verdict = run_rules(CONFIG, RULES, Observations(resources=(ResourceResult(target, (), ProbeFault.REFUSED),)))
    start = "nothing listens for PostgreSQL, a datasource at `db:5432`, which"
    assert [(each.consequence, each.affects, each.is_symptom, each.message) for each in verdict.diagnostics] == [
        (Consequence.ADAPTER_MISSING, ("hr",), False, f"{start} `hr` needs: the adapter does not load"),
        (Consequence.DEGRADED, ("chat",), False, f"{start} `chat` needs: requests go on without its tools"),
    ]


def test_the_worst_of_those_at_a_place_that_is_down_stands_for_all() -> None:
    down = ResourceResult(TARGET, (), ProbeFault.REFUSED, "port 5432", ("host",))
    backend = replace(
        TARGET, kind="backend_postgres", title="PostgreSQL, the backend", consequence=Consequence.NO_START, without="the start ends", users=()
    )
    verdict = run_rules(CONFIG, RULES, Observations(resources=(down, replace(down, target=backend))))
    assert [(each.consequence, each.is_symptom, "the start ends" in each.message) for each in verdict.diagnostics] == [
        (Consequence.NO_START, False, True),
        (Consequence.ADAPTER_MISSING, True, False),
    ]


@pytest.mark.parametrize("fault", [ResourceFault.LOGIN_REFUSED, ResourceFault.NO_DATABASE, ResourceFault.FOREIGN])
def test_on_one_server_what_comes_from_two_lines_is_fixed_twice(fault: ResourceFault) -> None:
    first = ResourceResult(TARGET, (), fault, "`a`", ("host",))
    other = replace(TARGET, kind="backend_postgres", at=("adapters", 0, "database"), values={}, without="the start ends")
    alone = run_rules(CONFIG, RULES, Observations(resources=(first, ResourceResult(other, (), fault, "`b`"))))
    assert [each.is_symptom for each in alone.diagnostics] == [False, False]
    both = run_rules(CONFIG, RULES, Observations(resources=(first, replace(first, target=replace(TARGET, users=("shop",))))))
    assert [each.is_symptom for each in both.diagnostics] == [False, True]


def test_a_fault_may_come_to_something_else_than_absence() -> None:
    target = replace(TARGET, overrides={ResourceFault.NO_FILE: Consequence.PURPOSE_LOST})
    verdict = run_rules(CONFIG, RULES, Observations(resources=(ResourceResult(target, (), ResourceFault.NO_FILE),)))
    [diagnostic] = verdict.diagnostics
    assert diagnostic.consequence is Consequence.PURPOSE_LOST
    assert "does not load" not in diagnostic.message


def test_what_nobody_needs_is_info() -> None:
    [(_code, severity, *_rest)] = found(ResourceResult(replace(TARGET, is_needed=False, users=()), (), ProbeFault.REFUSED))
    assert severity is Severity.INFO


@pytest.mark.parametrize(
    ("block", "line"), [(("datasources", "postgres"), 2), (("datasources", "mysql"), 5)], ids=["the block that lacks it", "who asks for it"]
)
def test_a_value_that_nothing_sets_is_told_where_it_is_missing(block: tuple[str, ...], line: int) -> None:
    target = replace(TARGET, at=("adapters", 0, "implementation"), values={"user": ResourceValue(None, key=(*block, "username"))})
    [(_code, _severity, _message, help_text, place)] = found(ResourceResult(target, (), ResourceFault.NOT_SET, blamed=("user",)))
    assert (help_text, place) == (f"set or correct `{'.'.join(block)}.username`", f"config/config.yaml:{line}")


def test_a_value_of_a_variable_is_told_by_its_name() -> None:
    values = {"key": ResourceValue(None, None, is_secret=True, variable="ORBIT_FILE_ENCRYPTION_KEY")}
    unset = ResourceResult(replace(TARGET, values=values), (), ResourceFault.NOT_SET, blamed=("key",))
    [(code, _severity, _message, help_text, _place)] = found(unset)
    assert (code, help_text) == ("ORB779", "set or correct `ORBIT_FILE_ENCRYPTION_KEY`")
