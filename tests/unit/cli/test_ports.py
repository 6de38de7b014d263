"""An office's eight ports."""

import socket
from collections.abc import Iterator

import pytest

from penaemas.cli.problem import Problem
from penaemas.cli.supervision.ports import COUNT, Ports
from tests.installation.offices_on_disk import free_row


@pytest.fixture
def taken_port() -> Iterator[int]:
    """The second of eight: the others are free, and below those that the system hands out to whoever asks."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_row() + 1))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_who_needs_it_and_another_row_is_proposed(taken_port: int) -> None:
    with pytest.raises(Problem) as problem:
        Ports(taken_port - 1).require_free(with_engine=True)

    assert f"port {taken_port}, needed for the history, is taken" in problem.value.sentence
    proposed = int(problem.value.fix.rsplit(" ", 1)[1])
    Ports(proposed).require_free(with_engine=True)


def test_a_port_of_the_engine_is_of_no_interest_when_the_engine_is_elsewhere(taken_port: int) -> None:
    Ports(taken_port - 5).require_free(with_engine=False)


def test_a_base_that_leaves_no_room_for_eight_ports_is_refused() -> None:
    with pytest.raises(Problem, match="room for the eight ports"):
        Ports(65535 - COUNT + 2).require_free(with_engine=True)


def test_no_two_parts_share_a_port() -> None:
    assert len(Ports(8600).names(with_engine=True)) == COUNT
