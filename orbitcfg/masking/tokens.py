"""Secrets that are known by their own shape, under whatever name they stand.

The prefixes are those that the issuers publish, as the rules of gitleaks and detect-secrets list them.
"""

import re
from collections.abc import Iterator

from orbitcfg.masking.names import looks_made
from orbitcfg.masking.stretches import Stretch

SHORTEST_TOKEN = 10
"""Characters. What is shorter has no shape to be known by."""

_PREFIXES = (
    # models and their tools
    r"sk-|(?:hf|gsk|csk|fw|r8|tgp_v1|jina|lsv2_[ps][tk]|api_org|wandb_v1|ph[xc]|ntn|lin_(?:api|oauth)|orbit|rpa|e2b|rnd|napi|xau|crsr|esecret)_",
    r"(?:pplx|xai|fc|sess|csk|tskey(?:-[a-z]+)?)-",
    # code and packages
    r"(?:gh[pousr]|npm|rubygems|rdme|shp(?:at|ca|pa|ss)|sntry[su]|sgp|snyk|sonar|sq[upa]|vcp|cfut|apify_api|bb_live|fo1|fm2)_",
    r"(?:PMAK|pul|p8e|NRAK|NRII|NRJS|xkeysib)-",
    r"(?:AKCp\d|AT[AC]TT3|ATBB|GR1348941|ABSK)",
    # clouds, databases, vaults
    r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|APKA|LTAI|AKID)(?=[A-Z0-9])",
    r"(?:do[opr]_v1|pscale_(?:tkn|pw|oauth)|glc|glsa|sbp)_",
    r"(?:FLWSECK(?:_TEST)?-|EZ[AT]K|dt0c01\.|AGE-SECRET-KEY-1|fio-u-)",
    # messengers, mail, payment
    r"(?:sq0(?:atp|csp|idp)-|EAA[A-Z]|whsec_|shippo_(?:live|test)_|(?:sk|rk|pk)_(?:live|test|prod)_)",
)
_MIXED_PREFIXES = (
    r"sk-(?:ant|proj|or|svcacct|admin|lf|None)-|pk-lf-|ctx7sk-|(?:pa|voyage)-|tvly-|key-|HRKU-|v1\.0-|github_pat_|dckr_pat_|pcsk_|sb_secret_|vercel_blob_rw_|figd_|access-(?:sandbox|production)-|re_(?=[A-Z])",
    r"nvapi-|AIza|GOCSPX-|ya29\.|1//0|glpat-|gl(?:ptt|dt|rt|ft|imt|agent|oas|soat|cbt)-|hv[sbr]\.|pypi-|SG\.|dp\.(?:pt|st|ct|sa)\.|ops_ey|xox[a-eoprs](?:\.xox[bp])?-|xapp-",
)
"""Of these the rest may have `-` and `_` from the first letter on."""

_PREFIXED = re.compile(
    # the first part without `-` and `_`: otherwise names that begin alike would pass for one
    rf"(?<![A-Za-z0-9_\-])(?:(?:{'|'.join(_PREFIXES)})(?P<rest>[A-Za-z0-9]{{10,}}+)[\w\-.=+/~]*+|(?:{'|'.join(_MIXED_PREFIXES)})(?P<mixed>[\w\-]{{14,}}+[\w\-.=+/~]*+))"
)
_WHOLE = re.compile(
    r"(?<![A-Za-z0-9_\-])eyJ[A-Za-z0-9_\-]{2,}+\.[A-Za-z0-9_\-]{2,}+(?:\.[A-Za-z0-9_\-]*+){0,3}"  # a JWT or JWE
    r"|-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\:,\-]*+"
    r"|(?<![A-Za-z0-9_\-])dapi[0-9A-Za-z]{24,}+"
    r"|(?<![A-Za-z0-9])(?:AC|SK)[0-9A-Za-z]{32}:?[0-9A-Za-z]{0,40}+(?![A-Za-z0-9])"  # Twilio
    r"|(?<![A-Za-z0-9])[0-9a-zA-Z]{32}-us\d{1,2}(?!\d)"  # Mailchimp
    r"|(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-]{20,}+"
    r"|(?<![A-Za-z0-9~])[A-Za-z0-9_\-.]{3}\dQ~[A-Za-z0-9_\-.~]{20,}+"  # Entra
    r"|(?<![A-Za-z0-9])[MNO][A-Za-z0-9]{23,27}\.[A-Za-z0-9_\-]{6,8}\.[A-Za-z0-9_\-]{27,}+"  # a bot of Discord
    r"|(?<![A-Za-z0-9])(?:BSA[A-Za-z0-9_\-]{20,}+|secret_[A-Za-z0-9]{40,}+|pat[A-Za-z0-9]{14}\.[0-9a-fA-F]{40,}+)"  # Brave, Notion, Airtable
    r"|(?<![A-Za-z0-9])[0-9A-Za-z]{36}NRAL(?![A-Za-z0-9])"  # New Relic
    r"|(?<![\d.:])\d{6,12}:AA[A-Za-z0-9_\-]{20,}+"  # a bot of Telegram
)
_WEBHOOK = re.compile(
    r"(?:hooks\.slack\.com/|/api/webhooks/|webhook\.office\.com/|logic\.azure\.com(?::\d+)?/|hooks\.zapier\.com/hooks/|mcp\.zapier\.com/api/mcp/s/|hook(?:\.\w{1,8})?\.make\.com/|maker\.ifttt\.com/|hc-ping\.com/|/hooks/(?=[^\s/]{16}))(?P<value>[^\s\"'`<>]++)"
    r"|/bot(?P<bot>\d{3,12}:[A-Za-z0-9_\-]{6,}+)"
)
"""What an address of Slack, Discord, Teams, Azure, Telegram ends in: whoever has it may write there."""


def token_stretches(text: str) -> Iterator[Stretch]:
    """Every stretch of a text that has the shape of a secret."""
    if len(text) < SHORTEST_TOKEN:
        return
    for match in _PREFIXED.finditer(text):
        if looks_made(match["rest"] or match["mixed"]):
            yield match.span()
    for match in _WHOLE.finditer(text):
        yield match.span()
    if "/" in text:
        yield from (match.span(match.lastgroup or 0) for match in _WEBHOOK.finditer(text))
