"""Hostile trees, and a hostile machine, in all static commands: a short run among the tests, a long one by `make fuzz`."""
