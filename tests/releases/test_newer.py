"""An ORBIT that is newer than the catalogue: what its code knows is no mistake, and what cannot be known is not judged."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from orbitcfg.catalog.code import SERVICES, Code, read_code
from orbitcfg.catalog.history import store_at
from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.store import shipped_store
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.request import Request
from orbitcfg.commands.providers import full
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.compile import InterpolationMode
from orbitcfg.files.signed import SignedFolder
from orbitcfg.files.store import Disk, Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.live.plan import EndpointFilter, plan_endpoints
from orbitcfg.observed.check import CheckState
from orbitcfg.project.code_reader import DiskCode
from orbitcfg.project.compiler import CompileOptions, configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.project.newcomers import with_newcomers
from orbitcfg.release import Release
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.style import Style
from orbitcfg.rules import STATIC, rules_of
from tests.shared import read_facts
from tests.trees import BASE, orbit_beside

CODE = b'''
class AcmeInferenceService(UsageMixin, InferenceService, OpenAICompatibleBaseService):
    warmth: float = 0.5

    def __init__(self, config):
        self.glow = config.get("glow", 1)
        self.deep = config["a.dotted.name"]


class HalInferenceService(InferenceService):
    """Opens doors."""


def register_inference_services(config=None):
    _register_services(ServiceType.INFERENCE, "ai_services", [("acme", "AcmeInferenceService", "Acme"), ("hal", "HalInferenceService", "HAL")])


DocumentAdapterFactory.register_adapter("orrery", lambda **kwargs: None)
'''
NEWER = """
inference:
  acme: {enabled: true, base_url: "https://api.acme.example/v1", api_key: "${ACME_API_KEY}", model: a, glow: 2}
  hal: {enabled: true, model: nine}
  nobody: {enabled: true, model: m}
general: {glow: 3, dimm: 4}
adapters:
  - {name: one, type: passthrough, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation, inference_provider: acme}
  - {name: two, type: passthrough, adapter: conversational, implementation: retrievers.orrery.AcmeInferenceService, inference_provider: hal}
