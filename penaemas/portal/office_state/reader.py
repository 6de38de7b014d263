"""Reads the first page's facts from the history."""

from penaemas.history.queries import History
from penaemas.history.queries.overview import Overview, ProcessCounts, overview
from penaemas.portal.office_state.state import Facts, HistoryUnreadable, ProcessLine
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError

NOTHING = ProcessCounts(cases_active=0, tasks_open=0, incidents_open=0)


class HistoryFacts:
    """The facts of one history database, which this process only reads."""

    def __init__(self, database: Database, history: History) -> None:
        self._database = database
        self._history = history

    async def read(self) -> Facts:
        """The facts as of now.

        Raises:
            HistoryUnreadable: the database is away, or the history has not made it yet.
        """
        try:
            return await self._database.run(self._read)
        except StorageError as error:
            raise HistoryUnreadable(f"the history's database cannot be read ({type(error).__name__})") from error

    def _read(self) -> Facts:
        seen = overview(self._database)
        missing = sum(gap.missing for gap in self._history.gaps())
        return Facts(
            records=seen.positions - missing,
            newest_record_at=seen.newest_record_at,
            records_missing=missing,
            records_quarantined=seen.records_quarantined,
            processes=self._lines(seen),
            cases_running=sum(counts.cases_active for counts in seen.by_process.values()),
            tasks_open=sum(counts.tasks_open for counts in seen.by_process.values()),
            incidents_open=sum(counts.incidents_open for counts in seen.by_process.values()),
        )

    def _lines(self, seen: Overview) -> tuple[ProcessLine, ...]:
        return tuple(
            ProcessLine(
                process_id=definition.bpmn_process_id,
                version=definition.version,
                deployed_at=definition.deployed_at,
                cases_running=counts.cases_active,
                tasks_open=counts.tasks_open,
                incidents_open=counts.incidents_open,
            )
            for definition in self._history.definitions_latest()
            for counts in [seen.by_process.get(definition.bpmn_process_id, NOTHING)]
        )
