"""The command `providers`."""
