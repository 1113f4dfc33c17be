"""The page in a real browser: Chromium, where it is installed. `make test-browser` insists on it."""

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.html import page
from orbitcfg.document.source import Source, Span
from orbitcfg.observed.check import CheckKind, CheckResult, CheckState
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.report.diagnostics import Severity
from tests.commands.doctor.test_page import FINDING, ROWS, TARGET, checkup
from tests.tools.screenshot import example

CHROMIUM = shutil.which("chromium")
LONG = "a_name_without_any_blank_" * 20

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt install chromium")]

MEASURE = """
const inside = frame.contentWindow, root = inside.document.documentElement;
const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const light = (color) => {
  const [r, g, b] = color.map((part) => part / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (each) => {
  for (; each; each = each.parentElement) {
    const color = rgb(inside.getComputedStyle(each).backgroundColor);
    if (color.length === 3) return color;
  }
  return [255, 255, 255];
};
const wide = [], faint = [];
for (const each of inside.document.body.querySelectorAll("*")) {
  const box = each.getBoundingClientRect();
  const name = `${each.tagName}.${each.className}: ${each.textContent.slice(0, 40)}`;
  if (box.right > inside.innerWidth + 0.5 || box.left < -0.5) wide.push(name);
  const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (own && box.width) {
    const [one, other] = [light(rgb(inside.getComputedStyle(each).color)), light(ground(each))].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) faint.push(name);
  }
}
document.body.textContent = JSON.stringify({
  width: root.scrollWidth, wide, faint, ground: inside.getComputedStyle(inside.document.body).backgroundColor,
  loaded: inside.performance.getEntriesByType("resource").map((each) => each.name),
});
"""
"""Whatever reaches past the window, whatever is too faint to read (WCAG 2, AA: 4.5 to 1), and whatever was loaded."""


def measured(text: str, width: int, folder: Path, *, dark: bool = False) -> dict[str, Any]:
    """What Chromium says of a page in a frame of this width; the script is in the document around it."""
    around = folder / "around.html"
    frame = f'<iframe id="frame" width="{width}" height="900" style="border:0" srcdoc="{html.escape(text)}"></iframe>'
    around.write_text(f"<!doctype html><meta charset=utf-8><body>{frame}<script>frame.onload = () => {{{MEASURE}}}</script></body>", "utf-8")
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile", "--window-size=1400,1000"),
            *(f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--virtual-time-budget=3000", "--dump-dom", around.as_uri()),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    found = re.search(r"<body>(\{.*\})</body>", done.stdout, re.DOTALL)
    assert found, done.stdout[-2000:]
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    return result


def endless() -> Checkup:
    """A checkup in which every name is longer than any line."""
    expected = (
        ExpectedModel(LONG, (LONG, LONG), (LONG,)),
        ExpectedModel("alpha", tuple(f"adapter-{number}" for number in range(60)), ("inference",)),
    )
    target = replace(TARGET, provider=LONG, url=f"http://localhost/{LONG}", expected=expected)
    source = Source(f"config/{LONG}.yaml", f"model: {LONG}\n")
    findings = tuple(replace(FINDING, message=f"`{LONG}` {LONG}", help=LONG, severity=each, place=Span(source, 7, 60)) for each in Severity)
    rows = tuple(CheckResult(kind, state, f"`{LONG}`", 123456.0) for kind in CheckKind for state in CheckState)
    made = checkup(rows=(*ROWS, *rows), findings=findings, target=target)
    return replace(made, root=LONG, before=rows[:3], results=(replace(made.results[0], trace=(LONG,)),))


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, False)], ids=["phone", "phone-dark", "desktop"])
def test_nothing_overflows_and_all_is_legible(width: int, dark: bool, tmp_path: Path) -> None:
    """Of the example and of names without an end: on a phone, in both colour schemes, and in a large window."""
    for made in (example(), endless()):
        assert measured(page(made), width, tmp_path, dark=dark) == {
            "width": width,
            "wide": [],
            "faint": [],
            "ground": "rgb(18, 21, 26)" if dark else "rgb(246, 247, 249)",
            "loaded": [],
        }


def test_it_prints(tmp_path: Path) -> None:
    """As a PDF of a page or a few."""
    assert CHROMIUM is not None
    (tmp_path / "page.html").write_text(page(example()), "utf-8")
    subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile", "--no-pdf-header-footer"),
            *(f"--print-to-pdf={tmp_path}/page.pdf", (tmp_path / "page.html").as_uri()),
        ],
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    printed = (tmp_path / "page.pdf").read_bytes()
    assert printed.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 4
