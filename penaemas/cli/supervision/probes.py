"""Asking a process on this machine over HTTP, with the standard library: `up` must be small and start at once."""

import asyncio
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
ANSWER_WITHIN_S = 2.0
ASK_EVERY_S = 0.05
LARGEST_ANSWER = 4 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """Status 0: nobody listens, or no answer in time."""

    status: int
    body: str

    @property
    def ok(self) -> bool:
        """A 2xx answer."""
        return 200 <= self.status < 300


NO_ANSWER = Answer(0, "no answer")


async def ask(port: int, path: str, method: str = "GET", body: str = "") -> Answer:
    """One request on the loopback; never raises for a server that is not there yet."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            reader, writer = await asyncio.open_connection(LOOPBACK, port, limit=LARGEST_ANSWER)
            try:
                content = body.encode()
                head = f"{method} {path} HTTP/1.0\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n"
                if content:
                    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
                writer.write(head.encode() + b"\r\n" + content)
                status_line = await reader.readline()
                await reader.readuntil(b"\r\n\r\n")
                return Answer(int(status_line.split()[1]), (await reader.read(LARGEST_ANSWER)).decode(errors="replace"))
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError):
        return NO_ANSWER


async def until_ready(port: int, path: str) -> None:
    """Return when the process answers 2xx; wait for ever (the caller sets the limit)."""
    while not (await ask(port, path)).ok:  # noqa: ASYNC110 (another process: there is no event to wait for)
        await asyncio.sleep(ASK_EVERY_S)
