"""The command `resolve`."""
