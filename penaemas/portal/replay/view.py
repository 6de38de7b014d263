"""One moment of a case, and how the case stood after it, gathered for the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from penaemas.casefiles.overview import CaseOverview
from penaemas.history.replay import CaseState, Moment, Replay
from penaemas.portal.cases.diagram import Diagram
from penaemas.portal.cases.reading import names_of_officers
from penaemas.portal.forms.sentences import Words
from penaemas.portal.portal import Portal

_NEIGHBOURS: Final = 5
_LONGEST_VALUE: Final = 200


@dataclass(frozen=True)
class ReplayPage:
    """A case at one of its moments.

    Args:
        total: moments that the case has.
        near: the moments around this one, in order.
        people: account → name.
    """

    case: CaseOverview
    moment: Moment
    total: int
    near: Sequence[Moment]
    state: CaseState
    diagram: Diagram | None
    people: Mapping[str, str]

    def words(self, element_id: str | None) -> Words:
        """The name of an element of the diagram; its id if it is not in it, as of a called process."""
        if element_id is None:
            return Words("", "")
        return self.diagram.words(element_id) if self.diagram is not None else Words(element_id, element_id)


async def read_replay(portal: Portal, case: CaseOverview, number: int | None) -> ReplayPage | None:
    """The page; None: the engine has told nothing of the case, or there is no such moment.

    Args:
        number: of the moment, 1 for the first; None for the newest.

    Raises:
        StorageError: history or case files do not answer.
    """
    run = portal.history_database.run
    running = await run(portal.history.case_by_id, case.case_id)
    if running is None:
        return None
    replay = Replay(portal.history_database)
    moments = await run(replay.moments, running.process_instance_key)
    if not moments or not 1 <= (number or len(moments)) <= len(moments):
        return None
    at = (number or len(moments)) - 1
    moment = moments[at]
    state = await run(replay.state, running.process_instance_key, moment.position)
    if state is None:
        return None
    return ReplayPage(
        case=case,
        moment=moment,
        total=len(moments),
        near=moments[max(at - _NEIGHBOURS, 0) : at + _NEIGHBOURS + 1],
        state=state,
        diagram=await run(portal.models.diagram, case.process_id, state.process_definition_key),
        people=await names_of_officers(portal),
    )


def brief(value: Any) -> str:
    """A variable's value on one line, as JSON; the end of a long one is left out."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
