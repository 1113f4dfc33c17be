"""ORB6xx: security."""

TOPICS = ("cors", "secrets", "private", "guards", "client_keys")
