"""The eight ports of an office, counted from one."""

import socket
from dataclasses import dataclass

from penaemas.cli.problem import Problem

LOOPBACK = "127.0.0.1"
COUNT = 8
HIGHEST_BASE = 65535 - COUNT + 1


@dataclass(frozen=True)
class Ports:
    """Who listens where; the table is in docs/architecture.md."""

    base: int

    @property
    def portal(self) -> int:
        """The pages that people use."""
        return self.base

    @property
    def history(self) -> int:
        """Intake, probes and metrics of the history."""
        return self.base + 1

    @property
    def workers(self) -> int:
        """Probes and metrics of the workers, and the outbox's wake-up."""
        return self.base + 2

    @property
    def engine_grpc(self) -> int:
        """The engine's gateway."""
        return self.base + 3

    @property
    def engine_rest(self) -> int:
        """The engine's REST interface, for user tasks."""
        return self.base + 4

    @property
    def engine_management(self) -> int:
        """The engine's health, metrics and, in demo, clock."""
        return self.base + 5

    def names(self, with_engine: bool) -> dict[int, str]:
        """Port → who wants it. A cluster of the office's own takes none here."""
        ours = {self.portal: "portal", self.history: "history", self.workers: "workers"}
        engine = {
            self.engine_grpc: "engine (gRPC)",
            self.engine_rest: "engine (REST)",
            self.engine_management: "engine (management)",
            self.base + 6: "engine (internal)",
            self.base + 7: "engine (internal)",
        }
        return ours | engine if with_engine else ours

    def require_free(self, with_engine: bool) -> None:
        """Refuse to start where somebody else listens already.

        Raises:
            Problem: a port is taken, or does not exist.
        """
        if not 1 <= self.base <= HIGHEST_BASE:
            raise Problem(
                f"port {self.base} does not leave room for the eight ports of an office.",
                f"Choose another with --port, from 1 to {HIGHEST_BASE}.",
            )
        for port, wanted_by in self.names(with_engine).items():
            if not _is_free(port):
                raise Problem(
                    f"port {port}, needed for the {wanted_by}, is taken by another program.",
                    f"Stop that program, or start with other ports: ./pena up --port {_elsewhere(self.base)}",
                )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As a server would: an address in TIME_WAIT from our own last run is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _elsewhere(base: int) -> int:
    """The next base port whose whole row is free, to be proposed."""
    for candidate in range(base + 100, HIGHEST_BASE, 100):
        if all(_is_free(candidate + offset) for offset in range(COUNT)):
            return candidate
    return base + 100
