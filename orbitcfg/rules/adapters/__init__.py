"""ORB504 to ORB549: adapters, and whatever they need beside a name that exists."""

TOPICS = ("services", "data", "names", "skills", "models", "model_names", "capabilities", "rewriting", "order", "reload", "composite", "mcp")
