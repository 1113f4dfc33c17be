"""Settings that need others beside them."""

from collections.abc import Iterator

from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import at, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.server._lookup import is_given, is_switched_on, path_of, texts_of, value_of


@dataclass(frozen=True, slots=True)
class Need:
    """A setting (`value` None: a switch that is on) that needs one of the others beside it, and what happens without."""

    setting: str
    value: str | None
    others: tuple[str, ...]
    what: str
    consequence: Consequence
    only_if: str | None = None

    def is_wanted(self, config: Config) -> bool:
        """Whether the setting is given, so that the need exists."""
        if self.only_if is not None and not is_switched_on(config, self.only_if):
            return False
        return is_switched_on(config, self.setting) if self.value is None else value_of(config, self.setting) == self.value


_NO_FILES = "there is no file service, and every upload fails"
_NO_LOGIN = "the auth service is not started"
_NEEDS = (
    Need(
        "auth.providers.entra.enabled", None, ("auth.providers.entra.tenant_id",), _NO_LOGIN, Consequence.NO_SIGN_IN, only_if="auth.providers.enabled"
    ),
    Need(
        "auth.providers.entra.enabled", None, ("auth.providers.entra.client_id",), _NO_LOGIN, Consequence.NO_SIGN_IN, only_if="auth.providers.enabled"
    ),
    Need("auth.providers.auth0.enabled", None, ("auth.providers.auth0.domain",), _NO_LOGIN, Consequence.NO_SIGN_IN, only_if="auth.providers.enabled"),
    Need(
        "auth.providers.auth0.enabled", None, ("auth.providers.auth0.audience",), _NO_LOGIN, Consequence.NO_SIGN_IN, only_if="auth.providers.enabled"
    ),
    Need("files.storage_backend", "s3", ("files.s3.bucket",), _NO_FILES, Consequence.PURPOSE_LOST),
    Need("files.storage_backend", "minio", ("files.s3.bucket",), _NO_FILES, Consequence.PURPOSE_LOST),
    Need("files.storage_backend", "minio", ("files.s3.endpoint_url",), "requests go to Amazon instead", Consequence.DIFFERENT),
    Need("files.storage_backend", "azure", ("files.azure.container",), _NO_FILES, Consequence.PURPOSE_LOST),
    Need("files.storage_backend", "azure", ("files.azure.connection_string", "files.azure.account_url"), _NO_FILES, Consequence.PURPOSE_LOST),
    Need("files.storage_backend", "gcs", ("files.gcs.bucket",), _NO_FILES, Consequence.PURPOSE_LOST),
    Need("general.https.enabled", None, ("general.https.cert_file",), "the server does not start", Consequence.NO_START),
    Need("general.https.enabled", None, ("general.https.key_file",), "the server does not start", Consequence.NO_START),
    Need(
        "general.session_id.required",
        None,
        ("general.session_id.header_name",),
        "every request fails, as no header is named",
        Consequence.ADAPTER_FAILS,
    ),
    Need("secrets_management.provider", "azure", ("secrets_management.azure.vault_url",), "no secret comes from the vault", Consequence.DEGRADED),
    Need("secrets_management.provider", "gcp", ("secrets_management.gcp.project",), "no secret comes from the project", Consequence.DEGRADED),
    Need(
        "internal_services.elasticsearch.enabled", None, ("internal_services.elasticsearch.index",), "nothing is logged there", Consequence.DEGRADED
    ),
    Need(
        "security.rate_limiting.trust_proxy_headers",
        None,
        ("security.rate_limiting.trusted_proxies",),
        "no proxy is trusted, and all clients behind one count as one",
        Consequence.DEGRADED,
        only_if="security.rate_limiting.enabled",
    ),
    Need(
        "security.cors.allow_credentials",
        None,
        ("security.cors.allowed_origins",),
        "every origin is allowed, and credentials are off after all",
        Consequence.DEGRADED,
    ),
)


@rule("ORB550", consequence=Consequence.DEGRADED)
def companion_missing(config: Config) -> Iterator[Finding]:
    """A setting needs another one beside it, which is missing or empty.

    HTTPS needs its two files, cloud storage its bucket, sign-in by a provider its client. What fails without stands in the finding.

    ```yaml bad
    general: {https: {enabled: true, cert_file: cert.pem}}
    ```

    ```yaml good
    general: {https: {enabled: true, cert_file: cert.pem, key_file: key.pem}}
    ```
    """
    for need in _NEEDS:
        if need.is_wanted(config) and not any(is_given(config, other) for other in need.others):
            value = f": {need.value}" if need.value else ""
            wanted = " or ".join(f"`{other}`" for other in need.others)
            yield Finding(
                f"`{need.setting}{value}` needs {wanted}: {need.what}",
                path_of(need.setting),
                f"add `{need.others[0]}`",
                consequence=need.consequence,
            )


