"""ORB3xx: shape, as the catalogue knows it: keys, types, ranges, and values that do nothing."""

from orbitcfg.rules.shape import effects, keys, overrides, releases, required, texts, time_zones, units, values

RULES = (
    *keys.RULES,
    *values.RULES,
    *required.RULES,
    *effects.RULES,
    *overrides.RULES,
    *releases.RULES,
    *units.RULES,
    *texts.RULES,
    *time_zones.RULES,
)
