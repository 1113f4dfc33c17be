"""`orbitcfg env`: the variables of a configuration, and the example that declares them."""

import json
import os
from pathlib import Path

import pytest

from orbitcfg.commands.env.command import env, write_example
from orbitcfg.commands.env.json import VariablesShape
from orbitcfg.commands.env.result import VariableInventory
from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Memory
from orbitcfg.settings.model import Settings

FILES = {
    "config/config.yaml": """\
import: [more.yaml]
general: {inference_provider: shimmy, port: "${PORT:-3000}"}
auth: {default_admin_password: "${ADMIN_PASSWORD}"}
embedding: {enabled: false, provider: ollama}
messages: {collection_not_found: "${GREETING:-hello} ${GREETING}", c: "${not a name}", d: "$HOME", "${IN_KEY}": 1}
api_keys: {prefix: "${lower}"}
""",
    "config/more.yaml": """\
inference:
  shimmy: {enabled: true, base_url: "${SHIMMY_URL:-http://user:pass@localhost:11435}", model: m}
  openai: {enabled: true, model: gpt-5.4-mini}
  vllm: {enabled: false, api_key: "${VLLM_KEY:-canary}"}
adapters:
  - {name: chat, type: passthrough, adapter: conversational, inference_provider: openai}
  - {name: spare, enabled: false, type: passthrough, adapter: conversational, note: "${ONLY_OFF}"}
""",
    "env.example": "ADMIN_PASSWORD=\n# PORT=\nOLD=1\n",
}


def found(process: dict[str, str] | None = None, settings: Settings = Settings(), **more: str) -> VariableInventory:
    """The variables of these files."""
    texts = {**FILES, **{name.replace("__", ".").replace("_slash_", "/"): text for name, text in more.items()}}
    files = Memory({f"/repo/{path}": text.encode() for path, text in texts.items()})
    return env("/repo", settings, files=files, process=process or {})


TABLE = """\
ADMIN_PASSWORD  not set, and needed
  needed by   ORBIT itself, through `auth.default_admin_password`
  used by     auth.default_admin_password: repo/config/config.yaml:3

GREETING  not set, and needed
  default     `hello`
  needed by   ORBIT itself, through `messages.collection_not_found`
  used by     messages.collection_not_found: repo/config/config.yaml:5
              messages.collection_not_found: repo/config/config.yaml:5

lower  not set, and needed
  needed by   ORBIT itself, through `api_keys.prefix`
  used by     api_keys.prefix: repo/config/config.yaml:6

OPENAI_API_KEY  not set, and needed
  needed by   adapter `chat`, through `adapters[chat].inference_provider` -> `inference.openai`
  used by     inference.openai (looked up by ORBIT itself): repo/config/more.yaml:3

PORT  not set
  default     `3000`
  used by     general.port: repo/config/config.yaml:2

VLLM_KEY  not set
  default     `***`
  used by     inference.vllm.api_key (switched off): repo/config/more.yaml:4

ONLY_OFF  not set
  used by     adapters[spare].note (switched off): repo/config/more.yaml:7

SHIMMY_URL  set by the environment
  default     `http://***@localhost:11435`
  used by     inference.shimmy.base_url: repo/config/more.yaml:2

8 variables: 1 set from `environment`, 7 not set, 4 of them needed; ORBIT 2.15.9 (5b961247), the newest known
"""


def test_the_list() -> None:
    """What is needed and missing stands first; a secret's default is not shown; what ORBIT never looks up is no variable."""
    assert render(found({"SHIMMY_URL": "canary"}), "full") == TABLE


def test_what_an_env_file_sets_is_told_with_its_line() -> None:
    variables = {each.name: each for each in found({"PORT": "1"}, __env="# first\nADMIN_PASSWORD=canary\nPORT=2\n").variables}
    assert [(name, variables[name].set_by, variables[name].required_by) for name in ("ADMIN_PASSWORD", "PORT", "GREETING")] == [
        ("ADMIN_PASSWORD", "repo/.env:2", ("auth",)),
        ("PORT", "repo/.env:3", ()),
        ("GREETING", "", ("messages",)),
    ]
    assert not any(each.is_set for each in found({"PORT": "1"}, Settings(no_env=True)).variables)


