"""What is written down, and where."""

from collections.abc import Iterator

from orbitcfg.document.tree import Mapping, at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.server._lookup import is_switched_on, path_of, switching_on, value_of

_AUDIT = "internal_services.audit"
_ELASTIC = "internal_services.elasticsearch"


@rule("ORB563", consequence=Consequence.DEGRADED)
def audit_goes_nowhere(config: Config) -> Iterator[Finding]:
    """The audit is on, and its store is not there or is another one than the application's.

    With `storage_backend: elasticsearch` nothing is written unless `elasticsearch.enabled` is on. `sqlite` and `mongodb` mean the application's own database,
    whatever `backend.type` says of it. The events of administrators need the audit itself.

    ```yaml bad
    internal_services: {backend: {type: sqlite}, audit: {enabled: false, admin_events: {enabled: true}}}
    ```

    ```yaml good
    internal_services: {backend: {type: sqlite}, audit: {enabled: true, storage_backend: database, admin_events: {enabled: true}}}
    ```
    """
    if is_switched_on(config, f"{_AUDIT}.admin_events.enabled") and not is_switched_on(config, f"{_AUDIT}.enabled"):
        yield Finding(
            "events of administrators are not written, as the audit is off",
            path_of(f"{_AUDIT}.admin_events.enabled"),
            f"write `{_AUDIT}.enabled: true`",
            demanded=True,
        )
    if not is_switched_on(config, f"{_AUDIT}.enabled"):
        return
    store, backend = value_of(config, f"{_AUDIT}.storage_backend"), value_of(config, "internal_services.backend.type")
    path = path_of(f"{_AUDIT}.storage_backend")
    if store == "elasticsearch" and not is_switched_on(config, f"{_ELASTIC}.enabled"):
        yield Finding("nothing is audited, as `elasticsearch.enabled` is off", path, switching_on(config, _ELASTIC, "write `database`"), value=True)
    elif store in ("sqlite", "mongodb") and isinstance(backend, str) and backend != store:
        yield Finding(
            f"the audit goes into `{backend}`, as everything else does, and not into `{store}`",
            path,
            "write `database`",
            value=True,
            consequence=Consequence.DIFFERENT,
            related=(Annotation(config.locate(path_of("internal_services.backend.type"), value=True), "the application's database"),),
        )


@rule("ORB564", consequence=Consequence.DEGRADED)
def audit_deleted(config: Config) -> Iterator[Finding]:
    """Audit records are deleted at each start.

    ```yaml bad
    internal_services: {backend: {type: sqlite}, audit: {enabled: true, storage_backend: database, clear_on_startup: true}}
    ```

    ```yaml good
    internal_services: {backend: {type: sqlite}, audit: {enabled: true, storage_backend: database, clear_on_startup: false}}
    ```
    """
    for setting in (f"{_AUDIT}.clear_on_startup", f"{_AUDIT}.admin_events.clear_on_startup"):
        if is_switched_on(config, setting):
            yield Finding(f"`{setting}` deletes the records at each start", path_of(setting), "write `false`")


@rule("ORB565", consequence=Consequence.DIFFERENT)
def backend_type_missing(config: Config) -> Iterator[Finding]:
    """No database is named for the application.

    ORBIT then takes MongoDB, for which its loader has checked nothing. Without a host for it the start ends: `Port contains non-digit characters`.

    ```yaml bad
    internal_services: {backend: {sqlite: {database_path: orbit.db}}}
    ```

    ```yaml good
    internal_services: {backend: {type: sqlite, sqlite: {database_path: orbit.db}}}
    ```
    """
    backend = at(config.tree, ("internal_services", "backend"))
    if isinstance(backend, Mapping) and "type" not in backend.entries and config.is_whole:
        is_reached = value_of(config, "internal_services.mongodb.host") and value_of(config, "internal_services.mongodb.port")
        yield Finding(
            "`internal_services.backend` has no `type`, so MongoDB is taken" + ("" if is_reached else ", which has no host: the start ends"),
            ("internal_services", "backend", "type"),
            "add `type: sqlite`",
            consequence=None if is_reached else Consequence.NO_START,
        )


@rule("ORB566", consequence=Consequence.DIFFERENT)
def elasticsearch_login_elsewhere(config: Config) -> Iterator[Finding]:
    """The login of Elasticsearch is written out, and another one is used.

    Name and password always come from `INTERNAL_SERVICES_ELASTICSEARCH_USERNAME` and `INTERNAL_SERVICES_ELASTICSEARCH_PASSWORD`.

    ```yaml bad
    internal_services:
      backend: {type: sqlite}
      elasticsearch: {enabled: true, node: "https://es.example.org:9200", index: orbit, username: orbit, password: "${ES_PASSWORD}"}
    ```

    ```yaml good
    internal_services:
      backend: {type: sqlite}
      elasticsearch: {enabled: true, node: "https://es.example.org:9200", index: orbit,
                      username: "${INTERNAL_SERVICES_ELASTICSEARCH_USERNAME}", password: "${INTERNAL_SERVICES_ELASTICSEARCH_PASSWORD}"}
    ```
    """
    if not is_switched_on(config, f"{_ELASTIC}.enabled"):
        return
    for key in ("username", "password"):
        variable = f"INTERNAL_SERVICES_ELASTICSEARCH_{key.upper()}"
        node = at(config.tree, path_of(f"{_ELASTIC}.{key}"))
        span = config.locate(path_of(f"{_ELASTIC}.{key}"), value=True)
        if node is not None and variable not in span.text and variable not in config.environment.variables:
            yield Finding(
                f"Elasticsearch's {key} comes from `{variable}`, whatever is written here",
                path_of(f"{_ELASTIC}.{key}"),
                f"write `${{{variable}}}`",
                value=True,
            )


RULES = (audit_goes_nowhere, audit_deleted, backend_type_missing, elasticsearch_login_elsewhere)
