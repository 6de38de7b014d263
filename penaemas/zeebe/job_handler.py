"""What a handler's annotations say: input model, output model, collaborators by name, what it asks the runtime for."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final, get_type_hints

from pydantic import BaseModel, ValidationError

NO_VARIABLE: Final = "pena_no_variable"
"""The engine sends *every* variable when none is asked for; a model without fields asks for one that never exists."""


class HandlerMisdeclared(TypeError):
    """A handler that the runtime cannot call; names the handler and what is wrong with it."""


class CollaboratorMissing(LookupError):
    """A handler asks for something that nobody wired; names the handler and the parameter."""


@dataclass(frozen=True)
class HandlerSignature:
    """The contract in a handler's annotations.

    Attributes:
        input_model: type of the first parameter.
        output_model: type of the result; None for a handler that writes nothing.
        collaborators: names that must be wired, and those that may be, because the handler has a default.
        context_parameter: the parameter that wants the `JobContext`, if any; `key_parameter` the one for the `JobKey`.
    """

    name: str
    input_model: type[BaseModel]
    output_model: type[BaseModel] | None
    collaborators: tuple[str, ...]
    optional_collaborators: tuple[str, ...]
    context_parameter: str | None
    key_parameter: str | None

    @property
    def variables_to_fetch(self) -> tuple[str, ...]:
        """The names of the input's fields, and nothing else."""
        return tuple(self.input_model.model_fields) or (NO_VARIABLE,)

    def choose(self, wired: Mapping[str, object]) -> dict[str, object]:
        """The collaborators of this handler out of everything that is wired.

        Raises:
            CollaboratorMissing: one is not there.
        """
        for name in self.collaborators:
            if name not in wired:
                raise CollaboratorMissing(f"{self.name} asks for {name!r}, which workers/bootstrap.py does not wire")
        wanted = (*self.collaborators, *self.optional_collaborators)
        return {name: wired[name] for name in wanted if name in wired}


def read_signature(
    handler: Callable[..., Any],
    *,
    input_base: type[BaseModel],
    output_base: type[BaseModel],
    context_type: object,
    key_type: object,
) -> HandlerSignature:
    """Reads `async def f(job: Input, *, collaborator: T, …) -> Output`.

    The annotations are resolved, so that `from __future__ import annotations` in a worker module changes nothing.

    Raises:
        HandlerMisdeclared: it is not of that form.
    """
    name = f"{getattr(handler, '__module__', '?')}.{getattr(handler, '__qualname__', repr(handler))}"
    if not inspect.iscoroutinefunction(handler):
        raise HandlerMisdeclared(f"{name} must be `async def`")
    hints = get_type_hints(handler)
    first, *rest = inspect.signature(handler).parameters.values() or (None,)
    input_model: Any = hints.get(first.name) if first is not None else None
    if not _is_model(input_model, input_base):
        raise HandlerMisdeclared(f"{name} must take its input, a {input_base.__name__}, first")
    _refuse_aliases(name, input_model)
    for parameter in rest:
        if parameter.kind is not parameter.KEYWORD_ONLY:
            raise HandlerMisdeclared(f"{name} must take {parameter.name!r} by name only: put `*` after the input")
    context = [parameter.name for parameter in rest if hints.get(parameter.name) is context_type]
    key = [parameter.name for parameter in rest if hints.get(parameter.name) is key_type]
    wired = [parameter for parameter in rest if parameter.name not in (*context, *key)]
    return HandlerSignature(
        name=name,
        input_model=input_model,
        output_model=_output_model(name, hints, output_base),
        collaborators=tuple(parameter.name for parameter in wired if parameter.default is parameter.empty),
        optional_collaborators=tuple(parameter.name for parameter in wired if parameter.default is not parameter.empty),
        context_parameter=context[0] if context else None,
        key_parameter=key[0] if key else None,
    )


def _is_model(candidate: Any, base: type[BaseModel]) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, base)


def _output_model(name: str, hints: Mapping[str, Any], base: type[BaseModel]) -> type[BaseModel] | None:
    if "return" not in hints:
        raise HandlerMisdeclared(f"{name} must say what it returns: a {base.__name__} or None")
    output: Any = hints["return"]
    if output is NoneType:
        return None
    if not _is_model(output, base):
        raise HandlerMisdeclared(f"{name} must return a {base.__name__} or None")
    _refuse_aliases(name, output)
    model: type[BaseModel] = output
    return model


def _refuse_aliases(name: str, model: type[BaseModel]) -> None:
    """A variable has one name everywhere (style S6)."""
    for field_name, field in model.model_fields.items():
        if field.alias or field.validation_alias or field.serialization_alias:
            raise HandlerMisdeclared(f"{name}: {model.__name__}.{field_name} has an alias; a variable has one name")


def broken_rules(model: type[BaseModel], error: ValidationError) -> str:
    """`VerifyIdentityInput: case_id missing, floor_area_m2 int_type`: where and which rule, never a value."""
    known = _field_names(model)
    found = []
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        # A part of a location that is no field's name may be a key of the data itself.
        steps = [str(step) if isinstance(step, int) or step in known else "…" for step in problem["loc"]]
        found.append(f"{'.'.join(steps) or 'all of it'} {problem['type']}")
    return f"{model.__name__}: {', '.join(found)}"


def _field_names(model: type[BaseModel]) -> frozenset[str]:
    names: set[str] = set()
    pending: list[Any] = [model.model_json_schema()]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            names.update(part.get("properties", {}))
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
    return frozenset(names)
