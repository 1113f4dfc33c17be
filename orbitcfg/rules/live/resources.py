"""ORB77x: what was seen of the things that ORBIT needs beside model servers."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from orbitcfg.dataclass import replace
from orbitcfg.document.tree import KeyPath, at
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.resource import ResourceFault, ResourceLoss, ResourceResult, ResourceValue
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import FOR_ALL, Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule
from orbitcfg.rules.live._endpoint import in_its_words, users_of

_Fault: TypeAlias = ProbeFault | ResourceFault
_Words: TypeAlias = Callable[[ResourceResult, str], tuple[str, str]]
"""From what was seen, and the key that the fault comes from: what is wrong, and what to do."""


def _found(config: Config, observations: Observations, words: dict[_Fault, _Words]) -> Iterator[Finding]:
    """A finding for each resource with one of these faults, at the line that it comes from."""
    for seen in observations.resources:
        if seen.fault not in words:
            continue
        for index, loss in enumerate(_losses(seen)):
            of_them = replace(seen, target=replace(seen.target, users=loss.users))
            fact, remedy = words[seen.fault](of_them, _key(config, seen))
            yield Finding(
                f"{fact}: {loss.without}" if loss.without else fact,
                _place(config, seen),
                remedy,
                value=True,
                consequence=loss.consequence,
                affects=None if loss.consequence in FOR_ALL else loss.users,
                demanded=seen.target.is_needed,
                # what others lose is no symptom of the worst: that would strike them too
                blames=None if index else _cause(seen),
                shares_cause=not index,
            )


def _losses(seen: ResourceResult) -> Iterator[ResourceLoss]:
    """What a fault comes to, the worst first."""
    target, overridden = seen.target, seen.target.overrides.get(seen.fault) if seen.fault else None
    if not target.is_needed:
        # of what nobody needs nothing comes, whatever its absence comes to elsewhere
        yield ResourceLoss(target.users, Consequence.WITHOUT_EFFECT, "")
    elif overridden is not None:
        yield ResourceLoss(target.users, overridden, "")
    else:
        yield ResourceLoss(target.losers, target.consequence, target.without)
        yield from () if target.lesser is None else (target.lesser,)


def _cause(seen: ResourceResult) -> KeyPath | None:
    """What one change fixes: a server that is not there for all who ask it, any other fault for those who have it from the same line alone."""
    if seen.fault in _UNREACHABLE:
        return ("the server", seen.target.place) if seen.target.place else None
    return ("the line", str(seen.fault), *seen.at)


def _key(config: Config, seen: ResourceResult) -> str:
    """What a person sets against it: the key that the fault comes from, written or not, or the variable where no key holds the value."""
    value = _blamed(seen)
    if value.variable and value.at is None:
        return value.variable
    return config.format_path(value.key if value.key and seen.at == seen.target.at else seen.at)


def _place(config: Config, seen: ResourceResult) -> KeyPath:
    """The line that the fault comes from: where none sets the value, the block that lacks it, if there is one."""
    key = _blamed(seen).key
    return key if key and seen.at == seen.target.at and at(config.tree, key[:-1]) is not None else seen.at


def _blamed(seen: ResourceResult) -> ResourceValue:
    """The value that the fault likeliest comes from."""
    return next((value for name in seen.blamed if (value := seen.target.values.get(name))), ResourceValue(None))


def _named(seen: ResourceResult) -> str:
    """What it is and where, and who needs it."""
    target = seen.target
    where = f" at `{target.place}`" if target.place else ""
    return f"{target.title}{where}{users_of(target.users)}"


def _what(seen: ResourceResult) -> str:
    """The same, before a colon or at an end."""
    return _named(seen).rstrip(",")


@observation_rule("ORB770", consequence=Consequence.ADAPTER_FAILS)
def resource_unreachable(config: Config, observations: Observations) -> Iterator[Finding]:
    """A database, a store or another server that ORBIT needs cannot be reached.

    It is not started, listens elsewhere, or its name is not known here. What ORBIT does without it differs: without its own database the start ends; without the database of an adapter, that adapter
    does not load or answers without data; without its cache, limits and quotas are off until the next restart. `/health` stays fine in each of these. A name that only containers know is
    reached with `--map NAME:PORT=127.0.0.1:PORT`.
    """
    yield from _found(config, observations, _UNREACHABLE)


def _down(seen: ResourceResult, key: str) -> tuple[str, str]:
    return f"nothing listens for {_what(seen)}", f"start it, or correct `{key}`"


def _unknown_name(seen: ResourceResult, key: str) -> tuple[str, str]:
    name, colon, port = seen.detail.rpartition(":")
    fact = f"the name `{name if colon else seen.detail}` of {_named(seen)} is not known here"
    if seen.at == seen.target.at:
        return fact, "check whether this machine is offline, or behind a proxy: the address is ORBIT's own, and in no file"
    container = f", or, if only containers know it, run doctor with `--map {seen.detail}=127.0.0.1:{port}`"
    return fact, f"correct `{key}`{container if colon else ''}"


def _no_way(seen: ResourceResult, key: str) -> tuple[str, str]:
    fault = seen.fault.value if seen.fault else ""
    return (
        f"{_named(seen)} cannot be reached ({fault}{in_its_words(seen.detail)})",
        f"check that it runs and that no firewall keeps this machine out, or correct `{key}`",
    )


def _bad_address(seen: ResourceResult, key: str) -> tuple[str, str]:
    return f"the address of {seen.target.title} cannot be used{in_its_words(seen.detail)}", f"write a whole address as `{key}`"


def _bad_certificate(seen: ResourceResult, key: str) -> tuple[str, str]:
    fault = seen.fault.value if seen.fault else ""
    return (
        f"{_what(seen)}: {fault}{in_its_words(seen.detail)}",
        f"renew the certificate, or name its authority in `SSL_CERT_FILE` for ORBIT; `{key}` leads there",
    )


_CERTIFICATES = (
    ProbeFault.TLS_EXPIRED,
    ProbeFault.TLS_SELF_SIGNED,
    ProbeFault.TLS_UNKNOWN_CA,
    ProbeFault.TLS_WRONG_HOST,
    ProbeFault.TLS_WITHOUT_TRUST,
    ProbeFault.TLS_FAILED,
)
_UNREACHABLE: dict[_Fault, _Words] = {
    ProbeFault.REFUSED: _down,
    ProbeFault.UNRESOLVED: _unknown_name,
    **dict.fromkeys((ProbeFault.NO_CONNECTION, ProbeFault.SILENT, ProbeFault.CLOSED), _no_way),
    **dict.fromkeys((ProbeFault.BAD_URL, ProbeFault.BIND_ADDRESS, ProbeFault.BAD_PROXY), _bad_address),
    **dict.fromkeys(_CERTIFICATES, _bad_certificate),
}


@observation_rule("ORB771", consequence=Consequence.ADAPTER_FAILS)
def resource_answers_wrongly(config: Config, observations: Observations) -> Iterator[Finding]:
    """What listens at the address of a resource is another server than ORBIT expects, or answers with an error.

    A port of another program is taken for a database; a server speaks TLS where plain text is configured, or the reverse; an HTTP server answers at another path.
    """
    yield from _found(config, observations, _WRONG)


def _foreign(seen: ResourceResult, key: str) -> tuple[str, str]:
    return f"what answers at `{seen.target.place}` is not {seen.target.title}{in_its_words(seen.detail)}", f"correct `{key}`, or start it there"


def _plain(seen: ResourceResult, key: str) -> tuple[str, str]:
    return f"{_named(seen)} speaks plain http, and is asked by https", f"write `http://` in `{key}`, or have it speak TLS"


def _secured(seen: ResourceResult, key: str) -> tuple[str, str]:
    return f"{_named(seen)} speaks TLS, and is asked by plain http", f"write `https://` in `{key}`, or correct its port"


def _broken(seen: ResourceResult, _key: str) -> tuple[str, str]:
    fault = seen.fault.value if seen.fault else ""
    return f"{_what(seen)}: {fault}{in_its_words(seen.detail)}", "look into that server's own log"


_WRONG: dict[_Fault, _Words] = {
    **dict.fromkeys((ResourceFault.FOREIGN, ProbeFault.NOT_HTTP, ProbeFault.REDIRECTED), _foreign),
    ProbeFault.PLAIN_ON_TLS: _plain,
    ProbeFault.TLS_ON_PLAIN: _secured,
    **dict.fromkeys(
        (ResourceFault.BROKEN_REPLY, ResourceFault.SERVER_ERROR, ResourceFault.ENDED, ProbeFault.TOO_LARGE, ProbeFault.REDIRECT_LOOP), _broken
    ),
}


@observation_rule("ORB772", consequence=Consequence.ADAPTER_FAILS)
def resource_refuses_login(config: Config, observations: Observations) -> Iterator[Finding]:
    """A database or another server refuses the user, the password or the key that the configuration gives.

    ORBIT often hides it: a wrong password of a PostgreSQL datasource costs 30 s a request and reads as a closed port.
    """
    yield from _found(config, observations, _LOGIN)


def _login_wanted(seen: ResourceResult, key: str) -> tuple[str, str]:
    return f"{_named(seen)} wants a login, and gets none{in_its_words(seen.detail)}", f"set `{key}`"


def _login_refused(seen: ResourceResult, key: str) -> tuple[str, str]:
    return f"{_named(seen)} refuses the login{in_its_words(seen.detail)}", f"correct `{key}`, or the variable that it comes from"


def _not_allowed(seen: ResourceResult, _key: str) -> tuple[str, str]:
    return f"the login of {_named(seen)} may not do what ORBIT does{in_its_words(seen.detail)}", "grant that right to the user, or name another user"


_LOGIN: dict[_Fault, _Words] = {
    ResourceFault.LOGIN_WANTED: _login_wanted,
    ResourceFault.LOGIN_REFUSED: _login_refused,
    ResourceFault.NOT_ALLOWED: _not_allowed,
}


@observation_rule("ORB773", consequence=Consequence.ADAPTER_FAILS)
def resource_lacks(config: Config, observations: Observations) -> Iterator[Finding]:
    """A server is there, and lacks what is asked of it: a database, a table, a collection, an index, a bucket, an extension, a tool."""
    yield from _found(config, observations, _LACKS)


def _lacks(seen: ResourceResult, key: str) -> tuple[str, str]:
    fault = seen.fault.value if seen.fault else ""
    return f"{_what(seen)}: {fault}{in_its_words(seen.detail)}", f"create it there, or correct `{key}`"


_LACKS: dict[_Fault, _Words] = dict.fromkeys(
    (
        ResourceFault.NO_DATABASE,
        ResourceFault.NO_TABLE,
        ResourceFault.NO_COLLECTION,
        ResourceFault.NO_BUCKET,
        ResourceFault.LACKS_EXTENSION,
        ResourceFault.NO_TOOLS,
    ),
    _lacks,
)


@observation_rule("ORB774", consequence=Consequence.PURPOSE_LOST)
def vectors_of_another_size(config: Config, observations: Observations) -> Iterator[Finding]:
    """A collection holds vectors of another size than the embedding model gives.

    Each search in it fails, or finds nothing: the collection was made with another model.
    """
    yield from _found(config, observations, {ResourceFault.OTHER_SIZE: _other_size})


def _other_size(seen: ResourceResult, _key: str) -> tuple[str, str]:
    return (
        f"{_named(seen)} holds vectors of another size than the embedding model gives{in_its_words(seen.detail)}",
        "fill the collection again, or name the embedding model that it was made with",
    )


@observation_rule("ORB775", consequence=Consequence.ADAPTER_FAILS)
def file_of_no_use(config: Config, observations: Observations) -> Iterator[Finding]:
    """A file that ORBIT opens is missing, empty, or not what it should be.

    A missing SQLite file is made, empty: the adapter is reported as loaded, and its answers come from the model alone.
    """
    yield from _found(config, observations, _FILES)


def _missing(seen: ResourceResult, key: str) -> tuple[str, str]:
    return (
        f"the file of {_named(seen)} is not there{in_its_words(seen.detail)}",
        f"put it there, or correct `{key}`; relative paths lead from the folder that ORBIT runs in",
    )


def _of_no_use(seen: ResourceResult, key: str) -> tuple[str, str]:
    fault = seen.fault.value if seen.fault else ""
    return f"{_what(seen)}: {fault}{in_its_words(seen.detail)}", f"put the right file there, or correct `{key}`"


_FILES: dict[_Fault, _Words] = {
    ResourceFault.NO_FILE: _missing,
    **dict.fromkeys((ResourceFault.NOT_A_FILE, ResourceFault.NOT_A_DATABASE, ResourceFault.EMPTY_DATABASE, ResourceFault.NOT_READABLE), _of_no_use),
}


@observation_rule("ORB776", consequence=Consequence.NO_START)
def folder_not_writable(config: Config, observations: Observations) -> Iterator[Finding]:
    """A folder or a file that ORBIT writes cannot be made, or not be written.

    Log folders end the start, `./logs` too, whatever `logging` says; a folder for uploads costs the service for files.
    """
    yield from _found(config, observations, dict.fromkeys((ResourceFault.NO_FOLDER, ResourceFault.NOT_WRITABLE), _not_writable))


def _not_writable(seen: ResourceResult, key: str) -> tuple[str, str]:
    fault = seen.fault.value if seen.fault else ""
    return f"{_what(seen)}: {fault}{in_its_words(seen.detail)}", f"give ORBIT's user the right to write there, or correct `{key}`"


@observation_rule("ORB777", consequence=Consequence.NO_START)
def certificate_of_no_use(config: Config, observations: Observations) -> Iterator[Finding]:
    """ORBIT's own certificate has expired, does not belong to its key, or its key is not opened by the passphrase: the start ends."""
    yield from _found(config, observations, _OWN_CERTIFICATE)


