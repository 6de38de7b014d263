"""The messages that wait, for whoever sends them: what is due, to whom, and what became of it.

queued ──▶ handed over (noted) ──▶ answer ──┬─ taken ───────▶ sent
  ▲                                         ├─ not now ─────▶ queued, later
  │                                         ├─ refused ─────▶ failed
  │                                         └─ none ────────▶ outcome_unknown
  └── a sender that died before the note leaves the message queued; after it, `outcome_unknown` is all one can say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, func, or_, select, update

from penaemas.casefiles.emas_tables import emas_application
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.message_templates import COMPLAINT_LINK, SURVEY_LINK, MessageTemplates
from penaemas.casefiles.outgoing_messages import APPLICANT
from penaemas.casefiles.pbg_tables import pbg_application
from penaemas.casefiles.person_vault import PersonErased, PersonVault
from penaemas.casefiles.public_links import complaint_link, survey_link
from penaemas.casefiles.surveys import Surveys
from penaemas.casefiles.tables import case_file
from penaemas.licensing.region import Region

BY_MAIL: Final = "mail"
BY_WHATSAPP: Final = "whatsapp"
BY_HAND: Final = "by_hand"


@dataclass(frozen=True, slots=True)
class Addresses:
    """How somebody can be reached. `phone`: digits, country code first."""

    email: str | None = field(repr=False, default=None)
    phone: str | None = field(repr=False, default=None)


NOWHERE: Final = Addresses()


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message as it is to be sent. `attempts`: times that the channel has said something about it."""

    message_id: str
    attempts: int
    addresses: Addresses = field(repr=False)
    from_name: str
    subject: str
    text: str = field(repr=False)
    short_text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What has not been sent, by state, and since when the oldest queued one waits."""

    waiting: Mapping[str, int]
    oldest_queued_at: datetime | None


class MessageQueue:
    """Reads and marks messages inside the caller's transaction."""

    def __init__(
        self,
        vault: PersonVault,
        templates: MessageTemplates,
        surveys: Surveys,
        regions: Mapping[str, Region],
        public_address: str,
    ) -> None:
        self._vault = vault
        self._templates = templates
        self._surveys = surveys
        self._regions = regions
        self._public_address = public_address

    def due(self, connection: Connection, now: datetime, limit: int) -> tuple[DueMessage, ...]:
        """Messages to be sent now, the oldest first. Args: now: real time, which a demonstration's clock is not."""
        waiting = or_(outgoing_message.c.next_try_at.is_(None), outgoing_message.c.next_try_at <= now)
        wanted = _WANTED.where(
            outgoing_message.c.state == "queued", outgoing_message.c.handed_over_at.is_(None), waiting
        )
        rows = connection.execute(wanted.order_by(outgoing_message.c.queued_at).limit(limit)).mappings().all()
        # A region whose folder was taken away has no letterhead: its messages wait until it is back.
        known = (row for row in rows if (row["region_code"] or row["case_region"]) in self._regions)
        return tuple(self._rendered(connection, row) for row in known)

    def message(self, connection: Connection, message_id: str) -> DueMessage | None:
        """One message as it would be sent, whatever its state."""
        row = connection.execute(_WANTED.where(outgoing_message.c.message_id == message_id)).mappings().first()
        return None if row is None else self._rendered(connection, row)

    def note_handed_over(self, connection: Connection, message_id: str, channel: str, at: datetime) -> None:
        """From now on a missing answer means that nobody knows."""
        _change(connection, message_id, handed_over_at=at, channel=channel)

    def postpone(self, connection: Connection, message_ids: Collection[str], at: datetime | None) -> None:
        """These were not handed over after all; again at this real instant, or at once. It counts as no try."""
        chosen = update(outgoing_message).where(outgoing_message.c.message_id.in_(message_ids))
        connection.execute(chosen.values(handed_over_at=None, next_try_at=at))

    def settle(
        self, connection: Connection, message_id: str, state: str, *, channel: str, outcome: str, at: datetime
    ) -> None:
        """What became of it: sent, failed, outcome_unknown, or by_hand."""
        tried = {"attempts": outgoing_message.c.attempts + 1} if state != "by_hand" else {}
        _change(
            connection,
            message_id,
            state=state,
            channel=channel,
            outcome=outcome,
            settled_at=at,
            handed_over_at=None,
            next_try_at=None,
            **tried,
        )

    def try_later(self, connection: Connection, message_id: str, *, channel: str, outcome: str, at: datetime) -> None:
        """The channel did not take it; the same message again, not before this real instant."""
        _change(
            connection,
            message_id,
            channel=channel,
            outcome=outcome,
            handed_over_at=None,
            next_try_at=at,
            attempts=outgoing_message.c.attempts + 1,
        )

    def give_up_abandoned(self, connection: Connection, at: datetime) -> int:
        """Call the outcome of what a dead sender had handed over unknown; how many there were."""
        abandoned = update(outgoing_message).where(
            outgoing_message.c.state == "queued", outgoing_message.c.handed_over_at.is_not(None)
        )
        values = {"state": "outcome_unknown", "outcome": "sender stopped", "handed_over_at": None, "settled_at": at}
        return connection.execute(abandoned.values(**values, attempts=outgoing_message.c.attempts + 1)).rowcount

    def backlog(self, connection: Connection) -> Backlog:
        """What has not been sent."""
        of_state = outgoing_message.c.state
        counted = connection.execute(
            select(of_state, func.count(), func.min(outgoing_message.c.queued_at))
            .where(of_state != "sent")
            .group_by(of_state)
        ).all()
        oldest = next((since for state, _, since in counted if state == "queued"), None)
        return Backlog({state: count for state, count, _ in counted}, oldest)

    def _rendered(self, connection: Connection, row: RowMapping) -> DueMessage:
        region_code = row["region_code"] or row["case_region"]
        region, of_case = self._regions[region_code], row["case_id"] is not None
        complaint = complaint_link(self._public_address)
        survey = survey_link(self._public_address, self._surveys.code(row["case_id"])) if of_case else ""
        text_id, text_en = (
            row[name].replace(SURVEY_LINK, survey).replace(COMPLAINT_LINK, complaint) for name in ("text_id", "text_en")
        )
        kind, number = ("subject_of_case", row["number"]) if of_case else ("subject_of_report", row["round"])
        subject = self._templates.text("office", kind, region_code, number=number or "-")
        head = region.letterhead
        footer = self._templates.text("office", "footer", region_code, agency=head.agency, government=head.government)
        foot_id, foot_en = (text.replace(COMPLAINT_LINK, complaint) for text in (footer.id, footer.en))
        return DueMessage(
            message_id=row["message_id"],
            attempts=row["attempts"],
            addresses=self._addresses(connection, row, region),
            from_name=head.agency,
            subject=f"{subject.id} · {subject.en}",
            text=f"{text_id}\n\n{text_en}\n\n-- \n{foot_id}\n{foot_en}\n",
            short_text=f"{text_id}\n\n{text_en}\n\n{foot_id}",
        )

    def _addresses(self, connection: Connection, row: RowMapping, region: Region) -> Addresses:
        if row["addressed_to"] != APPLICANT:
            return Addresses(email=region.mailboxes.of(row["addressed_to"]))
        revision = row["emas_revision"] or row["pbg_revision"]
        if revision is None:
            return NOWHERE
        try:
            content = self._vault.read_some(
                connection, row["person_id"], row["case_id"], ("email", "phone"), revision=revision
            )
        except PersonErased:
            return NOWHERE
        return Addresses(content.get("email"), content["phone"].removeprefix("+") if "phone" in content else None)


_WANTED = (
    select(
        outgoing_message,
        case_file.c.number,
        case_file.c.person_id,
        case_file.c.region_code.label("case_region"),
        emas_application.c.revision.label("emas_revision"),
        pbg_application.c.revision.label("pbg_revision"),
    )
    .select_from(outgoing_message)
    .outerjoin(case_file, case_file.c.case_id == outgoing_message.c.case_id)
    .outerjoin(emas_application, emas_application.c.case_id == outgoing_message.c.case_id)
    .outerjoin(pbg_application, pbg_application.c.case_id == outgoing_message.c.case_id)
)


def _change(connection: Connection, message_id: str, **values: object) -> None:
    connection.execute(update(outgoing_message).where(outgoing_message.c.message_id == message_id).values(**values))
