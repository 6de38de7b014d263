"""May it be this service, and what has to be brought: asked before anything is kept, answered at once.

The answers are read, used, and forgotten; who goes on takes them along into the application.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from penaemas.casefiles.applicants.status import PBG_SERVICE
from penaemas.licensing.eligibility import ApplicationFacts, Way, assess
from penaemas.licensing.income import Household, NoIncomeTable, is_within_ceiling
from penaemas.licensing.legal_values import HouseholdStatus, HouseKind
from penaemas.licensing.region import Region
from penaemas.licensing.required_documents import Document, DocumentFacts, required_documents
from penaemas.portal.cases.words import DOCUMENTS
from penaemas.portal.forms.schema import Field, Form, Option, Rules
from penaemas.portal.forms.sentences import Words
from penaemas.portal.public.questions import Questionnaire
from penaemas.portal.public.services import Service, words

ASKED_OF_PBG: Final = (
    "household_status",
    "own_income_idr",
    "partner_income_idr",
    "house_kind",
    "floor_area_m2",
    "storeys",
    "prototype_code",
    "land_holder_is_owner",
)
OWNER: Final = "i_am_the_owner"
AT_HAND: Final = "papers_at_hand"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the answers lead to. `why_not`: reasons why it cannot be this service."""

    why_not: tuple[tuple[Words, Words], ...]
    papers: tuple[Words, ...]
    lacking: tuple[Words, ...]

    @property
    def is_possible(self) -> bool:
        """Whether to go on."""
        return not self.why_not


def check_form(service: Service, questions: Questionnaire) -> Form:
    """The few questions of the check."""
    if service.standard is None:
        known = {field.key: field for field in questions.form.fields()}
        owner = _field(OWNER, "checkbox", Words("Saya sendiri pemilik bangunan", "I am the owner of the building"))
        return Form("pre_check", (*(known[key] for key in ASKED_OF_PBG), owner))
    options = tuple(Option(one.id, words(one.name)) for one in service.standard.documents if one.mandatory)
    label = Words("Mana yang sudah ada pada Anda?", "Which of these do you have?")
    return Form("pre_check", (replace(_field(AT_HAND, "checklist", label), options=options),))


def find(service: Service, values: Mapping[str, Any], region: Region, today: date) -> Finding:
    """What the answers of the check lead to."""
    if service.service == PBG_SERVICE or service.standard is None:
        return _of_pbg(values, region, today)
    at_hand = set(values.get(AT_HAND) or ())
    needed = [one for one in service.standard.documents if one.mandatory]
    lacking = tuple(words(one.name) for one in needed if one.id not in at_hand)
    return Finding((), tuple(words(one.name) for one in needed), lacking)


def documents_needed(values: Mapping[str, Any], region: Region, *, owner_is_applicant: bool) -> tuple[Document, ...]:
    """The documents without which an application for PBG MBR is not whole."""
    return required_documents(
        DocumentFacts(
            uses_prototype=values.get("prototype_code") != "NONE",
            owner_is_applicant=owner_is_applicant,
            land_holder_is_owner=bool(values.get("land_holder_is_owner")),
            neighbours_consent_required=region.switches.neighbours_consent_required,
            spatial_statement_made_at_counter=region.switches.spatial_statement_made_at_counter,
        )
    )


def _of_pbg(values: Mapping[str, Any], region: Region, today: date) -> Finding:
    area = Decimal(values["floor_area_m2"])
    prototype = None if values["prototype_code"] == "NONE" else str(values["prototype_code"])
    needed = documents_needed(values, region, owner_is_applicant=bool(values.get(OWNER)))
    assessment = assess(
        ApplicationFacts(
            application_day=today,
            regency=region.code,
            building_regency=region.code,
            income_within_ceiling=_within_ceiling(values, region, today),
            house_kind=HouseKind(values["house_kind"]),
            floor_area_m2=area,
            storeys=int(values["storeys"]),
            land_area_m2=area,
            prototype_code=prototype,
            documents=DocumentFacts(
                uses_prototype=prototype is not None,
                owner_is_applicant=bool(values.get(OWNER)),
                land_holder_is_owner=bool(values.get("land_holder_is_owner")),
                neighbours_consent_required=region.switches.neighbours_consent_required,
                spatial_statement_made_at_counter=region.switches.spatial_statement_made_at_counter,
            ),
            documents_brought=needed,
            consents_to_data_processing=True,
            declares_truth=True,
            has_running_case_for_land_and_owner=False,
            has_issued_permit_on_land=False,
            owns_a_house_already=False,
            lies_in_bounding_box=None,
        )
    )
    why_not = tuple(
        (Words(fault.says.id, fault.says.en), Words(fault.fix.id, fault.fix.en))
        for way, fault in assessment.faults
        if way in (Way.INVALID, Way.ORDINARY_PBG)
    )
    return Finding(why_not, tuple(DOCUMENTS[document] for document in needed), ())


def _within_ceiling(values: Mapping[str, Any], region: Region, today: date) -> bool | None:
    household = Household(
        HouseholdStatus(values["household_status"]),
        int(values["own_income_idr"]),
        int(values.get("partner_income_idr") or 0),
    )
    try:
        return is_within_ceiling(household, region.income_zone, today)
    except NoIncomeTable:
        return None


def _field(key: str, kind: str, label: Words) -> Field:
    return Field(
        key=key,
        kind=kind,
        label=label,
        description=None,
        rules=Rules(),
        hide=None,
        options=(),
        options_from=None,
        decimals=None,
        accept="",
        document=None,
        has_time=False,
    )
