"""`./pena case play`: an example is handed in and taken to its end, on the running office or on a throw-away one."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from penaemas.casefiles.bootstrap import CONFIG
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.pbg.desk import PROCESS_ID
from penaemas.cli.desk import Desk, faults_told
from penaemas.cli.entry_files import entry_of
from penaemas.cli.playbook import Act, TimePasses, read_playbook
from penaemas.cli.playbook_regions import moved_to
from penaemas.cli.player import Player, closing_line
from penaemas.cli.problem import Problem
from penaemas.cli.processes import PROCESSES
from penaemas.cli.signing import ScriptedSigners
from penaemas.cli.time_to_pass import TimeToPass
from penaemas.licensing.clock import Clock
from penaemas.regions import load_regions
from penaemas.zeebe.clock import SystemClock

COUNTER = "loket.1"
_SIGNALLED = 128  # a shell's way to say by which signal a program ended


def play_here(desk: Desk, file: Path, region_code: str | None = None) -> int:
    """On the running office, at its own pace. Args: region_code: in the place of the example's own.

    Raises:
        EntryFaulty: the file breaks rules; nothing was stored.
        Problem: the script does not fit what happens, or needs a twin.
    """
    content, acts = _read(file, desk.clock, region_code)
    if any(isinstance(act, TimePasses) for act in acts):
        raise Problem("this script lets time pass, and the office's clock is everybody's.", "Play it with --twin.")
    _play(desk, content, acts, file.parent, None)
    return 0


def play_on_a_twin(file: Path, region_code: str | None = None) -> int:
    """On an office of its own, whose hours pass in a moment, and that is gone afterwards.

    Args:
        region_code: in the place of the example's own.

    Raises:
        Problem: the file breaks rules, or the script does not fit what happens.
    """
    # Half a second of imports that nobody else needs.
    from penaemas.cli.twin import twin_office

    with faults_told(), _ended_by_a_signal():
        content, acts = _read(file, SystemClock(), region_code)
        print("kantor sementara dinyalakan · a throw-away office starts …", flush=True)
        with twin_office() as twin:
            played_in = _region_of(content)
            twin.begin_a_full_day(twin.desk.office.calendars.counter[played_in])
            twin.fill_posts(played_in)
            _play(twin.desk, content, acts, file.parent, twin)
    return 0


def _play(desk: Desk, content: dict[str, Any], acts: tuple[Act, ...], folder: Path, twin: Any) -> None:
    process, region_code = PROCESSES[PROCESS_ID], _region_of(content)
    for line in process.before_submission(desk, content):
        print(f"  {line}")
    submitted = process.submit(
        desk, _for_a_plot_of_its_own(content), folder, request_id=str(uuid.uuid4()), officer=COUNTER
    )
    print(f"✓ diterima · received: {submitted.case_id}")
    desk.send(desk.newest_command(submitted.case_id))
    time_to_pass = TimeToPass(twin, submitted.case_id, region_code) if twin is not None else None
    signers = ScriptedSigners(desk)
    player = Player(desk, process, submitted.case_id, region_code, folder, time_to_pass, list(acts), signers)
    try:
        player.play()
    finally:
        signers.leave()
    for element_id in player.unused():
        print(f"  tidak perlu · not needed: {element_id}")
    print(f"✓ selesai · ended  {closing_line(desk, submitted.case_id)}")
    for line in process.clocks(desk, submitted.case_id):
        print(f"  {line}")


def _read(file: Path, clock: Clock, region_code: str | None) -> tuple[dict[str, Any], tuple[Act, ...]]:
    content = entry_of(file)
    if not isinstance(content, dict) or not isinstance(content.get("application"), dict):
        raise EntryFaulty(Fault("application", "is required", "compare the file with examples/pbg_mbr_issued.json"))
    regions = load_regions(CONFIG / "regions")
    played_in = regions.get(region_code or _region_of(content))
    if played_in is None:
        field = "--region" if region_code else "application.region_code"
        raise EntryFaulty(Fault(field, "is no region of this office", f"choose {', '.join(regions)}"))
    if region_code is not None:
        content = moved_to(content, played_in)
    return content, read_playbook(content, now=clock.now())


def _region_of(content: dict[str, Any]) -> str:
    return str(content["application"].get("region_code", ""))


@contextmanager
def _ended_by_a_signal() -> Iterator[None]:
    """SIGTERM ends the throw-away office in order, as Ctrl-C does: no engine and no folder is left behind."""

    def end(number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would interrupt the clearing away
        raise SystemExit(_SIGNALLED + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _for_a_plot_of_its_own(content: dict[str, Any]) -> dict[str, Any]:
    """The same on another plot: an example is played often, and one plot gets one house."""
    own: dict[str, Any] = deepcopy(content)
    number = f"{own['application'].get('land_right_number', '')}/{uuid.uuid4().hex[:8]}"
    own["application"]["land_right_number"] = number
    return own
