"""TODO commands.env."""
