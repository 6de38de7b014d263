"""A sender that behaves as the broker's exporters do: in order, one batch at a time, again and again until it is
confirmed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice

import httpx

from penaemas.cli.bench.recorded_cases import CopiedRecord, RecordedCases
from penaemas.history.intake.acceptance import Feed
from penaemas.history.intake.bulk import Document
from tests.history.streams import body_of, recorded


def many_cases(*, at_once: int = 20) -> RecordedCases:
    """Copies of the recorded cases."""
    return RecordedCases([document.body for document in recorded("six_cases_full")], at_once=at_once)


class ExporterDouble:
    """Both feeds, from one thread, as all exporters of a broker share one.

    Args:
        batch: records in a batch of the full feed.
        pause_s: how long it waits before it sends again what was not confirmed.
    """

    def __init__(self, address: str, password: str, *, batch: int = 200, pause_s: float = 0.01) -> None:
        self.confirmed = 0
        self.refused = 0
        self._address = address
        self._password = password
        self._batch = batch
        self._pause_s = pause_s
        self._records: Iterator[CopiedRecord] = many_cases().records()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exporter-double")

    def __enter__(self) -> ExporterDouble:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Stop after the batch in hand is confirmed."""
        self._ending.set()
        self._thread.join(timeout=60)
        assert not self._thread.is_alive(), "the last batch was never confirmed"

    def _run(self) -> None:
        with httpx.Client(base_url=self._address) as client:
            while not self._ending.is_set():
                batch = list(islice(self._records, self._batch))
                for record in batch:
                    if record.to_express:
                        self._send(client, Feed.EXPRESS, [Document(record.record_id, record.body)])
                self._send(client, Feed.FULL, [Document(record.record_id, record.body) for record in batch])
                self.confirmed += len(batch)

    def _send(self, client: httpx.Client, feed: Feed, documents: list[Document]) -> None:
        body = body_of(documents)
        while True:
            try:
                answer = client.post("/_bulk", content=body, auth=(feed, self._password), timeout=30)
            except httpx.TransportError:
                threading.Event().wait(self._pause_s)
                continue
            if answer.status_code == 200 and answer.json()["errors"] is False:
                return
            assert answer.status_code == 503, answer.text
            self.refused += 1
            threading.Event().wait(self._pause_s)
