"""What must hold before the broker is started; each failure is one sentence that says what to do."""

import fcntl
import os
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

from penaemas.zeebe.broker_settings import LOCALHOST, BrokerPorts

MIB = 1024 * 1024
LOCK_NAME = ".broker.lock"


class BrokerCannotStart(Exception):
    """The broker does not run and starting it again would not help. The text is for people."""


def require_free_ports(ports: BrokerPorts) -> None:
    """Raises `BrokerCannotStart` if another program listens on one of the ports."""
    for port in ports.all():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As the broker does: a port whose last connections are still being closed counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError as error:
                raise BrokerCannotStart(
                    f"Port {port}, which the engine needs, is taken;"
                    " stop the program that uses it or choose another --port."
                ) from error


def require_space(data_directory: Path, minimum_free_bytes: int) -> None:
    """Raises `BrokerCannotStart` if the broker would pause at once for lack of disk space."""
    free_bytes = shutil.disk_usage(data_directory).free
    if free_bytes < minimum_free_bytes:
        raise BrokerCannotStart(
            f"The disk of {data_directory} has {free_bytes // MIB} MiB left and the engine needs"
            f" {minimum_free_bytes // MIB} MiB; free some space or choose another --data folder."
        )


def lock_data(data_directory: Path) -> int:
    """Makes the folder and takes its lock; returns the descriptor, which the broker inherits.

    So the data stays locked for as long as a broker works on it, whoever started it. (Zeebe's own lock lets the same
    node number in twice.)

    Raises:
        BrokerCannotStart: another broker has the lock, or the folder cannot be written.
    """
    try:
        data_directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data_directory / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BrokerCannotStart(
            f"The engine's data folder {data_directory} cannot be written ({error.strerror});"
            " make it writable or choose another --data folder."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise BrokerCannotStart(
            f"Another engine already works on {data_directory}; stop it first or choose another --data folder."
        ) from error
    return descriptor


def explain_exit(exit_code: int, complaints: Iterable[str]) -> str:
    """Why a broker ended before it was ready, as far as its last words tell."""
    said = list(complaints)
    everything = " ".join(said)
    if "Address already in use" in everything or "was already in use" in everything:
        return (
            "A port that the engine needs was taken while it started; stop the other program or choose another --port."
        )
    if "No space left on device" in everything:
        return "The disk of the engine's data folder is full; free some space and start again."
    if "is not compatible" in everything or "not supported" in everything and "version" in everything:
        return "The engine's data was written by another version of the engine; start that version or a newer one."
    last = f" Its last words: {said[-1][:300]}" if said else ""
    return f"The engine ended with code {exit_code} before it was ready.{last}"
