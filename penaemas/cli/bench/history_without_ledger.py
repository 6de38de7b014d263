"""The control of the ledger's cost: the same intake, with nothing that seals what it stores."""

from __future__ import annotations

import asyncio
import signal
import sys

from penaemas.history.server import IntakeServer
from penaemas.observability import logging
from penaemas.settings import HistoryDatabase
from penaemas.storage.database import Database
from penaemas.zeebe.clock import SystemClock


async def serve(port: int, password: str) -> None:
    """Receive until SIGTERM."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    with Database.open(HistoryDatabase().history_url) as database:
        async with IntakeServer(database, SystemClock(), password=password, port=port):
            await stopping.wait()


if __name__ == "__main__":
    logging.configure("history", console=False, level="warning")
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
