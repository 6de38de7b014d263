"""Each kind of broken promise between models, forms and workers is found and named."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
from pydantic import BaseModel, create_model

from penaemas.cli.agreements import Promises, disagreements
from penaemas.zeebe.job_contract import BusinessRejection, JobInput, JobOutput, JobWorker
from penaemas.zeebe.models_on_disk import ModelFile, ModelKind

DIAGRAM = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <process id="permit">
    <startEvent id="StartEvent_Applied"><extensionElements><zeebe:properties>
      <zeebe:property name="variables" value="case_id" /></zeebe:properties></extensionElements></startEvent>
    <serviceTask id="Task_Check"><extensionElements>
      <zeebe:taskDefinition type="land.check" /></extensionElements></serviceTask>
    <boundaryEvent id="BoundaryEvent_Disputed" attachedToRef="Task_Check">
      <errorEventDefinition errorRef="Error_Disputed" /></boundaryEvent>
    <userTask id="Task_Decide"><extensionElements>
      <zeebe:formDefinition externalReference="permit_decide" />
      <zeebe:taskSchedule dueDate="=due_at" /></extensionElements></userTask>
    <boundaryEvent id="BoundaryEvent_Late" attachedToRef="Task_Decide" cancelActivity="false">
      <timerEventDefinition><timeDate>=due_at</timeDate></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="Flow_Granted_Yes"><conditionExpression>=decision = "granted"</conditionExpression></sequenceFlow>
  </process>
  <error id="Error_Disputed" errorCode="LAND_DISPUTED" />
</definitions>"""

FORM = """{"id": "permit_decide", "components": [
  {"key": "decision", "type": "radio", "label": "Putusan", "values": [{"value": "granted"}, {"value": "refused"}],
   "properties": {"label:en": "Decision", "routing_fact": "true"}},
  {"key": "reason", "type": "textarea", "label": "Alasan", "properties": {"label:en": "Reason"}}]}"""


class DecisionEntry(BaseModel):
    """What the officer enters."""

    decision: Literal["granted", "refused"]
    reason: str | None = None


class LandDisputed(BusinessRejection):
    """Two people claim the land."""

    code = "LAND_DISPUTED"


MakeWorker = Callable[..., JobWorker]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> MakeWorker:
    """A worker module `workers/land/check.py`, as far as the agreements look at one."""

    def make(
        *,
        job_type: str = "land.check",
        reads: tuple[str, ...] = ("case_id",),
        makes: tuple[str, ...] = ("due_at",),
        rejects: tuple[type[BusinessRejection], ...] = (LandDisputed,),
        module: str | None = None,
    ) -> JobWorker:
        fields: dict[str, Any] = {name: (str, ...) for name in reads}
        results: dict[str, Any] = {name: (str, ...) for name in makes}

        async def handler(job: Any) -> Any: ...

        handler.__annotations__ = {
            "job": create_model("Input", __base__=JobInput, **fields),
            "return": create_model("Output", __base__=JobOutput, **results),
        }
        handler.__module__ = module or f"workers.{job_type}"
        home = ModuleType(handler.__module__)
        home.__dict__.update({rejection.__name__: rejection for rejection in rejects})
        monkeypatch.setitem(sys.modules, handler.__module__, home)
        return JobWorker(job_type, handler)

    return make


def found(
    *workers: JobWorker, diagram: str = DIAGRAM, form: str = FORM, entry: type[BaseModel] = DecisionEntry
) -> list[str]:
    models = [
        ModelFile(Path("bpmn/permit/permit.bpmn"), ModelKind.DIAGRAM, ("permit",), diagram.encode()),
        ModelFile(Path("forms/permit/permit_decide.form"), ModelKind.FORM, ("permit_decide",), form.encode()),
    ]
    return [str(line) for line in disagreements(Promises.of(models, workers, {"permit_decide": entry}))]


def only(faults: list[str]) -> str:
    assert len(faults) == 1, faults
    return faults[0]


def test_models_forms_and_workers_that_keep_their_promises_are_not_bothered(worker: MakeWorker) -> None:
    assert found(worker()) == []


