"""Defaults of parameters, held against the field of the domain as ORBIT holds a value that it found."""

import re
from datetime import datetime

from orbitcfg.document.tree import Mapping, Sequence, child, plain, value_at
from orbitcfg.effective.intent.template import Parameter

_FORMATS = {"date": ("%Y-%m-%d",), "datetime": ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d")}
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_LIMITS = (("min", 1, "below"), ("max", -1, "above"))


def refused_default(field: Mapping, parameter: Parameter) -> str:
    """Why a field refuses the default of a parameter; empty where it takes it, or is not known to refuse it."""
    if not parameter.has_default:
        return ""
    value = plain(parameter.node.entries["default"].node)
    if isinstance(value, list | dict):
        return ""
    wanted = value_at(field, ("data_type",))
    if not _fits(value, wanted):
        return f"is no value of the type `{wanted}`"
    rules = child(field, "validation_rules")
    return _against(value, rules) if isinstance(rules, Mapping) else ""


def _fits(value: object, wanted: object) -> bool:
    """Whether a value passes for one of a type; null passes for all, and anything for a type that ORBIT does not know."""
    text = value if isinstance(value, str) else ""
    match wanted:
        case _ if value is None:
            return True
        case "integer":
            return isinstance(value, int) or text.lstrip("-").isdigit()
        case "decimal":
            return isinstance(value, int | float)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "date" | "datetime":
            # a date without quotes is told as what empties the index
            return not isinstance(value, str | int | float) or any(_is_date(text, form) for form in _FORMATS[str(wanted)])
        case "email":
            return _MAIL.fullmatch(text) is not None
        case "phone":
            digits = re.sub(r"[\s\-().]", "", text).removeprefix("+")
            return digits.isdigit() and 10 <= len(digits) <= 15
    return True


def _is_date(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - as ORBIT reads it
    except ValueError:
        return False
    return True


def _against(value: object, rules: Mapping) -> str:
    for key, sign, word in _LIMITS:
        limit = value_at(rules, (key,))
        if isinstance(value, int | float) and isinstance(limit, int | float) and sign * (value - limit) < 0:
            return f"is {word} the `{key}` of its `validation_rules`"
        length = value_at(rules, (f"{key}_length",))
        if isinstance(value, str) and isinstance(length, int | float) and sign * (len(value) - length) < 0:
            return f"is {'shorter' if key == 'min' else 'longer'} than the `{key}_length` of its `validation_rules`"
    allowed = child(rules, "allowed_values")
    if isinstance(allowed, Sequence) and value not in [plain(each) for each in allowed.items]:
        return "is none of its `allowed_values`"
    return ""
