"""What becomes of ORBIT with a configuration: whether it starts, and which adapters answer."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.plural import counted

Basis: TypeAlias = Literal["files", "files and servers"]
"""What a verdict rests on."""

AdapterState: TypeAlias = Literal["answers", "degraded", "fails", "off", "unknown"]
"""How it will fare: answers; degraded (it answers, without something that it should have); fails; off; unknown (something that is not known here decides)."""

VARIABLE = "the variable "
"""How what is not known here begins, where it is a variable."""

NOT_STARTING = ", so ORBIT does not start"
"""How messages end that say the same as the verdict."""

_ENDINGS = (NOT_STARTING, ": ORBIT does not start", ", so ORBIT goes on without it")
"""What the verdict itself says, or contradicts."""

_NAMED = 5
"""Adapters that the headline names."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The finding that a verdict comes from; file and line are None where it has no place."""

    code: str
    message: str
    file: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """Where, and by which rule."""
        where = f"{self.file}:{self.line}" if self.line is not None else self.file
        return f"{where}, {self.code}" if where else self.code


@dataclass(frozen=True, slots=True)
class ChoiceVerdict:
    """A model or skill that clients of an adapter may choose."""

    name: str
    state: AdapterState
    because: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class AdapterVerdict:
    """An adapter with its choices."""

    name: str
    state: AdapterState
    because: tuple[Reason, ...] = ()
    choices: tuple[ChoiceVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether ORBIT starts (None: not known here), and which adapters answer. `unknown` is what that depends on, in words; `lost` are files that ORBIT goes on without."""

    root: str
    basis: Basis
    starts: bool | None
    because: tuple[Reason, ...] = ()
    unknown: tuple[str, ...] = ()
    adapters: tuple[AdapterVerdict, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The verdict in one line."""
        if self.starts is False:
            more = f" (and {counted(len(self.because) - 1, 'more reason')})" if len(self.because) > 1 else ""
            first = self.because[0]
            fact = next((first.message.removesuffix(each) for each in _ENDINGS if first.message.endswith(each)), first.message)
            return f"ORBIT would not start: {fact} ({first.place}){more}."
        return " ".join(part for part in (self.start, self._of_adapters()) if part)

    @property
    def start(self) -> str:
        """Whether ORBIT starts, without the reason why it does not."""
        if self.starts is False:
            return "ORBIT would not start."
        if self.starts:
            return f"ORBIT would start{f' without {_listed(self.lost)}' if self.lost else ''}."
        begins = f"Whether ORBIT would start depends on {_with_variables(self.unknown)}."
        return begins + (f" It goes on without {_listed(self.lost)}." if self.lost else "")

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why adapters fail, where ORBIT starts or may, each reason once, those of several adapters first."""
        told = Counter(reason for adapter in self.adapters if adapter.state == "fails" for reason in adapter.because)
        return () if self.starts is False else tuple(reason for reason, _ in told.most_common())

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that decide whether ORBIT starts."""
        return tuple(each.removeprefix(VARIABLE) for each in self.unknown if each.startswith(VARIABLE)) if self.starts is None else ()

    def _of_adapters(self) -> str:
        on = [adapter for adapter in self.adapters if adapter.state != "off"]
        failing = [adapter for adapter in on if adapter.state == "fails"]
        unknown = [adapter for adapter in on if adapter.state == "unknown"]
        if not on:
            return "No adapter is on."
        sentences = []
        if failing:
            sentences.append(f"{len(failing)} of {counted(len(on), 'adapter')} would not answer: {_named(failing)}.")
        if unknown:
            verb = "depends" if len(unknown) == 1 else "depend"
            sentences.append(f"{len(unknown)} of {counted(len(on), 'adapter')} {verb} on what is not known here: {_names(unknown)}.")
        return " ".join(sentences) or self._all_answer(on)

    @staticmethod
    def _all_answer(on: Sequence[AdapterVerdict]) -> str:
        lacking = [adapter for adapter in on if adapter.state == "degraded"]
        if len(on) == 1:
            return f"Its adapter would answer{f', but not in full: {_named(lacking)}' if lacking else ''}."
        return f"All {len(on)} adapters would answer{f', {len(lacking)} of them not in full: {_named(lacking)}' if lacking else ''}."


def _listed(things: Sequence[str]) -> str:
    return ", ".join(things[:_NAMED]) + (f" and {len(things) - _NAMED} more" if len(things) > _NAMED else "")


def _with_variables(things: Sequence[str]) -> str:
    """What is not known here, the variables together."""
    variables = [_quoted(each.removeprefix(VARIABLE)) for each in things if each.startswith(VARIABLE)]
    others = [each for each in things if not each.startswith(VARIABLE)]
    together = [f"the variable{'s' if len(variables) > 1 else ''} {_listed(variables)}"] if variables else []
    return " and ".join([*together, *([_listed(others)] if others else [])])


def _quoted(variable: str) -> str:
    # what ORBIT takes for a name may hold blanks, and would run into the sentence
    return variable if variable.isidentifier() else f"`{variable}`"


def _named(adapters: Sequence[AdapterVerdict]) -> str:
    """Adapters, with the rule of the first reason of each."""
    codes = ", ".join(dict.fromkeys(adapter.because[0].code for adapter in adapters if adapter.because))
    return _names(adapters) + (f" ({codes})" if codes else "")


def _names(adapters: Sequence[AdapterVerdict]) -> str:
    return _listed([adapter.name for adapter in adapters])
