"""Settings that another one makes moot."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, Mapping, Scalar, Sequence, at, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.server._lookup import is_given, is_switched_on, path_of, value_of

_MOOT: tuple[tuple[str, str, object, str], ...] = (
    ("chat_history.session.auto_generate", "general.session_id.required", True, "requests must bring their session"),
    *((f"auth.providers.{each}.enabled", "auth.providers.enabled", False, "no provider is asked") for each in ("auth0", "entra")),
    ("chat_history.session.required", "general.session_id.required", True, "requests must bring their session"),
    ("logging.handlers.file.max_size_mb", "logging.handlers.file.rotation", "midnight", "the file is changed at midnight, whatever its size"),
    ("security.headers.strict_transport_security", "general.https.enabled", False, "the header is sent over ORBIT's own HTTPS alone"),
)
"""A setting, the one that makes it moot, the value with which that does, and why."""

_BELOW_WARNING = ("INFO", "DEBUG", "VERBOSE", "NOTSET")

_PATH_LISTS = (
    "performance.compression.excluded_paths",
    "performance.etag_caching.excluded_paths",
    "security.rate_limiting.exclude_paths",
    "security.throttling.exclude_paths",
)


@rule("ORB571", consequence=Consequence.WITHOUT_EFFECT, counted="settings that another one makes moot")
def moot_setting(config: Config) -> Iterator[Finding]:
    """A setting has no effect beside another one.

    ```yaml bad
    logging: {handlers: {file: {rotation: midnight, max_size_mb: 10}}}
    ```

    ```yaml good
    logging: {handlers: {file: {max_size_mb: 10}}}
    ```
    """
    for setting, other, value, why in _MOOT:
        if is_given(config, setting) and value_of(config, other) == value and is_given(config, other):
            yield Finding(
                f"`{setting}` has no effect while `{other}` is `{str(value).lower()}`: {why}",
                path_of(setting),
                "remove it",
                related=(Annotation(config.locate(path_of(other)), "this one decides"),),
            )
    legacy = at(config.tree, ("sound",))
    for key in legacy.entries if isinstance(legacy, Mapping) else ():
        # the switch is still looked at by itself
        if key != "enabled" and at(config.tree, ("tts", key)) is not None:
            yield Finding(
                f"`sound.{key}` has no effect beside `tts.{key}`: the newer section counts",
                ("sound", key),
                "remove it",
                related=(Annotation(config.locate(("tts", key)), "this one decides"),),
            )
    if is_switched_on(config, "messaging.enabled") and value_of(config, "messaging.run_in_server") is False:
        yield Finding(
            "`messaging.run_in_server` is off, so that messages wait for ORBIT's stand-alone worker",
            path_of("messaging.run_in_server"),
            "start that worker as well",
        )


@rule("ORB572", consequence=Consequence.WITHOUT_EFFECT, counted="loggers that write nowhere")
def logger_writes_nowhere(config: Config) -> Iterator[Finding]:
    """A logger does not pass on what it is set to log.

    All of ORBIT's handlers sit at the root. With `propagate: false` a logger reaches neither the file nor the console: its warnings and errors alone come out, on stderr. Where its
    level is `WARNING` or above that is all it has to say, and where it is `disabled` the silence is meant.

    ```yaml bad
    logging: {loggers: {uvicorn: {level: INFO, propagate: false}}}
    ```

    ```yaml good
    logging: {loggers: {uvicorn: {level: INFO, propagate: true}}}
    ```
    """
    loggers = at(config.tree, ("logging", "loggers"))
    for name in loggers.entries if isinstance(loggers, Mapping) else ():
        path: KeyPath = ("logging", "loggers", name, "propagate")
        node = at(config.tree, path)
        disabled = at(config.tree, (*path[:-1], "disabled"))
        level = value_at(config.tree, (*path[:-1], "level"))
        wants_more = isinstance(level, str) and level.upper() in _BELOW_WARNING
        if isinstance(node, Scalar) and node.value is False and getattr(disabled, "value", None) is not True and wants_more:
            yield Finding(
                f"`{name}` is to log at `{level}`, and what is below a warning reaches neither the file nor the console",
                path,
                "write `propagate: true`, or `level: WARNING`",
            )


@rule("ORB573", consequence=Consequence.WITHOUT_EFFECT)
def excluded_path_matches_nothing(config: Config) -> Iterator[Finding]:
    """An excluded path is written so that it matches nothing.

    An entry stands for itself and for what lies below it. With a slash at its end, as `/` alone, or with a wildcard it matches nothing useful.

    ```yaml bad
    performance: {compression: {enabled: true, excluded_paths: ["/static/*"]}}
    ```

    ```yaml good
    performance: {compression: {enabled: true, excluded_paths: ["/static"]}}
    ```
    """
    for setting in _PATH_LISTS:
        node = at(config.tree, path_of(setting))
        for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
            text = item.value if isinstance(item, Scalar) else None
            if isinstance(text, str) and (text.endswith("/") or "*" in text):
                yield Finding(
                    f"`{text}` matches nothing", (*path_of(setting), index), f"write `{text.rstrip('*').rstrip('/') or '/path'}`", value=True
                )


RULES = (moot_setting, logger_writes_nowhere, excluded_path_matches_nothing)
