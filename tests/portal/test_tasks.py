"""The task list and one task, over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx

from penaemas.casefiles.acts import Act
from penaemas.licensing.roles import Role
from penaemas.portal.cases.words import DOCUMENTS
from tests.offices import LAMPUNG_SELATAN, SUMEDANG
from tests.pbg import PERSONAL, STEPS
from tests.portal.offices import account_of
from tests.portal.task_office import TaskOffice

OPERATOR = account_of(Role.OPERATOR, SUMEDANG)
COMPLETE = {
    **{f"verdict_{document.lower()}": "TIDAK_BERLAKU" for document in DOCUMENTS},
    "do": "complete",
    "completeness_result": "complete",
    "verdict_ktp": "SESUAI",
    "verdict_kk": "SESUAI",
    "no_conflict_of_interest": "true",
}


def shown_keys(page: str) -> list[int]:
    return [int(key) for key in re.findall(r'data-task="(\d+)"', page)]


def acts(tasks: TaskOffice) -> list[Act]:
    with tasks.portal.office.database.reading() as connection:
        return list(tasks.portal.office.acts.after(connection, 0, limit=10_000))


async def page_of(tasks: TaskOffice, path: str, role: Role = Role.OPERATOR, region: str = SUMEDANG) -> httpx.Response:
    async with await tasks.portal.visit_as(role, region) as browser:
        return await browser.get(path)


# --- the list ---


async def test_what_an_escalation_raised_comes_first_then_what_is_due_first(tasks: TaskOffice) -> None:
    late, soon, raised = await tasks.case(), await tasks.case(), await tasks.case()
    keys = [tasks.task(late, minutes=30), tasks.task(soon, minutes=10), tasks.task(raised, minutes=90)]
    await tasks.portal.office.deadlines.escalations.fire_for_step(
        raised, SUMEDANG, "Task_CheckCompleteness", "step_100", keys[2], None
    )

    page = (await page_of(tasks, "/tasks?whose=groups")).text

    assert shown_keys(page) == [keys[2], keys[1], keys[0]]
    assert "Didahulukan" in page


async def test_the_time_left_is_said_in_words_and_not_by_colour_alone(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    tasks.task(case_id, minutes=20)
    tasks.portal.machine.let_pass(timedelta(minutes=17))
    soon = (await page_of(tasks, "/tasks?whose=groups")).text
    tasks.portal.machine.let_pass(timedelta(minutes=8))
    late = (await page_of(tasks, "/tasks?whose=groups")).text

    assert '<span class="left soon">3 menit lagi</span>' in soon
    assert '<span class="left late">terlambat 5 menit</span>' in late


async def test_an_outage_since_the_task_was_entered_does_not_count(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    tasks.task(case_id, minutes=20)
    began = tasks.portal.machine.now() + timedelta(minutes=1)
    tasks.portal.machine.let_pass(timedelta(minutes=11))
    await tasks.portal.office.outages.declare(
        SUMEDANG, reference="GGN-1", system="SIMBG", began_at=began, reason="SIMBG mati", supervisor="pengawas"
    )

    assert "19 menit lagi" in (await page_of(tasks, "/tasks?whose=groups")).text


async def test_another_regions_tasks_are_not_shown_and_cannot_be_opened(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case())

    assert shown_keys((await page_of(tasks, "/tasks?whose=all", region=LAMPUNG_SELATAN)).text) == []
    assert (await page_of(tasks, f"/tasks/{key}", region=LAMPUNG_SELATAN)).status_code == 404


async def test_a_filter_is_kept_on_the_server(tasks: TaskOffice) -> None:
    tasks.task(await tasks.case())
    await page_of(tasks, "/tasks?whose=groups&process=pbg_mbr_3_jam")

    again = (await page_of(tasks, "/tasks")).text

    assert re.search(r'<a href="/tasks\?whose=groups[^"]*" aria-current="page"', again)
    assert '<option value="pbg_mbr_3_jam" selected>' in again


async def test_empty_lists_say_what_to_do(tasks: TaskOffice) -> None:
    assert "Kelompok saya" in (await page_of(tasks, "/tasks?whose=mine")).text
    assert "Tidak ada yang menunggu di kelompok Anda" in (await page_of(tasks, "/tasks?whose=groups")).text
    assert "Belum ada tugas yang Anda selesaikan" in (await page_of(tasks, "/tasks?whose=done")).text


async def test_several_tasks_are_taken_at_once_and_are_mine_before_the_engine_answers(tasks: TaskOffice) -> None:
    keys = [tasks.task(await tasks.case()), tasks.task(await tasks.case())]

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        await browser.post("/tasks/act", data={"do": "claim", "key": [str(key) for key in keys]})
        mine = (await browser.get("/tasks?whose=mine")).text
        groups = (await browser.get("/tasks?whose=groups")).text

    assert sorted(shown_keys(mine)) == keys
    assert shown_keys(groups) == []
    assert "Sedang dikirim" in mine


async def test_a_task_is_given_back_and_handed_to_a_colleague(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case(), assignee=OPERATOR)
    other = account_of(Role.LOKET, SUMEDANG)

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        await browser.post("/tasks/act", data={"do": "hand_over", "key": str(key), "to": other})
        handed = (await tasks.portal.office.work.pending())[key]
        tasks.is_assigned(key, OPERATOR)

    assert (handed.kind, handed.officer) == ("assign_task", other)
    assert [act.action for act in acts(tasks)][-1] == "hand_over_task"


async def test_nobody_hands_over_or_takes_what_is_not_theirs(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case(), assignee=account_of(Role.PENGAWAS, SUMEDANG))

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        for do in ("claim", "take_over", "release", "hand_over"):
            await browser.post("/tasks/act", data={"do": do, "key": str(key), "to": OPERATOR})

    assert await tasks.portal.office.work.pending() == {}


async def test_a_supervisor_takes_over_what_another_has(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case(), assignee=OPERATOR)

    async with await tasks.portal.visit_as(Role.PENGAWAS) as browser:
        await browser.post("/tasks/act", data={"do": "take_over", "key": str(key)})

    assert (await tasks.portal.office.work.pending())[key].officer == account_of(Role.PENGAWAS, SUMEDANG)


async def test_a_case_is_found_by_number_and_by_a_whole_name_and_the_name_is_in_no_address(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    key = tasks.task(case_id)
    number = re.search(r"<h1>(\S+)</h1>", (await page_of(tasks, f"/cases/{case_id}")).text)
    assert number

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        by_name = await browser.post("/tasks/search", data={"q": " budi rekaan "})
        by_part = await browser.post("/tasks/search", data={"q": "budi"})
        by_number = await browser.post("/tasks/search", data={"q": number[1].lower()})

    assert f"/tasks/{key}" in by_name.text
    assert f"/tasks/{key}" in by_number.text
    assert "budi" not in str(by_name.url)
    assert "Tidak ditemukan" in by_part.text
    assert [act.action for act in acts(tasks)].count("search_cases") == 3


async def test_an_event_tells_which_rows_are_current(tasks: TaskOffice) -> None:
    tasks.task(await tasks.case())

    rows = (await page_of(tasks, "/tasks/rows?whose=groups")).text
    events = (await page_of(tasks, "/tasks/events?whose=groups")).text
    found = re.search(r'data-signature="(\w+)"', rows)

    assert found
    assert f"event: tasks\ndata: {found[1]}\n\n" in events


# --- one task ---


async def test_an_officer_completes_a_task_and_the_next_one_follows(tasks: TaskOffice) -> None:
    first, second = tasks.task(await tasks.case(), minutes=10), tasks.task(await tasks.case(), minutes=15)

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        sent = await browser.post(f"/tasks/{first}", data=COMPLETE)
        following = await browser.get(sent.headers["location"])
        listed = (await browser.get("/tasks?whose=groups")).text

    assert sent.status_code == 303
    assert following.headers["location"] == f"/tasks/{second}"
    assert shown_keys(listed) == [second]
    assert (await tasks.portal.office.work.pending())[first].officer == OPERATOR


async def test_why_a_closed_case_was_late_is_stated_on_its_form(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    await tasks.portal.office.deadlines.service_window.open(case_id, SUMEDANG)
    tasks.portal.machine.let_pass(timedelta(hours=5))
    await tasks.portal.office.pbg.closing.close_case(case_id, "withdrawn")
    await tasks.portal.office.deadlines.escalations.fire_for_service(case_id, SUMEDANG, "service_180")
    key = tasks.task(case_id, "Task_StateBreachReason", role="PENGAWAS", process_id="breach_reason_v1")
    stated = {
        "do": "complete",
        "breach_reason_code": "BEBAN_LOKET",
        "breach_reason": "Antrean panjang.",
        "breach_remedy": "Loket kedua dibuka.",
        "no_conflict_of_interest": "true",
    }

    async with await tasks.portal.visit_as(Role.PENGAWAS) as browser:
        page = (await browser.get(f"/tasks/{key}")).text
        sent = await browser.post(f"/tasks/{key}", data=stated)

    assert "Alasan keterlambatan" in page
    assert sent.status_code == 303
    assert await tasks.portal.office.pbg.closing.lacks_breach_reason(case_id) is False


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_sent(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case())

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        answer = await browser.post(f"/tasks/{key}", data=COMPLETE | {"verdict_kk": "TIDAK_SESUAI"})

    assert answer.status_code == 422
    assert 'id="note_kk-error"' in answer.text
    assert "wajib diisi" in answer.text
    assert await tasks.portal.office.work.pending() == {}


async def test_a_rule_of_the_case_file_is_told_in_the_readers_language(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case())
    contradiction = COMPLETE | {"completeness_result": "correction_needed"}

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        answer = await browser.post(f"/tasks/{key}", data=contradiction)

    assert answer.status_code == 422
    assert "hasil bertentangan dengan putusan tiap dokumen" in answer.text
    assert "completeness_result contradicts the verdicts" in answer.text


async def test_the_slower_officer_keeps_the_draft_and_learns_who_was_faster(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    key = tasks.task(case_id)
    entry: dict[str, Any] = STEPS["Task_CheckCompleteness"] | {"no_conflict_of_interest": True}
    await tasks.portal.office.pbg.steps.complete_step(
        case_id, key, "Task_CheckCompleteness", entry, officer=account_of(Role.LOKET, SUMEDANG)
    )

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        answer = await browser.post(f"/tasks/{key}", data=COMPLETE)

    assert answer.status_code == 409
    assert "Rekaan Loket" in answer.text
    assert "Senin, 2 Feb 2026 09.00 WIB" in answer.text
    draft = await tasks.portal.office.drafts.find(key, OPERATOR)
    assert draft is not None
    assert draft.typed["verdict_kk"] == ("SESUAI",)


async def test_a_draft_follows_its_officer_to_another_device(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case())
    async with await tasks.portal.visit_as(Role.OPERATOR) as counter:
        kept = await counter.post(f"/tasks/{key}/draft", data={"verdict_kk": "TIDAK_SESUAI", "note_kk": "buram"})

    page = (await page_of(tasks, f"/tasks/{key}")).text

    assert kept.status_code == 204
    assert 'value="TIDAK_SESUAI" checked' in page
    assert ">buram</textarea>" in page


async def test_while_the_engine_is_away_work_goes_on_and_says_that_it_will_be_sent(tasks: TaskOffice) -> None:
    first, second = tasks.task(await tasks.case()), tasks.task(await tasks.case())

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        await browser.post(f"/tasks/{first}", data=COMPLETE)
        tasks.portal.machine.let_pass(timedelta(seconds=30))
        await browser.post(f"/tasks/{second}", data=COMPLETE)
        listed = (await browser.get("/tasks?whose=groups")).text

    assert "dikirim begitu siap" in listed
    assert "Menunggu mesin proses" in listed


async def test_whoever_else_has_the_task_open_is_named(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case())
    await page_of(tasks, f"/tasks/{key}", Role.PENGAWAS)

    assert "Rekaan Pengawas" in (await page_of(tasks, f"/tasks/{key}")).text


async def test_that_personal_data_was_seen_is_recorded_before_it_is_shown(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case())

    page = (await page_of(tasks, f"/tasks/{key}")).text

    assert "3211020202909991" in page
    assert ("view_personal_data", OPERATOR) in [(act.action, act.actor) for act in acts(tasks)]


async def test_a_reviewer_sees_the_building_but_neither_income_nor_identity_number(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case(), "Task_ReviewSpatialFit", role="TARU")

    page = (await page_of(tasks, f"/tasks/{key}", Role.TARU)).text

    assert "Blok Rekaan 7" in page
    assert not [value for value in ("3211020202909991", "4.000.000", "KAWIN") if value in page]


async def test_someone_who_may_only_read_cannot_complete(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.case())

    async with await tasks.portal.visit_as(Role.LOKET) as browser:
        answer = await browser.post(f"/tasks/{key}", data=COMPLETE)

    assert answer.status_code == 409
    assert await tasks.portal.office.work.pending() == {}


async def test_a_task_of_no_case_is_not_found(tasks: TaskOffice) -> None:
    assert (await page_of(tasks, "/tasks/999")).status_code == 404


# --- the case ---


async def test_a_case_page_holds_clock_documents_decisions_and_messages(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    key = tasks.task(case_id)
    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        await browser.post(f"/tasks/{key}", data=COMPLETE)
        await browser.post(f"/cases/{case_id}/comments", data={"text": "Sudah ditelepon"})
        page = (await browser.get(f"/cases/{case_id}")).text

    for shown in ("Pra-pemeriksaan", "permohonan diterima", "Kartu keluarga", "Lengkap", "Sudah ditelepon", "Sesuai"):
        assert shown in page


async def test_a_document_is_shown_inline_and_its_reading_recorded(tasks: TaskOffice) -> None:
    case_id = await tasks.case()

    answer = await page_of(tasks, f"/cases/{case_id}/documents/KTP")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert [act.action for act in acts(tasks)][-1] == "view_document"


async def test_a_document_that_the_role_does_not_open_is_not_found(tasks: TaskOffice) -> None:
    case_id = await tasks.case()

    assert (await page_of(tasks, f"/cases/{case_id}/documents/BUKTI_PENGHASILAN", Role.TARU)).status_code == 404


async def test_an_auditor_reads_a_case_without_the_applicants_contact(tasks: TaskOffice) -> None:
    case_id = await tasks.case()

    page = (await page_of(tasks, f"/cases/{case_id}", Role.AUDITOR)).text

    assert "Jam layanan" in page
    assert [value for value in PERSONAL if value in page and value not in ("Budi Rekaan", "KAWIN")] == []


async def test_the_diagram_is_the_one_that_the_case_runs_on(tasks: TaskOffice) -> None:
    answer = await page_of(tasks, f"/cases/{await tasks.case()}/diagram")

    assert answer.headers["content-type"].startswith("application/xml")
    assert b'id="Task_CheckCompleteness"' in answer.content