def test_json_has_the_published_shape() -> None:
    shape = json.loads(render(found({"PORT": "canary"}, __env="SHIMMY_URL=canary\n"), "json"))
    VariablesShape.model_validate(shape)
    variables = {each["name"]: each for each in shape["variables"]}
    assert variables["SHIMMY_URL"] == {
        "name": "SHIMMY_URL",
        "set": True,
        "source": "repo/.env",
        "line": 1,
        "defaults": ["http://***@localhost:11435"],
        "required_by": [],
        "needed_by": [],
        "declared": False,
        "uses": [
            {
                "key": "inference.shimmy.base_url",
                "file": "repo/config/more.yaml",
                "line": 2,
                "column": 38,
                "default": "http://***@localhost:11435",
                "enabled": True,
                "by_orbit": False,
            }
        ],
    }
    assert (variables["PORT"]["source"], variables["PORT"]["declared"]) == ("environment", True)
    assert (shape["sources"], shape["unused"], shape["unread"]) == (["environment", "repo/.env"], ["OLD"], [])


def test_who_needs_a_variable_is_told_with_the_chain() -> None:
    """And what becomes of ORBIT with what is set here."""
    shape = json.loads(render(found(), "json"))
    needed = {each["name"]: each["needed_by"] for each in shape["variables"] if each["needed_by"]}
    assert needed == {
        "ADMIN_PASSWORD": [{"adapters": [], "through": ["auth.default_admin_password"]}],
        "GREETING": [{"adapters": [], "through": ["messages.collection_not_found"]}],
        "lower": [{"adapters": [], "through": ["api_keys.prefix"]}],
        "OPENAI_API_KEY": [{"adapters": ["chat"], "through": ["adapters[chat].inference_provider", "inference.openai"]}],
    }
    assert (shape["verdict"]["starts"], [each["code"] for each in shape["verdict"]["because"]]) == (False, ["ORB207"])


BACKENDS = """\
general: {inference_provider: shimmy}
auth: {default_admin_password: pw, providers: {enabled: false, entra: {enabled: true, client_secret: "${ENTRA}"}}}
inference:
  shimmy: {enabled: true, base_url: "http://localhost:11435", model: m}
  vllm: {enabled: true, base_url: "http://localhost:8000/v1", model: m, api_key: "${VLLM_KEY}"}
  openai: {enabled: true, api_key: "${MY_KEY}", model: gpt-5.4-mini}
internal_services:
  backend: {type: BACKEND, postgres: {host: "${PG}", port: 5432, username: u, database: d}, sqlite: {database_path: "${FILE}"}}
  mongodb: {host: "${MONGO}", username: u, password: p, database: d}
files: {storage_backend: STORAGE, s3: {bucket: "${S3}"}, gcs: {bucket: "${GCS}"}}
secrets_management: {provider: SECRETS, azure: {vault_url: "${VAULT}"}}
messaging: {enabled: false, rabbitmq: {url: "${RABBIT}"}}
mcp_clients: {enabled: false, servers: [{name: s, enabled: true, url: "http://x", headers: {Authorization: "Bearer ${MCP}"}}]}
datasources: {postgres: {host: "${DATA}"}}
adapters:
  - {name: one, enabled: true, type: passthrough, datasource: none, adapter: conversational, inference_provider: vllm}
  - {name: two, enabled: true, type: passthrough, datasource: none, adapter: conversational, inference_provider: openai}
"""


@pytest.mark.parametrize(
    ("backend", "storage", "secrets", "needed"),
    [
        ("sqlite", "filesystem", "env", {"MY_KEY", "FILE"}),
        ("postgres", "s3", "env", {"MY_KEY", "PG", "S3"}),
        ("mongodb", "MINIO", "env", {"MY_KEY", "MONGO", "S3"}),
        ("mongodb", "gcs", "env", {"MY_KEY", "MONGO", "GCS"}),
        # a backend may hold every variable but those of its own settings
        ("postgres", "s3", "azure", {"VAULT"}),
    ],
)
def test_only_what_is_chosen_needs_its_variables(backend: str, storage: str, secrets: str, needed: set[str]) -> None:
    """An API key that its provider can do without, or has from elsewhere, is not needed either."""
    text = BACKENDS.replace("BACKEND", backend).replace("STORAGE", storage).replace("SECRETS", secrets)
    files = Memory({"/repo/config/config.yaml": text.encode()})
    assert {each.name for each in env("/repo", files=files, process={}).variables if each.is_missing} == needed
    keys = env("/repo", files=files, process={"OPENAI_API_KEY": "sk"}).variables
    assert "MY_KEY" not in {each.name for each in keys if each.is_missing}


