"""Which kind of personal data each answer and document is. What is not named here says nothing about a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from penaemas.portal.forms.sentences import Words
from penaemas.portal.identity.fields import Field

FIELDS_OF_APPLICATION: Final[Mapping[str, Field]] = {
    "applicant_nik": Field.IDENTITY_NUMBER,
    "applicant_name": Field.NAME,
    "owner_nik": Field.IDENTITY_NUMBER,
    "owner_name": Field.NAME,
    "owner_address": Field.ADDRESS,
    "phone": Field.CONTACT,
    "email": Field.CONTACT,
    "household_status": Field.HOUSEHOLD,
    "own_income_idr": Field.INCOME,
    "partner_income_idr": Field.INCOME,
    "owns_a_house": Field.HOUSEHOLD,
    "village": Field.ADDRESS,
    "building_address": Field.ADDRESS,
    "land_right_number": Field.ADDRESS,
    "land_holder_name": Field.NAME,
    "land_tax_number": Field.ADDRESS,
    "latitude": Field.ADDRESS,
    "longitude": Field.ADDRESS,
}

FIELD_OF_DOCUMENT: Final[Mapping[str, Field]] = {
    "KTP": Field.IDENTITY_DOCUMENT,
    "KK": Field.IDENTITY_DOCUMENT,
    "SURAT_KUASA": Field.IDENTITY_DOCUMENT,
    "BUKTI_PENGHASILAN": Field.INCOME_DOCUMENT,
}
"""Every other document is about land or building."""

FIELDS_OF_LICENCE: Final[Mapping[str, Field]] = {
    "applicant_nik": Field.IDENTITY_NUMBER,
    "applicant_name": Field.NAME,
    "applicant_address": Field.ADDRESS,
    "phone": Field.CONTACT,
    "email": Field.CONTACT,
    "business_number": Field.LICENCE_CONTENT,
    "place_name": Field.ADDRESS,
    "place_address": Field.ADDRESS,
}
"""Of an application for a licence; the licence's own questions are `LICENCE_CONTENT`, and so are its documents."""

FIELDS_OF_INFORMATION_REQUEST: Final[Mapping[str, Field]] = {
    "requester_name": Field.INFORMATION_REQUEST,
    "requester_contact": Field.INFORMATION_REQUEST,
    "information_requested": Field.INFORMATION_REQUEST,
    "purpose": Field.INFORMATION_REQUEST,
}

REQUEST_LABELS: Final[Mapping[str, Words]] = {
    "requester_name": Words("Nama pemohon", "Name of the requester"),
    "requester_contact": Words("Surel atau telepon", "E-mail or phone"),
    "information_requested": Words("Informasi yang diminta", "Information requested"),
    "purpose": Words("Tujuan", "Purpose"),
}
"""The request has no form of ours: it comes by the counter or the public page."""

SIMBG_ORDER: Final = (
    "owner_name",
    "owner_nik",
    "owner_address",
    "phone",
    "email",
    "building_address",
    "village",
    "sub_district_code",
    "latitude",
    "longitude",
    "land_right_kind",
    "land_right_number",
    "land_holder_name",
    "land_area_m2",
    "spatial_statement_number",
    "house_kind",
    "building_form",
    "prototype_code",
    "floor_area_m2",
    "storeys",
)
"""Owner, place, land, building: the order in which SIMBG asks, as far as public guides show it; a working reading."""
