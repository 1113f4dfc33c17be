"""The versions, and a rule's page as it was written, in a module of their own: typer takes longer to import than they take to tell."""

import os
import sys

import orbitcfg

_ALWAYS = "always"
FLAGS = ("--version", "-V")


def tell() -> None:
    """Writes the versions of orbitcfg and of the ORBIT that lies here."""
    line = f"orbitcfg {orbitcfg.__version__}, for ORBIT {orbitcfg.orbit_here()}\n"
    if sys.stdout is not None:
        sys.stdout.write(line)
        sys.stdout.flush()


def tell_rule(code: str) -> bool:
    """Writes the page of a rule where it does not go to a terminal; whether there is one."""
    if sys.stdout is None or sys.stdout.isatty() or os.environ.get("ORBITCFG_COLOR") == _ALWAYS:
        return False
    from orbitcfg.commands.rule.written import written_page

    page = written_page(code)
    # what its encoding cannot write is written otherwise by the streams
    if page is None or (not page.isascii() and (sys.stdout.encoding or "").lower() not in ("utf-8", "utf8")):
        return False
    sys.stdout.write(page)
    sys.stdout.flush()
    return True
