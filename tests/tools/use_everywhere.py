"""`use` for every provider on each of the trees that ORBIT ships and on the examples, whole: too slow for every run of the tests.

python -m tests.tools.use_everywhere [PROVIDER]...
"""

import sys
from traceback import format_exception

import orbitcfg
from tests.commands.test_use import assert_used_or_refused, folder
from tests.shared import PROJECT, SHARED

TREES = (
    *(SHARED / "orbit" / name for name in ("config", "default-config", "docker-minimal")),
    *(each / "config" for each in sorted((PROJECT / "examples").iterdir()) if each.is_dir()),
)


def main(providers: list[str]) -> None:
    """Prints each provider that is not used as asked, or not refused for what it is, and each refusal; the status is 1 where there is one of the former."""
    faults = 0
    for place in TREES:
        name = place.parent.name if place.name == "config" and place.parent.name != "orbit" else place.name
        files = folder(place, "")
        for provider in providers or orbitcfg.provider_names():
            try:
                refusal = assert_used_or_refused(provider, files)
            except AssertionError as error:
                faults += 1
                print(f"{name}: {provider}: {format_exception(error)[-2:]}", flush=True)
            else:
                print(f"{name}: {provider}: {'refused: ' + refusal if refusal else 'used'}", flush=True)
    sys.exit(min(faults, 1))


if __name__ == "__main__":
    main(sys.argv[1:])
