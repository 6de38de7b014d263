"""One call of a handler: the job's variables become its input, its result becomes the job's variables."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import structlog
from pydantic import BaseModel, ValidationError
from pyzeebe.proto.gateway_pb2 import ActivatedJob

from penaemas.zeebe.job_contract import ContractViolation, JobContext, JobKey, JobOutput, JobWorker
from penaemas.zeebe.job_handler import broken_rules

LARGEST_OUTPUT: Final = 256 * 1024
"""Characters of JSON that a result may have. Variables are routing facts; documents are in the case file."""


async def call_handler(worker: JobWorker, collaborators: Mapping[str, object], job: ActivatedJob, attempt: int) -> str:
    """Calls the worker's handler and gives its result as a JSON object.

    The case id of the input is bound to the log lines from here on.

    Raises:
        ContractViolation: the variables do not fit the input, or the result does not fit the output.
        BaseException: whatever the handler raises.
    """
    signature = worker.signature
    try:
        given = signature.input_model.model_validate_json(job.variables)
    except ValidationError as error:
        raise ContractViolation(f"variables do not fit {broken_rules(signature.input_model, error)}") from None
    case_id = getattr(given, "case_id", None)
    by_name = dict(collaborators)
    if signature.key_parameter:
        by_name[signature.key_parameter] = JobKey(job.key)
    if signature.context_parameter:
        by_name[signature.context_parameter] = _context(job, attempt, case_id)
    if case_id is not None:
        structlog.contextvars.bind_contextvars(case_id=str(case_id))
    try:
        output = await worker.handler(given, **by_name)
    except ValidationError as error:
        # The handler could not even build its own result: a defect of the handler, which no retry cures.
        if signature.output_model is None or error.title != signature.output_model.__name__:
            raise
        raise ContractViolation(f"result does not fit {broken_rules(signature.output_model, error)}") from None
    return _as_json(signature.output_model, output)


def _as_json(model: type[BaseModel] | None, output: JobOutput | None) -> str:
    """The result, if it is what the handler's annotation promises.

    Raises:
        ContractViolation: it is not.
    """
    if model is None:
        if output is not None:
            raise ContractViolation(f"the handler promised no result and gave a {type(output).__name__}")
        return "{}"
    if type(output) is not model:
        raise ContractViolation(f"the handler promised a {model.__name__} and gave a {type(output).__name__}")
    try:
        text = model.model_validate(output).model_dump_json()
    except ValidationError as error:
        raise ContractViolation(f"result does not fit {broken_rules(model, error)}") from None
    if len(text) > LARGEST_OUTPUT:
        raise ContractViolation(f"{model.__name__} is larger than {LARGEST_OUTPUT} characters of JSON")
    return text


def _context(job: ActivatedJob, attempt: int, case_id: object) -> JobContext:
    return JobContext(
        job_key=JobKey(job.key),
        job_type=job.type,
        process_instance_key=job.processInstanceKey,
        process_id=job.bpmnProcessId,
        element_id=job.elementId,
        element_instance_key=job.elementInstanceKey,
        attempt=attempt,
        retries=job.retries,
        deadline=datetime.fromtimestamp(job.deadline / 1000, UTC),
        case_id=str(case_id) if case_id is not None else None,
    )
