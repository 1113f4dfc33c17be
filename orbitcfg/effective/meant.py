"""The address that seems to be meant by one that leads a client astray: slip by slip, each judged by what the client's call becomes without it."""

import re
from collections.abc import Callable

from orbitcfg.dataclass import dataclass
from orbitcfg.document.odd_blanks import ODD_BLANK
from orbitcfg.effective.address import parse_address, with_scheme
from orbitcfg.effective.http_url import visible
from orbitcfg.effective.request import OrdinaryRequest, Refusal

Target = OrdinaryRequest | Refusal | None

_ENDPOINT = re.compile(
    r"(?:/v1)?/(?:chat/completions|completions|embeddings|responses|messages|models|rerank|api/(?:chat|generate|tags|embeddings?))/?$"
)
_PLACEHOLDER = re.compile(
    r"<(?!https?:)[^<>]*>|://(?:[^/@]*@)?(?:your|my|replace)[-_.]|\bYOUR[-_]|\bCHANGE[-_]?ME\b|\{\{|://(?:hostname|HOST)\b"
    r"|://(?:(?:[A-Z]+_)*IP(?:_ADDRESS)?|(?:(?:server|host|gpu|node|machine|local|remote|public)[-_])?ip(?:[-_]address)?|server[-_]?name)(?=[:/]|$)"
    r"|://(?=[\d.]*[xX*])(?:(?:\d+|[xX]+|\*)\.){3}(?:\d+|[xX]+|\*)(?=[:/]|$)",
    re.ASCII,
)
_RUN_TOGETHER = re.compile(r"(https?://)((?:\d+\.){3,4})(\d{3,5})(?=/|$)")
_DOUBLED_PORT = re.compile(r"(:\d{2,5})\1(?=/|$)")
_PORT_APART = re.compile(r"(https?://[\w.-]*\w)(?:[,;]|:/+)(\d{2,5})(?=/|$)", re.IGNORECASE)
_PORT_ATTACHED = re.compile(r"(https?://[\w.-]*?\w)(\d{4,5})(?=/|$)", re.IGNORECASE)
_WRAPPED = re.compile(r"<(https?:[^<>\s]*)>|\[[^\[\]]*\]\((https?:[^()\s]*)\)", re.IGNORECASE)
"""An address as a text marks it: between angle brackets, or as a link of Markdown."""
_LEAST_LONG_PORT = 10_000
"""A port of fewer digits may be a number in a host's name."""
_HIGHEST_OCTET = 255
_OCTETS = 4
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
"""Straight ones, and those that a word processor puts in their place."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with an address, in words that follow it, and the one that is meant; None where that cannot be told."""

    what: str
    meant: str | None
    target: Target
    """What an ordinary call becomes with it as it is written."""
    is_plain: bool = False
    """Whether nobody can have meant what is written."""
    is_callable: bool = False
    """Whether a call with it goes out, and leads elsewhere."""


@dataclass(frozen=True, slots=True)
class ClientReading:
    """How one client reads addresses: what a call becomes, the path of its endpoint, and what counts as the end of a base address there."""

    target_of: Callable[[str], Target]
    path: str
    own_ends: tuple[str, ...] = ()
    """Paths of endpoints in which the base address itself may end."""
    default: str = ""
    """The provider's own address."""


def is_placeholder(text: str) -> bool:
    """Whether a text stands where an address is still to be written."""
    return _PLACEHOLDER.search(text) is not None


def slip_of(text: str, reading: ClientReading) -> Slip | None:
    """The first slip of an address that changes what a call becomes; None where the client makes of it what it should."""
    written = reading.target_of(text)
    meant, first = text, None
    for step in _STEPS:
        corrected = step.correct(meant, reading)
        if first is None and corrected != meant and reading.target_of(corrected) != reading.target_of(meant):
            first = step
        meant = corrected
    target = written if meant == text else reading.target_of(meant)
    is_corrected = isinstance(target, OrdinaryRequest) and _is_host(target.url)
    if first is None and isinstance(written, Refusal):
        return Slip(written.reason, None, written)
    if first is None:
        return (
            None
            if is_corrected or written is None
            else Slip(f"`{visible(text)}` is no address that can be called: its host is no name", None, written)
        )
    is_callable = isinstance(written, OrdinaryRequest) and not first.spoils_host
    return Slip(first.what, meant if is_corrected else None, written, first.is_plain, is_callable)


def _is_host(url: str) -> bool:
    """Whether an address that a library lets pass has a host that can be looked up."""
    host = re.sub(r":\d*$", "", url.partition("://")[2].partition("/")[0].rpartition("@")[2])
    return host.startswith("[") or (
        re.fullmatch(r"[\w.-]+", host) is not None and not (re.fullmatch(r"[\d.]+", host) and host.strip(".").count(".") >= _OCTETS)
    )


def _trimmed(text: str, _reading: ClientReading) -> str:
    text = re.sub(r"[\x00-\x1f\x7f]", "", text if text.isascii() else re.sub(ODD_BLANK, " ", text)).strip()
    return re.sub(r"(?<!\s)\s++(?=/|$)", "", text)


def _unquoted(text: str, _reading: ClientReading) -> str:
    text = text.strip(_QUOTES)
    wrapped = _WRAPPED.fullmatch(text)
    return (wrapped[1] or wrapped[2]) if wrapped else text


def _uncommented(text: str, _reading: ClientReading) -> str:
    found = re.search(r"\s(?://|/\*)", text)
    return text[: found.start()] if found else text