"""
CHAT = "type: passthrough, adapter: conversational, implementation: implementations.passthrough.conversational.ConversationalImplementation"


def config_of(example: str, release: str, code: Code | None) -> Config:
    files = {"config/example.yaml": example, "config/base.yaml": "".join(BASE.values()), "config/config.yaml": "import: [example.yaml, base.yaml]\n"}
    memory = Memory({f"/repo/{path}": text.encode() for path, text in (files | orbit_beside(release)).items()})
    return configuration(memory, targets(memory, "/repo")[0], CompileOptions(InterpolationMode.UNKNOWN, read_code=lambda _: code))


def told(config: Config) -> list[tuple[str, str, str]]:
    found = run_rules(config, rules_of(STATIC)).diagnostics
    return sorted((each.code, each.severity.label, each.message) for each in found if each.severity > Severity.INFO or each.code == "ORB906")


def test_code_is_read_as_data() -> None:
    code = read_code([CODE])
    assert {"glow", "warmth", "config", "dotted", "acme"} <= code.names
    assert "Opens doors." not in code.names
    assert code.providers == {"inference": {"acme": "AcmeInferenceService", "hal": "HalInferenceService"}}
    assert code.kinds == {"orrery"}
    assert (code.speaks_openai("inference", "acme"), code.speaks_openai("inference", "hal"), code.speaks_openai("vision", "acme")) == (
        True,
        False,
        False,
    )
    assert Code.from_json(json.loads(json.dumps(code.as_json()))) == code


def test_every_service_that_orbit_registers_providers_for_has_its_sections() -> None:
    recorded = Code.from_json(read_facts("orbit-code"))
    assert recorded is not None
    assert recorded.providers.keys() == SERVICES.keys()
    catalog = Catalog(shipped_store())
    assert [section for sections in SERVICES.values() for section in sections if section not in catalog.root.properties] == []
    assert [service for service, (section, *_) in SERVICES.items() if not any(map(partial(recorded.registers, section), ("gemini", "ollama")))] == []


def test_a_name_that_the_catalogue_has_as_a_key_alone_is_strange_as_a_value() -> None:
    config = config_of("", "2.16.0", read_code([b"x = 'base_url', 'passthrough', 'glow'"]))
    names = ("base_url", "passthrough", "glow", "nothing")
    assert [config.knowledge.knows(name) for name in names] == [False, False, True, False]
    assert [config.knowledge.knows(name, is_value=True) for name in names] == [True, False, True, False]


@pytest.mark.parametrize(
    ("example", "key"),
    [
        ("messaging: {enabled: true, provider: glow}", "messaging.provider"),
        ("language_detection: {enabled: true, backends: [langdetect, glow]}", "language_detection.backends[1]"),
    ],
)
def test_a_word_of_a_list_in_the_catalogue_is_no_mistake_to_a_newer_one_that_has_it(example: str, key: str) -> None:
    found = [[where for _, where in places(config_of(example, release, read_code([CODE])))] for release in ("2.15.9", "2.16.0")]
    assert [key in each for each in found] == [True, False]


@pytest.mark.parametrize("source", [b"def (", b"\x00", b"(" * 5000, b"\xff\xfe"])
def test_what_is_no_python_leaves_the_whole_open(source: bytes) -> None:
    code = read_code([source, CODE])
    assert (code.knows("glow"), code.knows("nonsense")) == (True, None)


@pytest.mark.parametrize(
    "damage",
    [
        {"names": 1},
        {"names": [["a"]]},
        {"classes": {"A": "B"}},
        {"classes": {"A": [1]}},
        {"providers": {"inference": ["acme"]}},
        {"providers": {"inference": {"acme": None}}},
        {"kinds": [None]},
        {"is_whole": "yes"},
    ],
)
def test_what_is_remembered_wrongly_is_read_again(damage: dict[str, object]) -> None:
    sound: dict[str, object] = {"names": ["a"], "classes": {"A": ["B"]}, "providers": {"inference": {"acme": "A"}}, "kinds": [], "is_whole": True}
    assert Code.from_json(sound) is not None
    assert Code.from_json(sound | damage) is None


@pytest.mark.parametrize("value", [None, [], {}, "x"])
def test_what_is_remembered_in_another_shape_is_read_again(value: object) -> None:
    assert Code.from_json(value) is None


def test_what_the_code_knows_is_no_mistake() -> None:
    assert told(config_of(NEWER, "2.16.0", read_code([CODE]))) == [
        ("ORB301", "warning", "ORBIT knows no key `dimm` here, and ignores it"),
        ("ORB404", "warning", "`inference.nobody` is switched on, and ORBIT has no class for it"),
        (
            "ORB906",
            "info",
            "`hal`, `glow`, `retrievers.orrery.AcmeInferenceService` are not checked: ORBIT 2.16.0 knows them, and orbitcfg, which knows 2.15.9, does not",
        ),
    ]


AUDIO = b"""
def register_audio_services(config=None):
    _register_services(ServiceType.AUDIO, "ai_services", [("groq", "GroqAudioService", "Groq")])

class Chat:
    def __init__(self, config):
        self.temperature = config.get("temperature")
