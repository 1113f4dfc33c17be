"""The files of a new configuration. What stands in them was tried with ORBIT: without any of it, it does not start or asks for a service that is not there."""

import re

from orbitcfg.catalog.rows import Catalog
from orbitcfg.commands.init.result import NewFile
from orbitcfg.commands.use.block import new_block
from orbitcfg.document.yaml_writer import to_yaml

_VARIABLE = re.compile(r"\$\{(\w+)\}")

_ROOT = """\
# The root of ORBIT's configuration. `orbitcfg why KEY` says what a key means, `orbitcfg use PROVIDER` changes who answers.
import:
  - inference.yaml
  - adapters.yaml

general:
  port: 3000
  inference_provider: {provider}
  session_id:
    header_name: X-Session-ID
    required: true

api_keys:
  header_name: X-API-Key
  prefix: orbit_

auth:
  default_admin_username: admin
  # Set it in `.env`, beside the folder `config`.
  default_admin_password: ${{ORBIT_DEFAULT_ADMIN_PASSWORD}}

# One process and one file: nothing else needs to run.
performance:
  workers: 1

internal_services:
  backend:
    type: sqlite
    sqlite:
      database_path: orbit.db
  cache:
    enabled: false
  audit:
    enabled: false

# What a chat does without.
embedding:
  enabled: false
  provider: ollama
"""

_ADAPTERS = """\
adapters:
  - name: simple-chat
    enabled: true
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
"""


def new_files(catalog: Catalog, provider: str, model: str | None) -> tuple[NewFile, ...]:
    """All files of a configuration whose one adapter chats with a provider's model."""
    inference = to_yaml({"inference": {provider: dict(new_block(catalog, provider, model))}})
    root = _ROOT.format(provider=provider)
    return (
        NewFile("config/config.yaml", root),
        NewFile("config/inference.yaml", inference),
        NewFile("config/adapters.yaml", _ADAPTERS),
        NewFile(
            "env.example",
            "# Copy to `.env`, beside the folder `config`, and fill in.\n" + "".join(f"{name}=\n" for name in variables_of(root + inference)),
        ),
    )


def variables_of(text: str) -> tuple[str, ...]:
    """The variables that a text names."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))
