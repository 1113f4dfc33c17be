"""The version of orbitcfg, in its one place."""

__version__ = "0.1.0"
