"""The portal's log: the office's acts, and moments that tie all logs to a time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select

from penaemas.casefiles.tables import act
from penaemas.history import tables
from penaemas.history.ledger.epochs import open_epoch
from penaemas.history.ledger.portal_log import OfficeDiffers
from penaemas.history.ledger.sources import PORTAL
from tests.history.ledger.installations import Installation, records

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def logged(office: Installation, kind: str) -> list[dict[str, object]]:
    column = tables.portal_records.c
    with office.database.reading() as connection:
        chosen = select(column.document).where(column.kind == kind).order_by(column.position)
        return [json.loads(bytes(document)) for document in connection.execute(chosen).scalars()]


def test_acts_are_taken_over_once_and_sealed(any_installation: Installation) -> None:
    office = any_installation
    office.officer_views("A-1", "A-2")

    assert (office.portal.take_acts(), office.portal.take_acts()) == (2, 0)
    office.officer_views("A-3")
    office.starts_again()
    office.portal.take_acts()
    office.ledger.seal()

    assert [entry["case_id"] for entry in logged(office, "act")] == ["A-1", "A-2", "A-3"]
    assert office.size(PORTAL) == 3


def test_an_entry_is_one_line_with_sorted_keys_and_no_spaces(installation: Installation) -> None:
    installation.officer_views("A-1")
    installation.portal.take_acts()

    with installation.database.reading() as connection:
        document = bytes(connection.execute(select(tables.portal_records.c.document)).scalar_one())

    assert document == (
        b'{"action":"view_personal_data","actor":"officer.one","case_id":"A-1","details":{},'
        b'"done_at":"2026-11-23T21:00:00+00:00","kind":"act","number":1}'
    )


def test_an_act_that_is_committed_late_is_not_passed_over(installation: Installation) -> None:
    installation.officer_views("A-1")
    _store(installation, number=3)
    assert installation.portal.take_acts() == 2
    _store(installation, number=2)

    assert installation.portal.take_acts() == 1


def test_a_changed_act_stops_the_taking_over(installation: Installation) -> None:
    installation.officer_views("A-1", "A-2")
    installation.portal.take_acts()
    _restore_backup_without(installation, number=2)
    _store(installation, number=2)

    with pytest.raises(OfficeDiffers):
        installation.portal.take_acts()


def test_after_a_restore_of_the_office_an_epoch_takes_the_new_acts(installation: Installation) -> None:
    installation.officer_views("A-1", "A-2")
    installation.portal.take_acts()
    installation.ledger.seal()
    _restore_backup_without(installation, number=2)
    _store(installation, number=2)

    statement = open_epoch(
        installation.ledger,
        installation.database,
        installation.portal,
        installation.clock,
        PORTAL,
        reason="office restored from Sunday's backup",
        officer="head.one",
    )
    installation.portal.take_acts()
    installation.ledger.seal()

    assert statement["previous"]["size"] == 2
    assert [entry["case_id"] for entry in logged(installation, "act")] == ["A-1", "A-2", "B-1"]
    assert installation.size(PORTAL, epoch=2) == 2  # the statement and the new act


def _store(installation: Installation, *, number: int) -> None:
    """An act with a number of its own choosing."""
    values = {"done_at": NOW, "actor": "officer.two", "action": "view_document", "case_id": "B-1", "details": {}}
    with installation.office.transaction() as connection:
        connection.execute(insert(act).values(number=number, **values))


def _restore_backup_without(installation: Installation, *, number: int) -> None:
    """Acts cannot be taken away; a database that never had them can be put in the place of the other."""
    with installation.office.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER act_no_delete")
        connection.execute(delete(act).where(act.c.number == number))


def test_a_moment_says_how_far_every_log_and_the_broker_had_come(installation: Installation) -> None:
    installation.receives(records(120))
    installation.ledger.seal()

    assert installation.portal.write_moment({1: 118})

    (moment,) = logged(installation, "moment")
    assert moment["exported"] == {"1": 118}
    assert moment["at"] == "2026-11-23T22:00:00+00:00"
    assert moment["logs"]["pena.example/partition/1/1"]["size"] == 120  # type: ignore[index]


def test_moments_are_a_minute_apart_and_come_only_when_something_grew(installation: Installation) -> None:
    stream = records(30)
    installation.receives(stream[:10])
    installation.ledger.seal()
    assert installation.portal.write_moment({})

    installation.receives(stream[10:20])
    installation.ledger.seal()
    assert not installation.portal.write_moment({})
    installation.clock.move(timedelta(seconds=61))
    assert installation.portal.write_moment({})
    installation.clock.move(timedelta(seconds=61))
    assert not installation.portal.write_moment({})
