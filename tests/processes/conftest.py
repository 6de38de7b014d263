"""One office for all stories, told one after another; what they walked is counted at the end."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio

from penaemas.history.queries import Case as RecordedCase
from penaemas.history.queries import History
from penaemas.zeebe.errors import NotFound
from tests.in_memory import IN_MEMORY
from tests.processes.kit.coverage_report import WALKED, Walked
from tests.processes.kit.ladders import posts_are_filled
from tests.processes.kit.running_office import RunningOffice, running_office
from tests.processes.kit.story import WAIT_S, PermitOffice

COVERAGE_TEST = "test_coverage.py"
EVERYTHING = 1_000_000


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Coverage is asked last, and only of a run in which every story is told."""
    here = Path(__file__).parent
    stories = [item for item in items if item.path.is_relative_to(here) and item.path.name != COVERAGE_TEST]
    coverage = [item for item in items if item.path == here / COVERAGE_TEST]
    told = {item.path.name for item in stories}
    is_selection = bool(config.option.keyword or config.option.markexpr) or any("::" in name for name in config.args)
    everyone_tells = told == {file.name for file in here.glob("test_*.py")} - {COVERAGE_TEST}
    for item in coverage:
        items.remove(item)
    if everyone_tells and not is_selection and coverage:
        items.insert(items.index(stories[-1]) + 1, coverage[0])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office_of_all_stories() -> AsyncIterator[RunningOffice]:
    """The engine that the stories share; its clock only moves forward."""
    with TemporaryDirectory(prefix="pena-stories-", dir=IN_MEMORY) as folder:
        async with running_office(Path(folder)) as office:
            yield office


@pytest_asyncio.fixture(loop_scope="session")
async def permit_office(
    office_of_all_stories: RunningOffice, pytestconfig: pytest.Config
) -> AsyncIterator[PermitOffice]:
    """An office in a region of the story's own, on a Monday at 08.00; cases left open are cancelled afterwards."""
    yield await PermitOffice.opens(office_of_all_stories)
    await _end_story(office_of_all_stories, pytestconfig.stash[WALKED])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office_of_real_dates() -> AsyncIterator[RunningOffice]:
    """An engine that nobody has moved far: its next Christmas is one whose holidays are decreed. Posts are filled."""
    with TemporaryDirectory(prefix="pena-real-dates-", dir=IN_MEMORY) as folder:
        async with running_office(Path(folder)) as office:
            await posts_are_filled(PermitOffice(office, "32.11", office.clock.now()))
            yield office


@pytest_asyncio.fixture(loop_scope="session")
async def real_calendar_office(
    office_of_real_dates: RunningOffice, pytestconfig: pytest.Config
) -> AsyncIterator[RunningOffice]:
    """For stories bound to real dates and the real calendars of the regions."""
    yield office_of_real_dates
    await _end_story(office_of_real_dates, pytestconfig.stash[WALKED])


async def _end_story(office: RunningOffice, walked: Walked) -> None:
    """Cancel what still runs and count what was walked; nothing may have been stopped by an incident."""
    queries = office.history.queries
    stopped = queries.incidents()
    for case in queries.cases(state="active", limit=EVERYTHING):
        with suppress(NotFound):  # it has ended in the meantime
            await office.commands.cancel(case.process_instance_key)
    await office.history.wait_until(lambda: not queries.cases(state="active", limit=1), timeout_s=WAIT_S)
    for case in queries.cases(limit=EVERYTHING):
        if case.process_instance_key not in office.counted:
            office.counted.add(case.process_instance_key)
            _count(queries, case, walked)
    assert not stopped, f"something was stopped, and no story expects that: {stopped}"


def _count(queries: History, case: RecordedCase, walked: Walked) -> None:
    for step in queries.path(case.process_instance_key):
        walked[case.bpmn_process_id][step.element_id] += 1
    for child in queries.children(case.process_instance_key):
        _count(queries, child, walked)
