"""What may be in nothing that is shown of a resource, however it is written in its values."""

from collections.abc import Mapping

import pytest

from orbitcfg.live.resources.visit import secrets_of
from tests.resources.looking import target

CANARY = "cAnArY-9f27c1d4e8"


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("ds_postgres", {"password": CANARY}),
        ("mcp_http", {"headers": {"Authorization": f"Bearer {CANARY}"}}),
        ("mcp_http", {"headers": {"Authorization": "Bearer $TOKEN"}}),
        ("mcp_stdio", {"env": {"ANY": CANARY}}),
        ("mcp_stdio", {"args": ["--token", CANARY]}),
        ("mcp_stdio", {"args": [f"--api-key={CANARY}"]}),
        ("store_pgvector_text", {"connection_string": f"host=h user=u password={CANARY} dbname=d"}),
        ("store_pgvector_text", {"connection_string": f"host=h password = '{CANARY}'"}),
        ("store_pgvector", {"connection_string": f"postgresql://u:{CANARY}@h/d"}),
        ("ds_mongodb_address", {"connection_string": f"mongodb://u:{CANARY}@h/d"}),
        ("rabbitmq", {"url": f"amqp://u:{CANARY}@h/"}),
        ("files_azure", {"connection": f"AccountName=a;AccountKey={CANARY}"}),
    ],
)
def test_a_secret_is_found_where_it_stands(kind: str, values: Mapping[str, object]) -> None:
    shown = secrets_of(target(kind, **values), {"TOKEN": CANARY}).masked(f"no entry for {CANARY} here")
    assert "***" in shown
    assert CANARY[:8] not in shown
    assert CANARY[-8:] not in shown
