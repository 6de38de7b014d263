"""Only what changed is deployed, all or none, and a refusal names file, element and reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from grpc import StatusCode
from grpc.aio import AioRpcError, Metadata

from penaemas.zeebe.deployment import DeploymentRefused, deploy_changed
from penaemas.zeebe.engine_answers import Deployed, DeployedDecision, DeployedForm, DeployedProcess, Resource
from penaemas.zeebe.errors import InvalidCommand
from penaemas.zeebe.models_on_disk import ModelFile, ModelKind

# As 8.5.8 answers when one form has no id and one diagram has two wrong expressions.
REFUSAL = """Command 'CREATE' rejected with code 'INVALID_ARGUMENT': Expected to deploy new resources, but encountered \
the following errors:
Expected the form id to be present, but none given
'permit.bpmn': - Element: Flow_Granted_No > conditionExpression
    - ERROR: failed to parse expression 'a = = b': found "= b"
- Element: Task_AnswerRequest > extensionElements > taskSchedule
    - ERROR: failed to parse expression 'x +': found "+"
"""


@dataclass
class FakeEngine:
    """Gives every resource the next version, or refuses all."""

    refuses_with: str | None = None
    received: list[Sequence[Resource]] = field(default_factory=list)

    async def deploy(self, resources: Sequence[Resource]) -> Deployed:
        if self.refuses_with is not None:
            words = AioRpcError(
                StatusCode.INVALID_ARGUMENT, Metadata(), Metadata(), details=self.refuses_with, debug_error_string=None
            )
            raise InvalidCommand("deploy", "the first fault only") from words
        self.received.append(resources)
        version = len(self.received)
        stems = [(resource.name.partition(".")[0], resource) for resource in resources]
        return Deployed(
            key=1,
            processes=tuple(DeployedProcess(stem, version, 2, one.name) for stem, one in stems if "bpmn" in one.name),
            decisions=tuple(DeployedDecision("fee", version, 3, stem) for stem, one in stems if "dmn" in one.name),
            forms=tuple(DeployedForm(stem, version, 4, one.name) for stem, one in stems if "form" in one.name),
        )


def diagram(name: str, content: bytes = b"<definitions/>") -> ModelFile:
    return ModelFile(Path("bpmn") / name / f"{name}.bpmn", ModelKind.DIAGRAM, (name,), content)


async def test_what_the_engine_has_already_is_not_sent_again() -> None:
    engine, permit, request = FakeEngine(), diagram("permit"), diagram("request")

    outcomes = await deploy_changed([permit, request], deployed={"permit": permit.checksum}, engine=engine)

    assert [(outcome.model, outcome.version) for outcome in outcomes] == [(permit, None), (request, 1)]
    assert engine.received == [[Resource("request.bpmn", request.content)]]


async def test_changed_models_travel_in_one_command_so_that_all_or_none_arrive() -> None:
    engine = FakeEngine()

    await deploy_changed([diagram("permit"), diagram("request")], deployed={"permit": "old"}, engine=engine)

    assert [[file.name for file in files] for files in engine.received] == [["permit.bpmn", "request.bpmn"]]


async def test_the_engine_is_not_asked_when_nothing_changed() -> None:
    engine, permit = FakeEngine(), diagram("permit")

    await deploy_changed([permit], deployed={"permit": permit.checksum}, engine=engine)

    assert engine.received == []


async def test_forms_and_decisions_are_told_with_their_versions_too() -> None:
    form = ModelFile(Path("forms/answer.form"), ModelKind.FORM, ("answer",), b"{}")
    fees = ModelFile(Path("bpmn/decisions/fees.dmn"), ModelKind.DECISION, ("fees",), b"<definitions/>")

    outcomes = await deploy_changed([form, fees], deployed={}, engine=FakeEngine())

    assert [outcome.version for outcome in outcomes] == [1, 1]


async def test_a_refusal_names_file_element_and_reason_of_every_fault() -> None:
    permit = diagram("permit")

    with pytest.raises(DeploymentRefused) as refused:
        await deploy_changed([permit], deployed={}, engine=FakeEngine(refuses_with=REFUSAL))

    assert [(fault.file, fault.element_id, fault.reason) for fault in refused.value.faults] == [
        (None, None, "Expected the form id to be present, but none given"),
        (permit.path, "Flow_Granted_No", """failed to parse expression 'a = = b': found "= b\""""),
        (permit.path, "Task_AnswerRequest", """failed to parse expression 'x +': found "+\""""),
    ]


async def test_a_refusal_in_words_that_are_not_known_is_shown_as_it_is() -> None:
    with pytest.raises(DeploymentRefused, match="no room left"):
        await deploy_changed([diagram("permit")], deployed={}, engine=FakeEngine(refuses_with="no room left"))


def test_the_checksum_is_the_one_that_the_engines_records_carry() -> None:
    # Checked against PROCESS and FORM records of 8.5.8: MD5 of the bytes as they were sent, base64.
    assert diagram("permit", b"abc").checksum == "kAFQmDzST7DWlj99KOF/cg=="
