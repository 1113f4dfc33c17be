"""What ORBIT's loader insists on: values that must be there, sections that must be mappings, and no wildcard with credentials."""

from collections.abc import Iterator

from orbitcfg.document.events import CorsWildcard, Event, LoaderCrash, RequiredMissing
from orbitcfg.document.tree import KeyPath, Mapping, Unknown, at, plain, value_at

ADMIN_PASSWORD: KeyPath = ("auth", "default_admin_password")
_SERVICES = "internal_services"
_BACKEND: KeyPath = (_SERVICES, "backend")
_BACKEND_TYPE: KeyPath = (*_BACKEND, "type")
_AUDIT: KeyPath = (_SERVICES, "audit")
_AUDIT_STORE: KeyPath = (*_AUDIT, "storage_backend")
_MONGODB: KeyPath = (_SERVICES, "mongodb")
_POSTGRES: KeyPath = (*_BACKEND, "postgres")
_ELASTICSEARCH: KeyPath = (_SERVICES, "elasticsearch")
_REDIS: KeyPath = (_SERVICES, "redis")
_CORS: KeyPath = ("security", "cors")
_ORIGINS: KeyPath = (*_CORS, "allowed_origins")
_CREDENTIALS: KeyPath = (*_CORS, "allow_credentials")
_MUST_BE_MAPPINGS: tuple[KeyPath, ...] = ((_SERVICES,), _BACKEND, _AUDIT, _ELASTICSEARCH, _REDIS, ("security",), _CORS)


REQUIRED_BY_SWITCH: dict[KeyPath, tuple[str, ...]] = {_ELASTICSEARCH: ("node", "username", "password"), _REDIS: ("host", "port", "password")}
"""What must stand in a section as soon as its `enabled` is on."""


def check_requirements(tree: Mapping) -> list[Event]:
    """Everything in the compiled tree on which ORBIT's loader would raise. What is unknown here is taken to be right."""
    return [*_crashes(tree), *_missing(tree), *_wildcard(tree)]


def _crashes(tree: Mapping) -> Iterator[LoaderCrash]:
    for path in _MUST_BE_MAPPINGS:
        holder = at(tree, path[:-1])
        node = at(tree, path)
        # what is absent passes, a null does not (loader §9.7)
        if isinstance(holder, Mapping) and node is not None and not isinstance(node, Mapping) and not _unknown(tree, path):
            yield LoaderCrash(path, "a mapping")


def _missing(tree: Mapping) -> Iterator[RequiredMissing]:
    for path, because in required_paths(tree):
        node = at(tree, path)
        # 0, false and empty count as missing, blanks do not (loader §9.1)
        if node is None or (not plain(node) and not _unknown(tree, path)):
            yield RequiredMissing(path, because)


def required_paths(tree: Mapping) -> Iterator[tuple[KeyPath, KeyPath | None]]:
    """Each path that must hold something, and the path that makes it so."""
    yield ADMIN_PASSWORD, None
    # the exact text counts, and `audit.enabled` is not looked at (loader §9.3)
    if because := _says(tree, "mongodb", _BACKEND_TYPE, _AUDIT_STORE):
        yield from (((*_MONGODB, key), because) for key in ("host", "username", "password", "database"))
    # of postgres no password is wanted (loader §9.3)
    if because := _says(tree, "postgres", _BACKEND_TYPE):
        yield from (((*_POSTGRES, key), because) for key in ("host", "port", "username", "database"))
    if because := _on(tree, _ELASTICSEARCH) or _says(tree, "elasticsearch", _AUDIT_STORE):
        yield from (((*_ELASTICSEARCH, key), because) for key in REQUIRED_BY_SWITCH[_ELASTICSEARCH])
    if because := _on(tree, _REDIS):
        yield from (((*_REDIS, key), because) for key in REQUIRED_BY_SWITCH[_REDIS])


def _says(tree: Mapping, wanted: str, *paths: KeyPath) -> KeyPath | None:
    """The first of the paths that holds exactly this text."""
    return next((path for path in paths if value_at(tree, path) == wanted), None)


def _on(tree: Mapping, section: KeyPath) -> KeyPath | None:
    """The section's switch, where Python takes it for true."""
    switch = (*section, "enabled")
    return switch if _truth(tree, switch) else None


def _truth(tree: Mapping, path: KeyPath) -> bool:
    node = at(tree, path)
    # Python's truth: the text `false` is on (loader §9.4)
    return node is not None and bool(plain(node)) and not _unknown(tree, path)


def _unknown(tree: Mapping, path: KeyPath) -> bool:
    return isinstance(value_at(tree, path), Unknown)


def _wildcard(tree: Mapping) -> Iterator[CorsWildcard | LoaderCrash]:
    if not isinstance(at(tree, _CORS), Mapping) or not _truth(tree, _CREDENTIALS):
        return
    # no origins at all pass, null ones raise (loader §9.6, §9.7)
    node = at(tree, _ORIGINS)
    if node is None or _unknown(tree, _ORIGINS):
        return
    value = plain(node)
    if not isinstance(value, str | list | dict | set):
        yield LoaderCrash(_ORIGINS, "a list of origins")
    elif "*" in value:
        # `in`, as ORBIT has it: a `*` anywhere in a plain text counts (loader §9.6)
        yield CorsWildcard(_ORIGINS, _CREDENTIALS)
