"""What a letter says: data for its template, all of it text. Days and money in Indonesian."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.register import PERMIT, REGISTRATION, current_number, simbg_number
from penaemas.casefiles.pbg.retribution_sheets import RetributionSheets
from penaemas.casefiles.pbg.steps import Steps
from penaemas.licensing.instants import wib_date
from penaemas.licensing.posts import Post

_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)
_HOUSE_KINDS = {"RUMAH_UMUM": "rumah umum", "SWADAYA": "rumah swadaya"}
_RIGHTS = {"HM": "Hak Milik", "HGB": "Hak Guna Bangunan", "HP": "Hak Pakai", "GIRIK": "Girik", "AJB": "AJB"}


def indonesian_day(day: date) -> str:
    """`2 Februari 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def indonesian_amount(whole: int) -> str:
    """`182.347`."""
    return f"{whole:,}".replace(",", ".")


class LetterData:
    """Collects what letters say. Each method takes part in the caller's transaction."""

    def __init__(self, desk: Desk, steps: Steps, sheets: RetributionSheets) -> None:
        self._desk = desk
        self._steps = steps
        self._sheets = sheets

    def permit(self, connection: Connection, case: RowMapping, *, is_concept: bool, is_draft: bool) -> dict[str, Any]:
        """The building approval; a draft has no number yet.

        Raises:
            StepMissing: number, registration, SPPST or retribution is not there.
        """
        case_id, entry = case["case_id"], self._desk.application(connection, case)
        number = current_number(connection, case_id, PERMIT)
        registration = current_number(connection, case_id, REGISTRATION)
        statement = self._steps.latest_entry(connection, case, "Task_IssueComplianceStatement")
        sheet = self._sheets.latest(connection, case_id)
        if registration is None or sheet is None or (number is None and not is_draft):
            raise StepMissing
        # A draft bears the day of the registration, so that it does not change from day to day.
        given_at: datetime = (number or registration)["given_at"]
        return {
            **self._common(case, wib_date(given_at)),
            "title": "Persetujuan Bangunan Gedung",
            "is_concept": is_concept,
            "number": number["number"] if number else "(diberikan setelah konsep disetujui)",
            "registration_number": simbg_number(connection, case_id, REGISTRATION) or registration["number"],
            "compliance_statement_number": statement.get("compliance_statement_number", "-"),
            "owner_name": entry.owner_name,
            "owner_address": entry.owner_address,
            "building_address": entry.building_address,
            "sub_district_name": self._sub_district_name(case, entry.sub_district_code),
            "building_form": entry.building_form.lower(),
            "house_kind": _HOUSE_KINDS[entry.house_kind],
            "floor_area_m2": _area(str(entry.floor_area_m2)),
            "storeys": str(entry.storeys),
            "design": "Gambar sendiri" if entry.prototype_code == "NONE" else f"Prototipe {entry.prototype_code}",
            "land_right": _RIGHTS.get(entry.land_right_kind, "Bukti lain"),
            "land_right_number": entry.land_right_number,
            "land_area_m2": _area(str(entry.land_area_m2)),
            "land_holder_name": entry.land_holder_name,
            "waived_idr": indonesian_amount(sheet.waived_idr),
            "tariff_is_example": sheet.tariff_is_example,
            "exemption_basis": sheet.exemption_basis,
        }

    def rejection(self, connection: Connection, case: RowMapping) -> dict[str, Any]:
        """The rejection with its written reasons.

        Raises:
            StepMissing: nobody has written the reasons.
        """
        entry = self._desk.application(connection, case)
        reasons = self._steps.latest_entry(connection, case, "Task_DecideRejection")
        decided_at = self._steps.decided_at(connection, case["case_id"], "Task_DecideRejection")
        if not reasons or decided_at is None:
            raise StepMissing
        return {
            **self._common(case, wib_date(decided_at)),
            "applicant_name": entry.applicant_name,
            "applicant_address": entry.owner_address,
            "building_address": entry.building_address,
            "sub_district_name": self._sub_district_name(case, entry.sub_district_code),
            "application_day": indonesian_day(case["application_date"]),
            "rejection_reasons": reasons["rejection_reasons"],
            "rejection_legal_basis": reasons["rejection_legal_basis"],
        }

    def _common(self, case: RowMapping, day: date) -> dict[str, Any]:
        region = self._desk.regions[case["region_code"]]
        signer = next(post for post in region.posts if post.id == Post.KADIS)
        return {
            "case_number": case["number"],
            "region_code": case["region_code"],
            "letterhead": region.letterhead.model_dump(),
            "day": indonesian_day(day),
            "date": day.isoformat(),
            "signer_title": signer.title,
        }

    def _sub_district_name(self, case: RowMapping, code: str) -> str:
        # An application for another region is refused with a letter that still names the place, by its code.
        return self._desk.regions[case["region_code"]].sub_district_names.get(code, code)


def _area(text: str) -> str:
    return text.replace(".", ",")
