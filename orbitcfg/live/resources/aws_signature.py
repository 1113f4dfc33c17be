"""The signature that AWS wants at a request: version 4, for one without a body."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from orbitcfg.dataclass import dataclass, field

_EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class AwsKeys:
    """Who signs."""

    key: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    """Of temporary keys."""


def signature_headers(method: str, host: str, path: str, query: str, region: str, keys: AwsKeys, at: datetime) -> Mapping[str, str]:
    """The headers of a signed request to S3. `path` is not escaped yet; `query` is one name without a value, or empty."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": host, "x-amz-content-sha256": _EMPTY, "x-amz-date": stamp}
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = "\n".join((method, quote(path, safe="/-_.~"), f"{query}=" if query else "", lines, names, _EMPTY))
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{keys.secret}".encode()
    for each in (stamp[:8], region, "s3", "aws4_request"):
        key = _hmac(key, each)
    signature = _hmac(key, text).hex()
    return {**headers, "authorization": f"AWS4-HMAC-SHA256 Credential={keys.key}/{scope}, SignedHeaders={names}, Signature={signature}"}


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
