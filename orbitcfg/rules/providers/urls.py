"""Addresses that lead nowhere, or elsewhere than written."""

import re
from collections.abc import Iterator

from orbitcfg.catalog.specs import MODE_API, MODE_DIRECT
from orbitcfg.document.tree import KeyPath, Scalar, Unknown, child
from orbitcfg.effective.address import fault_of, parse_address, with_scheme
from orbitcfg.effective.providers import Provider
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import replacement_fix, setting_fix
from orbitcfg.rules._rule import rule

_ENDPOINT = re.compile(r"(?:/v1)?/(?:chat/completions|completions|embeddings|responses|messages|models|api/(?:chat|generate|tags))/?$")
_WANTS_V1 = frozenset({"lmstudio", "vllm", "tensorrt", "sglang"})


@rule("ORB410", consequence=Consequence.ADAPTER_FAILS)
def address_without_scheme(config: Config) -> Iterator[Finding]:
    """An address does not begin with `http://` or `https://`.

    No request gets out: the client gives up on it. The same goes for an address that has a scheme and still cannot be called, as its brackets or its port are wrong
    or as the scheme stands there twice. (ORBIT's client for Ollama adds the scheme by itself.)

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

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m}}
    ```
    """
    for block, path, url in _addresses(config):
        fault = fault_of(f"http://{url}" if block.row.provider.url.is_completed and not _has_scheme(url) else url)
        if fault:
            meant = with_scheme(url)
            yield Finding(
                fault,
                path,
                f"write `{meant}`" if meant else "write a whole address, such as `https://llm.example.org`",
                value=True,
                fix=replacement_fix(config, path, url, meant, safe=False) if meant else None,
            )
    yield from _elsewhere(config)


@rule("ORB411", consequence=Consequence.ADAPTER_FAILS)
def address_of_an_endpoint(config: Config) -> Iterator[Finding]:
    """A base address ends in the path of one endpoint.

    ORBIT puts that path behind it once more, so every request goes to an address like `/v1/chat/completions/chat/completions`. The same goes for `/v1/v1`, and for `/v1/`
    where ORBIT adds `/v1` to every address that does not end in exactly that.

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435/v1/chat/completions", model: m}}
    ```

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435/v1/", model: m}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435/v1", model: m}}
    ```

    ```yaml good
    general: {inference_provider: azure}
    inference:
      azure: {enabled: true, api_key: "${AZURE_API_KEY}", deployment: gpt, api_version: "2024-06-01",
              endpoint: "https://acme.services.ai.azure.com/models"}  # here the base address itself ends so
    ```
    """
    for block, path, url in _addresses(config):
        found = _ENDPOINT.search(_path(url))
        doubled = "/v1/v1" in url
        ours = found and found[0].strip("/") in block.row.provider.url.paths
        if (found and block.path[1] != "cohere" and not ours) or doubled:
            base = url.replace("/v1/v1", "/v1") if doubled else _base(url)
            yield Finding(
                f"`{url}` " + ("holds `/v1` twice" if doubled else "is the address of an endpoint: ORBIT puts its path behind it once more"),
                path,
                f"write `{base}`",
                value=True,
                fix=replacement_fix(config, path, url, base, safe=False),
            )
        elif block.row.provider.url.append_v1 and re.search(r"/v1/+$", url):
            # safe to fix: whoever writes `/v1/` means `/v1`, and ORBIT compares the end of the text exactly
            base = url.rstrip("/")
            yield Finding(
                f"`{url}` ends in a slash, so ORBIT puts `/v1` behind it once more",
                path,
                f"write `{base}`",
                value=True,
                fix=replacement_fix(config, path, url, base, safe=True),
            )


