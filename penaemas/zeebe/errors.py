"""What can go wrong with the engine. Callers decide by class; the class says whether trying again can help.

EngineError
├── EngineUnavailable     nothing is known to have happened: try again
│   ├── EngineOverloaded  the engine pushes back: try again later, with jitter
│   └── AccessDenied      our credentials are refused: try again once a person has corrected them
└── EngineRefused         the engine understood and said no: do not try again
    ├── NotFound          no such process, instance, task, job or incident (any more)
    ├── AlreadyExists     a message with this id lives already
    ├── InvalidCommand    the request or the diagram is wrong: `element_id`, `reason`
    └── InvalidState      right request, wrong moment: a job without retries, a task that is being completed

Texts name the operation and its keys, never a variable's value: they end in logs and on screens.
"""


class EngineError(Exception):
    """Any failure of a call to the engine. `operation` names the call and its keys, e.g. "cancel instance 42"."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(f"{operation}: {reason}")
        self.operation = operation
        self.reason = reason


class EngineUnavailable(EngineError):
    """No answer, or an answer that says nothing about the command. It may or may not have been executed."""


class EngineOverloaded(EngineUnavailable):
    """Back-pressure: the engine did not execute the command."""


class AccessDenied(EngineUnavailable):
    """The engine does not accept our credentials.

    Not a refusal of the command itself: whoever keeps commands for later must keep this one.
    """


class EngineRefused(EngineError):
    """The engine understood the command and rejected it. The same command will be rejected again."""


class NotFound(EngineRefused):
    """The engine does not know the thing: it never existed, or it has ended."""


class AlreadyExists(EngineRefused):
    """A message with this id was published and has not yet expired."""


class InvalidCommand(EngineRefused):
    """The request is malformed, or a deployed diagram is.

    Attributes:
        element_id: the BPMN element at fault, where the engine named one.
    """

    def __init__(self, operation: str, reason: str, *, element_id: str | None = None) -> None:
        super().__init__(operation, reason if element_id is None else f"{element_id}: {reason}")
        self.reason = reason
        self.element_id = element_id


class InvalidState(EngineRefused):
    """The thing exists but is not in a state that allows this."""