def _unpunctuated(text: str, _reading: ClientReading) -> str:
    return text.rstrip(",;")


def _slashed(text: str, _reading: ClientReading) -> str:
    return text.replace("\\", "/")


def _once_schemed(text: str, _reading: ClientReading) -> str:
    return with_scheme(text) or text if re.match(r"https?:/+https?:?/", text, re.IGNORECASE) else text


def _schemed(text: str, reading: ClientReading) -> str:
    # with a scheme, or where the client puts one itself, it is good as it is
    return text if isinstance(reading.target_of(text), OrdinaryRequest) else with_scheme(text) or text


def _parted(text: str, reading: ClientReading) -> str:
    """IP and port that run together have a colon between: `172.17.0.11434`, `172.17.0.1.11434`."""
    found = _RUN_TOGETHER.match(text)
    if found is None or int(found[3]) <= _HIGHEST_OCTET:
        return text
    octets = found[2].removesuffix(".").split(".")
    usual = parse_address(reading.default)
    port = str(usual.port) if usual is not None and found[3].endswith(str(usual.port)) else found[3]
    if len(octets) < _OCTETS:
        octets.append(found[3].removesuffix(port) or "1")
    return f"{found[1]}{'.'.join(octets)}:{port}{text[found.end() :]}"


def _once_ported(text: str, reading: ClientReading) -> str:
    """A port with one colon before it: `localhost,11434`, `localhost:/11434`, `localhost11434`, `localhost:11434:11434`."""
    text = _PORT_APART.sub(r"\1:\2", _DOUBLED_PORT.sub(r"\1", text), count=1)
    found, usual = _PORT_ATTACHED.match(text), parse_address(reading.default)
    is_port = found is not None and (
        found[1].lower().endswith("://localhost") or (usual is not None and found[2] == str(usual.port) and usual.port > _LEAST_LONG_PORT)
    )
    return f"{found[1]}:{found[2]}{text[found.end() :]}" if found is not None and is_port else text


def _unfragmented(text: str, _reading: ClientReading) -> str:
    return text.partition("#")[0]


def _unqueried(text: str, reading: ClientReading) -> str:
    target = reading.target_of(text)
    query = text.partition("#")[0].partition("?")[2]
    # some clients merge it, and a deployment may need it
    is_merged = isinstance(target, OrdinaryRequest) and reading.path.partition("?")[0] in target.url.partition("?")[0] and query in target.url
    return text if is_merged else text.partition("#")[0].partition("?")[0]


def _collapsed(text: str, _reading: ClientReading) -> str:
    return re.sub(r"(?<!:)/{2,}", "/", text)


def _without_endpoint(text: str, reading: ClientReading) -> str:
    # a query goes along with the endpoint that it is of
    whole, own = text.partition("?")[0].rstrip("/"), reading.path.partition("?")[0]
    found = _ENDPOINT.search(whole)
    if own and whole.endswith(own):
        base = whole.removesuffix(own)
    elif found is not None and found[0].strip("/") not in reading.own_ends:
        base = whole[: found.start()] + ("/v1" if found[0].startswith("/v1/") else "")
    else:
        return text
    return base if parse_address(base) else text


def _undoubled(text: str, _reading: ClientReading) -> str:
    return re.sub(r"(?:/v1){2,}(?=/|$)", "/v1", text)


def _at_root(text: str, reading: ClientReading) -> str:
    """Without the beginning of the endpoint's own path, and without `/v1` where that is another API than the one that is called."""
    if reading.path.startswith("/api/"):
        return re.sub(r"/(?:v1|api)(?:/.*)?$", "", text)
    target = reading.target_of(text.rstrip("/"))
    is_doubled = isinstance(target, OrdinaryRequest) and re.search(r"/v1/+v1/", target.url) is not None
    return re.sub(r"/v1/*$", "", text) if is_doubled else text


def _unslashed(text: str, _reading: ClientReading) -> str:
    return text.rstrip("/") if parse_address(text) else text


@dataclass(frozen=True, slots=True)
class _Step:
    """What may be wrong, in words that follow the address, and what corrects it. `spoils_host`: whether the call leads to no server at all."""

    what: str
    correct: Callable[[str, ClientReading], str]
    is_plain: bool = False
    spoils_host: bool = False


_STEPS = (
    _Step("is in quotes or brackets", _unquoted, is_plain=True),
    _Step("holds a comment with slashes, which is none to YAML", _uncommented, is_plain=True),
    _Step("holds a blank, a line end or a character that nobody sees", _trimmed, is_plain=True),
    _Step("ends in a comma or a semicolon", _unpunctuated, is_plain=True),
    _Step("holds backslashes", _slashed),
    _Step("holds its scheme twice", _once_schemed, spoils_host=True),
    _Step("is no address that begins with `http://` or `https://`", _schemed, spoils_host=True),
    _Step("has no colon between IP address and port", _parted, spoils_host=True),
    _Step("has no colon, or two, between host and port", _once_ported, spoils_host=True),
    _Step("holds a `#`, and nothing behind it is sent", _unfragmented),
    _Step("holds a `?`, behind which ORBIT puts the path of its call", _unqueried),
    _Step("has two slashes in its path", _collapsed, is_plain=True),
    _Step("is the address of an endpoint, and ORBIT puts its path behind it once more", _without_endpoint),
    _Step("holds `/v1` twice", _undoubled),
    _Step("names the beginning of a path that ORBIT adds as a whole", _at_root),
    _Step("ends in a slash too many", _unslashed, is_plain=True),
)
"""In this order one corrects what the next looks at."""
