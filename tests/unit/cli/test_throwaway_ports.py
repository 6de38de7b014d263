"""Ports for what lives only for a while."""

import socket
import subprocess
import sys

from penaemas.cli.supervision.plans import PROJECT
from penaemas.cli.throwaway_ports import free_row

ASK = "from penaemas.cli.throwaway_ports import free_row; print(*[port for _ in range(150) for port in free_row(1)])"
FIRST_OF_THE_SYSTEM = 32_768


def test_two_processes_are_never_given_the_same_port() -> None:
    ours = {port for _ in range(150) for port in free_row(1)}

    other = subprocess.run([sys.executable, "-c", ASK], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert not ours & {int(port) for port in other.stdout.split()}


def test_they_are_neighbours_below_what_the_system_hands_out() -> None:
    ports = free_row(8)

    assert ports == list(range(ports[0], ports[0] + 8))
    assert ports[-1] < FIRST_OF_THE_SYSTEM


def test_what_was_given_is_not_given_again_soon() -> None:
    assert not set(free_row(5)) & set(free_row(5))


def test_a_port_that_somebody_took_meanwhile_is_passed_over() -> None:
    (before,) = free_row(1)
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", before + 1))

        assert before + 1 not in free_row(3)
