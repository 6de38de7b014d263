"""`./pena deploy` stops before the engine when a model is at fault, and says what it did with each one."""

import argparse
from pathlib import Path

import pytest

from penaemas.cli import deploy
from penaemas.cli.problem import Problem
from penaemas.zeebe.deployment import ModelOutcome
from penaemas.zeebe.models_on_disk import ModelFile, ModelKind

ROOT = Path(__file__).parents[3]
REQUEST = ROOT / "bpmn/public_information_request/public_information_request.bpmn"
PERMIT = ModelFile(Path("bpmn/permit/permit.bpmn"), ModelKind.DIAGRAM, ("permit",), b"<definitions/>")


def command(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    deploy.add_arguments(parser)
    return parser.parse_args(argv)


def test_every_model_gets_a_line_that_says_what_became_of_it() -> None:
    assert list(deploy.outcome_lines([ModelOutcome(PERMIT, 3), ModelOutcome(PERMIT, None)])) == [
        "✓ permit.bpmn: terpasang, versi 3 · deployed, version 3",
        "= permit.bpmn: tidak berubah · unchanged",
    ]


def test_a_dry_run_says_what_would_be_deployed() -> None:
    assert list(deploy.planned_lines([PERMIT], {})) == ["? permit.bpmn: akan dipasang · would be deployed"]
    assert list(deploy.planned_lines([PERMIT], {"permit": PERMIT.checksum})) == [
        "= permit.bpmn: tidak berubah · unchanged"
    ]


def test_a_fault_in_a_diagram_is_shown_and_stops_the_deployment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    diagram = tmp_path / REQUEST.name
    diagram.write_text(REQUEST.read_text().replace("dueDate=", "followUpDate="))

    with pytest.raises(Problem) as stopped:
        deploy.run(command("--data", str(tmp_path / "office"), str(diagram)))

    assert stopped.value.fix == deploy.MEND_AND_REPEAT
    assert "Task_AnswerRequest: The deadline is missing" in capsys.readouterr().err


def test_a_broken_promise_is_shown_and_stops_the_deployment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    diagram = tmp_path / REQUEST.name
    diagram.write_text(
        REQUEST.read_text().replace("public_information.close_request", "public_information.file_request")
    )

    with pytest.raises(Problem, match="2 fault"):
        deploy.run(command("--data", str(tmp_path / "office"), str(diagram)))

    assert "Task_CloseRequest: no worker serves the job public_information.file_request" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"gone\.bpmn: No such file"):
        deploy.run(command(str(tmp_path / "gone.bpmn")))


def test_sound_models_still_need_an_office_to_go_to(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="there is no office"):
        deploy.run(command("--data", str(tmp_path / "office"), str(REQUEST)))
