"""ORB3xx: shape, as the catalogue knows it: keys, types, ranges, and values that do nothing."""

TOPICS = ("keys", "values", "required", "effects", "overrides", "releases", "units", "texts", "time_zones")