@pytest.mark.parametrize(("switches", "needed"), [((False, False), False), ((True, False), True), ((False, True), True)])
def test_an_identity_provider_is_used_for_tokens_and_for_administrators(switches: tuple[bool, bool], needed: bool) -> None:
    tokens, administrators = ("true" if switch else "false" for switch in switches)
    entra = '{enabled: true, tenant_id: t, client_id: c, client_secret: "${ENTRA}"}'
    text = f"auth: {{providers: {{enabled: {tokens}, admin_sso: {{enabled: {administrators}}}, entra: {entra}}}}}\n"
    (variable,) = env("/repo", files=Memory({"/repo/config/config.yaml": text.encode()}), process={}).variables
    assert variable.is_missing == needed


def test_markdown_is_one_table() -> None:
    lines = render(found(), "markdown").splitlines()
    assert lines[:2] == ["| variable | state | default | needed by | used by |", "| --- | --- | --- | --- | --- |"]
    assert lines[2] == "| `PORT` | not set | `3000` |  | general.port: repo/config/config.yaml:2 |"
    assert {line.count("|") for line in lines} == {6}


@pytest.mark.parametrize("format_name", FORMATS["env"])
def test_no_format_shows_a_value(format_name: str) -> None:
    names = ("PORT", "ADMIN_PASSWORD", "SHIMMY_URL", "OPENAI_API_KEY")
    environment = dict.fromkeys(names, "canary")
    for inventory in (found(environment), found(__env="".join(f"{name}=canary\n" for name in names))):
        text = render(inventory, format_name)
        assert "canary" not in text
        assert "user:pass" not in text


def test_without_variables() -> None:
    assert render(VariableInventory((), (), None), "full") == "no variables\n"


def test_a_file_that_cannot_be_read_is_told() -> None:
    inventory = found(config_slash_more__yaml="a: [\n")
    assert inventory.notes == ("`repo/config/more.yaml` cannot be read, so variables in it are missing here",)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files on disk, worked in."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def here() -> VariableInventory:
    """The variables of the files that are worked in."""
    return env(process={})


EXAMPLE = """\
ADMIN_PASSWORD=
# PORT=
OLD=1

# used by messages.collection_not_found in config/config.yaml
GREETING=

# used by api_keys.prefix in config/config.yaml
lower=

# looked up for inference.openai in config/more.yaml
OPENAI_API_KEY=

# below: used only by what is switched off or has a default

# used by inference.shimmy.base_url in config/more.yaml
# SHIMMY_URL=

# used by inference.vllm.api_key in config/more.yaml, switched off
# VLLM_KEY=

# used by adapters[spare].note in config/more.yaml, switched off
ONLY_OFF=
"""


def test_an_example_gets_what_it_lacks(project: Path) -> None:
    """At its end, with who uses it; what it holds stays, what nothing uses is told and stays too. A second run changes nothing."""
    first = write_example(here(), "env.example")
    assert (project / "env.example").read_text("utf-8") == EXAMPLE
    assert first.describe("env.example") == (
        "`env.example`: `GREETING`, `lower`, `OPENAI_API_KEY`, `SHIMMY_URL`, `VLLM_KEY`, `ONLY_OFF` added",
        "`env.example` declares what this configuration does not use: `OLD`",
    )
    before = (project / "env.example").stat()
    assert write_example(here(), "env.example").describe("env.example")[0] == "`env.example` lacks nothing"
    assert (project / "env.example").stat() == before


