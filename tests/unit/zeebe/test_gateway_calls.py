"""The gateway's answers become our errors, in one place."""

import grpc
import pytest
from grpc.aio import AioRpcError, Metadata

from penaemas.zeebe.errors import (
    AccessDenied,
    AlreadyExists,
    EngineError,
    EngineOverloaded,
    EngineRefused,
    EngineUnavailable,
    InvalidCommand,
    InvalidState,
    NotFound,
)
from penaemas.zeebe.gateway_calls import error_of_deployment, error_of_problem, error_of_rpc

# As 8.5.8 and 8.6.0 word it.
REFUSED_DIAGRAM = """Command 'CREATE' rejected with code 'INVALID_ARGUMENT': Expected to deploy new resources, but encountered the following errors:
'permit.bpmn': - Element: Task_Register > extensionElements > taskDefinition
    - ERROR: Task type must be present and not empty
"""  # noqa: E501
VALUE = "invented-value-of-a-variable"


def failure(code: grpc.StatusCode, words: str = "words") -> AioRpcError:
    return AioRpcError(code, Metadata(), Metadata(), words, words)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, EngineUnavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, EngineUnavailable),
        (grpc.StatusCode.CANCELLED, EngineUnavailable),
        (grpc.StatusCode.INTERNAL, EngineUnavailable),
        (grpc.StatusCode.UNKNOWN, EngineUnavailable),
        (grpc.StatusCode.ABORTED, EngineUnavailable),
        (grpc.StatusCode.DATA_LOSS, EngineUnavailable),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, EngineOverloaded),
        (grpc.StatusCode.UNAUTHENTICATED, AccessDenied),
        (grpc.StatusCode.PERMISSION_DENIED, AccessDenied),
        (grpc.StatusCode.NOT_FOUND, NotFound),
        (grpc.StatusCode.ALREADY_EXISTS, AlreadyExists),
        (grpc.StatusCode.INVALID_ARGUMENT, InvalidCommand),
        (grpc.StatusCode.OUT_OF_RANGE, InvalidCommand),
        (grpc.StatusCode.UNIMPLEMENTED, InvalidCommand),
        (grpc.StatusCode.FAILED_PRECONDITION, InvalidState),
    ],
)
def test_every_status_has_its_error(code: grpc.StatusCode, kind: type[EngineError]) -> None:
    assert type(error_of_rpc("cancel instance 42", failure(code))) is kind


def test_back_pressure_can_be_handled_as_unavailable_and_a_refusal_cannot() -> None:
    assert issubclass(EngineOverloaded, EngineUnavailable)
    assert not issubclass(EngineRefused, EngineUnavailable)


def test_wrong_credentials_are_no_refusal_of_the_command() -> None:
    assert not isinstance(error_of_rpc("topology", failure(grpc.StatusCode.UNAUTHENTICATED)), EngineRefused)


def test_a_message_over_the_limit_is_refused_although_it_comes_with_the_status_of_back_pressure() -> None:
    words = "gRPC message exceeds maximum size 4194304: 5242898"

    assert isinstance(error_of_rpc("deploy", failure(grpc.StatusCode.RESOURCE_EXHAUSTED, words)), InvalidCommand)


def test_the_text_names_the_operation_and_the_gateways_reason() -> None:
    error = error_of_rpc("cancel instance 42", failure(grpc.StatusCode.NOT_FOUND, "no such instance"))

    assert str(error) == "cancel instance 42: no such instance"


def test_no_value_of_a_variable_gets_into_the_text() -> None:
    words = f'Invalid JSON value: {{"full_name": "{VALUE}"'

    error = error_of_rpc("publish", failure(grpc.StatusCode.INVALID_ARGUMENT, words), carried_variables=True)
    problem = error_of_problem("complete", 400, {"title": "Bad Request", "detail": words}, carried_variables=True)

    assert VALUE not in repr(error) + str(error) + repr(problem) + str(problem)


def test_a_refused_diagram_names_element_and_reason() -> None:
    error = error_of_deployment(failure(grpc.StatusCode.INVALID_ARGUMENT, REFUSED_DIAGRAM))

    assert isinstance(error, InvalidCommand)
    assert (error.element_id, error.reason) == ("Task_Register", "Task type must be present and not empty")


def test_a_refused_file_without_element_keeps_the_gateways_words() -> None:
    error = error_of_deployment(failure(grpc.StatusCode.INVALID_ARGUMENT, "'permit.bpmn': SAXException"))

    assert isinstance(error, InvalidCommand)
    assert error.element_id is None
    assert "SAXException" in error.reason


def test_a_deployment_to_an_engine_that_is_away_is_no_refusal() -> None:
    assert type(error_of_deployment(failure(grpc.StatusCode.UNAVAILABLE))) is EngineUnavailable


@pytest.mark.parametrize(
    ("status", "title", "kind"),
    [
        (400, "INVALID_ARGUMENT", InvalidCommand),
        (401, "Unauthorized", AccessDenied),
        (403, "Forbidden", AccessDenied),
        (404, "NOT_FOUND", NotFound),
        (404, "Not Found", EngineUnavailable),
        (409, "INVALID_STATE", InvalidState),
        (429, "Too Many Requests", EngineOverloaded),
        (500, "INTERNAL_ERROR", EngineUnavailable),
        (503, "RESOURCE_EXHAUSTED", EngineOverloaded),
        (503, "UNAVAILABLE", EngineUnavailable),
        (504, "Gateway Timeout", EngineUnavailable),
    ],
)
def test_every_problem_document_has_its_error(status: int, title: str, kind: type[EngineError]) -> None:
    assert type(error_of_problem("complete user task 42", status, {"title": title, "detail": "words"})) is kind


def test_an_answer_that_is_no_problem_document_is_judged_by_its_status() -> None:
    assert type(error_of_problem("complete user task 42", 502, None)) is EngineUnavailable
