"""What the findings about an endpoint have in common."""

from collections.abc import Iterator

from orbitcfg.dataclass import replace
from orbitcfg.effective.address import parse_address
from orbitcfg.observed.endpoint import THE_DEFAULT, ExpectedModel, ProbeTarget
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.observed.product import Product
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules.live._losses import by_loss

MAX_NAMES = 8
OPTION = "--url"
"""Sets the address where there is no configuration."""


def at_url(result: ProbeResult, message: str, help_text: str) -> Finding:
    """A remark at the line that set the address."""
    return Finding(message, result.target.url_at, help_text, value=True, affects=result.target.struck)


def at_key(result: ProbeResult, message: str, help_text: str) -> Finding:
    """A remark at the line that set the key."""
    return Finding(message, result.target.key_at, help_text, affects=result.target.struck)


def at_model(expected: ExpectedModel, message: str, help_text: str) -> Finding:
    """A remark at the line that chose the model."""
    return Finding(message, expected.at, help_text, value=True, affects=expected.struck)


def down_at_url(config: Config, result: ProbeResult, message: str, help_text: str, *, depends_on: str = "") -> Iterator[Finding]:
    """What keeps an endpoint from answering, at the line that set the address; `depends_on` is what else decides whether it does."""
    others = ((other.provider, other.url_at) for other in result.target.others)
    related = tuple(Annotation(config.locate(at, value=True), f"`{provider}` has the same address") for provider, at in others if at)
    finding = replace(at_url(result, message, help_text), depends_on=depends_on, related=related)
    return by_loss(config, result.target, result.target.expected, finding)


def down_at_key(config: Config, result: ProbeResult, message: str, help_text: str) -> Iterator[Finding]:
    """What keeps an endpoint from answering, at the line that set the key."""
    return by_loss(config, result.target, result.target.expected, at_key(result, message, help_text))


def down_at_model(config: Config, result: ProbeResult, expected: ExpectedModel, message: str, help_text: str) -> Iterator[Finding]:
    """What keeps an endpoint from answering for one model, at the line that chose it."""
    return by_loss(config, result.target, (expected,), at_model(expected, message, help_text))


def name_of(result: ProbeResult) -> str:
    """What the server is called: its product and version, or its address."""
    return result.identity.product_name or f"the server at `{result.target.shown_url}`"


def place_of(result: ProbeResult) -> str:
    """What the server is called, with its address."""
    name = result.identity.product_name
    return f"{name} at `{result.target.shown_url}`" if name else name_of(result)


def in_its_words(text: str) -> str:
    """A server's message behind what it is about; empty where it gave none."""
    return f": {text}" if text else ""


def owner_of(result: ProbeResult) -> str:
    """The program that holds the port, in brackets; empty where it is not known."""
    return f" ({result.identity.owner})" if result.identity.owner else ""


def base_for(target: ProbeTarget, root: str) -> str:
    """What to write as the address of a server with this root."""
    has_v1 = target.protocol == "openai" and not target.models_from_root
    return f"{root}/v1" if has_v1 and not root.endswith("/v1") else root


def address_key(target: ProbeTarget) -> str:
    """What sets the address: a key of the configuration, or the option that was given."""
    if target.url_at is None:
        return OPTION
    last = str(target.url_at[-1])
    return last if last.endswith(("url", "base", "endpoint")) else "base_url"


def setting_of(target: ProbeTarget, url: str) -> str:
    """How to give an address to what sets it."""
    key = address_key(target)
    return f"`{key} {url}`" if key == OPTION else f"`{key}: {url}`"


def start_of(product: Product | None, target: ProbeTarget) -> str:
    """How to start the product that is meant, on the port that is configured."""
    address = parse_address(target.url)
    if product is None or not product.start or address is None:
        return "start the server"
    return f"start it: `{product.start.format(port=address.port)}`"


def users_of(names: tuple[str, ...]) -> str:
    """Who needs it, for people."""
    quoted = [name if name == THE_DEFAULT else f"`{name}`" for name in names]
    if not quoted:
        return ""
    listed = quoted if len(quoted) <= 3 else [*quoted[:3], f"{len(quoted) - 3} more"]
    shown = " and ".join(each for each in (", ".join(listed[:-1]), listed[-1]) if each)
    return f", which {shown} need{'s' if len(quoted) == 1 else ''},"


def name_list(names: list[str]) -> str:
    """Names to choose from."""
    return ", ".join(f"`{name}`" for name in names[:MAX_NAMES]) + (" …" if len(names) > MAX_NAMES else "")
