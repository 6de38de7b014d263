"""PENA EMAS case files: mandates, four eyes, held documents, fees, and which recommendation still stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.case_records import NotAllowedNow, StepMissing
from penaemas.casefiles.emas.mandates import Mandate
from penaemas.casefiles.emas_tables import emas_document, emas_step
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.tables import act
from tests import emas
from tests.offices import OfficeClock
from tests.pbg import pdf


async def complete_file(office: Office, licence_type: str) -> str:
    """A case whose window is open; its id."""
    case_id = await emas.opened(office, licence_type)
    await emas.done(office, case_id, "Task_VerifyIdentity")
    await emas.done(office, case_id, "Task_CheckCompleteness")
    await office.emas.lifecycle.open_window(case_id)
    return case_id


async def test_a_recommendation_needs_a_mandate_in_force_and_keeps_its_decree(
    office: Office, clock: OfficeClock
) -> None:
    case_id = await complete_file(office, emas.HEALTH)
    with pytest.raises(NotAllowedNow, match="no mandate"):
        await emas.done(office, case_id, "Task_GiveRecommendation", agency="DINKES")
    day = emas.DAY_ONE
    for officer, last_day in (("rekom.lama", day), ("rekom.dinkes", None)):
        await office.emas.mandates.record(Mandate("32.11", "DINKES", officer, "SK/1", day, last_day), by="admin")
    with pytest.raises(NotAllowedNow, match="no mandate"):
        await emas.done(office, case_id, "Task_GiveRecommendation", agency="DINKES", officer="rekom.lama")
    await emas.done(office, case_id, "Task_GiveRecommendation", agency="DINKES")
    with office.database.reading() as connection:
        kept = connection.execute(select(emas_step.c.decree_number).where(emas_step.c.agency == "DINKES")).scalar()
    assert kept == "SK/1"
    assert await office.emas.recommendations.weigh(case_id) == "recommended"


async def test_the_head_of_the_agency_needs_no_mandate(office: Office) -> None:
    case_id = await complete_file(office, emas.HEALTH)
    await emas.heads_are_appointed(office)
    await emas.done(office, case_id, "Task_GiveRecommendation", agency="DINKES", officer="kepala_dinkes")


async def test_silence_of_an_agency_is_no_agreement(office: Office) -> None:
    case_id = await complete_file(office, emas.ADVERTISING)
    await emas.agencies_have_officers(office)
    for agency in emas.FIVE_AGENCIES[:-1]:
        await emas.done(office, case_id, "Task_GiveRecommendation", agency=agency)
    with pytest.raises(StepMissing):
        await office.emas.recommendations.weigh(case_id)


async def test_a_file_without_a_mandatory_document_is_not_complete(office: Office) -> None:
    case_id = await emas.opened(office, emas.RESEARCH, without=("PROPOSAL",))
    with pytest.raises(EntryFaulty, match="PROPOSAL is not there"):
        await emas.done(office, case_id, "Task_CheckCompleteness")


async def test_a_held_document_is_used_again_with_consent_once_the_identity_was_seen(office: Office) -> None:
    await complete_file(office, emas.HEALTH)
    without = await emas.opened(office, emas.RESEARCH, without=("KTP",))
    await emas.done(office, without, "Task_VerifyIdentity")
    with_consent = await emas.opened(office, emas.RESEARCH, without=("KTP",), consents_to_reuse=True)
    assert _documents(office, with_consent) == {"SURAT_PENGANTAR", "PROPOSAL"}
    await emas.done(office, with_consent, "Task_VerifyIdentity")
    assert _documents(office, without) == {"SURAT_PENGANTAR", "PROPOSAL"}
    assert _documents(office, with_consent) == {"KTP", "SURAT_PENGANTAR", "PROPOSAL"}
    with office.database.reading() as connection:
        recorded = connection.execute(select(act.c.case_id).where(act.c.action == "reuse_held_documents")).scalars()
        assert recorded.all() == [with_consent]


async def test_a_payment_is_taken_once_in_full_and_in_time(office: Office, clock: OfficeClock) -> None:
    case_id = await complete_file(office, emas.ADVERTISING)
    fees = office.emas.fees
    notice = await fees.issue_notice(case_id)
    assert (notice.amount_idr, await fees.issue_notice(case_id)) == (emas.FEE_IDR, notice)
    clock.let_pass(timedelta(hours=1))
    payment = {"reference": "STS-1", "paid_at": clock.now(), "by": "bendahara"}
    with pytest.raises(EntryFaulty, match="amount_idr"):
        await fees.record_payment(case_id, amount_idr=emas.FEE_IDR - 1, **payment)  # type: ignore[arg-type]
    await fees.record_payment(case_id, amount_idr=emas.FEE_IDR, **payment)  # type: ignore[arg-type]
    await fees.record_payment(case_id, amount_idr=emas.FEE_IDR, **payment)  # type: ignore[arg-type]
    with pytest.raises(NotAllowedNow, match="paid already"):
        await fees.record_payment(case_id, amount_idr=emas.FEE_IDR, **(payment | {"reference": "STS-2"}))  # type: ignore[arg-type]


async def test_the_key_of_a_month_is_published_only_when_it_is_over(office: Office, clock: OfficeClock) -> None:
    period = await office.emas.audit.begin_period()
    with pytest.raises(NotAllowedNow):
        await office.emas.audit.key_of(period.period)
    clock.let_pass(timedelta(days=31))
    assert len(await office.emas.audit.key_of(period.period)) == 32


async def test_an_answer_that_is_corrected_opens_only_the_recommendations_that_looked_at_it(office: Office) -> None:
    case_id = await complete_file(office, emas.ADVERTISING)
    await emas.agencies_have_officers(office)
    for agency in emas.FIVE_AGENCIES[1:]:
        await emas.done(office, case_id, "Task_GiveRecommendation", agency=agency)
    asks = {"recommendation_result": "correction_needed", "recommendation_note": "Ukuran berbeda dengan gambar."}
    await emas.done(office, case_id, "Task_GiveRecommendation", agency="DPUTR", **asks, correction_subjects="area_m2")
    await office.emas.corrections.open_round(case_id)
    await office.emas.corrections.submit(
        case_id, {"answers": {"area_m2": "3"}}, {"NPWPD": pdf("npwpd")}, explanations={}, by="pemohon"
    )
    await office.emas.corrections.receive_round(case_id, 1)
    asked = (await office.emas.lifecycle.open_window(case_id)).open_requests
    assert [one.agency_id for one in asked] == ["DPUTR", "DISHUB", "BAPENDA"]


def _documents(office: Office, case_id: str) -> set[str]:
    wanted = select(emas_document.c.document).where(emas_document.c.case_id == case_id)
    with office.database.reading() as connection:
        return set(connection.execute(wanted).scalars())
