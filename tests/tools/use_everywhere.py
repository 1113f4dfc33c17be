"""`use` for every provider on each of the trees that ORBIT ships, whole: too slow for every run of the tests.

python -m tests.tools.use_everywhere [PROVIDER]...
"""

import sys

import orbitcfg
from tests.commands.test_use import assert_used_or_refused, folder
from tests.shared import SHARED

TREES = ("config", "default-config", "docker-minimal")


def main(providers: list[str]) -> None:
    """Prints each provider that is not used as asked, or not refused for what it is; ends with their number."""
    faults = 0
    for shipped in TREES:
        files = folder(SHARED / "orbit" / shipped, "")
        for provider in providers or orbitcfg.provider_names():
            try:
                assert_used_or_refused(provider, files)
            except AssertionError as error:
                faults += 1
                print(f"{shipped}: {provider}: {error}", flush=True)
    sys.exit(min(faults, 1))


if __name__ == "__main__":
    main(sys.argv[1:])
