"""TODO commands.doctor."""
