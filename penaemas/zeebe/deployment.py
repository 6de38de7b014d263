"""Deploys the models that the engine does not have yet, all or none, and says what it did."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import grpc

from penaemas.zeebe.engine_answers import Deployed, Resource
from penaemas.zeebe.errors import InvalidCommand
from penaemas.zeebe.models_on_disk import ModelFile

FILE_LINE: Final = re.compile(r"'(?P<file>[^']+)': (?P<rest>.*)")
ELEMENT_LINE: Final = re.compile(r"- Element: (?P<element>\S+)(?: > .*)?")
ERROR_LINE: Final = re.compile(r"- ERROR: (?P<reason>.*)")
HEADER: Final = "Expected to deploy new resources, but encountered the following errors"


class Engine(Protocol):
    """What deploying needs of the engine: `Commands` has it."""

    async def deploy(self, resources: Sequence[Resource]) -> Deployed:
        """Deploys all files or none.

        Raises:
            InvalidCommand: a file is refused.
        """
        ...


@dataclass(frozen=True)
class ModelOutcome:
    """What became of one model. `version` is None where nothing was sent: it is deployed already."""

    model: ModelFile
    version: int | None


@dataclass(frozen=True)
class DeploymentFault:
    """One reason for a refusal. `file` is None where the engine names none, which it does for forms."""

    file: Path | None
    element_id: str | None
    reason: str

    def __str__(self) -> str:
        return ": ".join(str(part) for part in (self.file, self.element_id, self.reason) if part)


class DeploymentRefused(Exception):
    """The engine refused the models; none of them was deployed."""

    def __init__(self, faults: tuple[DeploymentFault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def changed_models(models: Sequence[ModelFile], deployed: Mapping[str, str]) -> tuple[ModelFile, ...]:
    """The models that differ from what the engine has.

    Args:
        deployed: id of a process, form or decision requirements graph → checksum of the resource that defines its
            latest version, from the history's records. What is not in it counts as new; if the engine has it after
            all, it keeps its version.
    """
    return tuple(model for model in models if any(deployed.get(id_) != model.checksum for id_ in model.ids))


async def deploy_changed(
    models: Sequence[ModelFile], deployed: Mapping[str, str], engine: Engine
) -> tuple[ModelOutcome, ...]:
    """Deploy what changed, as one command: a process and its form arrive together or not at all.

    Raises:
        DeploymentRefused: the engine found faults; nothing was deployed.
        EngineUnavailable: it is not known whether the engine deployed them; deploying again is harmless.
    """
    changed = changed_models(models, deployed)
    versions: dict[str, int] = {}
    if changed:
        try:
            answer = await engine.deploy([Resource(model.name, model.content) for model in changed])
        except InvalidCommand as refusal:
            raise DeploymentRefused(faults_in(_words_of(refusal), models=changed)) from refusal
        versions = _versions(answer)
    return tuple(
        ModelOutcome(model, max(versions[id_] for id_ in model.ids) if model in changed else None) for model in models
    )


def faults_in(reason: str, *, models: Sequence[ModelFile]) -> tuple[DeploymentFault, ...]:
    """The engine's refusal, fault by fault. Its text is a list: file, element, errors (read from 8.5.8's answers)."""
    paths = {model.name: model.path for model in models}
    faults = tuple(_faults(reason, paths))
    return faults or (DeploymentFault(None, None, reason.strip()),)


def _versions(answer: Deployed) -> dict[str, int]:
    """Id → version. A decision requirements graph has the highest version of its decisions."""
    versions = {process.process_id: process.version for process in answer.processes}
    versions |= {form.form_id: form.version for form in answer.forms}
    for decision in answer.decisions:
        versions[decision.requirements_id] = max(versions.get(decision.requirements_id, 0), decision.version)
    return versions


def _words_of(refusal: InvalidCommand) -> str:
    """All that the engine said: the error itself names the first fault only, an analyst wants the whole list."""
    cause = refusal.__cause__
    return (cause.details() if isinstance(cause, grpc.aio.AioRpcError) else None) or refusal.reason


def _faults(reason: str, paths: Mapping[str, Path]) -> Iterator[DeploymentFault]:
    file: Path | None = None
    element: str | None = None
    for line in (line.strip() for line in reason.splitlines()):
        if found := FILE_LINE.fullmatch(line):
            file, element, line = paths.get(found["file"], Path(found["file"])), None, found["rest"]
        if not line or HEADER in line:
            continue
        if found := ELEMENT_LINE.fullmatch(line):
            element = found["element"]
        elif found := ERROR_LINE.fullmatch(line):
            yield DeploymentFault(file, element, found["reason"])
        else:
            yield DeploymentFault(file, None, line)
