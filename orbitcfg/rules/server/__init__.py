"""ORB550 to ORB599: settings of the server that go together."""

TOPICS = ("companions", "cache", "limits", "files", "audit", "rewriting", "pricing", "moot", "history", "mcp", "resources", "stores")
