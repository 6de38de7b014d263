"""Asks witnesses outside the office to co-sign each checkpoint: C2SP tlog-witness, tlog-cosignature."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final, Self

import httpx
import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from penaemas.history.ledger.logs import Log
from penaemas.history.ledger.proofs import Prover
from penaemas.history.ledger.sealer import HaltReason, LedgerHalted
from penaemas.history.ledger.sealing import Ledger
from penaemas.observability import metrics

log = structlog.get_logger(__name__)

ANSWERS_WITHIN_S: Final = 10.0
_COSIGNATURE: Final = b"\x04"
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True)
class Witness:
    """One witness: where it answers, its name and its public key."""

    url: str
    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `URL VERIFIER-KEY`.

        Raises:
            ValueError: not that, or not a key of a witness.
        """
        url, _, key = text.strip().partition(" ")
        name, _, rest = key.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        material = b64decode(encoded, validate=True)
        if not url.startswith(("http://", "https://")) or material[:1] != _COSIGNATURE or len(material) != 33:
            raise ValueError("a witness is given as its address, a space, and its verifier key (type 4)")
        witness = cls(url.rstrip("/"), name, material[1:])
        if witness.key_id.hex() != key_id:
            raise ValueError("the verifier key of a witness does not fit its own key id")
        return witness

    @property
    def key_id(self) -> bytes:
        """Four bytes that stand before its signatures."""
        return sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public).digest()[:4]

    def cosigned(self, body: str, line: str) -> bool:
        """Is this line its cosignature of a checkpoint's body?"""
        start = f"— {self.name} "
        if not line.startswith(start):
            return False
        try:
            signature = b64decode(line.removeprefix(start), validate=True)
            if signature[:4] != self.key_id or len(signature) != 76:
                return False
            time = int.from_bytes(signature[4:12])
            message = f"cosignature/v1\ntime {time}\n{body}".encode()
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature[12:], message)
        except (ValueError, InvalidSignature):
            return False
        return True


class Witnessing:
    """Brings new checkpoints to every witness and puts their signatures under them.

    A witness that does not answer is asked again after the next checkpoint; nothing waits for it.
    """

    def __init__(
        self, ledger: Ledger, witnesses: Sequence[Witness], *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Args: transport: how to reach them, if not by the network."""
        self._ledger = ledger
        self._transport = transport
        self._witnesses = witnesses
        self._known: dict[tuple[str, str], int] = {}

    async def ask(self) -> list[LedgerHalted]:
        """Ask each witness about each log that has grown since it signed last.

        Returns:
            The logs of which a witness knows something else than we: they must not go on.

        Raises:
            StorageError: the database does not answer.
        """
        if not self._witnesses:
            return []
        halted = []
        async with httpx.AsyncClient(timeout=ANSWERS_WITHIN_S, trust_env=False, transport=self._transport) as client:
            for current in self._ledger.current():
                if current.size:
                    halted += [halt for halt in [await self._ask_all(client, current)] if halt is not None]
        return halted

    async def _ask_all(self, client: httpx.AsyncClient, current: Log) -> LedgerHalted | None:
        note = self._ledger.files(current).checkpoint()
        if note is None:
            return None
        lines = []
        for witness in self._witnesses:
            if self._known.get((witness.name, current.origin)) == self._ledger.key.opened(note).size:
                continue
            try:
                line = await self._ask_one(client, witness, current, note)
            except LedgerHalted as halt:
                self._ledger.halt(halt)
                return halt
            except httpx.HTTPError as error:
                self._refused(witness, type(error).__name__)
                continue
            if line is not None:
                lines.append(line)
        if lines:
            self._ledger.release(current)
            self._ledger.add_signatures(current, note, lines)
        return None

    async def _ask_one(self, client: httpx.AsyncClient, witness: Witness, current: Log, note: str) -> str | None:
        checkpoint = self._ledger.key.opened(note)
        place = (witness.name, current.origin)
        answer = await self._post(client, witness, current, note, self._known.get(place, 0))
        if answer.status_code == HTTPStatus.CONFLICT and (told := _SIZE.fullmatch(answer.content)):
            size = int(told[1])
            if size > checkpoint.size:
                detail = f"{witness.name} has signed {size} entries, we have {checkpoint.size}"
                raise LedgerHalted(current.origin, HaltReason.WITNESS_AHEAD, detail)
            answer = await self._post(client, witness, current, note, size)
        if answer.status_code in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT):
            detail = f"{witness.name} has signed another beginning of this log"
            raise LedgerHalted(current.origin, HaltReason.WITNESS_DIFFERS, detail)
        if answer.status_code != HTTPStatus.OK:
            self._refused(witness, f"status {answer.status_code}")
            return None
        for line in answer.text.splitlines():
            if witness.cosigned(checkpoint.body, line):
                self._known[place] = checkpoint.size
                return line
        self._refused(witness, "its answer is not its signature")
        return None

    async def _post(
        self, client: httpx.AsyncClient, witness: Witness, current: Log, note: str, old: int
    ) -> httpx.Response:
        size = self._ledger.key.opened(note).size
        proof = Prover(self._ledger.files(current), size).consistency(old) if old <= size else []
        lines = "".join(f"{b64encode(node).decode()}\n" for node in proof)
        return await client.post(f"{witness.url}/add-checkpoint", content=f"old {old}\n{lines}\n{note}".encode())

    def _refused(self, witness: Witness, reason: str) -> None:
        metrics.LEDGER_WITNESS_FAILURES_TOTAL.labels(witness.name).inc()
        log.warning("witness_did_not_sign", witness=witness.name, reason=reason)