@rule("ORB412", consequence=Consequence.ADAPTER_FAILS)
def address_without_v1(config: Config) -> Iterator[Finding]:
    """The address of an OpenAI-compatible server lacks the `/v1` that ORBIT does not add.

    Requests go to `/chat/completions`, which LM Studio, vLLM, SGLang and TensorRT-LLM do not serve. A proxy may. The shimmy provider does add `/v1`, unless the address ends in it
    with a slash behind.

    ```yaml bad
    general: {inference_provider: lmstudio}
    inference: {lmstudio: {enabled: true, base_url: "http://localhost:1234", api_key: lm-studio, model: m}}
    ```

    ```yaml good
    general: {inference_provider: lmstudio}
    inference: {lmstudio: {enabled: true, base_url: "http://localhost:1234/v1", api_key: lm-studio, model: m}}
    ```
    """
    for block, path, url in _addresses(config):
        if not block.is_inference or _ENDPOINT.search(_path(url)):
            continue
        bare = not _path(url)
        if block.name in _WANTS_V1 and bare and block.is_api:
            base = f"{url.rstrip('/')}/v1"
            yield Finding(
                f"`{url}` has no `/v1`, and the provider `{block.name}` adds none",
                path,
                f"write `{base}`",
                value=True,
                depends_on="what the server serves",
                fix=replacement_fix(config, path, url, base, safe=False),
            )
        elif block.name == "anthropic" and url.rstrip("/").endswith("/v1"):
            yield _doubling(config, path, url)


@rule("ORB413", consequence=Consequence.MISLEADS)
def address_not_used(config: Config) -> Iterator[Finding]:
    """A provider is given an address of its own, and always calls another.

    Requests and key go to the vendor. ORBIT takes no address for these providers.

    ```yaml bad
    general: {inference_provider: openrouter}
    inference: {openrouter: {enabled: true, base_url: "https://llm.example.org/v1", api_key: "${OPENROUTER_API_KEY}", model: m}}
    ```

    ```yaml good
    general: {inference_provider: openrouter}
    inference: {openrouter: {enabled: true, api_key: "${OPENROUTER_API_KEY}", model: m}}
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
            if address and address.host.endswith(".openai.azure.com") and not address.path:
                yield Finding(
                    "the endpoint names no deployment: ORBIT posts to `/chat/completions` at its root",
                    (*block.path, "endpoint"),
                    f"write `{url.rstrip('/')}/openai/deployments/NAME`",
                    value=True,
                    depends_on="what the server serves",
                )


def _addresses(config: Config) -> Iterator[tuple[Provider, KeyPath, str]]:
    """Each written address of a provider block, with its key path. Placeholders of an example are none."""
    for block in config.providers:
        for key in block.row.provider.url.keys:
            url = block.text(key)
            # a key behind a slash is that of another section, and reported there
            if url and "<" not in url and not key.startswith("/"):
                yield block, (*block.path, key), url


def _elsewhere(config: Config) -> Iterator[Finding]:
    """Addresses without a scheme outside of provider blocks, where any scheme will do."""
    providers = {section for section, spec in config.catalog.sections.items() if spec.holds == "providers"}
    for path, node, row, _ in config.rows:
        is_uri = row is not None and row.schema.get("format") == "uri" and row.effect is None and path[0] not in providers
        text = node.value if is_uri and isinstance(node, Scalar) else None
        if isinstance(text, str) and text and not isinstance(text, Unknown) and "://" not in text and "<" not in text:
            yield Finding(
                f"`{text}` is no address: it has no scheme",
                path,
                f"write `{with_scheme(text) or f'https://{text}'}`",
                value=True,
                consequence=Consequence.DEGRADED,
            )


def _path(url: str) -> str:
    """The path of an address, with or without its scheme; empty where there is none."""
    address = parse_address(url) or parse_address(f"http://{url}")
    return address.path if address else ""


def _has_scheme(url: str) -> bool:
    return "://" in url or url.lower().startswith(("http:/", "https:/"))


def _doubling(config: Config, path: KeyPath, url: str) -> Finding:
    base = url.rstrip("/").removesuffix("/v1")
    return Finding(
        f"`{url}` ends in `/v1`, and the client adds `/v1/messages` itself",
        path,
        f"write `{base}`",
        value=True,
        depends_on="what the server serves",
        fix=replacement_fix(config, path, url, base, safe=False),
    )


def _base(url: str) -> str:
    base = _ENDPOINT.sub("", url)
    return f"{base}/v1" if "/v1/" in url else base


RULES = (
    address_without_scheme,
    address_of_an_endpoint,
    address_without_v1,
    address_not_used,
    address_without_mode,
    azure_endpoint_without_deployment,
)
