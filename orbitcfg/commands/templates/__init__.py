"""The command `templates`."""
