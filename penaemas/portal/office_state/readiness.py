"""Asking the office's other processes whether they are ready."""

import asyncio
from dataclasses import dataclass

import httpx

from penaemas.portal.office_state.state import Part

ANSWER_WITHIN_S = 1.5


@dataclass(frozen=True)
class Probe:
    """Where a process says whether it is ready."""

    indonesian: str
    english: str
    url: str


class Readiness:
    """The probes of one office."""

    def __init__(self, probes: tuple[Probe, ...]) -> None:
        self._probes = probes

    async def ask(self) -> tuple[Part, ...]:
        """Ask all of them at once; one that does not answer in time is not ready."""
        # The processes are on this machine or in the office's own network: never by a proxy of the environment.
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            return tuple(await asyncio.gather(*(_ask(client, probe) for probe in self._probes)))


async def _ask(client: httpx.AsyncClient, probe: Probe) -> Part:
    try:
        answer = await client.get(probe.url)
    except httpx.HTTPError:
        return Part(probe.indonesian, probe.english, ready=False, reasons=("tidak menjawab · does not answer",))
    return Part(probe.indonesian, probe.english, answer.is_success, () if answer.is_success else _reasons(answer))


def _reasons(answer: httpx.Response) -> tuple[str, ...]:
    try:
        told = answer.json()["reasons"]
        return tuple(f"{name}: {reason}" for name, reason in told.items())
    except (ValueError, KeyError, TypeError, AttributeError):
        return (f"HTTP {answer.status_code}",)
