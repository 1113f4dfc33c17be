"""ORB7xx: what was seen of the servers that ORBIT will call."""

from orbitcfg.rules.live import access, models, reach, replies, servers, shimmy, surroundings

RULES = (*reach.RULES, *servers.RULES, *access.RULES, *models.RULES, *shimmy.RULES, *surroundings.RULES, *replies.RULES)
