"""ORB550 to ORB599: settings of the server that go together."""

from orbitcfg.rules.server import audit, cache, companions, files, history, limits, moot, pricing, rewriting

RULES = (
    *companions.RULES,
    *cache.RULES,
    *limits.RULES,
    *files.RULES,
    *audit.RULES,
    *rewriting.RULES,
    *pricing.RULES,
    *moot.RULES,
    *history.RULES,
)
