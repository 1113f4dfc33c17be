"""`python -m orbitcfg`."""

from orbitcfg.cli import main

if __name__ == "__main__":
    main()
