"""How rules speak of an endpoint."""

from orbitcfg.effective.address import parsed
from orbitcfg.observed.endpoint import ProbeResult, Product, Target, Wanted
from orbitcfg.report.finding import Finding

MAX_NAMES = 8


def at_url(sighting: ProbeResult, message: str, help_text: str) -> Finding:
    """A finding at the line that set the address."""
    return Finding(message, sighting.target.url_at, help_text, value=True)


def at_key(sighting: ProbeResult, message: str, help_text: str) -> Finding:
    """A finding at the line that set the key."""
    return Finding(message, sighting.target.key_at, help_text)


def at_model(wanted: Wanted, message: str, help_text: str) -> Finding:
    """A finding at the line that chose the model."""
    return Finding(message, wanted.at, help_text, value=True)


def name_of(sighting: ProbeResult) -> str:
    """The server as it is told: its product and version, or its address."""
    if sighting.product is None:
        return f"the server at `{sighting.target.shown_url}`"
    return f"{sighting.product.name} {sighting.version}" if sighting.version else sighting.product.name


def base_for(target: Target, root: str) -> str:
    """What to write as the address of a server with this root."""
    has_v1 = target.protocol == "openai" and not target.models_from_root
    return f"{root}/v1" if has_v1 and not root.endswith("/v1") else root


def address_key(target: Target) -> str:
    """The key that sets the address."""
    last = target.url_at[-1] if target.url_at else "base_url"
    return str(last) if str(last).endswith(("url", "base", "endpoint")) else "base_url"


def start_of(product: Product | None, target: Target) -> str:
    """How to start the product that is meant, on the port that is configured."""
    address = parsed(target.url)
    if product is None or not product.start or address is None:
        return "start the server"
    return f"start it: `{product.start.format(port=address.port)}`"


def users_of(names: tuple[str, ...]) -> str:
    """Who needs it, in words."""
    quoted = [name if name == "the default" else f"`{name}`" for name in names]
    if not quoted:
        return ""
    shown = ", ".join(quoted[:3]) + (f" and {len(quoted) - 3} more" if len(quoted) > 3 else "")
    return f", which {shown} need{'s' if len(quoted) == 1 else ''},"


def listed(names: list[str]) -> str:
    """Names to choose from."""
    return ", ".join(f"`{name}`" for name in names[:MAX_NAMES]) + (" …" if len(names) > MAX_NAMES else "")
