"""The way in, for `python -m orbitcfg` and for the installed program."""

from orbitcfg.signals import exit_at_once


def main() -> None:
    """Runs the program; signals are answered before it is even imported."""
    exit_at_once()
    from orbitcfg.cli import main as run

    run()


if __name__ == "__main__":
    main()
