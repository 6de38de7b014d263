"""What the office's own models, forms and workers have promised each other."""

import ast
import re
from pathlib import Path

from penaemas.cli.model_gate import ROOT, broken_promises
from penaemas.zeebe.diagram import read_diagram
from penaemas.zeebe.models_on_disk import ModelKind, read_models
from workers.registry import JOBS

DIAGRAMS = [read_diagram(model) for model in read_models(ROOT) if model.kind is ModelKind.DIAGRAM]


def job_of(module: Path) -> str | None:
    """The job type that a worker module says it does, in the first words of its docstring."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    found = re.match(r"Job `([^`]+)`", docstring)
    return found[1] if found else None


def test_models_forms_and_workers_keep_their_promises() -> None:
    assert [str(line) for line in broken_promises(())] == []


def test_every_worker_module_is_in_the_registry_and_named_after_its_job() -> None:
    modules = {path: job_of(path) for path in (ROOT / "workers").glob("*/*.py")}
    jobs = {path: job for path, job in modules.items() if job is not None}

    assert sorted(jobs.values()) == sorted(worker.job_type for worker in JOBS)
    assert [path for path, job in jobs.items() if job != f"{path.parent.name}.{path.stem}"] == []


def test_every_worker_module_names_the_diagrams_and_elements_that_use_it() -> None:
    unnamed = []
    for diagram in DIAGRAMS:
        for task in diagram.service_tasks:
            text = (ROOT / "workers" / f"{task.job_type.replace('.', '/')}.py").read_text(encoding="utf-8")
            wanted = (*diagram.model.ids, task.element_id)
            unnamed += [f"{task.job_type}: {name}" for name in wanted if name not in text.split('"""')[1]]

    assert unnamed == []


def test_every_process_has_its_purpose_owner_and_legal_basis_in_the_list() -> None:
    listed = set(re.findall(r"^\| \[`(\w+)`\]", (ROOT / "bpmn" / "README.md").read_text(), flags=re.MULTILINE))

    assert listed == {process for diagram in DIAGRAMS for process in diagram.model.ids}


def test_every_diagram_lives_in_the_folder_of_its_process() -> None:
    assert [
        diagram.model.path for diagram in DIAGRAMS if diagram.model.path.parent.name != diagram.model.path.stem
    ] == []
