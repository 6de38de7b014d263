"""Wires the history process from its settings."""

from __future__ import annotations

import asyncio
import signal

from penaemas.history.server import IntakeServer
from penaemas.observability import logging
from penaemas.settings import HistorySettings
from penaemas.storage.database import Database
from penaemas.zeebe.clock import SystemClock
from penaemas.zeebe.demo_clock import DemoPresent


async def serve(settings: HistorySettings) -> None:
    """Receive records until SIGTERM or SIGINT.

    Raises:
        OSError: the port is taken.
        StorageError: the tables cannot be made or read.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stopping.set)
    with Database.open(settings.history_url) as database:
        server = IntakeServer(
            database,
            DemoPresent(settings.data_folder) if settings.demo else SystemClock(),
            password=settings.intake_password.get_secret_value(),
            port=settings.history_port,
            host=settings.host,
        )
        async with server:
            await stopping.wait()


def main() -> int:
    """`python -m penaemas.history`."""
    settings = HistorySettings()
    logging.configure("history", console=settings.log_console, level=settings.log_level)
    asyncio.run(serve(settings))
    return 0
