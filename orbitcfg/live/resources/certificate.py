"""When a certificate is valid: two dates of its DER form, which the standard library decodes for certificates of authorities alone. Pure."""

from datetime import datetime

from orbitcfg.dataclass import dataclass

_SEQUENCE, _UTC_TIME, _VERSION = 0x30, 0x17, 0xA0
_PIVOT = 50
"""A year of two digits from here on is of the last century (RFC 5280 §4.1.2.5.1)."""


class NotDerError(ValueError):
    """The bytes are no certificate."""


@dataclass(frozen=True, slots=True)
class Validity:
    """From when and until when a certificate is valid."""

    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, der: bytes) -> "Validity":
        """That of a certificate in DER form. Raises NotDerError for anything else."""
        body = _inside(_inside(der))
        # the version is absent in the first one; then serial number, signature algorithm, issuer, validity
        tag, _, rest = _element(body)
        for _ in range(3 if tag == _VERSION else 2):
            _, _, rest = _element(rest)
        first, second = _pair(_inside(rest))
        return cls(_time(*first), _time(*second))


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """The tag and the content of the first element, and what stands behind it."""
    if len(data) < 2:
        raise NotDerError
    size, start = data[1], 2
    if size & 0x80:
        count = size & 0x7F
        size, start = int.from_bytes(data[2 : 2 + count]), 2 + count
        # of one byte a length is written short, and none has more than four
        if not 1 <= count <= 4:
            raise NotDerError
    if len(data) < start + size:
        raise NotDerError
    return data[0], data[start : start + size], data[start + size :]


def _inside(data: bytes) -> bytes:
    """The content of a sequence that comes first."""
    tag, content, _ = _element(data)
    if tag != _SEQUENCE:
        raise NotDerError
    return content


def _pair(data: bytes) -> tuple[tuple[int, bytes], tuple[int, bytes]]:
    first_tag, first, rest = _element(data)
    second_tag, second, _ = _element(rest)
    return (first_tag, first), (second_tag, second)


def _time(tag: int, content: bytes) -> datetime:
    """The moment that a UTCTime or a GeneralizedTime says."""
    try:
        text = content.decode("ascii")
        if tag == _UTC_TIME:
            text = ("19" if int(text[:2]) >= _PIVOT else "20") + text
        return datetime.strptime(f"{text}+0000", "%Y%m%d%H%M%SZ%z")
    except ValueError:
        raise NotDerError from None
