"""ORB9xx: orbitcfg itself, its comments and its baseline."""

TOPICS = ("crashes", "excess", "releases", "suppressions")
