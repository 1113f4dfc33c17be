"""What a generation in the embedded engine showed."""

import re
from collections.abc import Iterator

from orbitcfg.document.source import Source
from orbitcfg.document.tree import KeyPath
from orbitcfg.observed.observation import Ending, EngineRun, Observations
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import observation_rule

_FINISHED = frozenset({"stop", "length"})
_FILES_OWN = "write `chat_format: null`, which takes the template of the file"
# the first that fits counts, so the narrow ones stand above the wide ones
_REMEDIES = (
    (r"Invalid chat handler", _FILES_OWN),
    (r"exceed context window", "write a shorter `--prompt`, or use `--full-context`"),
    (r"unknown model architecture", "update llama-cpp-python, or choose a model whose architecture it knows"),
    (
        r"tensor '.*' not found|missing tensor|wrong shape|wrong number of tensors",
        "download the file again, from another source: it lacks what its architecture needs",
    ),
    (
        r"TemplateSyntaxError|TemplateError|UndefinedError|Encountered unknown tag|template",
        "try `--raw`, and take the file from another source: its chat template is faulty",
    ),
    (r"vocab|tokenizer|token", "download the file again, from another source: its vocabulary is faulty"),
    (r"hyperparameters|key not found|invalid", "download the file again, from another source: its header lacks what its architecture needs"),
    (r"memory|bad_alloc|allocate|OOM|SIGKILL|NO_MEMORY|COMMITMENT", "choose a smaller quantisation or a smaller context, or end other programs"),
    (r"SIGILL|ILLEGAL_INSTRUCTION", "install the engine again on this machine: `orbitcfg smoke` prints the command where it is missing"),
    (r"SIGBUS|IN_PAGE_ERROR", "wait until the download has ended, and run it again"),
    (r"SIGABRT|SIGSEGV|GGML_ASSERT|VIOLATION|OVERRUN", "update llama-cpp-python, or report the file to its authors: a model must not crash it"),
)


@observation_rule("ORB821", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def engine_failed(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The embedded engine could not load the model, or died, or did not answer in time.

    It runs in a process of its own, so it takes nothing with it. The reason comes from the engine's own log, or from the way in which the process ended.
    """
    run = observations.engine
    if run is None or not _failed(run):
        return
    reason = _reason(run)
    yield Finding(f"the embedded engine gave no answer with `{run.model}`: {reason}", _place(run), _remedy(run, reason), value=True)


@observation_rule("ORB822", consequence=Consequence.HYGIENE, severity=Severity.ERROR)
def engine_computes_wrong(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The built-in model did not give its known answer.

    Its weights leave no choice: whatever it is asked, it says one sentence. Another answer means that the engine computes wrong on this machine, by a
    fault of its build, of the processor or of the memory, and so would any model.
    """
    run = observations.engine
    if run and run.ending is Ending.ANSWERED and run.expected is not None and run.text.strip() != run.expected:
        message = f"the built-in model says `{run.text.strip()[:80]}` instead of `{run.expected}`: the engine computes wrong here"
        yield Finding(message, None, "install the engine again, with `-DGGML_NATIVE=OFF` in CMAKE_ARGS, and test the machine's memory")


@observation_rule("ORB823", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def empty_answer(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The engine ended at once, without any text.

    A base model takes the question for the end of a text. An instruct model does so when the chat template is not its own: the engine falls back to Llama 2's where the
    file brings none, and ORBIT asks for ChatML where it loads a model itself and no `chat_format` is written. A stop sequence that the answer begins with does it too. The same happens to ORBIT's users, who see an empty answer.
    """
    run = observations.engine
    if run is None or run.ending is not Ending.ANSWERED or run.text.strip() or run.expected is not None:
        return
    cause, help_text = _why_empty(run)
    yield Finding(f"`{run.model}` answers nothing and stops{cause}", _place(run), help_text, value=True)


def _why_empty(run: EngineRun) -> tuple[str, str]:
    """The cause behind a colon, empty where none is seen, and what to do."""
    if run.raw:
        return "", "give a `--prompt` that a text can go on from"
    if run.chat_format is not None:
        return f": ORBIT asks it in the chat template `{run.chat_format}`", _FILES_OWN
    is_foreign = run.template == "llama-2"
    cause = (
        "the file brings no chat template, so the engine used another model's"
        if is_foreign
        else "it is a base model, or its first words are a stop sequence"
    )
    return f": {cause}", "try `--raw`, and choose the model's instruct version"


@observation_rule("ORB824", consequence=Consequence.HYGIENE, severity=Severity.WARNING)
def odd_finish(_config: Config, observations: Observations) -> Iterator[Finding]:
    """The generation ended for a reason that is neither `stop` nor `length`.

    Both are what OpenAI's format knows for text; a server that says something else confuses its clients.
    """
    run = observations.engine
    if run and run.ending is Ending.ANSWERED and run.finish not in _FINISHED:
        reason = f"ended with `{run.finish}`, which is neither `stop` nor `length`" if run.finish else "ended, and gave no reason for it"
        yield Finding(f"`{run.model}` {reason}", _place(run), "update llama-cpp-python", value=True)


def _failed(run: EngineRun) -> bool:
    return run.ending in (Ending.REFUSED, Ending.DIED, Ending.TIMED_OUT, Ending.GARBLED) or (run.ending is Ending.NOT_TRIED and bool(run.reason))


def _reason(run: EngineRun) -> str:
    """Why there is no answer: what the log says, since the exception says little."""
    if run.ending is Ending.NOT_TRIED:
        return "there is not enough memory for it, so it was not loaded"
    if run.log and run.ending is Ending.REFUSED:
        return run.log
    return f"{run.reason} ({run.log})" if run.log else run.reason


def _remedy(run: EngineRun, reason: str) -> str:
    if run.ending is Ending.TIMED_OUT:
        return "give it longer with `--timeout`, or choose a smaller model"
    if run.ending is Ending.NOT_TRIED:
        return "choose a smaller quantisation or a smaller context, or end other programs"
    return next(
        (remedy for pattern, remedy in _REMEDIES if re.search(pattern, reason)),
        "run `orbitcfg smoke --self-test` to see whether the engine itself works",
    )


def _place(run: EngineRun) -> KeyPath | Source | None:
    """The line that asks for the model that ran, else the file."""
    # the built-in model stands in no line of the user's
    if run.expected is not None:
        return None
    return run.requested_at or Source(run.model, "", private=True)


RULES = (engine_failed, engine_computes_wrong, empty_answer, odd_finish)
