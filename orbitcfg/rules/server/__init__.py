"""ORB550 to ORB599: settings of the server that go together."""

from orbitcfg.rules.server import audit, cache, companions, files, history, limits, mcp, moot, pricing, resources, rewriting, stores

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
    *mcp.RULES,
    *resources.RULES,
    *stores.RULES,
)
