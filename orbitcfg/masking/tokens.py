"""Secrets that are known by their own shape, under whatever name they stand.

The prefixes are those that the issuers publish, as the rules of gitleaks and detect-secrets list them.
"""

import re
from collections.abc import Iterator

from orbitcfg.masking.names import looks_made
from orbitcfg.masking.stretches import Stretch

_PREFIXES = (
    # models and their tools
    r"sk-(?:ant-(?:[a-z]+\d\d-)?|proj-|or-(?:v1-)?|svcacct-|admin-|lf-|None-)?",
    r"(?:hf|gsk|csk|fw|r8|tgp_v1|jina|pcsk|lsv2_[ps][tk]|api_org|wandb_v1|ph[xc]|ntn|lin_api|orbit)_",
    r"(?:pplx|xai|tvly|fc|sess|pa|pk-lf|tskey(?:-[a-z]+)?)-",
    # code and packages
    r"(?:gh[pousr]|github_pat|npm|dckr_pat|rubygems|rdme|shp(?:at|ca|pa|ss)|sntry[su]|sgp|snyk|sonar|sq[upa])_",
    r"(?:PMAK|pul|p8e|NRAK|NRII|NRJS|GR1348941)-",
    r"(?:AKCp\d|AT[AC]TT3)",
    # clouds, databases, vaults
    r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|LTAI)(?=[A-Z0-9])",
    r"(?:do[opr]_v1|pscale_(?:tkn|pw|oauth)|glc|glsa|sbp)_",
    r"(?:dapi(?=\d)|FLWSECK(?:_TEST)?-|EZ[AT]K|dt0c01\.|AGE-SECRET-KEY-1|fio-u-)",
    # messengers, mail, payment
    r"(?:xox[abeoprs](?:\.xox[bp])?-|xapp-|sq0(?:atp|csp|idp)-|EAAA|key-|whsec_|shippo_(?:live|test)_|(?:sk|rk|pk)_(?:live|test|prod)_)",
)
_MIXED_PREFIXES = (
    r"(?:nvapi-|AIza|GOCSPX-|ya29\.|glpat-|gl(?:ptt|dt|rt|ft|imt|agent|oas|soat|cbt)-|hv[sbr]\.|pypi-|SG\.|dp\.(?:pt|st|ct|sa)\.|ops_ey)"
)
_PREFIXED = re.compile(
    # the first part without `-` and `_`: otherwise names that begin alike would pass for one
    rf"(?<![A-Za-z0-9_\-])(?:(?:{'|'.join(_PREFIXES)})(?P<rest>[A-Za-z0-9]{{10,}}+[\w\-.=+/~]*+)|{_MIXED_PREFIXES}(?P<mixed>[\w\-]{{14,}}+[\w\-.=+/~]*+))"
)
_WHOLE = re.compile(
    r"(?<![A-Za-z0-9_\-])eyJ[A-Za-z0-9_\-]{2,}+\.[A-Za-z0-9_\-]{2,}+(?:\.[A-Za-z0-9_\-]*+){0,3}"  # a JWT or JWE
    r"|-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\:,\-]*+"
    r"|(?<![\d.:])\d{6,12}:AA[A-Za-z0-9_\-]{20,}+"  # a bot of Telegram
)
_WEBHOOK = re.compile(
    r"(?:hooks\.slack\.com/|/api/webhooks/|webhook\.office\.com/|logic\.azure\.com(?::\d+)?/)(?P<value>[^\s\"'`<>]++)"
    r"|/bot(?P<bot>\d{3,12}:[A-Za-z0-9_\-]{6,}+)"
)
"""What an address of Slack, Discord, Teams, Azure, Telegram ends in: whoever has it may write there."""


def token_stretches(text: str) -> Iterator[Stretch]:
    """Every stretch of a text that has the shape of a secret."""
    if len(text) < 10:
        return
    for match in _PREFIXED.finditer(text):
        if looks_made(match["rest"] or match["mixed"]):
            yield match.span()
    for match in _WHOLE.finditer(text):
        yield match.span()
    if "/" in text:
        yield from (match.span(match.lastgroup or 0) for match in _WEBHOOK.finditer(text))
