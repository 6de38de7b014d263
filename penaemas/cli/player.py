"""Scripted officers and a scripted applicant take a case to its end, and every step is told as it happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.casefiles.overview import find_case
from penaemas.cli.applicants_acts import APPLICANT
from penaemas.cli.desk import Desk, in_wib, what_became_of
from penaemas.cli.entry_files import files_beside
from penaemas.cli.escalation_lines import EscalationLines
from penaemas.cli.playbook import Act, Answers, Correction, OfficersAct, TimePasses, Withdrawal, filled_in
from penaemas.cli.problem import Problem
from penaemas.cli.processes.port import DeskProcess
from penaemas.cli.signing import ScriptedSigners
from penaemas.cli.time_to_pass import TimeToPass
from penaemas.history.queries import Case, UserTask
from penaemas.licensing.instants import WIB

_WAIT_S: Final = 30.0
_LOOK_AGAIN_S: Final = 0.05
_QUIET_S: Final = 1.0
Found = TypeVar("Found")


@dataclass
class Player:
    """Plays one case. Without `time_to_pass` the clock is everybody's, and nothing can be let pass."""

    desk: Desk
    process: DeskProcess
    case_id: str
    region_code: str
    folder: Path
    time_to_pass: TimeToPass | None
    acts: list[Act]
    signers: ScriptedSigners
    _told: EscalationLines = field(init=False)

    def __post_init__(self) -> None:
        self._told = EscalationLines(self.desk, self.case_id)

    def play(self) -> Case:
        """To the end of the case; the case as it ended.

        Raises:
            Problem: the script does not fit what happens.
        """
        while True:
            self._told.print_new()
            act = self._next_act()
            if act is None:
                ended = self._ended()
                if ended is not None:
                    return ended
                raise self._stuck()
            self._do(act)

    def unused(self) -> tuple[str, ...]:
        """Tasks of the script that never opened."""
        return tuple(act.element_id for act in self.acts if isinstance(act, OfficersAct))

    def _stuck(self) -> Problem:
        where = self._where_it_stands()
        if any(not (isinstance(act, OfficersAct) and act.if_needed) for act in self.acts):
            return Problem(
                f"nothing of the script can be done for {_WAIT_S:.0f} s; the case waits: {where}.",
                "See ./pena case show; if the engine was away, go on with ./pena task complete.",
            )
        return Problem(
            f"the script is over, and the case waits: {where}.",
            "Add acts for these tasks to `play`, or complete them with ./pena task complete.",
        )

    def _do(self, act: OfficersAct | Act) -> None:
        if isinstance(act, OfficersAct):
            self._complete(act)
        elif isinstance(act, TimePasses):
            self._let_pass(act)
        elif isinstance(act, Correction):
            self._correct(act.correction)
        elif isinstance(act, Withdrawal):
            submission = self.desk.office.pbg.submission
            asyncio.run(submission.withdraw(self.case_id, reason=act.withdrawal, by=APPLICANT))
            self._say("permohonan ditarik · application withdrawn", APPLICANT)
            self.desk.send(self.desk.newest_command(self.case_id))

    def _next_act(self) -> Act | None:
        """What can be done now, taken out of the script; None when nothing of it can be done any more."""

        def possible() -> tuple[Act | None] | None:
            if self._ended() is not None:
                return (None,)
            now, barrier = self._officers_turn()
            open_now = {task.element_id for task in self._open_tasks()}
            doable = next((act for act in now if act.element_id in open_now), None)
            if doable is not None:
                return (doable,)
            return (barrier,) if barrier is not None and all(act.if_needed for act in now) else None

        found = self._look_for(possible)
        # Tasks that nobody was sure of may open a moment after the last one was completed.
        if found and found[0] is not None and not isinstance(found[0], OfficersAct):
            time.sleep(_QUIET_S)
            found = possible() or found
        act = found[0] if found else None
        if act is not None:
            self.acts.remove(act)
        return act

    def _officers_turn(self) -> tuple[list[OfficersAct], Act | None]:
        """Officers' acts before the next act of another kind, and that act."""
        turn: list[OfficersAct] = []
        for act in self.acts:
            if not isinstance(act, OfficersAct):
                return turn, act
            turn.append(act)
        return turn, None

    def _complete(self, act: OfficersAct) -> None:
        task = next(task for task in self._open_tasks() if task.element_id == act.element_id)
        entry = filled_in(act.entry, now=self.desk.clock.now(), number=task.user_task_key)
        command_id = self._sign(task, entry, act.officer) or self.process.complete(
            self.desk, task, self.case_id, entry, act.officer
        )
        queued = self.desk.send(self.desk.command(self.case_id, command_id))
        self._look_for(lambda: self._is_over(task) or None)
        self._say(act.element_id, act.officer, task)
        if queued.state == "refused":
            raise Problem(f"{act.element_id}: {what_became_of(queued)}.", "See ./pena case show.")

    def _sign(self, task: UserTask, entry: dict[str, Any], officer: str) -> str | None:
        if task.element_id not in self.desk.office.signing.element_ids():
            return None
        return self.signers.complete(self.process.process_id, self.case_id, task.user_task_key, entry, officer)

    def _correct(self, answers: Answers) -> None:
        corrections, documents = (
            self.desk.office.pbg.corrections,
            files_beside(self.folder, answers.documents, "correction.documents"),
        )

        def corrected() -> bool | None:
            try:
                asyncio.run(
                    corrections.submit(
                        self.case_id, answers.fields, documents, explanations=answers.explanations, by=APPLICANT
                    )
                )
            except NotAllowedNow:  # the round is opened a moment after the step was completed
                return None
            return True

        if self._look_for(corrected) is None:
            raise Problem("no correction was asked for.", "Let a step of the script ask for one first.")
        self._say("perbaikan dikirim · correction handed in", APPLICANT)
        self.desk.send(self.desk.newest_command(self.case_id))

    def _let_pass(self, act: TimePasses) -> None:
        if self.time_to_pass is None:
            raise Problem("this script lets time pass, and the office's clock is everybody's.", "Play it with --twin.")
        until = self.time_to_pass.end_of(act.let_pass)
        self._say(f"waktu berlalu sampai · time passes until {in_wib(until)}", "-")
        for _ in self.time_to_pass.moments(until, self._open_tasks):
            self._told.print_new()

    def _is_over(self, task: UserTask) -> bool:
        known = self.desk.history.task(task.user_task_key)
        return known is not None and known.ended_at is not None

    def _open_tasks(self) -> tuple[UserTask, ...]:
        case = self.desk.history.case_by_id(self.case_id)
        if case is None:
            return ()
        return tuple(
            task
            for task in self.desk.history.open_tasks(process_instance_key=case.process_instance_key)
            if not task.provisional
        )

    def _ended(self) -> Case | None:
        case = self.desk.history.case_by_id(self.case_id)
        return case if case is not None and case.ended_at is not None else None

    def _where_it_stands(self) -> str:
        case = self.desk.history.case_by_id(self.case_id)
        stopped = (
            self.desk.history.incidents(process_instance_key=case.process_instance_key) if case is not None else ()
        )
        lines = [task.element_id for task in self._open_tasks()]
        lines += [f"incident at {one.element_id}: {one.error_message}" for one in stopped]
        return ", ".join(lines) or "at no officer's task"

    def _look_for(self, look: Callable[[], Found | None]) -> Found | None:
        until = time.monotonic() + _WAIT_S
        while True:
            found = look()
            if found is not None or time.monotonic() > until:
                return found
            self._told.print_new()
            time.sleep(_LOOK_AGAIN_S)

    def _say(self, what: str, who: str, task: UserTask | None = None) -> None:
        due = f"  tenggat · due {in_wib(task.due_at)}" if task is not None else ""
        at = self.desk.clock.now().astimezone(WIB)
        print(f"{at:%d-%m %H.%M.%S}  {what:<32} {who:<16} {self._promise()}{due}", flush=True)

    def _promise(self) -> str:
        readings = asyncio.run(self.desk.office.deadlines.service_window.readings(self.case_id))
        promise = next((one for one in readings if one.which is CaseClock.PROMISE), None)
        if promise is None:
            return "janji belum mulai · promise not begun"
        return f"janji · promise {promise.net_s // 60}/180 menit" + (
            " (berhenti · stands)" if promise.is_standing and promise.stopped_at is None else ""
        )


def closing_line(desk: Desk, case_id: str) -> str:
    """How the case file says that it ended."""
    case = find_case(desk.office.database, case_id)
    if case is None:
        raise Problem(f"there is no case {case_id}.", "./pena case list names them.")
    return f"{case.number or case_id}: {case.answer_decision}, {in_wib(case.closed_at)}"