def test_a_job_that_nobody_serves_is_found() -> None:
    assert "bpmn/permit/permit.bpmn: Task_Check: no worker serves the job land.check" in "\n".join(found())


def test_a_worker_that_no_diagram_asks_for_is_found(worker: MakeWorker) -> None:
    fault = only(found(worker(), worker(job_type="land.measure", rejects=())))

    assert fault.startswith("workers/land/measure.py: no diagram asks for this job")


def test_a_worker_outside_the_module_that_its_job_type_names_is_found(worker: MakeWorker) -> None:
    assert "its handler lives in workers.elsewhere" in only(found(worker(module="workers.elsewhere")))


def test_a_variable_that_a_worker_needs_and_nobody_makes_is_found(worker: MakeWorker) -> None:
    fault = only(found(worker(reads=("case_id", "floor_area_m2"))))

    assert "Task_Check: land.check needs floor_area_m2" in fault


def test_an_expression_over_a_variable_that_nobody_makes_is_found_where_it_stands(worker: MakeWorker) -> None:
    fault = only(found(worker(), diagram=DIAGRAM.replace("=decision = ", "=decison = ")))

    assert "Flow_Granted_Yes: it reads decison" in fault


def test_an_answer_that_stays_in_the_case_file_cannot_be_read_by_the_diagram(worker: MakeWorker) -> None:
    assert "it reads decision" in only(found(worker(), form=FORM.replace('"routing_fact": "true"', '"x": ""')))


def test_an_input_mapping_that_the_worker_does_not_read_is_found(worker: MakeWorker) -> None:
    mapping = (
        '<zeebe:ioMapping><zeebe:input source="=case_id" target="owner" /></zeebe:ioMapping></extensionElements></serv'
    )
    fault = only(found(worker(), diagram=DIAGRAM.replace("</extensionElements></serv", mapping)))

    assert "land.check does not read owner" in fault


def test_an_error_that_nobody_catches_is_found(worker: MakeWorker) -> None:
    faults = found(worker(), diagram=DIAGRAM.replace('errorCode="LAND_DISPUTED"', 'errorCode="LAND_UNKNOWN"'))

    assert any("nobody catches its error LAND_DISPUTED" in fault for fault in faults)


def test_an_error_boundary_that_nothing_can_reach_is_found(worker: MakeWorker) -> None:
    assert any("never throws LAND_DISPUTED" in fault for fault in found(worker(rejects=())))


def test_a_form_that_does_not_exist_is_found(worker: MakeWorker) -> None:
    faults = found(worker(), diagram=DIAGRAM.replace("permit_decide", "permit_judge"))

    assert any("Task_Decide: there is no form permit_judge" in fault for fault in faults)
    assert any("forms/permit/permit_decide.form: no task uses this form" in fault for fault in faults)


def test_an_officers_task_without_deadline_or_alarm_is_found(worker: MakeWorker) -> None:
    bare = DIAGRAM.replace('<zeebe:taskSchedule dueDate="=due_at" />', "").replace(' cancelActivity="false"', "")

    assert [fault.split(" → ")[0].split(": ")[-1] for fault in found(worker(), diagram=bare)] == [
        "the officer's task has no deadline",
        "the officer's task has no alarm",
    ]


def test_free_text_is_never_a_routing_fact(worker: MakeWorker) -> None:
    fault = only(found(worker(), form=FORM.replace('"Reason"', '"Reason", "routing_fact": "true"')))

    assert "permit_decide.form: reason: free text would become a process variable" in fault


def test_options_that_the_case_file_would_refuse_are_found(worker: MakeWorker) -> None:
    assert "its options differ" in only(found(worker(), form=FORM.replace('"value": "refused"', '"value": "denied"')))


def test_a_field_that_the_case_file_does_not_know_is_found(worker: MakeWorker) -> None:
    assert "DecisionEntry has no such field" in only(found(worker(), form=FORM.replace('"reason"', '"remark"')))


def test_a_missing_english_label_is_found(worker: MakeWorker) -> None:
    assert "a label is missing" in only(found(worker(), form=FORM.replace('"Reason"', '""')))
