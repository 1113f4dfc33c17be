"""ORB7xx: what was seen of the servers that ORBIT will call."""

from orbitcfg.rules.live import access, host, models, orbit, questions, reach, replies, resources, servers, shimmy

RULES = (
    *reach.RULES,
    *servers.RULES,
    *access.RULES,
    *models.RULES,
    *shimmy.RULES,
    *host.RULES,
    *replies.RULES,
    *orbit.RULES,
    *questions.RULES,
    *resources.RULES,
)
