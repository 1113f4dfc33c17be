"""ORB7xx: what was seen of the servers that ORBIT will call."""

TOPICS = ("reach", "servers", "access", "models", "shimmy", "host", "replies", "orbit", "questions", "resources")
