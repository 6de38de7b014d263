"""Opens the office's case files: database, keys, rules and repositories, wired once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.answer_limits import load_answer_limits
from penaemas.casefiles.case_comments import CaseComments
from penaemas.casefiles.clock_ledger import ClockLedger
from penaemas.casefiles.deadlines import Deadlines
from penaemas.casefiles.drafts import Drafts
from penaemas.casefiles.emas.catalogue import load_catalogue
from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas.files import EmasCaseFiles
from penaemas.casefiles.information_requests import PROCESS_ID, InformationRequests
from penaemas.casefiles.message_decisions import MessageDecisions
from penaemas.casefiles.message_queue import MessageQueue
from penaemas.casefiles.message_templates import MessageTemplates, load_templates
from penaemas.casefiles.notices import Notices
from penaemas.casefiles.office_keys import decode_master_key, load_or_make_master_key
from penaemas.casefiles.officer_filters import OfficerFilters
from penaemas.casefiles.officers import Officers
from penaemas.casefiles.officers_processes import EmasSteps, InformationRequestSteps, PbgSteps
from penaemas.casefiles.officers_work import OfficersWork, StepsOfProcess
from penaemas.casefiles.outages import Outages
from penaemas.casefiles.outbox import Outbox
from penaemas.casefiles.outgoing_messages import MessageBell
from penaemas.casefiles.payments import Payments
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.files import PbgCaseFiles
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.public_reports import PublicReports
from penaemas.casefiles.raised_cases import CaseSearch
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.sealed_files import SealedFiles
from penaemas.casefiles.survey_questions import load_questions
from penaemas.casefiles.surveys import Surveys
from penaemas.casefiles.task_presence import TaskPresence
from penaemas.casefiles.treasury_desk import TreasuryDesk
from penaemas.casefiles.watched_outages import WatchedOutages
from penaemas.licensing.clock import Clock
from penaemas.licensing.region import Region
from penaemas.regions import load_regions
from penaemas.settings import OfficeDatabase
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade

_PACKAGE = Path(__file__).parent
CONFIG = _PACKAGE.parents[1] / "config"


@dataclass(frozen=True, slots=True)
class Office:
    """Everything that works on case files. `close` it at the end."""

    database: Database
    clock: Clock
    vault: PersonVault
    outbox: Outbox
    acts: Acts
    notices: Notices
    officers: Officers
    information_requests: InformationRequests
    regions: Mapping[str, Region]
    calendars: RegionCalendars
    outages: Outages
    watched_outages: WatchedOutages
    clocks: ClockLedger
    deadlines: Deadlines
    pbg: PbgCaseFiles
    emas: EmasCaseFiles
    payments: Payments
    treasury_desk: TreasuryDesk
    drafts: Drafts
    case_comments: CaseComments
    presence: TaskPresence
    filters: OfficerFilters
    work: OfficersWork
    search: CaseSearch
    templates: MessageTemplates
    bell: MessageBell
    message_queue: MessageQueue
    message_decisions: MessageDecisions
    surveys: Surveys
    public_reports: PublicReports

    def close(self) -> None:
        """Give the database back."""
        self.database.close()


def open_office(settings: OfficeDatabase, clock: Clock, *, config: Path = CONFIG) -> Office:
    """Open and migrate the office database, and make the master key at the very first start.

    Raises:
        StorageError: the database cannot be used.
        MasterKeyUnusable, WrongMasterKey: the key is no key, or not this database's.
        RegionInvalid, CatalogueInvalid, MessagesInvalid, QuestionsInvalid, pydantic.ValidationError: the configuration
            is wrong.
    """
    database = Database.open(settings.office_url)
    upgrade(database, _PACKAGE)
    vault = PersonVault(_master_key(settings.office_master_key, settings.data_folder))
    with database.transaction() as connection:
        vault.check_master_key(connection)
    files = settings.data_folder / "files"
    return wire(database, vault, clock, files=files, config=config, public_address=settings.public_address)


def wire(
    database: Database,
    vault: PersonVault,
    clock: Clock,
    *,
    files: Path,
    config: Path = CONFIG,
    public_address: str = "http://127.0.0.1:8600",
) -> Office:
    """The office on a database that is ready.

    Args:
        files: the folder of what people hand in and of papers, sealed.
        public_address: where the public reaches the portal; links in messages begin with it.
    """
    outbox, acts = Outbox(clock), Acts()
    limits = load_answer_limits(config / "services" / f"{PROCESS_ID}.toml")
    regions = load_regions(config / "regions")
    calendars = RegionCalendars.of_regions(regions)
    answering = {code: calendars.of(code, limits.calendar) for code in regions}
    requests = InformationRequests(database, vault, outbox, acts, clock, limits, answering)
    outages = Outages(database, acts, clock)
    clocks = ClockLedger(outages, calendars, clock)
    sealed = SealedFiles(files, vault)
    desk = Desk(database, vault, sealed, outbox, acts, clock, regions, calendars, clocks)
    catalogue = load_catalogue(config / "services")
    emas_desk = EmasDesk(database, vault, sealed, outbox, acts, clock, regions, calendars, clocks, catalogue)
    deadlines = Deadlines.of(database, clocks, regions, calendars, acts, clock)
    bell = MessageBell()
    templates = load_templates(config / "messages", config / "regions")
    surveys = Surveys(database, vault, acts, clock, load_questions(config / "surveys" / "service.toml"))
    queue = MessageQueue(vault, templates, surveys, regions, public_address)
    pbg = PbgCaseFiles.at(desk, config / "letters", templates, surveys, bell)
    ladders, posts = deadlines.ladders, deadlines.posts
    emas = EmasCaseFiles.at(emas_desk, config / "letters", ladders, posts, templates, surveys, bell)
    sides: tuple[StepsOfProcess, ...] = (InformationRequestSteps(requests), PbgSteps(pbg), EmasSteps(emas))
    return Office(
        database=database,
        clock=clock,
        vault=vault,
        outbox=outbox,
        acts=acts,
        notices=Notices(database),
        officers=Officers(database, vault, acts, clock, regions),
        information_requests=requests,
        regions=regions,
        calendars=calendars,
        outages=outages,
        watched_outages=WatchedOutages(database, acts, deadlines.posts, regions, clock),
        clocks=clocks,
        deadlines=deadlines,
        emas=emas,
        pbg=pbg,
        payments=Payments(database, emas.fees, clock),
        treasury_desk=TreasuryDesk(database, clock),
        drafts=Drafts(database, vault, clock),
        case_comments=CaseComments(database, vault, acts, clock),
        presence=TaskPresence(database),
        filters=OfficerFilters(database, clock),
        search=CaseSearch(database, vault, acts, clock),
        templates=templates,
        bell=bell,
        message_queue=queue,
        message_decisions=MessageDecisions(database, queue, acts, bell, clock),
        surveys=surveys,
        public_reports=PublicReports(database, vault, acts, clock, calendars, surveys, templates),
        work=OfficersWork(database, outbox, acts, clock, {side.process_id: side for side in sides}),
    )


def _master_key(given: SecretStr | None, data_folder: Path) -> bytes:
    if given is not None:
        return decode_master_key(given.get_secret_value(), origin="PENA_OFFICE_MASTER_KEY")
    return load_or_make_master_key(data_folder / "secrets" / "office_master_key")
