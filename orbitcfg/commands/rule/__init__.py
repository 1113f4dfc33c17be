"""The command `rule`."""
