"""What six recorded cases look like to those who ask."""

from __future__ import annotations

import pytest

from penaemas.history.intake.acceptance import Feed
from penaemas.history.queries import Case, PathStep, UserTask
from penaemas.history.record import Place, read_envelope
from tests.history.streams import OpenHistory, recorded


@pytest.fixture
def six_cases(history: OpenHistory) -> OpenHistory:
    outcome = history.takes(Feed.FULL, recorded("six_cases_full"))
    assert not outcome.quarantined
    return history


def case(history: OpenHistory, case_id: str) -> Case:
    found = history.queries.case_by_id(case_id)
    assert found
    return found


def only_task(history: OpenHistory, case_id: str) -> UserTask:
    (task,) = history.queries.tasks_of(case(history, case_id).process_instance_key)
    return task


def events(history: OpenHistory, case_id: str) -> list[tuple[str, str]]:
    entries = history.queries.timeline(case(history, case_id).process_instance_key)
    return [(entry.event, entry.element_id) for entry in entries]


def test_every_recorded_byte_is_kept(six_cases: OpenHistory) -> None:
    stream = recorded("six_cases_full")

    assert six_cases.positions() == list(range(1, len(stream) + 1))
    for record_id, body in stream:
        assert six_cases.queries.document(*Place.of(record_id)) == body


def test_a_finished_case_knows_when_it_began_and_ended(six_cases: OpenHistory) -> None:
    finished = case(six_cases, "HS-A")

    assert (finished.state, finished.bpmn_process_id, finished.version) == ("completed", "history_sample", 1)
    assert finished.ended_at
    assert finished.started_at < finished.ended_at


def test_a_cancelled_case_is_terminated_and_so_is_its_task(six_cases: OpenHistory) -> None:
    assert case(six_cases, "HS-D").state == "terminated"
    assert only_task(six_cases, "HS-D").state == "canceled"


def test_a_waiting_case_is_active_and_listed(six_cases: OpenHistory) -> None:
    assert [active.case_id for active in six_cases.queries.cases(state="active")] == ["HS-F"]


def test_a_called_process_is_a_child_of_its_case(six_cases: OpenHistory) -> None:
    (child,) = six_cases.queries.children(case(six_cases, "HS-A").process_instance_key)

    assert (child.bpmn_process_id, child.state, child.case_id) == ("history_sample_check", "completed", "HS-A")


def test_only_the_waiting_task_is_open(six_cases: OpenHistory) -> None:
    (task,) = six_cases.queries.open_tasks()

    assert (task.case_id, task.element_id, task.candidate_groups) == ("HS-F", "Task_Review", ("reviewer", "supervisor"))
    assert task.form_reference == "history_sample_review"
    assert task.due_at
    assert task.follow_up_at
    assert (task.due_at - task.created_at).total_seconds() == pytest.approx(20 * 60, abs=1)
    assert not task.provisional


@pytest.mark.parametrize(
    ("group", "found"), [("reviewer", 1), ("review", 0), ("supervisor", 1), ("%", 0), ("_eviewer", 0)]
)
def test_open_tasks_are_found_by_the_whole_name_of_a_group(six_cases: OpenHistory, group: str, found: int) -> None:
    assert len(six_cases.queries.open_tasks(groups=[group])) == found


def test_open_tasks_are_found_by_case_and_process(six_cases: OpenHistory) -> None:
    queries = six_cases.queries

    assert len(queries.open_tasks(case_id="HS-F", bpmn_process_id="history_sample")) == 1
    assert queries.open_tasks(case_id="HS-A") == ()
    assert queries.open_tasks(assignee="petugas-a") == ()


def test_a_completed_task_names_its_officer_and_its_last_plan(six_cases: OpenHistory) -> None:
    task = only_task(six_cases, "HS-A")

    assert (task.state, task.assignee, task.candidate_groups) == ("completed", "petugas-a", ("reviewer",))
    assert task.follow_up_at
    assert task.follow_up_at.year == 2030


def test_the_outbox_learns_what_became_of_a_task(six_cases: OpenHistory) -> None:
    fact = six_cases.queries.user_task_fact(only_task(six_cases, "HS-B").user_task_key)

    assert fact
    assert (fact.state, fact.assignee, fact.provisional) == ("completed", "petugas-c", False)
    assert fact.ended_at
    assert six_cases.queries.user_task_fact(1) is None


