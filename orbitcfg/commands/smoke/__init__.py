"""The command `smoke`."""