"""
FAMILIAR = """
tts_providers: {groq: {enabled: true}, deepseek: {enabled: true}}
general: {temperature: 1}
"""


def test_what_the_catalogue_has_elsewhere_is_no_mistake_to_a_newer_one_that_has_it_here() -> None:
    """A provider by the service that it is registered for; a key by its name, as no place is read in the code."""
    at_home = [("ORB301", "general.temperature"), ("ORB404", "tts_providers.deepseek"), ("ORB404", "tts_providers.groq")]
    assert places(config_of(FAMILIAR, "2.15.9", read_code([AUDIO]))) == at_home
    assert places(config_of(FAMILIAR, "2.16.0", read_code([AUDIO]))) == at_home[1:2]
    assert places(config_of(FAMILIAR, "2.16.0", read_code([b"a = 1"]))) == at_home


def test_a_slip_is_told_though_the_code_has_the_name() -> None:
    code = read_code([AUDIO + b"x = 'verbos'"])
    assert places(config_of("general: {verbos: true}", "2.16.0", code)) == []
    assert places(config_of("general: {temprature: 1, verbos: true}", "2.16.0", read_code([AUDIO]))) == [
        ("ORB301", "general.temprature"),
        ("ORB301", "general.verbos"),
    ]


def places(config: Config) -> list[tuple[str, str | None]]:
    found = run_rules(config, rules_of(STATIC)).diagnostics
    return sorted((each.code, each.key) for each in found if each.severity > Severity.INFO and not each.is_symptom)


def test_without_the_code_only_what_is_misspelt_is_told() -> None:
    found = told(config_of("general: {glow: 3, verbos: true}\n", "2.16.0", None))
    assert found == [
        ("ORB301", "warning", "ORBIT knows no key `verbos` here: `verbose` seems to be meant"),
        ("ORB906", "info", "`glow` is not checked: ORBIT 2.16.0 may know it, and orbitcfg, which knows 2.15.9, does not"),
    ]


def test_the_release_of_the_catalogue_is_judged_as_ever() -> None:
    assert [code for code, *_ in told(config_of("general: {glow: 3}\n", "2.15.9", read_code([CODE])))] == ["ORB301"]


@pytest.mark.parametrize(("release", "codes"), [("2.15.9", ["ORB306"]), ("2.16.0", ["ORB906"])])
def test_a_key_that_does_nothing_is_told_of_the_release_that_it_was_seen_in(release: str, codes: list[str]) -> None:
    config = config_of("auth: {credential_storage: file}\n", release, read_code([b'x = "credential_storage"']))
    named = replace(config, orbit=config.orbit._replace(known_by="option"))
    found = run_rules(named, rules_of(STATIC)).diagnostics
    assert [each.code for each in found if each.code in ("ORB306", "ORB906")] == codes


def test_a_provider_is_taken_for_compatible_where_its_class_says_so() -> None:
    config = config_of(NEWER, "2.16.0", read_code([CODE]))
    assert {use.provider.value: use.state for use in config.uses if use.adapter is not None} == {"acme": "configured", "hal": "unjudged"}
    assert [use.url.value for use in config.uses if use.adapter is not None] == ["https://api.acme.example/v1", None]
    plan = plan_endpoints(config, EndpointFilter())
    assert [target.url for target in plan.targets if target.provider == "acme"] == ["https://api.acme.example/v1"]
    assert [(each.reason, each.state) for each in plan.unasked if each.provider == "hal"] == [(f"`hal` is {UNJUDGED}", CheckState.UNCHECKED)]


UNJUDGED = "not known to orbitcfg: it came with a later ORBIT, whose code does not show how it calls a server"


def test_an_adapter_whose_provider_is_not_judged_is_not_said_to_answer() -> None:
    adapters = f"adapters: [{{name: one, {CHAT}, inference_provider: acme}}, {{name: two, {CHAT}, inference_provider: hal}}]\n"
    config = config_of(NEWER.partition("adapters:")[0] + adapters, "2.16.0", read_code([CODE]))
    verdict = verdict_of(config, run_rules(config, rules_of(STATIC)).found)
    assert verdict is not None
    assert verdict.headline == "ORBIT would start. 1 of 2 adapters depends on what is not known here: two."
    rows = [line.split() for line in full.render(Usage(config, config.uses), Style(color=False, width=200)).splitlines()]
    assert [line[-1] for line in rows if "hal" in line] == ["unjudged"]
    assert any(" ".join(line).endswith(UNJUDGED) for line in rows)


@pytest.mark.parametrize(("release", "state"), [("2.16.0", "unknown"), ("2.15.9", "fails")])
def test_a_provider_that_a_newer_one_may_have_is_not_said_to_answer(release: str, state: str) -> None:
    example = f"inference: {{hal: {{enabled: true, model: nine}}}}\nadapters: [{{name: one, {CHAT}, inference_provider: hal}}]\n"
    config = config_of(example, release, None)
    verdict = verdict_of(config, run_rules(config, rules_of(STATIC)).found)
    assert verdict is not None
    assert [each.state for each in verdict.adapters] == [state]


def test_doctor_that_could_ask_no_provider_says_that_it_is_not_judged(tmp_path: Path) -> None:
    block = "inference: {hal: {enabled: true, model: nine}}\n"
    files = {
        "config/config.yaml": f"{''.join(BASE[each] for each in ('auth', 'embedding'))}general: {{inference_provider: hal}}\n{block}adapters: [{{name: one, {CHAT}}}]\n"
    }
    for path, text in (files | orbit_beside("2.16.0")).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    (tmp_path / "server").mkdir(exist_ok=True)
    (tmp_path / "server" / "code.py").write_bytes(CODE)
    checkup = doctor(tmp_path / "config", Request(EndpointFilter(providers=("hal",)), smoke="never"), files=Disk("/"), process={})
    (found,) = [each for each in checkup.report.diagnostics if each.code == "ORB757"]
    assert (found.message, found.help) == (
        f"nothing could be checked: `hal` is {UNJUDGED}",
        "enable an adapter with a provider that is reached over HTTP, name one with `--provider`, or look at a server alone with `--url`",
    )


@pytest.mark.parametrize("mode", [InterpolationMode.UNKNOWN, InterpolationMode.ORBIT])
@pytest.mark.parametrize("tree", ["config", "default-config", "docker-minimal"])
def test_a_catalogue_cut_back_says_no_more_than_the_whole(tree: str, mode: InterpolationMode, orbit_tree: Path) -> None:
    """Of the newest trees, with ORBIT's code at hand as it was recorded."""
    whole = compiled(orbit_tree, tree, mode)
    cut = cut_back(whole, Code.from_json(read_facts("orbit-code")))
    known = said(whole)
    assert [each for each in said(cut) if each not in known] == []


