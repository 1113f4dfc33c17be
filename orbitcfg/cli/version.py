"""The versions, in a module of its own: typer takes longer to import than they take to tell."""

import sys

import orbitcfg

FLAGS = ("--version", "-V")


def tell() -> None:
    """Writes the versions of orbitcfg and of the ORBIT that lies here."""
    line = f"orbitcfg {orbitcfg.__version__}, for ORBIT {orbitcfg.orbit_here()}\n"
    if sys.stdout is not None:
        sys.stdout.write(line)
        sys.stdout.flush()
