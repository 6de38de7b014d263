"""Witnesses outside the office: what they sign, what they refuse, and what the office does then."""

from __future__ import annotations

import shutil
from base64 import b64encode
from pathlib import Path

import httpx
import pytest

from penaemas.history.ledger.proofs import Prover
from penaemas.history.ledger.sealer import HaltReason
from penaemas.history.ledger.witnesses import Witness, Witnessing
from penaemas.history.verification.notes import Note, VerifierKey
from penaemas.history.witness.cosigner import Cosigner
from penaemas.history.witness.server import application
from tests.history.ledger.installations import NAME, Installation, records
from tests.history.ledger.test_sealing import _forget, _other

WITNESS = "inspectorate.example/witness"


class Inspectorate:
    """A witness that answers in this process."""

    def __init__(self, folder: Path, office: Installation) -> None:
        key = VerifierKey.parse(office.ledger.key.verifier_key(NAME))
        self.cosigner = Cosigner(folder, WITNESS, [key], lambda: 1_795_000_000)
        self.transport = httpx.ASGITransport(application(self.cosigner))

    @property
    def as_setting(self) -> str:
        return f"http://witness.example {self.cosigner.verifier_key}"

    async def asked(self, body: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.transport, base_url="http://witness.example") as client:
            return await client.post("/add-checkpoint", content=body.encode())


@pytest.fixture
def inspectorate(installation: Installation, tmp_path: Path) -> Inspectorate:
    return Inspectorate(tmp_path / "inspectorate", installation)


def asking(office: Installation, inspectorate: Inspectorate) -> Witnessing:
    return Witnessing(office.ledger, [Witness.parse(inspectorate.as_setting)], transport=inspectorate.transport)


async def test_each_checkpoint_carries_the_signature_of_the_witness(
    installation: Installation, inspectorate: Inspectorate
) -> None:
    stream = records(600)
    witnessing = asking(installation, inspectorate)
    for start, end in ((0, 100), (100, 355), (355, 600)):
        installation.receives(stream[start:end])
        installation.ledger.seal()
        assert await witnessing.ask() == []

        assert Note.parse(installation.checkpoint()).is_signed_by(inspectorate.cosigner.key)


async def test_a_restarted_office_learns_from_the_witness_how_far_it_was(
    installation: Installation, inspectorate: Inspectorate
) -> None:
    stream = records(60)
    installation.receives(stream[:40])
    installation.ledger.seal()
    await asking(installation, inspectorate).ask()
    installation.receives(stream[40:])
    installation.ledger.seal()

    assert await asking(installation, inspectorate).ask() == []

    assert Note.parse(installation.checkpoint()).is_signed_by(inspectorate.cosigner.key)


async def test_a_backup_of_everything_is_found_by_the_witness_and_halts_the_log(
    installation: Installation, inspectorate: Inspectorate
) -> None:
    stream = records(60)
    installation.receives(stream[:40])
    installation.ledger.seal()
    older = installation.checkpoint()
    installation.receives(stream[40:])
    installation.ledger.seal()
    await asking(installation, inspectorate).ask()
    with installation.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_logs")
    _forget(installation, after=40)
    (installation.log_folder() / "checkpoint").write_text(older, encoding="utf-8")
    installation.starts_again()
    installation.ledger.seal()

    (halt,) = await asking(installation, inspectorate).ask()

    assert halt.reason is HaltReason.WITNESS_AHEAD
    installation.receives([_other(document) for document in stream[40:50]])
    assert [one.reason for one in installation.ledger.seal().halted] == [HaltReason.WITNESS_AHEAD]
    assert installation.size() == 40


async def test_another_history_of_the_same_length_is_found_by_the_witness(
    installation: Installation, inspectorate: Inspectorate
) -> None:
    stream = records(60)
    installation.receives(stream)
    installation.ledger.seal()
    await asking(installation, inspectorate).ask()
    with installation.database.transaction() as connection:
        for table in ("ledger_logs", "records", "partitions"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
    shutil.rmtree(installation.log_folder())
    installation.starts_again()
    installation.receives([_other(stream[0]), *stream[1:]])
    installation.ledger.seal()

    (halt,) = await asking(installation, inspectorate).ask()

    assert halt.reason is HaltReason.WITNESS_DIFFERS


async def test_the_witness_answers_as_the_protocol_says(installation: Installation, inspectorate: Inspectorate) -> None:
    stream = records(60)
    installation.receives(stream[:40])
    installation.ledger.seal()
    first = installation.checkpoint()
    installation.receives(stream[40:])
    installation.ledger.seal()
    second = installation.checkpoint()
    proof = "".join(
        f"{b64encode(node).decode()}\n"
        for node in Prover(installation.ledger.files(installation.ledger.current()[1]), 60).consistency(40)
    )

    assert (await inspectorate.asked(f"old 0\n\n{first}")).status_code == 200
    conflict = await inspectorate.asked(f"old 0\n\n{second}")
    assert (conflict.status_code, conflict.text, conflict.headers["content-type"].split(";")[0]) == (
        409,
        "40\n",
        "text/x.tlog.size",
    )
    assert (await inspectorate.asked(f"old 40\n\n{second}")).status_code == 422
    assert (await inspectorate.asked(f"old 61\n\n{second}")).status_code == 400
    assert (await inspectorate.asked(f"old 40\n{proof}\n{second}")).status_code == 200
    assert (await inspectorate.asked(f"old 60\n\n{second}")).status_code == 200
    assert (await inspectorate.asked(f"old 0\n\n{second.replace(NAME, 'other.example')}")).status_code == 404
    assert (await inspectorate.asked(f"old 60\n\n{second.replace('60', '61')}")).status_code == 403
    assert (await inspectorate.asked("nonsense")).status_code == 400
    assert (await inspectorate.asked("x" * 70_000)).status_code == 413
    assert inspectorate.cosigner.latest("pena.example/partition/1/1") is not None


def test_a_witness_is_given_with_a_key_that_fits(inspectorate: Inspectorate) -> None:
    with pytest.raises(ValueError):
        Witness.parse(inspectorate.as_setting.replace("inspectorate", "another"))
