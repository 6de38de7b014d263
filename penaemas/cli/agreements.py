"""What models, forms and workers have promised each other, checked before a deployment and by every test run.

No single file can show these faults: a job that nobody serves, a form that does not exist, a variable that nobody
makes, an error that nobody catches. Each would surface as an incident, with a citizen waiting.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from penaemas.zeebe.diagram import Diagram, OfficerTask, ServiceTask, read_diagram
from penaemas.zeebe.form import Form, FormField, read_form
from penaemas.zeebe.job_contract import BusinessRejection, JobWorker
from penaemas.zeebe.models_on_disk import ModelFile, ModelKind


@dataclass(frozen=True)
class Disagreement:
    """One broken promise: where, what, and how to mend it."""

    where: str
    reason: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason} → {self.fix}"


@dataclass(frozen=True)
class Promises:
    """Everything that must agree.

    Attributes:
        entries: form id → the case file's model of what people enter there.
    """

    diagrams: tuple[Diagram, ...]
    forms: tuple[Form, ...]
    workers: tuple[JobWorker, ...]
    entries: Mapping[str, type[BaseModel]]

    @classmethod
    def of(
        cls, models: Sequence[ModelFile], workers: Sequence[JobWorker], entries: Mapping[str, type[BaseModel]]
    ) -> "Promises":
        """Read the models.

        Raises:
            ModelUnreadable: one is broken.
        """
        return cls(
            diagrams=tuple(read_diagram(model) for model in models if model.kind is ModelKind.DIAGRAM),
            forms=tuple(read_form(model) for model in models if model.kind is ModelKind.FORM),
            workers=tuple(workers),
            entries=entries,
        )

    def worker_of(self, task: ServiceTask) -> JobWorker | None:
        """Who serves this task."""
        return next((worker for worker in self.workers if worker.job_type == task.job_type), None)

    def form_of(self, task: OfficerTask) -> Form | None:
        """What the officer sees."""
        return next((form for form in self.forms if form.form_id == task.form_id), None)


def disagreements(promises: Promises) -> tuple[Disagreement, ...]:
    """Every broken promise, in the order of the diagrams."""
    return (
        *_jobs_without_worker(promises),
        *_workers_without_job(promises),
        *_forms_and_tasks(promises),
        *_form_fields(promises),
        *_job_variables(promises),
        *_expressions(promises),
        *_error_codes(promises),
    )


def _jobs_without_worker(promises: Promises) -> Iterator[Disagreement]:
    for diagram in promises.diagrams:
        for task in diagram.service_tasks:
            if promises.worker_of(task) is None:
                yield Disagreement(
                    _place(diagram, task.element_id),
                    f"no worker serves the job {task.job_type}",
                    f"write {_file_of(task.job_type)} and add it to workers/registry.py, or correct the job type",
                )


def _workers_without_job(promises: Promises) -> Iterator[Disagreement]:
    asked = {task.job_type for diagram in promises.diagrams for task in diagram.service_tasks}
    for worker in promises.workers:
        if worker.job_type not in asked:
            yield Disagreement(_file_of(worker.job_type), "no diagram asks for this job", "use it or remove it")
        if worker.handler.__module__ != f"workers.{worker.job_type}":
            yield Disagreement(
                f"workers/registry.py: {worker.job_type}",
                f"its handler lives in {worker.handler.__module__}",
                f"move it to {_file_of(worker.job_type)}",
            )


def _forms_and_tasks(promises: Promises) -> Iterator[Disagreement]:
    used = {form_id for diagram in promises.diagrams for form_id in diagram.forms_at_start}
    for diagram in promises.diagrams:
        for task in diagram.officer_tasks:
            place = _place(diagram, task.element_id)
            form = promises.form_of(task)
            if form is None:
                yield Disagreement(place, f"there is no form {task.form_id}", "write forms/<process>/<form id>.form")
            else:
                used.add(form.form_id)
                if form.model.path.parent.name not in diagram.model.ids:
                    yield Disagreement(str(form.model.path), "it is in another process's folder", "move it")
            if task.due_date is None:
                yield Disagreement(place, "the officer's task has no deadline", "set its due date")
            if not task.has_alarm:
                yield Disagreement(place, "the officer's task has no alarm", "attach a non-interrupting timer")
    for form in promises.forms:
        if form.form_id not in used:
            yield Disagreement(str(form.model.path), "no task uses this form", "reference it or remove it")
        if form.model.path.stem != form.form_id:
            yield Disagreement(str(form.model.path), f"its id is {form.form_id}", "give id and file the same name")


def _form_fields(promises: Promises) -> Iterator[Disagreement]:
    for form in promises.forms:
        entry = promises.entries.get(form.form_id)
        if entry is None:
            yield Disagreement(
                str(form.model.path), "no model of the case file takes its answers", "add one to ENTRIES"
            )
            continue
        keys = {field.key for field in form.fields}
        for name in sorted(entry.model_fields.keys() - keys):
            if entry.model_fields[name].is_required():
                yield Disagreement(str(form.model.path), f"{entry.__name__} needs {name}", "add the field to the form")
        for field in form.fields:
            yield from _form_field(f"{form.model.path}: {field.key}", field, entry)


def _form_field(place: str, field: FormField, entry: type[BaseModel]) -> Iterator[Disagreement]:
    if not (field.label.strip() and field.label_en.strip()):
        yield Disagreement(place, "a label is missing", "write `label` in Indonesian, property `label:en` in English")
    if field.routing_fact and field.is_free_text:
        yield Disagreement(place, "free text would become a process variable", "remove the property routing_fact")
    if field.key not in entry.model_fields:
        yield Disagreement(place, f"{entry.__name__} has no such field", "use a field's name as key, or add the field")
        return
    annotation = entry.model_fields[field.key].annotation
    choices = _choices(annotation)
    if choices and set(field.options) != choices:
        yield Disagreement(place, f"its options differ from {sorted(choices)}", "offer the same values")


def _job_variables(promises: Promises) -> Iterator[Disagreement]:
    for diagram in promises.diagrams:
        made = _variables_made(diagram, promises)
        for task in diagram.service_tasks:
            worker = promises.worker_of(task)
            if worker is None:
                continue
            fields = worker.signature.input_model.model_fields
            place = _place(diagram, task.element_id)
            for name in sorted(task.inputs - fields.keys()):
                yield Disagreement(place, f"{task.job_type} does not read {name}", "remove the input mapping")
            for name in sorted(fields.keys() - task.inputs - made):
                if fields[name].is_required():
                    yield Disagreement(place, f"{task.job_type} needs {name}, which nobody makes", "map or make it")


def _expressions(promises: Promises) -> Iterator[Disagreement]:
    for diagram in promises.diagrams:
        made = _variables_made(diagram, promises) | diagram.variables_made
        for element_id, name in sorted(diagram.variables_read):
            if name not in made:
                yield Disagreement(
                    _place(diagram, element_id),
                    f"it reads {name}, which no worker, form or mapping makes",
                    "correct the name, or list it in the start event's property `variables`",
                )


def _error_codes(promises: Promises) -> Iterator[Disagreement]:
    for diagram in promises.diagrams:
        caught = {code for _, code in diagram.errors_caught}
        thrown = set(diagram.errors_thrown)
        for task in diagram.service_tasks:
            worker = promises.worker_of(task)
            codes = rejection_codes(worker) if worker is not None else set()
            thrown |= codes
            for code in sorted(codes - caught):
                yield Disagreement(
                    _place(diagram, task.element_id),
                    f"nobody catches its error {code}",
                    "attach an error boundary event",
                )
            for code in sorted(task.caught - codes):
                yield Disagreement(
                    _place(diagram, task.element_id),
                    f"{task.job_type} never throws {code}",
                    "remove the boundary event",
                )
        for event_id, code in sorted(diagram.errors_caught):
            if code not in thrown:
                yield Disagreement(_place(diagram, event_id), f"nothing throws {code}", "remove it or correct the code")


def rejection_codes(worker: JobWorker) -> set[str]:
    """The BPMN error codes of a worker: of the rejections that its module defines or imports."""
    module = sys.modules[worker.handler.__module__]
    return {
        thing.code
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, BusinessRejection) and thing is not BusinessRejection
    }


def _variables_made(diagram: Diagram, promises: Promises) -> set[str]:
    """Variables of the case: from the start message, decisions, routing facts of forms, and outputs of workers."""
    made = set(diagram.variables_at_start | diagram.decision_results)
    for officer_task in diagram.officer_tasks:
        form = promises.form_of(officer_task)
        made |= {field.key for field in form.fields if field.routing_fact} if form is not None else set()
    for task in diagram.service_tasks:
        worker = promises.worker_of(task)
        output = worker.signature.output_model if worker is not None else None
        made |= output.model_fields.keys() if output is not None else set()
    return made


def _choices(annotation: Any) -> set[str]:
    """The values of a `Literal`, also of an optional one; empty for every other type."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {value for part in get_args(annotation) for value in _choices(part)}


def _place(diagram: Diagram, element_id: str) -> str:
    return f"{diagram.model.path}: {element_id}"


def _file_of(job_type: str) -> str:
    return f"workers/{job_type.replace('.', '/')}.py"