def test_an_example_keeps_its_bytes_its_line_breaks_and_its_mode(project: Path) -> None:
    old = b"\xef\xbb\xbf# caf\xc3\xa9\r\nexport ADMIN_PASSWORD = 1\r\n#PORT=2\r\n# last"
    (project / "env.example").write_bytes(old)
    (project / "env.example").chmod(0o640)
    write_example(here(), "env.example")
    new = (project / "env.example").read_bytes()
    assert new.startswith(old + b"\r\n\r\n# used by ")
    assert b"\n" not in new.replace(b"\r\n", b"")
    assert (project / "env.example").stat().st_mode & 0o777 == 0o640


def test_a_new_example_in_another_folder_names_files_from_there(project: Path) -> None:
    (project / "deploy").mkdir()
    write_example(here(), "deploy/new.example")
    assert (
        (project / "deploy" / "new.example")
        .read_text("utf-8")
        .startswith("# used by auth.default_admin_password in ../config/config.yaml\nADMIN_PASSWORD=\n\n")
    )
    assert sorted(path.name for path in (project / "deploy").iterdir()) == ["new.example"]


@pytest.mark.parametrize(
    ("default", "written"),
    [("x", "x"), ("a b", "'a b'"), ("a#b", "'a#b'"), ("it's", "'it\\'s'"), ("", ""), ("a\\b", "'a\\\\b'"), ("é", "é")],
)
def test_a_default_is_written_so_that_it_reads_back(default: str, written: str, project: Path) -> None:
    from dotenv import dotenv_values

    (project / "config" / "more.yaml").write_text(json.dumps({"messages": {"z": f"${{Z:-{default}}}"}}), "utf-8")
    write_example(here(), "z.example")
    line = next(line for line in (project / "z.example").read_text("utf-8").splitlines() if line.startswith("# Z="))
    assert line == f"# Z={written}"
    (project / "z.env").write_text(line.removeprefix("# ") + "\n", "utf-8")
    assert dotenv_values(project / "z.env") == {"Z": default}


def test_names_of_keys_cannot_add_lines(project: Path) -> None:
    (project / "config" / "more.yaml").write_text('messages: {"a\\nEVIL=1\\n": "${Z}"}\n', "utf-8")
    write_example(here(), "z.example")
    assert "\nEVIL" not in (project / "z.example").read_text("utf-8")


def test_where_a_file_cannot_be_read_nothing_is_called_unused(project: Path) -> None:
    (project / "config" / "more.yaml").write_text("a: [\n", "utf-8")
    assert write_example(here(), "env.example").unused == ()


@pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")
def test_what_may_not_be_written_is_refused(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """And left as it is."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "victim"
    elsewhere.write_text("whole\n", "utf-8")
    (project / "link").symlink_to(elsewhere)
    (project / "binary").write_bytes(b"\0\1")
    os.mkfifo(project / "pipe")
    (project / "locked").write_text("A=1\n", "utf-8")
    (project / "locked").chmod(0o444)
    refusals = {}
    for path in ("link", "binary", "pipe", "config", "nowhere/x", "a\0b", "locked"):
        with pytest.raises(UsageError) as caught:
            write_example(here(), path)
        refusals[path] = str(caught.value)
    assert refusals == {
        "link": f"cannot write `link`: it is a link; name `{elsewhere}` itself",
        "binary": "`binary` is no list of variables",
        "pipe": "cannot write `pipe`: it is no regular file",
        "config": "cannot write `config`: it is no regular file",
        "nowhere/x": "cannot write `nowhere/x`: there is no folder `nowhere`",
        "a\0b": "cannot write `a\0b`: it is no regular file",
        "locked": "cannot write `locked`: it is read-only",
    }
    assert elsewhere.read_text("utf-8") == "whole\n"
    assert (project / "locked").read_text("utf-8") == "A=1\n"


def test_a_file_that_changed_meanwhile_is_not_written(project: Path) -> None:
    """Whoever else writes it wins."""

    class Slow(Disk):
        def read(self, path: str, limit: int) -> bytes:
            content = Disk.read(self, path, limit)
            Path(path).write_bytes(content + b"MORE=1\n")
            return content

    with pytest.raises(UsageError, match="it has changed since it was read"):
        write_example(here(), "env.example", Slow())
    assert (project / "env.example").read_text("utf-8") == FILES["env.example"] + "MORE=1\n"
