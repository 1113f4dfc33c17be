"""Addresses that lead nowhere, or elsewhere than written."""

from collections.abc import Iterator

from orbitcfg.catalog.specs import MODE_API, MODE_DIRECT
from orbitcfg.document.tree import KeyPath, Scalar, Unknown, child
from orbitcfg.effective.address import parse_address, with_scheme
from orbitcfg.effective.http_url import visible
from orbitcfg.effective.meant import Slip, is_placeholder
from orbitcfg.effective.request import OrdinaryRequest, Refusal
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import replacement_fix, setting_fix
from orbitcfg.rules._placeholders import foreign_placeholder, in_own_form
from orbitcfg.rules._rule import rule
from orbitcfg.rules.providers._addresses import WrittenAddress, written_addresses

_CHATS = "/chat/completions"
_WHOLE = "write a whole address, such as `https://llm.example.org`"


@rule("ORB410", consequence=Consequence.ADAPTER_FAILS)
def address_without_scheme(config: Config) -> Iterator[Finding]:
    """An address does not begin with `http://` or `https://`, or cannot be called for another reason.

    No request gets out: the client gives up on it. The same goes for an address whose brackets, port or IP address are wrong, which holds its scheme twice,
    that ends in a line end, or that is still a placeholder. Each of ORBIT's clients reads addresses in its own way: Ollama's own library adds a scheme,
    aiohttp takes blanks and line ends off, OpenAI's does neither.

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "localhost:11435", model: m}}
    ```

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://[::1", model: m}}
    ```

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "https:/shimmy.example.org", api_key: "${SHIMMY_API_KEY}", model: m}}
    ```

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "https://https://shimmy.example.org", api_key: "${SHIMMY_API_KEY}", model: m}}
    ```

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://172.17.0.11434", model: m}}
    ```

    ```yaml bad
    general: {inference_provider: vllm}
    inference: {vllm: {enabled: true, host: "http://gpu", port: 8000, model: m}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m}}
    ```

    ```yaml good
    general: {inference_provider: vllm}
    inference: {vllm: {enabled: true, host: gpu, port: 8000, model: m}}
    ```
    """
    for written in written_addresses(config):
        own = in_own_form(written.text)
        if foreign_placeholder(written.text):
            continue  # which has a rule of its own (ORB203)
        if own != written.text:
            yield Finding(
                f"`{visible(written.text)}` holds a placeholder of another system, which ORBIT does not fill",
                written.path,
                f"write `{own}`",
                value=True,
                consequence=_consequence(config, written.path),
            )
        elif written.is_host:
            yield from _host(config, written)
        elif is_placeholder(written.text):
            if config.demand.of(written.provider.path).state in ("yes", "perhaps"):
                yield Finding(
                    f"`{visible(written.text)}` is a placeholder, where the address of a server belongs",
                    written.path,
                    "write the server's own address",
                    value=True,
                )
        elif written.slip is not None and not written.slip.is_callable:
            yield _uncallable(config, written, written.slip)
    for path, text in config.once(_elsewhere):
        # there any scheme will do
        if "://" not in text and "<" not in text:
            yield Finding(
                f"`{text}` is no address: it has no scheme",
                path,
                f"write `{with_scheme(text) or f'https://{text}'}`",
                value=True,
                consequence=Consequence.DEGRADED,
            )


@rule("ORB411", consequence=Consequence.ADAPTER_FAILS)
def address_of_an_endpoint(config: Config) -> Iterator[Finding]:
    """A base address has a path to which ORBIT's own does not fit.

    It ends in the path of one endpoint, which ORBIT puts behind it once more; it holds `/v1` twice, a query, two slashes or a blank; or it ends in what this client adds by itself:
    `/v1`, `/api` and even a single slash at Ollama (`http://localhost:11434/` becomes `http://localhost:11434//api/chat`, which Ollama redirects, and the redirect is
    followed without the question), `/v1` at Anthropic and Cohere, `/v1/` at Shimmy. One slash at the end does no harm to the clients made of OpenAI's.

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435/v1/chat/completions", model: m}}
    ```

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435/v1/", model: m}}
    ```

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434/v1", model: m}}
    ```

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434/", model: m}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435/v1", model: m}}
    ```

    ```yaml good
    general: {inference_provider: lmstudio}
    inference: {lmstudio: {enabled: true, base_url: "http://localhost:1234/v1/", api_key: lm-studio, model: m}}
    ```

    ```yaml good
    general: {inference_provider: azure}
    inference:
      azure: {enabled: true, api_key: "${AZURE_API_KEY}", deployment: gpt, api_version: "2024-06-01",
              endpoint: "https://acme.services.ai.azure.com/models"}  # here the base address itself ends so
    ```
    """
    for written in written_addresses(config):
        slip = written.slip if written.is_measured else None
        if slip is not None and slip.is_callable and isinstance(slip.target, OrdinaryRequest) and slip.meant is not None:
            yield Finding(
                f"`{visible(written.text)}` {slip.what}: an ordinary call goes to `{slip.target.url}`",
                written.path,
                f"write `{slip.meant}`",
                value=True,
                fix=replacement_fix(config, written.path, written.text, slip.meant, safe=slip.is_plain),
            )
    for path, text in config.once(_elsewhere):
        if text.endswith(_CHATS):
            yield Finding(
                f"`{visible(text)}` ends in the path of a chat, and what ORBIT asks for is put behind it",
                path,
                f"write `{text.removesuffix(_CHATS).removesuffix('/v1')}`",
                value=True,
            )


