"""TODO commands.diff."""
