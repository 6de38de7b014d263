"""The ledger inside the history process: it keeps up, serves its files, and is sealed when the process ends."""

from __future__ import annotations

import httpx
import pytest

from penaemas.history import bootstrap
from penaemas.history.ledger.keeping import LedgerKeeper
from penaemas.history.ledger.witnesses import Witnessing
from penaemas.history.server import IntakeServer
from tests.history.ledger.installations import Installation, records
from tests.history.streams import body_of

PASSWORD = "not-a-real-password"


def keeper_of(office: Installation) -> LedgerKeeper:
    async def exported() -> dict[int, int]:
        return {1: 290}

    return LedgerKeeper(
        office.database, office.ledger, office.portal, Witnessing(office.ledger, []), exported=exported, every_s=3600
    )


async def test_what_was_received_is_sealed_when_the_process_ends(installation: Installation) -> None:
    server = IntakeServer(
        installation.database, installation.clock, password=PASSWORD, port=0, keeper=lambda: keeper_of(installation)
    )
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        body = body_of(records(300))
        assert (await client.post("/_bulk", content=body, auth=("full", PASSWORD))).status_code == 200

    assert installation.size() == 300
    assert installation.size(0) == 1  # the moment


async def test_the_files_are_served_under_the_paths_of_tiled_logs(installation: Installation) -> None:
    installation.receives(records(300))
    installation.ledger.seal()
    server = IntakeServer(
        installation.database, installation.clock, password=PASSWORD, port=0, keeper=lambda: keeper_of(installation)
    )
    log = "/ledger/pena.example/partition/1/1"
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        checkpoint = await client.get(f"{log}/checkpoint")
        assert checkpoint.text == installation.checkpoint()
        assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
        tile = await client.get(f"{log}/tile/0/000")
        assert tile.content == (installation.log_folder() / "tile/0/000").read_bytes()
        assert "immutable" in tile.headers["cache-control"]
        assert len((await client.get(f"{log}/tile/1/000.p/1")).content) == 32
        assert (await client.get(f"{log}/tile/entries/001.p/44")).status_code == 200
        for nothing in ("tile/0/009", "../../../../secrets/ledger_key", "%2e%2e/checkpoint", "tile/0/000.new"):
            assert (await client.get(f"{log}/{nothing}")).status_code == 404


async def test_a_large_backlog_is_sealed_by_a_process_of_its_own(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.receives(records(300))
    monkeypatch.setenv("PENA_DATA_FOLDER", str(installation.folder))
    monkeypatch.setenv("PENA_HISTORY_DATABASE_URL", f"sqlite:///{installation.database.file}")
    monkeypatch.setenv("PENA_INTAKE_PASSWORD", PASSWORD)

    await bootstrap.seal_apart()

    assert installation.size() == 300


async def test_sealing_apart_that_fails_is_told(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENA_DATA_FOLDER", str(installation.folder / "nowhere"))
    monkeypatch.setenv("PENA_INTAKE_PASSWORD", PASSWORD)

    with pytest.raises(OSError, match="ended with code"):
        await bootstrap.seal_apart()
