"""What is read from model files before they are deployed."""

from pathlib import Path

import pytest

from penaemas.zeebe.diagram import read_diagram, variables_in
from penaemas.zeebe.form import read_form
from penaemas.zeebe.models_on_disk import ModelUnreadable, read_files, read_models

ROOT = Path(__file__).parents[3]
REQUEST = ROOT / "bpmn/public_information_request/public_information_request.bpmn"
PBG = ROOT / "bpmn/pbg_mbr_3_jam/pbg_mbr_3_jam.bpmn"
ANSWER = ROOT / "forms/public_information_request/public_information_request_answer_request.form"


def test_every_model_of_the_office_is_found_with_its_ids() -> None:
    ids = {model.name: model.ids for model in read_models(ROOT)}

    assert ids[REQUEST.name] == ("public_information_request",)
    assert ids[ANSWER.name] == ("public_information_request_answer_request",)


def test_two_models_of_one_name_are_refused_because_the_engine_would_mix_them_up(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / "forms" / folder).mkdir(parents=True)
        (tmp_path / "forms" / folder / "answer.form").write_text('{"id": "answer"}')

    with pytest.raises(ModelUnreadable, match="taken by .*one"):
        read_models(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("cut_off.bpmn", "<definitions", "not readable XML"),
        ("empty.bpmn", "<definitions/>", "no process, decision or form id"),
        ("cut_off.form", '{"id": ', "not readable JSON"),
        ("list.form", "[]", "no form schema"),
        ("letter.txt", "hello", "no model"),
    ],
)
def test_a_broken_file_is_named_with_the_reason(tmp_path: Path, name: str, content: str, reason: str) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(ModelUnreadable, match=f"{name}: .*{reason}"):
        read_files([tmp_path / name])


def test_a_missing_file_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable, match=r"gone\.bpmn: No such file"):
        read_files([tmp_path / "gone.bpmn"])


def test_a_diagram_tells_which_jobs_forms_and_errors_it_depends_on() -> None:
    diagram = read_diagram(*read_files([REQUEST]))
    extend = next(task for task in diagram.service_tasks if task.element_id == "Task_ExtendDeadline")
    involve = next(task for task in diagram.service_tasks if task.element_id == "Task_InvolveSupervisor")
    (answer,) = diagram.officer_tasks

    assert extend.job_type == "public_information.extend_deadline"
    assert extend.caught == {"EXTENSION_ALREADY_USED"}
    assert involve.inputs == {"element_id"}
    assert answer.form_id == "public_information_request_answer_request"
    assert answer.has_alarm
    assert diagram.variables_at_start == {"case_id", "region_code"}
    assert diagram.errors_caught == {("BoundaryEvent_ExtensionAlreadyUsed", "EXTENSION_ALREADY_USED")}


@pytest.mark.parametrize(
    ("expression", "variables"),
    [
        ('=[region_code + "/PPID"]', {"region_code"}),
        ('=list contains(["given", "refused"], answer_decision)', {"answer_decision"}),
        ("=if a != null and date and time(a) >= date and time(b) then c else d", {"a", "b", "c", "d"}),
        ("={t: now(), due: office.first.due}.due", {"office"}),
        ("={ w: office[date and time(item.to) > from][1], at: date and time(w.from) }.at", {"office", "from"}),
    ],
)
def test_the_variables_of_an_expression_are_its_names_without_words_text_and_functions(
    expression: str, variables: set[str]
) -> None:
    assert variables_in(expression) == variables


def test_the_result_of_a_decision_and_the_form_of_the_start_are_read_from_the_diagram() -> None:
    diagram = read_diagram(*read_files([PBG]))

    assert {"income_ceiling", "eligibility", "technical_route"} <= diagram.decision_results
    assert diagram.forms_at_start == {"pbg_mbr_3_jam_application"}


def test_a_form_tells_which_answers_route_and_which_go_to_the_case_file() -> None:
    form = read_form(*read_files([ANSWER]))

    assert {field.key: field.routing_fact for field in form.fields} == {
        "answer_decision": True,
        "answer_text": False,
        "refusal_reason": False,
    }


def test_fields_inside_a_group_are_fields_of_the_form(tmp_path: Path) -> None:
    grouped = tmp_path / "grouped.form"
    grouped.write_text('{"id": "grouped", "components": [{"type": "group", "components": [{"key": "note"}]}]}')

    assert [field.key for field in read_form(*read_files([grouped])).fields] == ["note"]
