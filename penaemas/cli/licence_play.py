"""`./pena case play` for licences of the catalogue: agencies beside the officers, and a payment of the applicant.

The acts are those of `playbook`, and
    {"element_id": …, "agency": "DINKES", …}   the act of one agency's officer
    {"payment": "STS-…"}                        the treasury confirms the payment of the notice, in full
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.emas.desk import PROCESS_ID
from penaemas.casefiles.emas.mandates import Mandate
from penaemas.casefiles.emas.step_forms import STEP_FORMS
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.cli.desk import Desk, faults_told, in_wib
from penaemas.cli.escalation_lines import EscalationLines
from penaemas.cli.licence_waits import Waits
from penaemas.cli.playbook import Text, filled_in
from penaemas.cli.player import closing_line
from penaemas.cli.problem import Problem
from penaemas.cli.processes import PROCESSES
from penaemas.cli.signing import ScriptedSigners
from penaemas.history.queries import UserTask
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import WIB
from penaemas.zeebe.clock import SystemClock

COUNTER: Final = "loket.1"
TREASURER: Final = "bendahara.1"


class _Act(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Step(_Act):
    """An officer, or an agency's officer, completes a task."""

    element_id: Text
    officer: Text
    entry: dict[str, Any]
    agency: Text | None = None
    if_needed: bool = False


class Payment(_Act):
    """The treasury confirms the payment."""

    payment: Text


Act = Step | Payment


def is_licence(content: Any) -> bool:
    """Whether an example is one of PENA EMAS."""
    return isinstance(content, dict) and content.get("process") == PROCESS_ID


def play_licence_here(desk: Desk, content: dict[str, Any], folder: Path) -> int:
    """On the running office, at its own pace.

    Raises:
        EntryFaulty: the file breaks rules; nothing was stored.
        Problem: the script does not fit what happens.
    """
    return _Player(desk, content, acts_of(content, desk.clock), folder).play()


def play_licence_on_a_twin(content: dict[str, Any], folder: Path) -> int:
    """On an office of its own, in which every agency has an officer with a mandate, and that is gone afterwards.

    Raises:
        Problem: the file breaks rules, or the script does not fit what happens.
    """
    # Half a second of imports that nobody else needs.
    from penaemas.cli.twin import twin_office

    with faults_told():
        acts = acts_of(content, SystemClock())
        print("kantor sementara dinyalakan · a throw-away office starts …", flush=True)
        with twin_office() as twin:
            region_code = str(content.get("application", {}).get("region_code", ""))
            calendar = twin.desk.office.calendars.counter.get(region_code)
            if calendar is None:
                raise EntryFaulty(Fault("application.region_code", "is no region of this office", "correct it"))
            twin.begin_a_full_day(calendar)
            twin.fill_posts(region_code)
            for act in acts:
                if isinstance(act, Step) and act.agency:
                    _give_mandate(twin.desk, region_code, act.agency, act.officer)
            return _Player(twin.desk, content, acts, folder).play()


