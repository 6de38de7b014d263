"""Handing in an application, being recognised again, and taking it back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.case_records import NotAllowedNow, RequestIdReused
from penaemas.casefiles.faults import EntryFaulty, checked
from penaemas.casefiles.outbox import PublishMessage, StartCase
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.tables import case_file
from tests.offices import MONDAY_NINE, OfficeClock
from tests.pbg import APPLICATION, OWNER_NIK, application, documents, done, opened, png, submitted

OTHER_OWNER = {
    "land_holder_name": "Ani Contoh",
    "owner_nik": OWNER_NIK,
    "owner_name": "Ani Contoh",
    "owner_address": "Dusun Karangan 9",
}


def commands_of(office: Office, case_id: str) -> list[object]:
    with office.database.reading() as connection:
        return [queued.command for queued in office.outbox.of_case(connection, case_id)]


async def test_a_submission_queues_the_start_of_its_process(office: Office) -> None:
    receipt = await submitted(office)

    assert commands_of(office, receipt.case_id) == [
        StartCase(
            message_name="office.pbg_mbr_application_submitted",
            variables={"case_id": receipt.case_id, "region_code": "32.11"},
        )
    ]


async def test_a_submission_sent_twice_in_the_same_moment_makes_one_case_and_one_receipt(office: Office) -> None:
    receipts = await asyncio.gather(
        *(office.pbg.submission.submit(application(), documents(), request_id="same", by="loket.1") for _ in range(4))
    )

    assert len({(receipt.case_id, receipt.tracking_code, receipt.secret) for receipt in receipts}) == 1
    assert sum(receipt.is_new for receipt in receipts) == 1


@pytest.mark.parametrize(
    ("entry", "files"),
    [({"storeys": 2}, {}), ({}, {"KRK": b"%PDF-1.4 another %%EOF"})],
    ids=["field", "file"],
)
async def test_a_request_id_does_not_stand_for_two_contents(
    office: Office, entry: dict[str, Any], files: dict[str, bytes]
) -> None:
    await office.pbg.submission.submit(application(), documents(), request_id="same", by="loket.1")

    with pytest.raises(RequestIdReused):
        await office.pbg.submission.submit(application(**entry), documents() | files, request_id="same", by="loket.1")


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"applicant_nik": "3211023202909991", "owner_nik": OWNER_NIK}, "applicant_nik", "date of birth"),
        ({"village": None}, "village", "is required"),
        ({"phone": "021 555"}, "phone", "mobile number"),
        ({"floor_area_m2": "0"}, "floor_area_m2", "more than 0"),
        ({"own_income_idr": -1}, "own_income_idr", "at least 0"),
        ({"owner_name": "Ani Contoh", "land_holder_is_owner": False}, "(all of it)", "one NIK and two names"),
        ({"land_holder_name": "Ani Contoh"}, "(all of it)", "the names differ"),
        ({"consents_to_data_processing": False}, "consents_to_data_processing", "has to be agreed to"),
        ({"paper_received_at": "2026-02-02T08:00:00+07:00"}, "(all of it)", "late_entry_reason"),
        ({"latitude": None}, "(all of it)", "come together"),
        ({"nickname": "x"}, "nickname", "is not known here"),
    ],
)
def test_a_wrong_field_is_named_with_rule_and_fix_and_never_its_value(
    change: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(EntryFaulty) as refused:
        application(**change)

    assert [fault.field for fault in refused.value.faults] == [field]
    assert rule in refused.value.faults[0].rule
    assert refused.value.faults[0].fix
    assert "3211023202909991" not in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    broken = APPLICATION | {"storeys": 0, "prototype_code": "T99", "land_right_kind": "SEWA"}

    with pytest.raises(EntryFaulty) as refused:
        checked(ApplicationEntry, broken)

    assert {fault.field for fault in refused.value.faults} == {"storeys", "prototype_code", "land_right_kind"}


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ({"KTP": b"GIF89a"}, "documents.KTP"),
        ({"KTP": png(640, 480)}, "documents.KTP"),
        ({"IJAZAH": b"%PDF-1.4 %%EOF"}, "documents.IJAZAH"),
        ({"KTP": b"%PDF-1.4" + b"\0" * 10 * 1024 * 1024 + b"%%EOF"}, "documents.KTP"),
    ],
    ids=["type", "pixels", "kind", "size"],
)
async def test_a_file_that_is_not_accepted_is_named_and_nothing_is_stored(
    office: Office, files: dict[str, bytes], field: str
) -> None:
    with pytest.raises(EntryFaulty, match=field):
        await office.pbg.submission.submit(application(), files, request_id="a", by="loket.1")

    with office.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(case_file)).scalar() == 0


async def test_a_region_of_another_office_is_refused(office: Office) -> None:
    with pytest.raises(EntryFaulty, match=r"region_code.*18\.01, 32\.11"):
        await office.pbg.submission.submit(application(region_code="99.99"), {}, request_id="a", by="loket.1")


async def test_the_codes_on_the_receipt_open_what_they_are_for_and_are_stored_hashed(office: Office) -> None:
    receipt = await submitted(office)
    submission = office.pbg.submission

    assert await submission.case_of_tracking_code(receipt.tracking_code.lower().replace("-", " ")) == receipt.case_id
    assert await submission.case_of_tracking_code("AAAA-AAAA-AAAA-AAAA") is None
    assert await submission.holds_secret(receipt.case_id, receipt.secret)
    assert not await submission.holds_secret(receipt.case_id, receipt.tracking_code)
    assert receipt.secret not in repr(receipt)


async def test_a_late_entry_keeps_both_times_and_is_decided_by_the_true_day(office: Office, clock: OfficeClock) -> None:
    clock.let_pass(timedelta(days=1))
    receipt = await submitted(
        office,
        paper_received_at="2026-02-02T09:30:00+07:00",
        late_entry_reason="SIMBG dan jaringan padam",
        late_entry_supervisor="pengawas.1",
    )

    case = await office.pbg.opening.open_case(receipt.case_id)

    assert receipt.received_at == datetime(2026, 2, 2, 2, 30, tzinfo=UTC)
    assert (case.late_entry, case.application_date.isoformat()) == (True, "2026-02-02")


@pytest.mark.parametrize(("result", "day"), [("confirmed", "2026-02-02"), ("not_confirmed", "2026-02-03")])
async def test_a_late_entry_that_is_not_confirmed_is_decided_by_the_day_of_its_entry(
    office: Office, clock: OfficeClock, result: str, day: str
) -> None:
    clock.let_pass(timedelta(days=1))
    paper = {"paper_received_at": "2026-02-02T09:30:00+07:00", "late_entry_reason": "jaringan padam"}
    case_id = await opened(office, **paper, late_entry_supervisor="pengawas.1")

    said = {"received_at": "2026-02-02T09:30:00+07:00", "outage_reference": "SIMBG-7", "late_entry_reason": "padam"}
    nip = {"received_by_nip": "198501012010011001"}
    await done(office, case_id, "Task_ConfirmLateEntry", late_entry_result=result, **said, **nip)

    assert (await office.pbg.opening.application_date(case_id)).isoformat() == day


@pytest.mark.parametrize("received_at", ["2026-02-02T12:00:00+07:00", "2025-12-01T09:00:00+07:00"])
async def test_paper_from_the_future_or_long_ago_is_refused(office: Office, received_at: str) -> None:
    entry = application(
        paper_received_at=received_at, late_entry_reason="jaringan padam", late_entry_supervisor="pengawas.1"
    )

    with pytest.raises(EntryFaulty, match="paper_received_at"):
        await office.pbg.submission.submit(entry, {}, request_id="a", by="loket.1")


@pytest.mark.parametrize(
    ("hour_utc", "minute", "due_at", "same_day"),
    [
        (3, 59, datetime(2026, 2, 2, 7, 59, tzinfo=UTC), True),
        (4, 0, datetime(2026, 2, 2, 8, 0, tzinfo=UTC), True),
        (4, 1, datetime(2026, 2, 3, 1, 1, tzinfo=UTC), False),
    ],
    ids=["10.59", "11.00", "11.01"],
)
def test_the_due_time_is_told_before_an_application_is_accepted(
    office: Office, clock: OfficeClock, hour_utc: int, minute: int, due_at: datetime, same_day: bool
) -> None:
    clock.let_pass(datetime(2026, 2, 2, hour_utc, minute, tzinfo=UTC) - MONDAY_NINE)

    outlook = office.pbg.submission.outlook("32.11")

    assert (outlook.due_at, outlook.same_day) == (due_at, same_day)


async def test_a_withdrawal_queues_one_message_however_often_it_is_asked(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    first = await office.pbg.submission.withdraw(case_id, reason="Batal membangun", by="pemohon")
    clock.let_pass(timedelta(minutes=1))

    assert await office.pbg.submission.withdraw(case_id, reason="Batal membangun", by="pemohon") == first
    assert commands_of(office, case_id)[1:] == [
        PublishMessage(message_name="office.pbg_mbr_application_withdrawn", correlation_key=case_id)
    ]


async def test_a_signed_permit_cannot_be_withdrawn(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_SignPermit")

    with pytest.raises(NotAllowedNow, match="signed"):
        await office.pbg.submission.withdraw(case_id, reason="", by="pemohon")


async def test_a_case_gets_its_number_once(office: Office) -> None:
    receipt = await submitted(office)
    first = await office.pbg.opening.open_case(receipt.case_id)

    assert first.case_number == "PENA-SMD-2026-00001"
    assert await office.pbg.opening.open_case(receipt.case_id) == first
    assert (first.income_zone, first.local_exemption_in_force) == (1, True)


async def test_an_owner_who_is_not_the_applicant_has_a_key_of_their_own(office: Office) -> None:
    case_id = await opened(office, **OTHER_OWNER)

    with office.database.reading() as connection:
        parties = office.pbg.desk.parties(connection, case_id)

    assert len(set(parties.values())) == 2
    people = await office.pbg.checks.people_to_verify(case_id)
    assert [person.full_name for person in people] == ["Budi Rekaan", "Ani Contoh"]
