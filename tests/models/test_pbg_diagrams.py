"""The diagram of PBG MBR 3 Jam holds to the service standard: roles, minutes, alarms, ends."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Final

import pytest

from penaemas.zeebe.diagram import ZEEBE
from penaemas.zeebe.models_on_disk import BPMN

ROOT: Final = Path(__file__).parents[2]
PROCESS: Final = "pbg_mbr_3_jam"
DIAGRAM: Final = ElementTree.parse(ROOT / "bpmn" / PROCESS / f"{PROCESS}.bpmn").getroot()  # noqa: S314 (our own file)
TASKS: Final = {task.get("id", ""): task for task in DIAGRAM.iter(f"{BPMN}userTask")}

# The service standard: who does it, in how many minutes, counted in which hours.
STANDARD: Final = {
    "Task_ConfirmLateEntry": (("PENGAWAS",), 30, "back_office"),
    "Task_PreCheckApplication": (("LOKET", "PENDAMPING"), 30, "counter"),
    "Task_RegisterApplication": (("LOKET",), 20, "counter"),
    "Task_CheckCompleteness": (("OPERATOR",), 20, "counter"),
    "Task_VerifyManually": (("OPERATOR",), 15, "counter"),
    "Task_ReviewSpatialFit": (("TARU",), 25, "counter"),
    "Task_ReviewPrototypeLayout": (("TPT",), 20, "counter"),
    "Task_ReviewTechnicalDrawings": (("TPT",), 40, "counter"),
    "Task_RecordSimbgRegistration": (("OPERATOR",), 20, "counter"),
    "Task_DecideJointly": (("TPT", "TARU"), 15, "counter"),
    "Task_IssueComplianceStatement": (("KADIS_TEKNIS",), 15, "counter"),
    "Task_ConfirmRetribution": (("RETRIBUSI",), 10, "counter"),
    "Task_VerifyDraftPermit": (("PENGAWAS",), 15, "counter"),
    "Task_RecordSimbgPermitNumber": (("OPERATOR",), 5, "counter"),
    "Task_SignPermit": (("KADIS",), 15, "counter"),
    "Task_HandOverPermit": (("LOKET",), 5, "counter"),
    "Task_StateBreachReason": (("PENGAWAS",), 60, "back_office"),
    "Task_DecideRejection": (("KADIS",), 60, "back_office"),
    "Task_TakeOverAsOrdinaryPbg": (("OPERATOR",), 60, "back_office"),
}
# What every complete file with own drawings passes one after the other; the reviews beside it are shorter.
CRITICAL_PATH: Final = (
    "Task_RegisterApplication",
    "Task_CheckCompleteness",
    "Task_ReviewTechnicalDrawings",
    "Task_DecideJointly",
    "Task_IssueComplianceStatement",
    "Task_ConfirmRetribution",
    "Task_VerifyDraftPermit",
    "Task_RecordSimbgPermitNumber",
    "Task_SignPermit",
    "Task_HandOverPermit",
)
AUTOMATIC_MINUTES: Final = 5
WINDOWS: Final = {"counter": "office", "back_office": "back_office"}


def test_the_diagram_has_the_tasks_of_the_service_standard_and_no_other() -> None:
    assert TASKS.keys() == STANDARD.keys()


@pytest.mark.parametrize("task_id", STANDARD)
def test_a_task_goes_to_its_unit(task_id: str) -> None:
    roles, _, _ = STANDARD[task_id]
    assignment = TASKS[task_id].find(f".//{ZEEBE}assignmentDefinition")

    assert assignment is not None
    assert assignment.get("candidateGroups") == "=[" + ", ".join(f'region_code + "/{role}"' for role in roles) + "]"


@pytest.mark.parametrize("task_id", STANDARD)
def test_a_task_is_due_after_its_minutes_in_its_own_hours_and_warns_before(task_id: str) -> None:
    _, minutes, calendar = STANDARD[task_id]
    mappings = _inputs(TASKS[task_id])
    share = "0.8" if minutes < 60 else "0.5"

    assert mappings["step_minutes"] == f"={minutes}"
    assert mappings["step_due_at"] == _instant("step_minutes", WINDOWS[calendar])
    assert mappings["step_warn_at"] == _instant(f"step_minutes * {share}", WINDOWS[calendar])


@pytest.mark.parametrize("task_id", STANDARD)
def test_the_alarm_of_a_task_leads_to_the_shared_ladder_and_names_the_task(task_id: str) -> None:
    _, minutes, calendar = STANDARD[task_id]
    name = task_id.removeprefix("Task_")
    alarm = _element(f"BoundaryEvent_{name}Alarm")
    ladder = _element(f"CallActivity_Escalate{name}")
    called = ladder.find(f".//{ZEEBE}calledElement")

    assert alarm.get("attachedToRef") == task_id
    assert alarm.get("cancelActivity") == "false"
    assert alarm.findtext(f".//{BPMN}timeDate") == "=step_warn_at"
    assert called is not None
    assert called.get("processId") == "step_escalation_v1"
    assert _inputs(ladder) == {
        "case_id": "=case_id",
        "region_code": "=region_code",
        "step_id": f'="{task_id}"',
        "step_minutes": f"={minutes}",
        "step_calendar": f'="{calendar}"',
    }


def test_the_critical_path_leaves_fifteen_of_the_hundred_and_eighty_minutes() -> None:
    assert sum(STANDARD[task_id][1] for task_id in CRITICAL_PATH) + AUTOMATIC_MINUTES == 180 - 15


def test_the_three_ways_to_leave_early_are_caught_on_the_pre_check_and_on_the_window() -> None:
    thrown = {"Error_CorrectionNeeded", "Error_ApplicationRejected", "Error_OrdinaryPbg"}
    caught = {
        (event.get("attachedToRef"), definition.get("errorRef"))
        for event in DIAGRAM.iter(f"{BPMN}boundaryEvent")
        for definition in event.iter(f"{BPMN}errorEventDefinition")
    }

    assert caught == {(host, error) for host in ("SubProcess_PreCheck", "SubProcess_ServiceWindow") for error in thrown}


def test_every_end_of_the_case_ends_the_ladders_that_still_wait() -> None:
    ends = {"PermitIssued", "ApplicationRejected", "ApplicationExpired", "HandedToOrdinaryPbg", "ServiceWindow"}

    for name in ends:
        assert _element(f"EndEvent_{name}").find(f"{BPMN}terminateEventDefinition") is not None


def test_no_exclusive_gateway_has_a_default_so_that_an_unknown_answer_stops_the_case() -> None:
    assert [gateway.get("id") for gateway in DIAGRAM.iter(f"{BPMN}exclusiveGateway") if gateway.get("default")] == []


@pytest.mark.parametrize("task_id", STANDARD)
def test_the_form_of_a_task_asks_for_a_conflict_of_interest_and_is_bilingual(task_id: str) -> None:
    definition = TASKS[task_id].find(f".//{ZEEBE}formDefinition")
    assert definition is not None
    form = json.loads((ROOT / "forms" / PROCESS / f"{definition.get('externalReference')}.form").read_text("utf-8"))

    assert "no_conflict_of_interest" in {component.get("key") for component in form["components"]}
    assert [part["id"] for part in _parts(form["components"]) if not _english(part)] == []


def _instant(minutes: str, windows: str) -> str:
    return (
        f"={{ t: now(), w: {windows}[date and time(item.to) > t][1], "
        'since: if date and time(w.from) > t then 0 else (t - date and time(w.from)) / duration("PT1S"), '
        f"target: w.before_s + since + {minutes} * 60, d: {windows}[item.before_s + item.seconds >= target][1], "
        'at: date and time(d.from) + duration("PT1S") * (target - d.before_s), due: if at = null then t else at }.due'
    )


def _inputs(element: ElementTree.Element) -> dict[str, str]:
    return {mapping.get("target", ""): mapping.get("source", "") for mapping in element.iter(f"{ZEEBE}input")}


def _element(element_id: str) -> ElementTree.Element:
    return next(element for element in DIAGRAM.iter() if element.get("id") == element_id)


def _parts(components: list[dict[str, object]]) -> list[dict[str, object]]:
    nested = [part for component in components for part in _parts(component.get("components", []))]  # type: ignore[arg-type]
    return [*components, *nested]


def _english(part: dict[str, object]) -> bool:
    properties = part.get("properties")
    assert isinstance(properties, dict)
    options = part.get("values", [])
    assert isinstance(options, list)
    wanted = ["text:en" if part["type"] == "text" else "label:en", *(f"value:{item['value']}:en" for item in options)]
    return all(str(properties.get(name, "")).strip() for name in wanted)
