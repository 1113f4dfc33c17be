"""The command `use`."""
