"""The gate that models pass before they are deployed: the lint, then the agreements."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from penaemas.casefiles.emas.application_form import LicenceFields
from penaemas.casefiles.emas.step_forms import FORM_ENTRIES as EMAS_FORM_ENTRIES
from penaemas.casefiles.information_request_forms import AnswerEntry
from penaemas.casefiles.pbg.application_page import ApplicationPage
from penaemas.casefiles.pbg.step_forms import FORM_ENTRIES
from penaemas.cli.agreements import Disagreement, Promises, disagreements
from penaemas.portal.forms.schema import FormUnserved, read_form
from penaemas.zeebe.model_lint.lint import PROJECT, LintFinding, lint_diagrams
from penaemas.zeebe.model_lint.node_runtime import Progress, ensure_node_modules, find_node
from penaemas.zeebe.models_on_disk import ModelFile, ModelKind, parse_form, read_models
from workers.registry import JOBS

ROOT: Final = Path(__file__).parents[2]

# form id → the case file's model of what people enter there
ENTRIES: Final[dict[str, type[BaseModel]]] = {
    "public_information_request_answer_request": AnswerEntry,
    "pbg_mbr_3_jam_application": ApplicationPage,
    **FORM_ENTRIES,
    "pena_emas_application": LicenceFields,
    **EMAS_FORM_ENTRIES,
}


def shown(fault: object) -> str:
    """A fault as a line for people, with paths inside the program's folder cut short."""
    return str(fault).replace(f"{ROOT}/", "")


def lint(models: Sequence[ModelFile], *, cache: Path, progress: Progress) -> tuple[LintFinding, ...]:
    """What the lint says of the diagrams among these models.

    Raises:
        NodeUnavailable: the lint could not run.
    """
    diagrams = [model.path for model in models if model.kind is ModelKind.DIAGRAM]
    if not diagrams:
        return ()
    node = find_node()
    modules = ensure_node_modules(PROJECT, cache=cache, node=node, progress=progress)
    return lint_diagrams(diagrams, node=node, modules=modules)


def broken_promises(models: Sequence[ModelFile]) -> tuple[Disagreement, ...]:
    """Where the office's models, with these in place of theirs, disagree with forms and workers.

    Raises:
        ModelUnreadable: a model of the office is broken.
    """
    replaced = {model.name: model for model in (*read_models(ROOT), *models)}
    return (*disagreements(Promises.of(list(replaced.values()), JOBS, ENTRIES)), *unserved_forms(replaced.values()))


def unserved_forms(models: Iterable[ModelFile]) -> Iterator[Disagreement]:
    """What forms ask for that the portal cannot serve: a condition beyond our part of FEEL, a pattern without words.

    Raises:
        ModelUnreadable: a form is broken.
    """
    for model in models:
        if model.kind is ModelKind.FORM:
            try:
                read_form(parse_form(model))
            except FormUnserved as unserved:
                for fault in unserved.faults:
                    yield Disagreement(f"{model.path}: {fault.place}", fault.reason, fault.fix)
