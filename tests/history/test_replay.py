"""A case is walked moment by moment, and shown as it stood at any position."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, update

from penaemas.history import tables
from penaemas.history.intake.acceptance import Feed
from penaemas.history.replay import CaseState, Moment, ProofMark, Replay
from penaemas.history.replay.replay import as_json
from tests.history.streams import OpenHistory, recorded

NUMBER = "PENA-SMD-2026-00001"


@pytest.fixture(scope="module")
def replay(breached_case: OpenHistory) -> Replay:
    return Replay(breached_case.database)


@pytest.fixture(scope="module")
def key(replay: Replay) -> int:
    case = replay.find(NUMBER)
    assert case
    return case.process_instance_key


@pytest.fixture(scope="module")
def moments(replay: Replay, key: int) -> tuple[Moment, ...]:
    found = replay.moments(key)
    assert found
    return found


def state_at(replay: Replay, key: int, position: int | None = None) -> CaseState:
    state = replay.state(key, position)
    assert state
    return state


def moment(moments: Sequence[Moment], element_id: str, detail: str) -> Moment:
    return next(one for one in moments if (one.cause.element_id, one.cause.detail) == (element_id, detail))


def test_a_case_is_found_by_number_id_and_key(replay: Replay, key: int) -> None:
    case = replay.find(NUMBER)
    assert case
    assert case.case_id
    assert replay.find(case.case_id) == replay.find(str(key)) == case
    assert replay.find("PENA-SMD-2026-99999") is None


def test_moments_are_in_order_and_tell_every_event_of_the_case_once(
    breached_case: OpenHistory, moments: tuple[Moment, ...], key: int
) -> None:
    positions = [one.first_position for one in moments]
    told = [event.position for one in moments for event in one.events]

    assert positions == sorted(positions)
    assert sorted(told) == [entry.position for entry in breached_case.queries.timeline(key)]
    assert [one.number for one in moments] == list(range(1, len(moments) + 1))


def test_what_an_officer_finished_names_the_officer(moments: tuple[Moment, ...]) -> None:
    finished = moment(moments, "Task_RegisterApplication", "complete")

    assert (finished.cause.kind, finished.cause.actor) == ("task", "loket.1")
    assert {change.name for change in finished.variables} == {"registration_result", "case_file_commitment"}


def test_causes_are_officers_workers_timers_and_messages(moments: tuple[Moment, ...]) -> None:
    assert {one.cause.kind for one in moments} == {"message", "job", "task", "timer"}
    assert moment(moments, "Task_OpenCase", "applications.open_case").cause.kind == "job"
    assert moment(moments, "BoundaryEvent_ServiceBreach", "timer_triggered").cause.kind == "timer"


def test_a_cause_points_to_the_command_that_the_engine_was_given(
    breached_case: OpenHistory, moments: tuple[Moment, ...]
) -> None:
    for one in moments:
        assert one.cause.source_position
        command = breached_case.queries.document(one.partition, one.cause.source_position)
        assert command
        assert b'"recordType":"COMMAND"' in command


def test_a_changed_variable_shows_its_value_before(moments: tuple[Moment, ...]) -> None:
    changes = [change for one in moments for change in one.variables if change.name == "clock_commitment"]

    assert [change.is_new for change in changes] == [True, False, False, False]
    assert [change.previous for change in changes[1:]] == [change.value for change in changes[:-1]]


def test_a_decision_names_the_legal_basis_of_each_matched_rule(moments: tuple[Moment, ...]) -> None:
    made = {decision.decision_id: decision for one in moments for decision in one.decisions}
    (rule,) = made["pbg_mbr_income_ceiling"].matched

    assert made["pbg_mbr_income_ceiling"].inputs == {"Hari permohonan (WIB)": "2026-11-24", "Zona": 1}
    assert rule.annotation
    assert rule.annotation.startswith("Permen PKP 5/2025")
    assert rule.outputs["Kawin (penghasilan bersama)"] == 10_000_000
    assert len(made["pbg_mbr_required_documents"].matched) == 7


def test_the_table_that_decided_is_shown_whole(replay: Replay, moments: tuple[Moment, ...]) -> None:
    decision = next(made for one in moments for made in one.decisions if made.decision_id == "pbg_mbr_income_ceiling")
    table = replay.decision_table(decision.decision_requirements_key, decision.decision_id)

    assert table
    assert (table.hit_policy, table.inputs) == ("UNIQUE", ("Hari permohonan (WIB)", "Zona"))
    assert decision.matched[0].rule_id in {rule.rule_id for rule in table.rules}
    assert all(rule.annotation for rule in table.rules)


def test_before_a_task_is_done_it_is_open_with_its_officer_and_deadline(
    replay: Replay, key: int, moments: tuple[Moment, ...]
) -> None:
    claimed = moment(moments, "Task_RegisterApplication", "assign")
    state = state_at(replay, key, claimed.position)
    (task,) = state.tasks

    assert (task.element_id, task.assignee, task.candidate_groups) == (
        "Task_RegisterApplication", "loket.1", ("32.11/LOKET",),
    )  # fmt: skip
    assert task.due_at
    assert "Task_RegisterApplication" in {element.element_id for element in state.active}
    assert {timer.element_id for timer in state.timers} >= {
        "BoundaryEvent_ServiceWarning", "BoundaryEvent_ServiceBreach",
    }  # fmt: skip


def test_afterwards_it_is_not(replay: Replay, key: int, moments: tuple[Moment, ...]) -> None:
    state = state_at(replay, key, moment(moments, "Task_RegisterApplication", "complete").position)

    assert state.tasks == ()
    assert [job.job_type for job in state.jobs] == ["numbering.assign_registration_number"]


def test_parallel_reviews_are_tokens_side_by_side(replay: Replay, key: int, moments: tuple[Moment, ...]) -> None:
    state = state_at(replay, key, moment(moments, "Task_VerifyManually", "complete").position)

    assert {task.element_id for task in state.tasks} == {
        "Task_RecordSimbgRegistration", "Task_ReviewSpatialFit", "Task_ReviewPrototypeLayout",
    }  # fmt: skip
    assert all(element.tokens == 1 for element in state.active)


def test_a_variable_names_who_gave_its_value(replay: Replay, key: int) -> None:
    held = {variable.name: variable for variable in state_at(replay, key).variables}

    assert held["joint_decision"].value == "meets"
    assert held["joint_decision"].changed_by.actor == "tpt.2"
    assert held["case_number"].changed_by.detail == "applications.open_case"


def test_what_was_local_to_an_ended_step_is_gone(replay: Replay, key: int, moments: tuple[Moment, ...]) -> None:
    claimed = moment(moments, "Task_RegisterApplication", "assign")
    local = [one for one in state_at(replay, key, claimed.position).variables if one.name == "step_minutes"]

    assert [one.scope_element_id for one in local] == ["Task_RegisterApplication"]
    assert "step_minutes" not in {one.name for one in state_at(replay, key).variables}


def test_a_ladder_is_a_child_once_it_has_begun(replay: Replay, key: int, moments: tuple[Moment, ...]) -> None:
    breach = moment(moments, "BoundaryEvent_ServiceBreach", "timer_triggered")
    before, after = state_at(replay, key, breach.first_position - 1), state_at(replay, key)

    assert [child.called_by for child in before.children] == [
        "CallActivity_EscalateDecideJointly", "CallActivity_EscalateServiceWarning",
    ]  # fmt: skip
    assert [child.state for child in before.children] == ["completed", "active"]
    assert {child.state for child in after.children} == {"completed", "terminated"}


def test_the_end_has_no_tokens_and_the_beginning_no_case(replay: Replay, key: int) -> None:
    assert (state_at(replay, key).state, state_at(replay, key).active) == ("completed", ())
    assert replay.state(key, 1) is None
    assert replay.moments(7) is None


def test_the_diagram_is_the_deployed_one(replay: Replay, key: int) -> None:
    diagram = replay.diagram(state_at(replay, key).process_definition_key)

    assert diagram
    assert (diagram.bpmn_process_id, diagram.version) == ("pbg_mbr_3_jam", 1)
    assert diagram.xml.startswith("<?xml")
    assert 'id="Task_RegisterApplication"' in diagram.xml
    assert replay.diagram(1) is None


def test_a_state_can_be_written_as_json(replay: Replay, key: int) -> None:
    assert b'"case_number":"PENA-SMD-2026-00001"' in as_json(state_at(replay, key))


class SignedUpTo:
    """Proofs as a ledger would tell them: up to one record in a checkpoint, behind it recorded."""

    def __init__(self, record_id: int) -> None:
        self._record_id = record_id

    def of(self, connection: Connection, record_ids: Sequence[int]) -> dict[int, ProofMark]:
        return {
            one: ProofMark("in_checkpoint", 500) if one <= self._record_id else ProofMark("recorded")
            for one in record_ids
        }


def test_a_moment_is_proved_as_far_as_its_weakest_record(breached_case: OpenHistory, key: int) -> None:
    whole = Replay(breached_case.database).moments(key)
    assert whole
    middle = next(one for one in whole[5:] if one.position - one.first_position > 1)
    signed_in_part = SignedUpTo(1 << 51 | middle.first_position)

    marked = Replay(breached_case.database, signed_in_part).moments(key)

    assert marked
    around = marked[middle.number - 2 : middle.number + 1]
    assert [one.proof.state for one in around] == ["in_checkpoint", "recorded", "recorded"]
    assert {one.proof.state for one in whole} == {"stored"}


def test_an_incident_stops_a_case_until_it_is_resolved(history: OpenHistory) -> None:
    history.takes(Feed.FULL, recorded("six_cases_full"))
    replay = Replay(history.database)
    (incident,) = history.queries.incidents(open_only=False)
    entries = history.queries.timeline(incident.process_instance_key)
    opened = next(entry for entry in entries if entry.event == "incident_opened")
    resolved = next(entry for entry in entries if entry.event == "incident_resolved")

    stuck = state_at(replay, incident.process_instance_key, resolved.position - 1)
    freed = state_at(replay, incident.process_instance_key, resolved.position)
    before = state_at(replay, incident.process_instance_key, opened.position - 1)

    assert [(one.element_id, one.error_type, one.error_message) for one in stuck.incidents] == [
        ("Task_Check", "JOB_NO_RETRIES", "registry unknown")
    ]
    assert freed.incidents == before.incidents == ()


def test_a_replay_tells_what_it_still_knows_when_bytes_are_gone(sqlite_history: OpenHistory) -> None:
    sqlite_history.takes(Feed.FULL, recorded("pbg_mbr_breached_full"))
    with sqlite_history.database.transaction() as connection:
        connection.execute(update(tables.records).values(document=b""))
    replay = Replay(sqlite_history.database)
    case = replay.find(NUMBER)
    assert case

    moments = replay.moments(case.process_instance_key)
    state = replay.state(case.process_instance_key, 530)

    assert moments
    assert moments[0].cause.kind == "unknown"
    assert {rule.annotation for one in moments for made in one.decisions for rule in made.matched} == {None}
    assert state
    assert [(task.element_id, task.assignee, task.due_at) for task in state.tasks] == [
        ("Task_RegisterApplication", "loket.1", None)
    ]
    assert replay.diagram(case.process_definition_key) is None
