"""Waking the sender never fails whoever queued the command."""

from __future__ import annotations

import asyncio
import socket

from penaemas.casefiles.outbox_wake import notify_workers
from penaemas.observability.ops_server import OpsServer, Request, Response


async def test_running_workers_hear_the_call() -> None:
    heard: list[str] = []

    async def wake(request: Request) -> Response:
        heard.append(request.path)
        return Response(202)

    server = OpsServer(0)
    server.add_route("POST", "/outbox/wake", wake)
    await server.start()
    answer = await asyncio.to_thread(notify_workers, f"http://127.0.0.1:{server.port}")
    await server.stop()

    assert (answer, heard) == (True, ["/outbox/wake"])


def test_absent_workers_are_no_failure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody answers

        assert notify_workers(f"http://127.0.0.1:{taken.getsockname()[1]}") is False