@rule("ORB551", consequence=Consequence.DEGRADED)
def sign_in_without_provider(config: Config) -> Iterator[Finding]:
    """The admin panel's sign-in by a provider is on, and no provider is set up for it.

    It needs Entra with `tenant_id` and `client_id`, or Auth0 with `domain` and `client_id`. The sign-in is then silently absent. Without `admin_users`
    it makes nobody an administrator.

    ```yaml bad
    auth: {providers: {admin_sso: {enabled: true, admin_users: [a@example.org]}}}
    ```

    ```yaml good
    auth: {providers: {entra: {enabled: true, tenant_id: t, client_id: c}, admin_sso: {enabled: true, admin_users: [a@example.org]}}}
    ```
    """
    if not is_switched_on(config, "auth.providers.admin_sso.enabled"):
        return
    path = path_of("auth.providers.admin_sso.enabled")
    ready = any(
        is_switched_on(config, f"auth.providers.{name}.enabled") and all(is_given(config, f"auth.providers.{name}.{key}") for key in keys)
        for name, keys in (("entra", ("tenant_id", "client_id")), ("auth0", ("domain", "client_id")))
    )
    if not ready:
        yield Finding("no provider is set up for the admin sign-in, so it is absent", path, "set up `auth.providers.entra` or `auth.providers.auth0`")
    users = at(config.tree, path_of("auth.providers.admin_sso.admin_users"))
    if ready and (users is None or not getattr(users, "items", getattr(users, "value", None))):
        yield Finding("`admin_users` is empty: the admin sign-in makes nobody an administrator", path, "list the administrators in `admin_users`")


@rule("ORB552", consequence=Consequence.DIFFERENT)
def skill_routing_idle(config: Config) -> Iterator[Finding]:
    """Skills are to be chosen automatically, and something that this needs is missing.

    It needs an adapter with `auto_skill_routing`; `router_model` counts beside `router_provider` alone; without `router_model` the calling adapter's own model
    goes to the router's provider.

    ```yaml bad
    # base: docs
    skill_routing: {auto_detect: true}
    ```

    ```yaml good
    # base: docs
    skill_routing: {auto_detect: false}
    ```
    """
    if not is_switched_on(config, "skill_routing.auto_detect"):
        return
    routed = [each for each in config.adapters if each.is_on and each.enables("auto_skill_routing")]
    if not routed:
        yield Finding(
            "`skill_routing.auto_detect` is on, and no adapter has `auto_skill_routing`: no skill is chosen",
            ("skill_routing", "auto_detect"),
            "write `auto_skill_routing: true` under an adapter's `capabilities`",
        )
    provider, model = value_at(config.tree, ("skill_routing", "router_provider")), value_at(config.tree, ("skill_routing", "router_model"))
    if model and not provider:
        yield Finding("`router_model` counts only together with `router_provider`", ("skill_routing", "router_model"), "add `router_provider:`")
    strangers = [each for each in routed if each.has("model") and each.text("inference_provider") != provider]
    if provider and not model and strangers:
        yield Finding(
            f"without `router_model`, `{provider}` is asked for the model of adapter `{strangers[0].name}`, which is another provider's",
            ("skill_routing", "router_provider"),
            "add `router_model:`",
        )


@rule("ORB553", consequence=Consequence.DIFFERENT)
def header_not_everywhere(config: Config) -> Iterator[Finding]:
    """A header name of your own is not known everywhere.

    Parts of ORBIT look for `X-API-Key` whatever `api_keys.header_name` says. Browsers send a header to ORBIT only if `security.cors.allowed_headers` lists it.

    ```yaml bad
    api_keys: {header_name: X-Token}
    ```

    ```yaml good
    api_keys: {header_name: X-API-Key}
    ```
    """
    name = value_of(config, "api_keys.header_name")
    if isinstance(name, str) and name and name.lower() != "x-api-key":
        yield Finding(
            f"file, discovery and some sign-in routes look for `X-API-Key`, not for `{name}`",
            path_of("api_keys.header_name"),
            "write `X-API-Key`",
            value=True,
        )
    allowed = texts_of(config, "security.cors.allowed_headers")
    for setting in ("api_keys.header_name", "general.session_id.header_name", "chat_history.user.header_name"):
        header = value_of(config, setting)
        if allowed is None or "*" in allowed or not isinstance(header, str) or not header or header.lower() in allowed:
            continue
        yield Finding(
            f"`security.cors.allowed_headers` lacks `{header}`, which `{setting}` asks for: browsers do not send it",
            path_of("security.cors.allowed_headers"),
            f"add `{header}` to the list",
        )


RULES = (companion_missing, sign_in_without_provider, skill_routing_idle, header_not_everywhere)
