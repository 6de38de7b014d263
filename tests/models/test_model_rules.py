"""Our rules for diagrams, each tried on its valid and its invalid example."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from penaemas.zeebe.model_lint.lint import PLUGIN, LintFinding
from penaemas.zeebe.model_lint.node_runtime import find_node

Lint = Callable[..., tuple[LintFinding, ...]]

# rule → the elements of its invalid example that it must name, one entry per finding
FAULTS = {
    "bilingual-label": [
        "Flow_Paid_No",
        "Flow_Paid_Yes",
        "Gateway_Paid",
        "Task_Pay",
        "Task_Unnamed",
        "invalid",
    ],
    "chosen-id": ["Activity_0lfyniu", "Event_12sbcc5", "Flow_0abc123", "Gateway_2", "Message_1x8k2"],
    "job-type": ["Task_Computed", "Task_Flat", "Task_Hyphen"],
    "officer-task-alarm": ["BoundaryEvent_CutOff", "Task_CutOff", "Task_MessageOnly", "Task_NoAlarm"],
    "officer-task-complete": [*["Task_Assigned"] * 3, *["Task_Bare"] * 4],
    "process-id-is-file-stem": ["Process_1x8k2"],
    "service-window-ends": ["SubProcess_ServiceWindow"],
}


def stems(folder: str) -> set[str]:
    return {path.stem for path in (PLUGIN / folder).iterdir()}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_rule_is_silent_about_its_valid_example(rule: str, lint: Lint) -> None:
    assert lint(PLUGIN / "examples" / rule / "valid.bpmn", only_rule=rule) == ()


@pytest.mark.parametrize("rule", FAULTS)
def test_a_rule_names_every_fault_of_its_invalid_example_and_how_to_mend_it(rule: str, lint: Lint) -> None:
    findings = lint(PLUGIN / "examples" / rule / "invalid.bpmn", only_rule=rule)

    assert sorted(finding.element_id or "" for finding in findings) == FAULTS[rule]
    assert all(finding.fix and finding.rule == f"pena/{rule}" for finding in findings)


def test_every_rule_has_a_page_an_example_folder_and_a_test() -> None:
    assert stems("rules") == stems("docs") == stems("examples") == set(FAULTS)


def test_every_rule_is_an_error_in_the_plugins_own_configuration() -> None:
    script = f"console.log(JSON.stringify(require({json.dumps(str(PLUGIN))}).configs.recommended.rules))"
    answer = subprocess.run([*find_node().node, "-e", script], capture_output=True, text=True, check=True)

    assert json.loads(answer.stdout) == {f"pena/{rule}": "error" for rule in FAULTS}


def test_a_file_that_is_no_diagram_is_a_finding_and_not_a_crash(tmp_path: Path, lint: Lint) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<bpmn:definitions")

    (finding,) = lint(broken)

    assert finding.rule == "readable"
    assert finding.file == broken


def test_the_recommended_and_the_engines_rules_run_beside_ours(tmp_path: Path, lint: Lint) -> None:
    diagram = tmp_path / "invalid.bpmn"
    diagram.write_text((PLUGIN / "examples" / "chosen-id" / "invalid.bpmn").read_text())

    rules = {finding.rule for finding in lint(diagram)}

    assert {"no-bpmndi", "no-disconnected", "pena/chosen-id"} <= rules
    assert any(rule.startswith("camunda-compat/") for rule in rules)