@dataclass
class _Player:
    """Plays one case."""

    desk: Desk
    content: dict[str, Any]
    acts: list[Act]
    folder: Path
    _waits: Waits = field(init=False)
    _told: EscalationLines = field(init=False)
    _signers: ScriptedSigners = field(init=False)

    def play(self) -> int:
        """Play it; the exit code."""
        self._signers = ScriptedSigners(self.desk)
        try:
            return self._play()
        finally:
            self._signers.leave()

    def _play(self) -> int:
        process = PROCESSES[PROCESS_ID]
        for line in process.before_submission(self.desk, self.content):
            print(f"  {line}")
        submitted = process.submit(self.desk, self.content, self.folder, request_id=str(uuid.uuid4()), officer=COUNTER)
        case_id = submitted.case_id
        print(f"✓ diterima · received: {case_id}")
        self.desk.send(self.desk.newest_command(case_id))
        self._waits, self._told = Waits(self.desk, case_id), EscalationLines(self.desk, case_id)
        while self.acts and not self._waits.has_ended():
            self._do(self._next())
            self._told.print_new()
        if not self._waits.until(lambda: self._waits.has_ended() or None):
            raise Problem(
                f"the script is over, and the case waits: {self._waits.where()}.",
                "Add acts for these tasks to `play`, or complete them with ./pena task complete.",
            )
        print(f"✓ selesai · ended  {closing_line(self.desk, case_id)}")
        for line in process.clocks(self.desk, case_id):
            print(f"  {line}")
        return 0

    def _next(self) -> Act:
        """The first act that can be done now; what is only perhaps needed waits until the rest is done."""

        def possible() -> Act | None:
            for act in self.acts:
                if isinstance(act, Payment):
                    if self._waits.notice_unpaid():
                        return act
                elif self._waits.task_of(act.element_id, act.agency) is not None:
                    return act
            return None

        def ended_or_possible() -> tuple[Act | None] | None:
            act = possible()
            return (act,) if act is not None or self._waits.has_ended() else None

        found = self._waits.until(ended_or_possible)
        if found is None:
            raise Problem(
                f"nothing of the script can be done; the case waits: {self._waits.where()}.", "See ./pena case show."
            )
        act = found[0] or self.acts[0]
        self.acts.remove(act)
        return act

    def _do(self, act: Act) -> None:
        if self._waits.has_ended():
            return
        if isinstance(act, Payment):
            self._pay(act)
            return
        task = self._waits.task_of(act.element_id, act.agency)
        if task is None:
            return
        process = PROCESSES[PROCESS_ID]
        entry = filled_in(act.entry, now=self.desk.clock.now(), number=task.user_task_key)
        process.before_claim(self.desk, task, self._waits.case_id, act.officer)
        command_id = self._sign(task, entry, act.officer) or process.complete(
            self.desk, task, self._waits.case_id, entry, act.officer
        )
        self.desk.send(self.desk.command(self._waits.case_id, command_id))
        self._waits.until(lambda: self._waits.is_over(task) or None)
        self._say(act.element_id + (f" ({act.agency})" if act.agency else ""), act.officer, task.due_at)

    def _sign(self, task: UserTask, entry: dict[str, Any], officer: str) -> str | None:
        if task.element_id not in self.desk.office.signing.element_ids():
            return None
        return self._signers.complete(PROCESS_ID, self._waits.case_id, task.user_task_key, entry, officer)

    def _pay(self, act: Payment) -> None:
        fees, case_id = self.desk.office.emas.fees, self._waits.case_id
        fee = asyncio.run(fees.fee_of(case_id))
        if fee is None:
            raise Problem("nothing is to be paid in this case.", "Take the payment out of the script.")
        # The same example may be played twice in one office: each payment has a reference of its own.
        reference = f"{act.payment}-{case_id[:8]}"
        try:
            asyncio.run(
                fees.record_payment(
                    case_id,
                    reference=reference,
                    amount_idr=fee["amount_idr"],
                    paid_at=self.desk.clock.now(),
                    by=TREASURER,
                )
            )
        except NotAllowedNow as refused:
            raise Problem(f"{refused.reason}.", "See ./pena case show.") from refused
        self.desk.send(self.desk.newest_command(case_id))
        self._say(f"pembayaran · payment Rp{fee['amount_idr']:,}", TREASURER, None)

    def _say(self, what: str, who: str, due_at: datetime | None) -> None:
        due = f"  tenggat · due {in_wib(due_at)}" if due_at else ""
        at = self.desk.clock.now().astimezone(WIB)
        print(f"{at:%d-%m %H.%M.%S}  {what:<38} {who:<16}{due}", flush=True)


def acts_of(content: dict[str, Any], clock: Clock) -> list[Act]:
    """The acts of a file, each checked as its form will check it.

    Raises:
        EntryFaulty: names every act's field, its rule and the fix.
    """
    written = content.get("play")
    if not isinstance(written, list) or not written:
        raise EntryFaulty(Fault("play", "is required", "list what officers do; see examples/"))
    faults: list[Fault] = []
    acts: list[Act] = []
    for number, one in enumerate(written):
        with _naming(f"play.{number}", faults):
            is_payment = isinstance(one, dict) and "payment" in one
            act: Act = checked(Payment, one) if is_payment else checked(Step, one)
            if isinstance(act, Step):
                form = STEP_FORMS.get(act.element_id)
                if form is None:
                    known = ", ".join(STEP_FORMS)
                    raise EntryFaulty(Fault("element_id", "is no officer's task", f"choose one of {known}"))
                checked(form, filled_in(act.entry, now=clock.now(), number=1))
            acts.append(act)
    if faults:
        raise EntryFaulty(*faults)
    return acts


@contextmanager
def _naming(place: str, faults: list[Fault]) -> Iterator[None]:
    try:
        yield
    except EntryFaulty as faulty:
        faults += [Fault(f"{place}.{fault.field}", fault.rule, fault.fix) for fault in faulty.faults]


def _give_mandate(desk: Desk, region_code: str, agency: str, officer: str) -> None:
    mandates, first_day = desk.office.emas.mandates, date(2025, 1, 1)
    known = asyncio.run(mandates.of_region(region_code, first_day))
    if not any((one.agency, one.officer) == (agency, officer) for one in known):
        mandate = Mandate(region_code, agency, officer, "SK-CONTOH/1", first_day, None)
        asyncio.run(mandates.record(mandate, by="twin"))
