"""How many records a second come in, are stored durably and projected; beside a receiver that only appends the
bytes.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import psutil

from penaemas.cli.bench.recorded_cases import CopiedRecord, RecordedCases
from penaemas.history.record import Place

PASSWORD: Final = "measuring-only"  # noqa: S105  # of a server that lives for the measurement
RECORDED: Final = Path(__file__).parents[3] / "tests" / "history" / "golden" / "six_cases_full.jsonl"
BATCH_RECORDS: Final = 1_000  # what the broker's full feed sends at most
READY_WITHIN_S: Final = 120.0
_AUTHORIZATION: Final = "Basic " + b64encode(f"full:{PASSWORD}".encode()).decode()


@dataclass(frozen=True)
class Throughput:
    """One run.

    Args:
        tenths: records per second of each tenth of the run.
        peak_bytes: the most resident memory of the process that received.
        busy_seconds: processor time of that process and of those that it has started, up to the last record's answer.
    """

    records: int
    cases: int
    tenths: tuple[float, ...]
    seconds: float
    peak_bytes: int
    busy_seconds: float

    @property
    def busy_us_per_record(self) -> float:
        """Microseconds of processor time."""
        return self.busy_seconds / self.records * 1e6

    @property
    def per_second(self) -> float:
        """Of the whole run."""
        return self.records / self.seconds


def history_command(folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """The history process as an office runs it, with its data in a folder."""
    environment = {
        "PENA_DATA_FOLDER": str(folder),
        "PENA_HISTORY_PORT": str(port),
        "PENA_INTAKE_PASSWORD": PASSWORD,
        "PENA_LOG_LEVEL": "warning",
    }
    return [sys.executable, "-m", "penaemas.history"], environment


def control_command(folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """The bare receiver."""
    return [sys.executable, "-m", "penaemas.cli.bench.intake_receiver", str(folder / "bare.sqlite"), str(port)], {}


@contextmanager
def running(command: Sequence[str], environment: dict[str, str], port: int) -> Iterator[psutil.Process]:
    """A child that answers, and is ended afterwards.

    Raises:
        RuntimeError: it did not answer in time.
    """
    child = subprocess.Popen(command, env=os.environ | environment)
    try:
        _await_ready(child, port)
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(timeout=120)


def measure(child: psutil.Process, port: int, records: int) -> Throughput:
    """Send recorded cases, copied, one batch after the other, as the broker does."""
    cases = RecordedCases(RECORDED.read_bytes().splitlines())
    stream = cases.records()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    tenth = records // 10
    tenths = []
    peak_bytes = 0
    busy_before = _busy_seconds(child)
    started = tenth_started = time.perf_counter()
    for sent in range(BATCH_RECORDS, records + 1, BATCH_RECORDS):
        _send(connection, _body(list(islice(stream, BATCH_RECORDS))))
        if sent % tenth == 0:
            now = time.perf_counter()
            tenths.append(tenth / (now - tenth_started))
            tenth_started = now
            peak_bytes = max(peak_bytes, child.memory_info().rss)
    seconds = time.perf_counter() - started
    connection.close()
    busy = _busy_seconds(child) - busy_before
    return Throughput(records, cases.cases_started, tuple(tenths), seconds, peak_bytes, busy)


def _busy_seconds(child: psutil.Process) -> float:
    times = child.cpu_times()
    busy = float(times.user + times.system + times.children_user + times.children_system)
    for still_working in child.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has ended just now, and is counted with the next look
            own = still_working.cpu_times()
            busy += own.user + own.system
    return busy


def _body(records: Sequence[CopiedRecord]) -> bytes:
    lines = []
    for record in records:
        partition, position = Place.of(record.record_id)
        lines += [b'{"index":{"_index":"zeebe-record","_id":"%d-%d"}}' % (partition, position), record.body]
    return b"\n".join(lines) + b"\n"


def _send(connection: http.client.HTTPConnection, body: bytes) -> None:
    connection.request("POST", "/_bulk", body, {"Authorization": _AUTHORIZATION})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"the batch was refused: {said.decode(errors='replace')}")


def _await_ready(child: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and child.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError("the receiver did not answer in time")