def test_the_timeline_tells_who_had_the_task(six_cases: OpenHistory) -> None:
    entries = six_cases.queries.timeline(case(six_cases, "HS-B").process_instance_key)

    assert [(entry.event, entry.actor) for entry in entries if entry.event.startswith("task_")] == [
        ("task_created", None),
        ("task_assigned", "petugas-b"),
        ("task_assigned", None),
        ("task_assigned", "petugas-c"),
        ("task_completed", "petugas-c"),
    ]


def test_the_timeline_shows_a_timer_that_fired(six_cases: OpenHistory) -> None:
    assert ("timer_triggered", "BoundaryEvent_ReviewLate") in events(six_cases, "HS-B")
    assert ("timer_triggered", "BoundaryEvent_ReviewLate") not in events(six_cases, "HS-A")


def test_the_timeline_shows_a_message_that_arrived(six_cases: OpenHistory) -> None:
    assert ("message_correlated", "IntermediateCatchEvent_Paid") in events(six_cases, "HS-A")


def test_the_timeline_shows_failed_jobs_and_thrown_errors(six_cases: OpenHistory) -> None:
    assert ("job_failed", "Task_Register") in events(six_cases, "HS-F")
    assert ("job_error_thrown", "Task_Register") in events(six_cases, "HS-E")


def test_a_timeline_entry_names_the_command_that_caused_it(six_cases: OpenHistory) -> None:
    entries = six_cases.queries.timeline(case(six_cases, "HS-A").process_instance_key)
    (completed,) = [entry for entry in entries if entry.event == "task_completed"]
    assert completed.source_position
    command = six_cases.queries.document(completed.partition, completed.source_position)
    assert command

    envelope = read_envelope(command)
    assert (envelope.record_type, envelope.value_type, envelope.intent) == ("COMMAND", "USER_TASK", "COMPLETE")


def test_the_path_has_elements_and_flows_in_order(six_cases: OpenHistory) -> None:
    assert six_cases.queries.path(case(six_cases, "HS-E").process_instance_key) == (
        PathStep("StartEvent_Applied", "START_EVENT", "completed"),
        PathStep("Flow_Applied", "SEQUENCE_FLOW", "taken"),
        PathStep("Task_Register", "SERVICE_TASK", "terminated"),
        PathStep("BoundaryEvent_Rejected", "BOUNDARY_EVENT", "completed"),
        PathStep("Flow_Rejected", "SEQUENCE_FLOW", "taken"),
        PathStep("EndEvent_Rejected", "END_EVENT", "completed"),
    )


def test_a_case_that_waits_has_an_active_step_at_the_end(six_cases: OpenHistory) -> None:
    assert six_cases.queries.path(case(six_cases, "HS-F").process_instance_key)[-1] == PathStep(
        "Task_Review", "USER_TASK", "active"
    )


def test_a_resolved_incident_is_no_longer_open(six_cases: OpenHistory) -> None:
    (incident,) = six_cases.queries.incidents(open_only=False)

    assert (incident.error_type, incident.error_message) == ("JOB_NO_RETRIES", "registry unknown")
    assert (incident.element_id, incident.is_open) == ("Task_Check", False)
    assert incident.opened_at
    assert incident.resolved_at
    assert incident.opened_at < incident.resolved_at
    assert six_cases.queries.incidents() == ()


def test_the_latest_definitions_point_to_the_record_with_the_diagram(six_cases: OpenHistory) -> None:
    latest = six_cases.queries.definitions_latest()

    assert [(found.bpmn_process_id, found.version) for found in latest] == [
        ("history_sample", 1),
        ("history_sample_check", 1),
    ]
    diagram = six_cases.queries.document(latest[0].partition, latest[0].position)
    assert diagram
    assert b'"valueType":"PROCESS"' in diagram


def test_a_published_message_names_the_case_it_started(six_cases: OpenHistory) -> None:
    message = six_cases.queries.message_published("HS-A")

    assert message
    assert message.name == "history_sample.applied"
    assert message.process_instance_key == case(six_cases, "HS-A").process_instance_key
    assert six_cases.queries.message_published("HS-A", name="history_sample.paid") is None
    assert six_cases.queries.message_published("HS-Z") is None


def test_position_and_lag_are_known_per_partition(six_cases: OpenHistory) -> None:
    stream = recorded("six_cases_full")

    assert six_cases.queries.position(1) == len(stream)
    assert six_cases.queries.position(2) is None
    newest_at_ms = read_envelope(stream[-1].body).timestamp
    assert six_cases.queries.lag()[1].total_seconds() == pytest.approx(
        six_cases.clock.now().timestamp() - newest_at_ms / 1000
    )
