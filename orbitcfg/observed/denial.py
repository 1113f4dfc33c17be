"""What a server means by turning a request away: its status, its code and its own words, read together. Pure."""

import re
from enum import Enum, auto


class Denial(Enum):
    """Why a server gives no answer to a request that has reached it."""

    KEY = auto()
    """It does not know the key, or gets none."""
    PASSWORD = auto()
    """It wants a user and a password, as `Basic` sends them."""
    RIGHT = auto()
    """It knows the key, which may not do this."""
    PLACE = auto()
    """It takes no requests from here, whatever the key: a firewall before it, or a rule about addresses or countries."""
    RATE = auto()
    """Too many requests: waiting helps."""
    CREDIT = auto()
    """Nothing is left to pay with: waiting does not help."""

    @property
    def is_about_key(self) -> bool:
        """Whether it is a matter of who calls, not of how often or for what price."""
        return self in (Denial.KEY, Denial.PASSWORD, Denial.RIGHT, Denial.PLACE)


_CREDIT = re.compile(
    r"insufficient[_ -](?:quota|balance|credits?|funds)|exceeded (?:your|the) (?:current )?(?:monthly )?quota|exceeded_current_quota|credit balance"
    r"|(?:out of|no|more|add) credits|billing|budget[_ ](?:has been )?exceeded"
)
"""Words of a server whose owner wants to be paid."""

_PASSING = re.compile(r"(?:try again|retry) (?:in|after)|per (?:second|minute|hour|day)")
"""Words of a limit that ends by itself, whatever else is said of quotas."""

_RIGHT = re.compile(r"not allowed to access model|model_access_denied")
"""Words about a key that is known and may not use a model, of servers that give 401 for it, as LiteLLM does."""

_PLACE = re.compile(
    r"\bip[_ ](?:address|not)|\b(?:country|region|location)\b[^.]{0,40}\bnot (?:supported|allowed|available)|unsupported_country"
    # the titles of the pages by which Cloudflare stops a client that is no browser
    r"|^\s*(?:just a moment\b|attention required! \| cloudflare)|used cloudflare to restrict access"
)
"""Words about where a request comes from."""

_KEY = re.compile(
    r"(?:invalid|incorrect|missing|wrong|unknown|expired|no|not a valid|valid)[ _-](?:\w+ )?(?:api|virtual|access)[ _-]?(?:key|token)"
    r"|(?:api|virtual|access)[ _-]?(?:key|token)\b[^.]{0,40}?(?:invalid|not valid|incorrect|missing|required|expected|expired|not found|unknown)"
    # what a LiteLLM without a database says of every key but its master key
    r"|no[ _](?:connected[ _]db|db_connection)|unauthenticated|unregistered callers|invalid authentication"
)
"""Words about a key, of servers that give another status than 401 for it."""


def denial_of(status: int | None, code: str, words: str, challenge: str = "") -> Denial | None:
    """Why a reply refuses its request; None where it does not, or for no reason that is known. `challenge` is its `WWW-Authenticate`."""
    said = f"{code} {words}".lower()
    match status:
        case 401:
            if challenge.lower().startswith("basic"):
                return Denial.PASSWORD
            return Denial.RIGHT if _RIGHT.search(said) else Denial.KEY
        case 402:
            return Denial.CREDIT
        case 429:
            return Denial.CREDIT if _CREDIT.search(said) and not _PASSING.search(said) else Denial.RATE
        case 400 | 403 | 422:
            if _CREDIT.search(said):
                return Denial.CREDIT
            if _KEY.search(said):
                return Denial.KEY
            if status == 403 and _PLACE.search(said):
                return Denial.PLACE
    return Denial.RIGHT if status == 403 else None
