"""What the history tells of a played case: how long it took, and what an empty handler must answer to play it again.

Instants are the engine's own timestamps, so that no reader's delay is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

RENDERING: Final = frozenset({"Task_DraftPermit", "Task_RenderPermit", "Task_SignPermit"})
"""The elements that typeset the permit: the draft to be verified, the paper to be signed, and the paper as signed."""


@dataclass
class Recording:
    """One case as its records tell it.

    Attributes:
        jobs: element id → the variables that its job was completed with, for every job.
        steps: element id → the variables that the officer's task was completed with.
        rendering_s: seconds between entering and leaving the steps that typeset or sign the permit.
        ended_ms: when the case ended, milliseconds since 1970; None while it runs.
    """

    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    rendering_s: float = 0.0
    ended_ms: int | None = None
    _render_begun_ms: int = 0

    def note(self, record: Mapping[str, Any]) -> None:
        """Take in one event of the case."""
        value, at_ms = record["value"], record["timestamp"]
        match record["valueType"], record["intent"]:
            case "JOB", "COMPLETED":
                self.jobs[value["elementId"]] = value["variables"]
            case "USER_TASK", "COMPLETED":
                self.steps[value["elementId"]] = value["variables"]
            case "PROCESS_INSTANCE", "ELEMENT_ACTIVATED" if value["elementId"] in RENDERING:
                self._render_begun_ms = at_ms
            case "PROCESS_INSTANCE", "ELEMENT_COMPLETED" if value["elementId"] in RENDERING:
                self.rendering_s += (at_ms - self._render_begun_ms) / 1000
            case "PROCESS_INSTANCE", "ELEMENT_COMPLETED" if value["bpmnElementType"] == "PROCESS":
                self.ended_ms = at_ms


def recording_of(documents: Iterable[bytes]) -> Recording:
    """Read the stored documents of one case, oldest first."""
    recording = Recording()
    for document in documents:
        record = msgspec.json.decode(document)
        if record["recordType"] == "EVENT":
            recording.note(record)
    return recording


@dataclass(frozen=True)
class Timing:
    """One case, in seconds: from handing in to its end, and the part that typesetting and signing took."""

    whole_s: float
    rendering_s: float

    @property
    def without_rendering_s(self) -> float:
        """What remains for everything else that is not a person."""
        return self.whole_s - self.rendering_s