def _own_certificate(seen: ResourceResult, key: str) -> tuple[str, str]:
    fault = seen.fault.value if seen.fault else ""
    return (
        f"{seen.target.title}, `{seen.target.place}`: {fault}{in_its_words(seen.detail)}",
        f"give ORBIT a certificate and its own key; `{key}` names it",
    )


_OWN_CERTIFICATE: dict[_Fault, _Words] = dict.fromkeys((ResourceFault.EXPIRED, ResourceFault.NOT_A_PAIR, ResourceFault.NOT_OPENED), _own_certificate)


@observation_rule("ORB778", consequence=Consequence.NO_START)
def port_taken(config: Config, observations: Observations) -> Iterator[Finding]:
    """Another program listens on ORBIT's port.

    ORBIT notices last of all: it opens its databases and loads its adapters, and ends then. The reason goes to stderr, not to its log.
    """
    yield from _found(config, observations, {ResourceFault.PORT_TAKEN: _taken})


def _taken(seen: ResourceResult, key: str) -> tuple[str, str]:
    return (
        f"another program listens on ORBIT's port `{seen.target.place}`{in_its_words(seen.detail)}",
        f"end that program, or give another port as `{key}`",
    )


@observation_rule("ORB779", consequence=Consequence.ADAPTER_FAILS)
def value_of_no_use(config: Config, observations: Observations) -> Iterator[Finding]:
    """A value that a resource is reached by is missing or cannot be used: an address, a variable that holds a credential, a command."""
    yield from _found(config, observations, _VALUES)


def _value(seen: ResourceResult, key: str) -> tuple[str, str]:
    fault = seen.fault.value if seen.fault else ""
    return f"{_what(seen)}: {fault}{in_its_words(seen.detail)}", f"set or correct `{key}`"


def _no_command(seen: ResourceResult, key: str) -> tuple[str, str]:
    return f"{_what(seen)}: the command is not there{in_its_words(seen.detail)}", f"install it for the user that ORBIT runs as, or correct `{key}`"


_VALUES: dict[_Fault, _Words] = {
    ResourceFault.NOT_SET: _value,
    ResourceFault.BAD_VALUE: _value,
    ResourceFault.NO_COMMAND: _no_command,
}


RULES = (
    resource_unreachable,
    resource_answers_wrongly,
    resource_refuses_login,
    resource_lacks,
    vectors_of_another_size,
    file_of_no_use,
    folder_not_writable,
    certificate_of_no_use,
    port_taken,
    value_of_no_use,
)
