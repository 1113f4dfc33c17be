"""ORB4xx: provider blocks: what they need, where they lead, presets, models, labels."""

TOPICS = ("blocks", "keys", "urls", "shimmy", "presets", "settings", "history", "context", "embeddings", "labels", "audio")
