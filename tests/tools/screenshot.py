"""Pictures of doctor's page, taken by Chromium: `python -m tests.tools.screenshot [FOLDER]`; without a folder, the `docs/doctor.png`."""

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.html import page
from orbitcfg.commands.doctor.request import Request
from orbitcfg.files.store import Disk
from tests.live.doubles import Answer, Asked, serving
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.shimmy import Shimmy
from tests.shared import PROJECT

LOOKS = {"desktop": (1080, 1200), "phone": (390, 1500)}
WHEN = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
_DARK = "--blink-settings=preferredColorScheme=0"
_LIGHT = "--blink-settings=preferredColorScheme=1"


def example() -> Checkup:
    """The doctor on `examples/shimmy`, with a Shimmy that writes the model's name in another way than the configuration."""

    def slow(asked: Asked) -> Answer:
        answer = Ollama(("qwen3:4b",), 8192)(asked)
        return Answer(answer.status, answer.body, answer.headers, answer.frames, 0.03)

    with ExitStack() as servers:
        shimmy = servers.enter_context(serving(Shimmy("1.7.4", ("llama-3-2-3b", "phi-3-mini"))))
        ollama = servers.enter_context(serving(slow))
        places = {"localhost:11435": f"127.0.0.1:{shimmy.port}", "localhost:11434": f"127.0.0.1:{ollama.port}"}
        asked = Request(generate=True, places=places, smoke="never")
        return doctor("examples/shimmy", asked, files=Disk(str(PROJECT)), process={"ORBIT_DEFAULT_ADMIN_PASSWORD": "correct-horse"})


def taken(browser: str, text: str, picture: Path, size: tuple[int, int], *, dark: bool = False) -> None:
    """Writes a picture of a page as a window of this size shows it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(text, "utf-8")
        width, height = size
        subprocess.run(
            [
                *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"),
                *(_DARK if dark else _LIGHT, f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"),
                *(f"--screenshot={picture}", file.as_uri()),
            ],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip


def main(folder: str | None) -> None:
    """Takes that picture, or all looks into a folder."""
    text = page(example(), WHEN)
    if folder is None:
        taken("chromium", text, PROJECT / "docs" / "doctor.png", LOOKS["desktop"])
        return
    (Path(folder) / "doctor.html").write_text(text, "utf-8")
    for name, size in LOOKS.items():
        for dark in (False, True):
            taken("chromium", text, Path(folder) / f"{name}-{'dark' if dark else 'light'}.png", size, dark=dark)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
