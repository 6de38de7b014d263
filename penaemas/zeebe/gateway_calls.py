"""The one place where the gateway's answers, gRPC and REST, become our errors.

The gateway's own words are repeated only where they cannot quote a variable: its complaint about malformed variables
contains them.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

import grpc

from penaemas.zeebe.errors import (
    AccessDenied,
    AlreadyExists,
    EngineError,
    EngineOverloaded,
    EngineUnavailable,
    InvalidCommand,
    InvalidState,
    NotFound,
)

WITHHELD = "the gateway's words are withheld, because the call carried variables"

_BY_STATUS: Mapping[grpc.StatusCode, type[EngineError]] = {
    grpc.StatusCode.RESOURCE_EXHAUSTED: EngineOverloaded,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.INVALID_ARGUMENT: InvalidCommand,
    grpc.StatusCode.OUT_OF_RANGE: InvalidCommand,
    grpc.StatusCode.UNIMPLEMENTED: InvalidCommand,
    grpc.StatusCode.FAILED_PRECONDITION: InvalidState,
    grpc.StatusCode.UNAUTHENTICATED: AccessDenied,
    grpc.StatusCode.PERMISSION_DENIED: AccessDenied,
}
_BY_HTTP_STATUS: Mapping[int, type[EngineError]] = {
    HTTPStatus.BAD_REQUEST: InvalidCommand,
    HTTPStatus.UNAUTHORIZED: AccessDenied,
    HTTPStatus.FORBIDDEN: AccessDenied,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: InvalidState,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: InvalidCommand,
    HTTPStatus.UNPROCESSABLE_ENTITY: InvalidCommand,
    HTTPStatus.TOO_MANY_REQUESTS: EngineOverloaded,
}
# "'permit.bpmn': - Element: Task_Sign > extensionElements > taskDefinition\n    - ERROR: Task type must be present"
_ELEMENT = re.compile(r"- Element: (?P<element>[\w.-]+)")
_COMPLAINT = re.compile(r"- ERROR: (?P<complaint>.+)")
# A message over the gateway's limit comes with the status of back-pressure, but trying again cannot help.
_TOO_LARGE = re.compile(r"exceeds maximum size|larger than max", re.IGNORECASE)


def error_of_rpc(operation: str, failure: grpc.aio.AioRpcError, *, carried_variables: bool = False) -> EngineError:
    """What a failed gRPC call means.

    Whatever says nothing about the command itself (lost connection, deadline, internal error) is `EngineUnavailable`.
    """
    words = failure.details() or ""
    if failure.code() is grpc.StatusCode.RESOURCE_EXHAUSTED and _TOO_LARGE.search(words):
        return InvalidCommand(operation, "it is larger than the gateway takes")
    kind = _BY_STATUS.get(failure.code(), EngineUnavailable)
    reason = words.strip() or failure.code().name
    if carried_variables and kind is InvalidCommand:
        reason = WITHHELD
    return kind(operation, reason)


def error_of_deployment(failure: grpc.aio.AioRpcError) -> EngineError:
    """What a failed deployment means; a refused diagram names its element and the reason."""
    words = failure.details() or ""
    if failure.code() is not grpc.StatusCode.INVALID_ARGUMENT:
        return error_of_rpc("deploy", failure)
    element = _ELEMENT.search(words)
    if element is None:
        return InvalidCommand("deploy", words.strip())
    complaint = _COMPLAINT.search(words, element.end())
    reason = complaint.group("complaint").strip() if complaint else words.strip()
    return InvalidCommand("deploy", reason, element_id=element.group("element"))


def error_of_problem(operation: str, status: int, problem: object, *, carried_variables: bool = False) -> EngineError:
    """What a REST answer other than 2xx means.

    Args:
        problem: the parsed problem document (RFC 9457), or None if the answer was something else.
    """
    document = problem if isinstance(problem, Mapping) else {}
    title = str(document.get("title", ""))
    reason = str(document.get("detail", "")).strip() or f"status {status}"
    if status == HTTPStatus.NOT_FOUND and title != "NOT_FOUND":
        # The engine's own "not found" carries its rejection code; this one comes from whatever else listens there.
        return EngineUnavailable(operation, "there is no such REST interface at this address")
    if title == "RESOURCE_EXHAUSTED":
        return EngineOverloaded(operation, reason)
    kind = _BY_HTTP_STATUS.get(status, EngineUnavailable)
    if carried_variables and kind is InvalidCommand:
        reason = WITHHELD
    return kind(operation, reason)
