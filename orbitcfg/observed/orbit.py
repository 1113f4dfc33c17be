"""What was seen of a running ORBIT. Data, without codes or severities."""

from enum import Enum

from orbitcfg.dataclass import dataclass
from orbitcfg.observed.probe import ProbeResult


class AnswerEnding(Enum):
    """How a question to an adapter ended; the value says it for people."""

    ANSWERED = "its model answered"
    SENTENCE = "ORBIT's own sentence in place of an answer"
    EMPTY = "an empty answer"
    REFUSED = "refused"
    NOTHING = "no answer"


class SentenceCause(Enum):
    """What ORBIT's own sentences stand for; the value says it for people."""

    UNREACHABLE = "which it sends when the model server refuses connections, has an unknown name, or answers 503"
    NO_MODEL = "which it sends when the model server answers 404: the model or the path is not there"
    KEY = "which it sends when the model server answers 401: it refuses the key"
    REQUEST = "which it sends when the model server answers 400: it refuses the request, such as a parameter of it"
    LIMIT = "which it sends when the model server answers 429: too many requests, or no credit left"
    SERVER_ERROR = "which it sends when the model server answers 500"
    NO_PROVIDER = "which it sends when the provider is unknown, switched off, or newer than ORBIT's start, when Ollama could not load the model, or when a reload closed the connection"
    UNBUILT = "which it sends when the adapter's retriever could not be loaded"
    NOT_ALLOWED = "which it sends for a model that is not on the adapter's list"
    PAUSED = "which it sends while it is paused"
    UNKNOWN_KEY = "which it sends for a key that it does not know, or whose adapter is off"
    LOGIN = "which it sends to users who have not signed in"


SENTENCES: tuple[tuple[str, SentenceCause], ...] = (
    ("temporarily unavailable", SentenceCause.UNREACHABLE),
    ("configured ai model is unavailable", SentenceCause.NO_MODEL),
    ("authentication issue", SentenceCause.KEY),
    ("could not be processed", SentenceCause.REQUEST),
    ("too many requests", SentenceCause.LIMIT),
    ("internal error", SentenceCause.SERVER_ERROR),
    ("currently unavailable", SentenceCause.NO_PROVIDER),
    ("failed to retrieve context", SentenceCause.UNBUILT),
    ("is not allowed for adapter", SentenceCause.NOT_ALLOWED),
    ("server is paused", SentenceCause.PAUSED),
    ("invalid or missing api key", SentenceCause.UNKNOWN_KEY),
    ("authentication required", SentenceCause.LOGIN),
)
"""What each sentence holds, in small letters, as recorded of each way in which a provider fails (orbit-api §3)."""


def cause_of(sentence: str) -> SentenceCause | None:
    """What a sentence stands for; None where it is none that is known."""
    small = sentence.lower()
    return next((cause for mark, cause in SENTENCES if mark in small), None)


@dataclass(frozen=True, slots=True)
class KeySeen:
    """What a key for chatting opens."""

    variable: str
    """The name of the variable that holds it."""
    status: int | None = None
    """The HTTP status of the question for its adapter; None where there was no answer."""
    error: str = ""
    """What the server says is wrong."""
    adapter: str | None = None
    """The adapter that answers to it; None where none does."""
    client: str | None = None
    """Whom the server says that it was made for."""
    model: str | None = None
    """The model that the server shows for the adapter."""
    administers: bool = False
    """Whether it opened a path of the administration."""


@dataclass(frozen=True, slots=True)
class QuestionSeen:
    """One question to an adapter."""

    variable: str
    """The name of the variable whose key asked."""
    adapter: str | None
    """The adapter of the key; None where that is not known."""
    stream: bool
    """Whether the answer came in pieces."""
    ending: AnswerEnding
    """How it ended."""
    status: int | None = None
    """The HTTP status; None where there was no answer."""
    text: str = ""
    """What came: the answer, the sentence, or what the server says is wrong."""

    @property
    def cause(self) -> SentenceCause | None:
        """What the sentence stands for; None where there is none."""
        return None if self.ending is AnswerEnding.ANSWERED else cause_of(self.text)


@dataclass(frozen=True, slots=True)
class StartModel:
    """A provider that was on when the server started, and its model then."""

    provider: str
    model: str | None


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the configuration that is younger than the process of the server, by so many seconds."""

    name: str
    after_s: float


@dataclass(frozen=True, slots=True)
class OrbitSeen:
    """What a running ORBIT said of itself."""

    is_orbit: bool = False
    """Whether it is one."""
    mistaken: str = ""
    """What answers instead, for people; empty where that is not known."""
    release: str | None = None
    """The version that it states."""
    live: tuple[str, ...] | None = None
    """The adapters that are on now, after reloads; None where it does not say."""
    unbuilt: tuple[str, ...] = ()
    """Those of them whose object was not made."""
    uptime_s: float | None = None
    """How long its process runs; None where it does not say."""
    is_paused: bool | None = None
    """Whether it takes no chats; None where it was not asked."""
    config_path: str | None = None
    """The path of its root file, on its own machine; None where it was not asked."""
    models: tuple[StartModel, ...] | None = None
    """The providers that were on at the start; None where it was not asked."""
    strange_tools: tuple[str, ...] = ()
    """MCP servers that stand in its files and that it has not taken up."""
    keys: tuple[KeySeen, ...] = ()
    """What each key opens."""
    questions: tuple[QuestionSeen, ...] = ()
    """The questions that were asked."""
    is_key_withheld: bool = False
    """Whether credentials would have gone unencrypted to another machine, and were not sent."""


@dataclass(frozen=True, slots=True)
class OrbitResult:
    """What was seen of a running ORBIT, and how it compares with the files."""

    probe: ProbeResult
    """How it was reached, check by check."""
    seen: OrbitSeen = OrbitSeen()
    """What it said."""
    changed: tuple[ChangedFile, ...] = ()
    """The files that are younger than its process; only where that runs on this machine."""
    is_other_tree: bool | None = None
    """Whether its root file is another one than that which is looked at; None where that cannot be said here."""
