"""What makes a finding the same one tomorrow, when lines have moved."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from orbitcfg.report.diagnostics import Diagnostic


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """One for each finding, 32 hexadecimal digits, none twice.

    Made of rule, file, key path and message, and of nothing that moves when a line is added above: findings that are alike in
    all of these are distinguished by their order.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for diagnostic in diagnostics:
        identity = (diagnostic.code, diagnostic.file or "", diagnostic.key or "", diagnostic.message)
        seen[identity] += 1
        made.append(_digest(*identity, str(seen[identity])))
    return made


def _digest(*parts: str) -> str:
    # names of files may hold surrogates, which UTF-8 has no bytes for
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