@rule("ORB412", consequence=Consequence.ADAPTER_FAILS)
def address_without_v1(config: Config) -> Iterator[Finding]:
    """The address of an OpenAI-compatible server lacks the `/v1` that ORBIT does not add.

    Requests go to `/chat/completions`, which LM Studio, vLLM, SGLang and TensorRT-LLM do not serve, nor do most gateways. A proxy may. The shimmy provider does add `/v1`,
    unless the address ends in it with a slash behind.

    ```yaml bad
    general: {inference_provider: lmstudio}
    inference: {lmstudio: {enabled: true, base_url: "http://localhost:1234", api_key: lm-studio, model: m}}
    ```

    ```yaml good
    general: {inference_provider: lmstudio}
    inference: {lmstudio: {enabled: true, base_url: "http://localhost:1234/v1", api_key: lm-studio, model: m}}
    ```
    """
    for written in written_addresses(config):
        usual, address = written.reading.default.rstrip("/"), parse_address(written.text)
        if written.is_host or not usual.endswith("/v1") or address is None or address.path or "" in written.reading.own_ends:
            continue
        target = written.reading.target_of(written.text)
        if isinstance(target, OrdinaryRequest) and "/v1/" not in target.url and written.provider.is_api:
            base = f"{address.root}/v1"
            yield Finding(
                f"`{visible(written.text)}` has no `/v1`, and the provider `{written.provider.name}` adds none: an ordinary call goes to `{target.url}`",
                written.path,
                f"write `{base}`",
                value=True,
                depends_on="what the server serves",
                fix=replacement_fix(config, written.path, written.text, base, safe=False),
            )


@rule("ORB413", consequence=Consequence.MISLEADS)
def address_not_used(config: Config) -> Iterator[Finding]:
    """A provider is given an address of its own, and always calls another.

    Requests and key go to the vendor. ORBIT takes no address for these providers.

    ```yaml bad
    general: {inference_provider: openrouter}
    inference: {openrouter: {enabled: true, base_url: "https://llm.example.org/v1", api_key: "${OPENROUTER_API_KEY}", model: openai/gpt-4o}}
    ```

    ```yaml good
    general: {inference_provider: openrouter}
    inference: {openrouter: {enabled: true, api_key: "${OPENROUTER_API_KEY}", model: openai/gpt-4o}}
    ```
    """
    for block in config.providers:
        if not block.row.provider.url.is_ignored or not block.is_inference:
            continue
        for key in ("base_url", "api_base"):
            url = block.text(key)
            row = config.catalog.below(block.row, block.node, key)
            default = row.schema.get("default") if row else None
            if url and default and url.rstrip("/") != str(default).rstrip("/") and row and row.effect == "elsewhere":
                own = parse_address(str(default))
                is_own = own is not None and own.host == getattr(parse_address(url), "host", None)
                yield Finding(
                    f"`{key}` is `{url}`, and the provider `{block.name}` always calls `{default}`",
                    (*block.path, key),
                    "remove the line" if is_own else "use a provider that takes an address, such as `openai`",
                    value=True,
                )


@rule("ORB414", consequence=Consequence.MISLEADS)
def address_without_mode(config: Config) -> Iterator[Finding]:
    """A provider is given an address, and works in the mode that has no use for one.

    `llama_cpp`, `tensorrt` and `bitnet` load the model inside of ORBIT unless `mode: api` says otherwise; the address alone does not choose.

    ```yaml bad
    general: {inference_provider: llama_cpp}
    inference: {llama_cpp: {enabled: true, base_url: "http://localhost:8080", model: m}}
    ```

    ```yaml good
    general: {inference_provider: llama_cpp}
    inference: {llama_cpp: {enabled: true, mode: api, base_url: "http://localhost:8080", model: m}}
    ```
    """
    for block in config.providers:
        modes = block.row.provider.modes
        if modes is None or modes.default != MODE_DIRECT or child(block.node, modes.key) is not None:
            continue
        key = next((key for key in block.row.provider.url.keys if block.text(key)), None)
        if key:
            yield Finding(
                f"`{config.format_path(block.path)}` has an address and no `{modes.key}`, so it loads a model itself and never calls the address",
                (*block.path, key),
                f"add `{modes.key}: {MODE_API}`",
                fix=setting_fix(config, (*block.path, modes.key), MODE_API),
            )


