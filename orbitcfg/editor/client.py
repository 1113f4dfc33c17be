"""What the server holds of the editor that is connected."""

from collections.abc import Mapping

from orbitcfg.dataclass import dataclass, field
from orbitcfg.editor.abilities import Abilities
from orbitcfg.editor.checkup import MachineModels
from orbitcfg.editor.protocol.connection import ClientConnection
from orbitcfg.editor.session import Session


@dataclass(frozen=True, slots=True)
class EditorClient:
    """An editor: how to tell it something, what it can show, and its texts and configurations."""

    connection: ClientConnection
    process: Mapping[str, str]
    abilities: Abilities
    session: Session
    models: MachineModels = field(default_factory=MachineModels)
