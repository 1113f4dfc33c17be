"""MCP servers that ORBIT starts: the command, the files that it names, and, only where that is asked for, the program itself."""

import os
import shutil
import time
from collections.abc import Mapping
from typing import ClassVar

from orbitcfg.dataclass import dataclass, field
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.local import LocalStep
from orbitcfg.live.resources.mcp import INITIALIZE, INITIALIZED, LIST_TOOLS, McpAnswer, summary, texts_of, wait_s
from orbitcfg.live.resources.paths import PathError
from orbitcfg.live.resources.program import PipedProgram
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import CONNECT_S, ResourceStep, Visit, in_thread
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.foreign_json import parse_json
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

SAFE = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "LC_CTYPE", "SHELL", "TERM")
"""The variables of its own that ORBIT hands on; all others are those of `env`."""

_SCRIPTS = (".py", ".js", ".mjs", ".cjs", ".ts", ".sh", ".rb", ".jar")
_ELSEWHERE = frozenset({"docker", "podman", "nerdctl", "kubectl", "ssh", "wsl"})
"""Commands whose arguments name files of another machine."""


@dataclass(frozen=True, slots=True)
class FindCommand(LocalStep):
    """The command and the script that it runs are there."""

    kind: ClassVar = CheckKind.COMMAND
    what: ClassVar = "whether the command and its script are there"
    args: tuple[str, ...] = ()
    search: str = ""
    folder: str = ""

    def look(self, _context: Visit) -> str:
        """Looks into the PATH that the program gets."""
        # one with a slash leads from the folder that ORBIT runs in, whatever PATH says
        name = os.path.join(self.folder, self.path) if os.path.dirname(self.path) else self.path
        found = shutil.which(name, path=self.search)
        if found is None:
            raise PathError(ResourceFault.NO_COMMAND, f"`{self.path}`", ("command",))
        if os.path.basename(self.path) not in _ELSEWHERE:
            missing = next((each for each in self.args if os.path.isabs(each) and each.endswith(_SCRIPTS) and not os.path.exists(each)), None)
            if missing is not None:
                raise PathError(ResourceFault.NO_FILE, f"`{missing}`", ("args",))
        return f"`{found}`"


@dataclass(frozen=True, slots=True)
class CheckVariables(ResourceStep):
    """The variables that `env` names hold something; empty ones may be meant."""

    kind: ClassVar = CheckKind.VALUE
    what: ClassVar = "whether its variables are set"
    environment: Mapping[str, str] = field(repr=False)

    async def run(self, context: Visit) -> bool:
        """Notes those that are empty."""
        empty = [f"`{name}`" for name, text in self.environment.items() if not text]
        if empty:
            context.remark(f"{', '.join(empty)} of its `env` {'is' if len(empty) == 1 else 'are'} empty")
        return context.passed(self, f"{len(empty)} of {len(self.environment)} empty" if empty else "set")


@dataclass(frozen=True, slots=True)
class StartProgram(ResourceStep):
    """The program starts and offers tools."""

    kind: ClassVar = CheckKind.TOOLS
    what: ClassVar = "the program itself, which is started, asked for its tools and ended"
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    folder: str
    seconds: float

    @property
    def whole_s(self) -> float:
        """As long as ORBIT waits, and for its end."""
        return self.seconds + CONNECT_S

    async def run(self, context: Visit) -> bool:
        """Starts it, makes the whole conversation, and ends it however that went."""
        watch = Stopwatch()
        try:
            program = PipedProgram(self.command, self.environment, self.folder)
        except (OSError, ValueError) as error:
            return context.failed(self, ResourceFault.NO_COMMAND, str(error), blames=("command",))
        try:
            answers = await in_thread(lambda: _converse(program, time.monotonic() + self.seconds), self.seconds + CONNECT_S)
        except TimeoutError:
            return context.failed(self, ProbeFault.SILENT, f"ORBIT waits {self.seconds:g} s for its tools", blames=("command",), ms=watch.ms)
        finally:
            program.end()
        first, tools = (*answers, None, None)[:2]
        if first is None or tools is None:
            return context.failed(self, ResourceFault.ENDED, program.last_words, blames=("command",), ms=watch.ms)
        error_text = first.error if first.error is not None else tools.error
        if error_text is not None:
            return context.failed(self, ResourceFault.SERVER_ERROR, error_text, blames=("command",), ms=watch.ms)
        if not tools.tools:
            return context.failed(self, ResourceFault.NO_TOOLS, first.server, blames=("command",), ms=watch.ms)
        return context.passed(self, summary(first.server, tools.tools), watch.ms)


@dataclass(frozen=True, slots=True)
class LeaveUnstarted(ResourceStep):
    """Its tools are not asked for."""

    kind: ClassVar = CheckKind.TOOLS
    what: ClassVar = "not its tools: the program is not started without `--start-mcp`"

    async def run(self, context: Visit) -> bool:
        """Says what would tell more."""
        return context.unchecked(self, "the program is not started: `--start-mcp` would ask it for its tools")


def _converse(program: PipedProgram, ends_at: float) -> tuple[McpAnswer, ...]:
    """What the program says of itself, and of its tools, as far as it goes. Raises TimeoutError where it takes longer."""
    answers: list[McpAnswer] = []
    for request in (INITIALIZE, LIST_TOOLS):
        program.send(request)
        answer = _answer(program, request, ends_at)
        if answer is None:
            return tuple(answers)
        answers.append(answer)
        if answer.error is not None:
            return (answers[0], answer)
        if request is INITIALIZE:
            program.send(INITIALIZED)
    program.leave()
    return tuple(answers)


def _answer(program: PipedProgram, request: Mapping[str, object], ends_at: float) -> McpAnswer | None:
    """The answer to a request; None where the program ends before. What else it writes is passed over, as ORBIT does."""
    while (line := program.receive(ends_at)) is not None:
        if (answer := McpAnswer.to(request, parse_json(line))) is not None:
            return answer
    return None


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The command, its variables, and the program itself where it is to be started."""
    command, args, own = target.content("command"), target.content("args"), texts_of(target.content("env"), options.variables)
    if not command or not isinstance(command, str):
        return (Unusable(ResourceFault.BAD_VALUE if command else ResourceFault.NOT_SET, "`command`", ("command",)),)
    args = [] if args is None else args
    if not isinstance(args, list) or not all(isinstance(each, str) for each in args):
        return (Unusable(ResourceFault.BAD_VALUE, "`args` is no list of texts", ("args",)),)
    if own is None:
        return (Unusable(ResourceFault.BAD_VALUE, "`env` is no map", ("env",)),)
    environment = {**{name: options.variables[name] for name in SAFE if name in options.variables}, **own}
    find = FindCommand(command, ("command", "args"), tuple(args), environment.get("PATH", ""), options.folder)
    steps: tuple[ResourceStep, ...] = (find, *([CheckVariables(own)] if own else []))
    if not options.start_mcp:
        return (*steps, LeaveUnstarted())
    return (*steps, StartProgram((command, *args), environment, options.folder, wait_s(target)))
