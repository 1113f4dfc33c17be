"""Which product answers: the fingerprints in their order, each path asked for at most once."""

from orbitcfg.dataclass import dataclass, field
from orbitcfg.live.http import HttpClient, Reply
from orbitcfg.live.products import product_called, recognise
from orbitcfg.observed.foreign_json import Fields, at
from orbitcfg.observed.product import Product

HEALTH = "/health"
MODEL_LIST = "models"
"""Stands for the list of models, wherever that is."""
UNKNOWN_PATH = "/orbitcfg-no-such-path"
_LATER = ("/api/version", "/", "/version", "/get_server_info", "/info", "/health/liveliness", "/openapi.json", UNKNOWN_PATH)
GENERATING_HEALTH = "sglang"
"""The product whose health check generates a token: it is not asked for where that product is meant."""


@dataclass(slots=True)
class Answers:
    """What a server answered so far, by path from its root."""

    client: HttpClient
    root: str
    replies: dict[str, Reply] = field(default_factory=dict)

    async def at(self, path: str, *, with_key: bool = False) -> Reply:
        """The answer to a path, asked for once."""
        if path not in self.replies:
            self.replies[path] = await self.client.get(self.root + path, with_key=with_key)
        return self.replies[path]

    def product(self) -> Product | None:
        """The product that the answers so far show; the order of the products decides, not that of the answers."""
        shown = (recognise(path, reply.status, reply.headers, reply.body) for path, reply in self.replies.items() if reply.status)
        return min((product for product in shown if product), key=lambda product: product.order, default=None)


async def identify(answers: Answers, meant: Product | None) -> Product | None:
    """The product that answers; None where no fingerprint fits. The list of models must have been asked for, or come first."""
    paths = _LATER if meant and meant.id == GENERATING_HEALTH else (HEALTH, *_LATER)
    for path in paths:
        found = answers.product()
        if found and not found.is_gateway:
            return found
        reply = await answers.at(path)
        if reply.fault:
            break
    found = answers.product()
    return found if found and not found.is_gateway else _by_exclusion(answers) or found


def _by_exclusion(answers: Answers) -> Product | None:
    """Ollama lists under its users' names, which no fingerprint holds; its version shows it."""
    reply = answers.replies.get("/api/version")
    if reply and reply.is_ok and at(reply.body.value, "version"):
        return product_called("ollama")
    return None


async def version_of(answers: Answers, product: Product, odd: list[str]) -> str | None:
    """The version that the server states; None where it states none. One of another type is noted in `odd`."""
    source = product.version
    if source is None:
        return None
    reply = await answers.at(source.path, with_key=source.path != HEALTH)
    version = at(reply.body.value, source.key)
    if isinstance(version, int | float) and not isinstance(version, bool):
        return str(version)
    return Fields(reply.body.fields, odd).text(source.key)


def is_loading(reply: Reply, product: Product | None) -> bool:
    """Whether an answer says that the model is still being loaded."""
    if reply.status != 503:
        return False
    return reply.body.error_code == "unavailable_error" or (product is not None and product.busy_while_loading)
