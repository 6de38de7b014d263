"""What the process-test kit calls covered."""

from collections import Counter
from pathlib import Path

from tests.processes.kit.coverage import DiagramCoverage, coverage_of

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <process id="a_choice" isExecutable="true">
    <startEvent id="StartEvent_Asked" />
    <sequenceFlow id="Flow_ToChoice" sourceRef="StartEvent_Asked" targetRef="SubProcess_Window" />
    <subProcess id="SubProcess_Window">
      <eventBasedGateway id="Gateway_WhatComes" />
      <sequenceFlow id="Flow_ToAnswer" sourceRef="Gateway_WhatComes" targetRef="Event_Answered" />
      <intermediateCatchEvent id="Event_Answered" />
    </subProcess>
    <textAnnotation id="TextAnnotation_Note" />
  </process>
  <process id="not_run" isExecutable="false" />
</definitions>"""
NODES = ("StartEvent_Asked", "SubProcess_Window", "Gateway_WhatComes", "Event_Answered")


def covered(folder: Path, *walked: str) -> tuple[DiagramCoverage, ...]:
    (folder / "a_choice.bpmn").write_text(MODEL, encoding="utf-8")
    return coverage_of(folder, {"a_choice": Counter(walked)})


def test_a_flow_that_no_story_takes_is_named(tmp_path: Path) -> None:
    (diagram,) = covered(tmp_path, *NODES)

    assert diagram.missing == ("Flow_ToChoice",)
    assert diagram.line().endswith("not taken: Flow_ToChoice")


def test_elements_inside_a_sub_process_count_too(tmp_path: Path) -> None:
    (diagram,) = covered(tmp_path, "StartEvent_Asked", "Flow_ToChoice", "SubProcess_Window", "Gateway_WhatComes")

    assert diagram.missing == ("Event_Answered", "Flow_ToAnswer")


def test_a_flow_out_of_an_event_based_gateway_is_taken_when_its_event_happens(tmp_path: Path) -> None:
    (diagram,) = covered(tmp_path, *NODES, "Flow_ToChoice")

    assert diagram.missing == ()
    assert diagram.line() == "a_choice: 2 of 2 flows, 4 of 4 elements"
