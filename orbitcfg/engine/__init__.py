"""Model files on this machine, and a generation in an embedded engine: what was seen, as observations."""
