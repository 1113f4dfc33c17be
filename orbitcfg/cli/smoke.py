"""`orbitcfg smoke`."""

from typing import Annotated

import orbitcfg
from orbitcfg.cli import completion, options, progress, streams
from orbitcfg.cli.parameters import option

Model = Annotated[
    str | None,
    option(
        "--model",
        metavar="FILE|NAME",
        help="This model file, or the one that a local server lists under this name.",
        offer=completion.names("models"),
    ),
]
SelfTest = Annotated[bool, option("--self-test", help="The built-in model, whose answer is known: does the engine compute correctly here?")]
Adapter = Annotated[
    str | None,
    option("--adapter", metavar="NAME", help="The model and parameters of this adapter.", offer=completion.names("adapters")),
]
Provider = Annotated[
    str | None,
    option("--provider", metavar="NAME", help="The model and parameters of this provider.", offer=completion.names("providers")),
]
Prompt = Annotated[str, option("--prompt", metavar="TEXT", help="What to ask.")]
Raw = Annotated[bool, option("--raw", help="Without a chat template: let the model go on from the prompt.")]
MaxTokens = Annotated[
    int | None, option("--max-tokens", metavar="N", least=1, help="Tokens to generate. [default: the configured number, at most 16]")
]
FullContext = Annotated[bool, option("--full-context", help="With the configured context instead of at most 512 tokens.")]
Stream = Annotated[bool, option("--stream", help="Show the text on stderr as it comes.")]
Timeout = Annotated[
    float | None,
    option("--timeout", metavar="SECONDS", least=0.1, help="How long the answer may take. [default: 60, and 5 for each GB of the model]"),
]


def command(
    path: options.PathArgument = None,
    model: Model = None,
    self_test: SelfTest = False,
    adapter: Adapter = None,
    provider: Provider = None,
    prompt: Prompt = "Say hi",
    raw: Raw = False,
    max_tokens: MaxTokens = None,
    full_context: FullContext = False,
    stream: Stream = False,
    timeout: Timeout = None,
    format_name: Annotated[str | None, options.format_option("smoke")] = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    fail_on: options.FailOn = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """Try a model without a server: a few tokens in an embedded engine, with the model and the parameters that ORBIT would use.

    Nothing leaves this machine. Exit status: 0 nothing at or above `--fail-on`, 1 findings, 2 the engine is not installed, or no such
    model or configuration.
    """
    with (
        orbitcfg.start_engine() as engine,
        progress.Watcher(stream=stream, quiet=quiet) as watcher,
    ):  # first of all: the engine takes longer to start than the rest
        level = fail_on and options.option_value(fail_on, options.THRESHOLDS, "--fail-on")
        settings = orbitcfg.load_settings(
            path,
            format=format_name,
            fail_on=level,
            select=select,
            ignore=ignore,
            env_files=env_file,
            no_env=no_env,
            orbit=orbit,
            verbose=verbose,
            color=color,
        )
        chosen = options.chosen_format("smoke", settings.format)
        request = orbitcfg.SmokeOptions(model, self_test, adapter, provider, prompt, raw, max_tokens, full_context, timeout)
        made = orbitcfg.smoke(path, request, settings, listener=watcher, engine=engine)
    streams.result(orbitcfg.render(made, chosen, options.style_of(settings)))
    progress.findings(made.report, settings, quiet=quiet)
    raise SystemExit(settings.policy.status(made.report))
