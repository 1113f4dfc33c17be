"""TODO commands.providers."""
