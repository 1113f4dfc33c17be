"""ORB1xx: files, YAML, imports, merging."""

TOPICS = ("contents", "yaml11", "imports", "reach", "merging")
