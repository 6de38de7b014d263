"""What a worker module may declare, and what is refused when the program starts."""

from __future__ import annotations  # the contract must not care

from datetime import timedelta

import pytest
from pydantic import BaseModel, Field, ValidationError

from penaemas.zeebe.job_contract import (
    BusinessRejection,
    ContractViolation,
    JobContext,
    JobInput,
    JobKey,
    JobOutput,
    JobWorker,
    TransientFailure,
    seconds,
)
from penaemas.zeebe.job_handler import NO_VARIABLE, CollaboratorMissing, HandlerMisdeclared, broken_rules

INVENTED_NIK = "9999990101019999"


class Registry:
    pass


class VerifyInput(JobInput):
    case_id: str
    floor_area_m2: int


class VerifyOutput(JobOutput):
    identity_verified: bool


async def verify(
    job: VerifyInput, *, registry: Registry, context: JobContext, key: JobKey, limit: int = 3
) -> VerifyOutput:
    return VerifyOutput(identity_verified=True)


def test_a_worker_fetches_the_variables_that_its_input_names() -> None:
    assert JobWorker("registry.verify", verify).signature.variables_to_fetch == ("case_id", "floor_area_m2")


def test_a_worker_that_reads_nothing_does_not_get_everything() -> None:
    class Nothing(JobInput):
        pass

    async def tick(job: Nothing) -> None:
        return None

    tick.__annotations__ = {"job": Nothing, "return": None}

    assert JobWorker("clock.tick", tick).signature.variables_to_fetch == (NO_VARIABLE,)


def test_collaborators_are_chosen_by_name() -> None:
    registry = Registry()

    chosen = JobWorker("registry.verify", verify).signature.choose({"registry": registry, "mailer": object()})

    assert chosen == {"registry": registry}


def test_a_collaborator_with_a_default_may_be_wired() -> None:
    chosen = JobWorker("registry.verify", verify).signature.choose({"registry": None, "limit": 5})

    assert chosen == {"registry": None, "limit": 5}


def test_a_missing_collaborator_is_refused_by_name_of_handler_and_parameter() -> None:
    with pytest.raises(CollaboratorMissing, match=r"test_job_contract\.verify asks for 'registry'"):
        JobWorker("registry.verify", verify).signature.choose({})


def test_a_handler_may_ask_for_the_job_s_key_and_context() -> None:
    signature = JobWorker("registry.verify", verify).signature

    assert (signature.key_parameter, signature.context_parameter) == ("key", "context")


def not_async(job: VerifyInput) -> None: ...


async def without_input() -> None: ...


async def with_untyped_input(job) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001


async def with_positional_collaborator(job: VerifyInput, registry: Registry) -> None: ...


async def without_result(job: VerifyInput):  # type: ignore[no-untyped-def]
    return None


async def with_dict_result(job: VerifyInput) -> dict[str, int]:
    return {}


class AliasedInput(JobInput):
    case_id: str = Field(alias="caseId")


async def with_alias(job: AliasedInput) -> None: ...


@pytest.mark.parametrize(
    "handler",
    [
        not_async,
        without_input,
        with_untyped_input,
        with_positional_collaborator,
        without_result,
        with_dict_result,
        with_alias,
    ],
)
def test_a_handler_of_another_form_is_refused(handler: object) -> None:
    with pytest.raises(HandlerMisdeclared, match=getattr(handler, "__name__", "?")):
        JobWorker("registry.verify", handler)  # type: ignore[arg-type]


@pytest.mark.parametrize("job_type", ["verify", "Registry.verify", "registry.verify-it", ""])
def test_a_job_type_that_is_no_module_path_is_refused(job_type: str) -> None:
    with pytest.raises(ValueError, match="is no job type"):
        JobWorker(job_type, verify)


def test_a_worker_without_hands_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody would ever work"):
        JobWorker("registry.verify", verify, at_once=0)


def test_a_timeout_that_no_network_survives_is_refused() -> None:
    with pytest.raises(ValueError, match="under one second"):
        JobWorker("registry.verify", verify, timeout=seconds(0.5))


def test_a_handler_is_cancelled_after_ten_timeouts_unless_the_worker_says_otherwise() -> None:
    assert JobWorker("registry.verify", verify, timeout=seconds(20)).works_at_most == timedelta(seconds=200)
    assert JobWorker("registry.verify", verify, longest=seconds(7)).works_at_most == timedelta(seconds=7)


def test_an_input_is_frozen_and_ignores_what_it_does_not_name() -> None:
    given = VerifyInput.model_validate({"case_id": "CASE-1", "floor_area_m2": 36, "unknown": 1})

    assert not hasattr(given, "unknown")
    with pytest.raises(ValidationError):
        setattr(given, "case_id", "CASE-2")  # noqa: B010 - mypy would refuse what is tested


def test_an_output_refuses_what_it_does_not_name() -> None:
    with pytest.raises(ValidationError):
        VerifyOutput.model_validate({"identity_verified": True, "full_name": "x"})


def test_a_rejection_needs_a_code_in_the_language_of_the_model() -> None:
    with pytest.raises(TypeError, match="needs a code"):
        type("Numbered", (BusinessRejection,), {"code": "404"})


def test_a_failure_says_its_class_and_our_words() -> None:
    class RegistryAway(TransientFailure):
        pass

    assert str(RegistryAway("population_registry did not answer")) == "RegistryAway: population_registry did not answer"
    assert str(ContractViolation()) == "ContractViolation"


def test_broken_rules_name_field_and_rule_and_never_the_value() -> None:
    class Household(BaseModel):
        member_names: dict[str, int]

    class Deep(JobInput):
        case_id: str
        household: Household

    with pytest.raises(ValidationError) as caught:
        Deep.model_validate({"household": {"member_names": {"Fulan": INVENTED_NIK + "x"}}})

    told = broken_rules(Deep, caught.value)
    assert told == "Deep: case_id missing, household.member_names.… int_parsing"