def test_code_that_knows_nothing_leaves_the_catalogue_cut_back_with_what_it_lacks(orbit_tree: Path) -> None:
    whole = compiled(orbit_tree, "config", InterpolationMode.UNKNOWN)
    assert {code for code, *_ in said(cut_back(whole, Code()))} - {code for code, *_ in said(whole)} == {"ORB301", "ORB303", "ORB404"}


def compiled(folder: Path, tree: str, mode: InterpolationMode) -> Config:
    files = Disk(str(folder))
    return configuration(files, targets(files, tree)[0], CompileOptions(mode))


def cut_back(whole: Config, code: Code | None) -> Config:
    """The configuration to a catalogue with the names of 2.9.0 that has the code of the newest ORBIT at hand."""
    release = Release(2, 9, 0)
    store = replace(store_at(shipped_store(), release), is_older=False)
    orbit = whole.orbit._replace(catalogue=release, folder="/orbit")
    return with_newcomers(replace(whole, catalog=Catalog(store), orbit=orbit, read_code=lambda _: code))


def said(config: Config) -> list[tuple[str, str, str | None, str | None, str]]:
    found = run_rules(config, rules_of(STATIC)).diagnostics
    return [
        (each.code, each.severity.label, each.key, each.file, each.message) for each in found if each.severity > Severity.INFO and not each.is_symptom
    ]


def lay(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / "server" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_code_is_read_again_only_where_a_file_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"a.py": CODE, "tests/b.py": b'x = "never"', "deep/c.py": b'y = "deeper"', ".hidden.py": b'z = "hidden"'})
    memory = SignedFolder(str(tmp_path / "memory"), b"k" * 32)
    read: list[int] = []

    def counting(sources: object, **options: bool) -> Code:
        read.append(1)
        return read_code(sources, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("orbitcfg.project.code_reader.read_code", counting)
    reader: Callable[[str], Code | None] = DiskCode(lambda: memory)
    first, second = reader(str(tmp_path)), reader(str(tmp_path))
    assert first == second
    assert first is not None
    assert (first.knows("deeper"), first.knows("never"), first.knows("hidden"), len(read)) == (True, False, False, 1)
    # touched, and the same in content
    os.utime(tmp_path / "server" / "a.py", ns=(1, 1))
    assert (reader(str(tmp_path)), len(read)) == (first, 1)
    (tmp_path / "server" / "a.py").write_bytes(CODE.replace(b"glow", b"gleam"))
    os.utime(tmp_path / "server" / "a.py", ns=(1, 1))
    changed = reader(str(tmp_path))
    assert changed is not None
    assert (changed.knows("glow"), len(read)) == (False, 2)


def test_what_was_cut_off_for_want_of_time_is_not_remembered(tmp_path: Path) -> None:
    lay(tmp_path, {"a.py": CODE})
    memory = SignedFolder(str(tmp_path / "memory"), b"k" * 32)
    late = iter([0.0, 100.0])
    cut = DiskCode(lambda: memory, clock=lambda: next(late))(str(tmp_path))
    whole = DiskCode(lambda: memory)(str(tmp_path))
    assert cut is not None
    assert whole is not None
    assert (cut.is_whole, whole.is_whole, whole.knows("glow")) == (False, True, True)


def test_reading_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {f"{number}.py": b'x = "name%d"' % number for number in range(5)})
    monkeypatch.setattr("orbitcfg.project.code_reader.MAX_FILES", 3)
    code = DiskCode()(str(tmp_path))
    assert code is not None
    assert (code.knows("name0"), code.knows("name4")) == (True, None)
    late = iter([0.0, 100.0, 100.0, 100.0])
    code = DiskCode(clock=lambda: next(late))(str(tmp_path))
    assert code is not None
    assert (code.names, code.is_whole) == (frozenset(), False)


