"""Where the history of chats is kept."""

import re
from collections.abc import Iterator

from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.server._lookup import path_of, value_of

_NAME = "chat_history.collection_name"
_BACKEND = "internal_services.backend.type"


@rule("ORB580", consequence=Consequence.DEGRADED)
def history_table_unusable(config: Config) -> Iterator[Finding]:
    """The history of chats is to be kept under a name that is none of a table.

    SQLite, which is also taken where no database is named, reads the name as part of its language: a dash or a point is a fault in each statement. Chats are answered, and nothing of
    them is kept. MongoDB takes such names.

    ```yaml bad
    chat_history: {enabled: true, collection_name: chat-history}
    ```

    ```yaml good
    chat_history: {enabled: true, collection_name: chat_history}
    ```
    """
    name = value_of(config, _NAME)
    if value_of(config, "chat_history.enabled") is False:
        return
    if isinstance(name, str) and name and not (name.isascii() and name.isidentifier()) and str(value_of(config, _BACKEND) or "sqlite") == "sqlite":
        yield Finding(
            f"`{name}` is no name of a table, so no history is kept",
            path_of(_NAME),
            f"write `{re.sub(r'^(?=[0-9])|[^A-Za-z0-9_]', '_', name)}`",
            value=True,
        )


RULES = (history_table_unusable,)