@rule("ORB415", consequence=Consequence.ADAPTER_FAILS)
def azure_endpoint_without_deployment(config: Config) -> Iterator[Finding]:
    """The endpoint of Azure OpenAI names no deployment.

    ORBIT posts to `ENDPOINT/chat/completions`. On `*.openai.azure.com` that is answered below `/openai/deployments/NAME` only, which Azure's own pages leave out.

    ```yaml bad
    general: {inference_provider: azure}
    inference:
      azure: {enabled: true, api_key: "${AZURE_API_KEY}", deployment: gpt, api_version: "2024-06-01", endpoint: "https://acme.openai.azure.com/"}
    ```

    ```yaml good
    general: {inference_provider: azure}
    inference:
      azure: {enabled: true, api_key: "${AZURE_API_KEY}", deployment: gpt, api_version: "2024-06-01",
              endpoint: "https://acme.openai.azure.com/openai/deployments/gpt"}
    ```
    """
    for block in config.providers:
        url = block.text("endpoint")
        if block.path == ("inference", "azure") and url:
            address = parse_address(url)
            if address and address.host.endswith(".openai.azure.com") and not address.path and not is_placeholder(url):
                yield Finding(
                    "the endpoint names no deployment: ORBIT posts to `/chat/completions` at its root",
                    (*block.path, "endpoint"),
                    f"write `{url.rstrip('/')}/openai/deployments/NAME`",
                    value=True,
                    depends_on="what the server serves",
                )


@rule("ORB419", consequence=Consequence.DIFFERENT)
def address_to_listen_at(config: Config) -> Iterator[Finding]:
    """A server's address is `0.0.0.0` or `[::]`, at which a server listens and nobody can be called.

    On Linux such a call reaches this machine, on Windows it fails; in a container it means the container itself.

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://0.0.0.0:11434", model: m}}
    ```

    ```yaml good
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://127.0.0.1:11434", model: m}}
    ```
    """
    for written in written_addresses(config):
        address = parse_address(f"http://{written.text}" if written.is_host else written.text)
        if address is not None and address.is_bind_address:
            own = "[::1]" if ":" in address.host else "127.0.0.1"
            meant = written.text.replace("[::]" if ":" in address.host else address.host, own)
            yield Finding(
                f"`{visible(written.text)}` is an address to listen at, not to call",
                written.path,
                f"write `{meant}`",
                value=True,
                fix=replacement_fix(config, written.path, written.text, meant, safe=False),
            )


def _uncallable(config: Config, written: WrittenAddress, slip: Slip) -> Finding:
    # with words of its own the slip says more than the client does, which sees but what is left of it
    fact = slip.what if slip.what.startswith("`") else f"`{visible(written.text)}` {slip.what}"
    return Finding(
        fact,
        written.path,
        f"write `{slip.meant}`" if slip.meant else _WHOLE,
        value=True,
        consequence=_consequence(config, written.path),
        fix=replacement_fix(config, written.path, written.text, slip.meant, safe=slip.is_plain) if slip.meant else None,
    )


def _consequence(config: Config, path: KeyPath) -> Consequence:
    """A client that cannot be made keeps ORBIT from starting, where it is that of the default provider."""
    return Consequence.NO_START if path in config.unbuilt_default else Consequence.ADAPTER_FAILS


def _host(config: Config, written: WrittenAddress) -> Iterator[Finding]:
    """What is more than a host's name where only that belongs."""
    text = written.text
    colons = text.count(":") > 1 and "[" not in text and "/" not in text
    address = parse_address(f"http://[{text.strip()}]") if colons else parse_address(with_scheme(text.strip()) or "")
    if is_placeholder(f"://{text}"):
        if config.demand.of(written.provider.path).state in ("yes", "perhaps"):
            yield Finding(
                f"`{text}` is a placeholder, where the name of a server belongs", written.path, "write the server's name or IP address", value=True
            )
        return
    host = None if address is None else f"[{address.host}]" if ":" in address.host else address.host
    if host is not None and isinstance(written.reading.target_of(f"http://{host}"), Refusal):
        host = None  # an IP address with a number that is none, say
    if host is None or host != text.lower():
        port = f", and `port: {address.port}`" if address is not None and host is not None and f":{address.port}" in text else ""
        yield Finding(
            f"`{visible(text)}` is no host: a name or an IP address alone belongs here",
            written.path,
            f"write `{host}`{port}" if host else "write the server's name or IP address",
            value=True,
            consequence=_consequence(config, written.path),
            fix=replacement_fix(config, written.path, text, host, safe=False) if host and not port else None,
        )


def _elsewhere(config: Config) -> tuple[tuple[KeyPath, str], ...]:
    """The addresses outside of provider blocks, each with its place."""
    providers = {section for section, spec in config.catalog.sections.items() if spec.holds == "providers"}
    found = []
    for path, node, row, _ in config.rows_with("uri"):
        text = node.value if path[0] not in providers and isinstance(node, Scalar) and row.effect is None else None
        if isinstance(text, str) and text and not isinstance(text, Unknown):
            found.append((path, text))
    return tuple(found)


RULES = (
    address_without_scheme,
    address_of_an_endpoint,
    address_without_v1,
    address_not_used,
    address_without_mode,
    azure_endpoint_without_deployment,
    address_to_listen_at,
)