def test_data_beside_the_code_costs_no_more_than_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"a.py": CODE, **{f"uploads/{number}.bin": b"" for number in range(9)}})
    monkeypatch.setattr("orbitcfg.project.code_reader.MAX_ENTRIES", 6)
    code = DiskCode()(str(tmp_path))
    assert code is not None
    assert (code.knows("glow"), code.knows("nothing")) == (True, None)


def test_what_cannot_be_read_leaves_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"a.py": CODE, "data/b.py": b'x = "closed"', "c.py": b"#" * 2_000})
    scandir = os.scandir

    def refusing(folder: str) -> object:
        if folder.endswith("data"):
            raise PermissionError
        return scandir(folder)

    monkeypatch.setattr("os.scandir", refusing)
    code = DiskCode()(str(tmp_path))
    assert code is not None
    assert (code.knows("glow"), code.knows("closed")) == (True, None)
    monkeypatch.undo()
    monkeypatch.setattr("orbitcfg.project.code_reader._LARGEST_FILE", 1_000)
    code = DiskCode()(str(tmp_path))
    assert code is not None
    assert (code.knows("closed"), code.knows("nothing")) == (True, None)


def test_of_code_that_was_not_read_whole_no_more_is_said_than_that_it_may_know() -> None:
    whole, part = (read_code([CODE], is_whole=each) for each in (True, False))
    assert [
        " knows them, and orbitcfg" in message
        for code in (whole, part)
        for rule, _, message in told(config_of(NEWER, "2.99.0", code))
        if rule == "ORB906"
    ] == [
        True,
        False,
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    lay(tmp_path, {"a.py": CODE, "large.py": b'x = "far"\n' * 100_000})
    code = DiskCode()(str(tmp_path))
    (tmp_path / "server" / "large.py").unlink()
    os.mkfifo(tmp_path / "server" / "pipe.py")
    piped = DiskCode()(str(tmp_path))
    (tmp_path / "server" / "pipe.py").unlink()
    (tmp_path / "server" / "folder.py").mkdir()
    (tmp_path / "server" / "link.py").symlink_to("/dev/zero")
    linked = DiskCode()(str(tmp_path))
    for each in (code, piped, linked):
        assert each is not None
        assert (each.knows("glow"), each.knows("far")) == (True, None)


@pytest.mark.parametrize("head", [b"\xef\xbb\xbf", b"# coding: latin-1\nb = '\xe9'\n"])
def test_code_is_read_in_the_encoding_that_it_names(head: bytes) -> None:
    code = read_code([head + CODE])
    assert (code.knows("glow"), code.is_whole) == (True, True)


@pytest.mark.parametrize("coding", ["punycode", "bz2", "rot13", "nowhere", "../this"])
def test_an_encoding_of_no_code_leaves_the_whole_open(coding: str) -> None:
    code = read_code([f"# coding: {coding}\n".encode() + CODE])
    assert (code.names, code.is_whole) == (frozenset(), False)


def test_links_are_not_followed(tmp_path: Path) -> None:
    lay(tmp_path, {"a.py": CODE})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.py").write_bytes(b'x = "outside"')
    (tmp_path / "server" / "out").symlink_to(tmp_path / "outside")
    code = DiskCode()(str(tmp_path))
    assert code is not None
    assert code.knows("outside") is False
    (tmp_path / "server" / "out.py").symlink_to(tmp_path / "outside" / "b.py")
    code = DiskCode()(str(tmp_path))
    assert code is not None
    assert code.knows("outside") is None
    assert DiskCode()(str(tmp_path / "nowhere")) is None


@pytest.mark.parametrize(("target", "is_read"), [("../outside", False), ("inside", True)])
def test_the_folder_of_the_code_is_no_way_out_of_a_repository(target: str, is_read: bool, tmp_path: Path) -> None:
    lay(tmp_path / "repository" / "inside", {"a.py": CODE})
    (tmp_path / "repository" / "inside" / "server").rename(tmp_path / "moved")
    (tmp_path / "repository" / "inside").rmdir()
    (tmp_path / "repository" / ".git").mkdir()
    place = tmp_path / "repository" / target
    (tmp_path / "moved").rename(place)
    (tmp_path / "repository" / "server").symlink_to(place)
    assert (DiskCode()(str(tmp_path / "repository")) is not None) is is_read
