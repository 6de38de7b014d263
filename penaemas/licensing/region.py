"""What a region is: the checked form of one folder under `config/regions/`.

A region is data. Nothing here names a particular one; a third region is a folder, not code.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from penaemas.licensing.calendar_rules import CalendarRules
from penaemas.licensing.outside_systems import SystemRules
from penaemas.licensing.posts import Post

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
RegencyCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}\.[0-9]{2}$")]
SubDistrictNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
PostId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
NumberPrefix = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=24)]

# Numbers that begin like this are SIMBG's to give; ours must never be taken for them.
SIMBG_PREFIXES = frozenset({"PBG", "SK-PBG", "SLF", "SK-SLF"})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SubDistrict(_Part):
    """A kecamatan: the last two digits of its Kemendagri code, and its name."""

    number: SubDistrictNumber
    name: Text


class BoundingBox(_Part):
    """Approximate outline of the region in degrees (WGS 84). A building outside is a warning, never a refusal."""

    south: Annotated[float, Field(ge=-90, le=90)]
    west: Annotated[float, Field(ge=-180, le=180)]
    north: Annotated[float, Field(ge=-90, le=90)]
    east: Annotated[float, Field(ge=-180, le=180)]

    @model_validator(mode="after")
    def _not_inside_out(self) -> Self:
        if self.south >= self.north or self.west >= self.east:
            raise ValueError("south lies below north and west below east; swap the values")
        return self

    def contains(self, latitude: float, longitude: float) -> bool:
        """Whether the point lies within, edges included."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


class Letterhead(_Part):
    """What stands at the head and foot of every letter."""

    government: Text
    agency: Text
    address: Text
    contact: Text
    city_of_signature: Text


class PostOfRegion(_Part):
    """A post of the office or above it. `notices_pass_to` is the next post up, told when this one is vacant."""

    id: PostId
    title: Text
    unit: Text
    notices_pass_to: PostId | None = None


class Tariff(_Part):
    """What a region charges per m², from one day on, with its legal basis.

    `is_example` marks values that are not this region's own: every paper computed from them must say so.
    """

    valid_from: date
    valid_to: date | None = None
    locality_index_percent: Annotated[Decimal, Field(gt=0, le=Decimal("0.5"))]
    highest_unit_price_idr_per_m2: Annotated[int, Field(gt=0)]
    basis: Text
    is_example: bool

    def covers(self, day: date) -> bool:
        """Whether the tariff is in force on the day, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Numbering(_Part):
    """The beginnings of the region's own numbers, so that nobody takes them for SIMBG's."""

    case_prefix: NumberPrefix
    registration_prefix: NumberPrefix
    permit_prefix: NumberPrefix

    @model_validator(mode="after")
    def _not_simbg(self) -> Self:
        for prefix in (self.case_prefix, self.registration_prefix, self.permit_prefix):
            if prefix in SIMBG_PREFIXES:
                raise ValueError(f"{prefix} belongs to SIMBG; choose a prefix of the region's own, such as PENA-PBG")
        return self


class Switches(_Part):
    """What a region does its own way."""

    simbg_registration: bool
    neighbours_consent_required: bool
    spatial_statement_made_at_counter: bool
    online_submission: bool


class LocalRegulation(_Part):
    """The regent's own rule that waives the retribution.

    `in_force` decides whether anything is waived, `basis` says where that is known from. The number is for the papers
    and stays empty until the office, which then confirms the whole, has entered it.
    """

    in_force: bool
    basis: Text
    confirmed: bool
    number: str = ""
    about: Text

    @model_validator(mode="after")
    def _confirmed_by_its_number(self) -> Self:
        if self.confirmed and self.in_force and not self.number.strip():
            raise ValueError("a rule in force is confirmed by its number; enter it, or set confirmed to false")
        return self


class Mailboxes(_Part):
    """The office's own mailboxes that are told when a report comes; empty: nobody is told, the list in PENA remains."""

    complaints: Annotated[str, StringConstraints(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")] = ""
    inspectorate: Annotated[str, StringConstraints(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")] = ""

    def of(self, addressed_to: str) -> str | None:
        """The mailbox of `PENGADUAN` or `INSPEKTORAT`; None if there is none."""
        known = {"PENGADUAN": self.complaints, "INSPEKTORAT": self.inspectorate}
        return known.get(addressed_to) or None


class Region(_Part):
    """One kabupaten or kota that runs the service."""

    code: RegencyCode
    name: Text
    name_en: Text
    province: Text
    income_zone: Literal[1, 2, 3, 4]
    income_zone_basis: Text
    sub_districts: Annotated[tuple[SubDistrict, ...], Field(min_length=1)]
    bounding_box: BoundingBox
    letterhead: Letterhead
    exemption_regulation: LocalRegulation
    numbering: Numbering
    switches: Switches
    mailboxes: Mailboxes = Mailboxes()
    calendar: CalendarRules
    posts: Annotated[tuple[PostOfRegion, ...], Field(min_length=1)]
    tariffs: Annotated[tuple[Tariff, ...], Field(min_length=1)]
    systems: SystemRules = SystemRules()

    @model_validator(mode="after")
    def _sub_districts_differ(self) -> Self:
        _refuse_twice("sub_districts", [district.number for district in self.sub_districts])
        return self

    @model_validator(mode="after")
    def _posts_lead_upwards(self) -> Self:
        _refuse_twice("posts", [post.id for post in self.posts])
        missing = set(Post) - {post.id for post in self.posts}
        if missing:
            raise ValueError(f"posts: {', '.join(sorted(missing))} missing; notices would reach nobody, add them")
        above = {post.id: post.notices_pass_to for post in self.posts}
        for start in above:
            seen: set[str] = set()
            post: str | None = start
            while post is not None:
                if post in seen:
                    raise ValueError(f"posts: notices of {start} go in a circle; let one post pass to nobody")
                if post not in above:
                    raise ValueError(f"posts: {post} is named by notices_pass_to but is no post; add it or correct it")
                seen.add(post)
                post = above[post]
        return self

    @model_validator(mode="after")
    def _one_tariff_a_day(self) -> Self:
        in_order = sorted(self.tariffs, key=lambda tariff: tariff.valid_from)
        for earlier, later in zip(in_order, in_order[1:], strict=False):
            if earlier.covers(later.valid_from):
                raise ValueError(f"tariffs: two hold on {later.valid_from}; end the earlier one with valid_to")
        return self

    def sub_district_code(self, number: str) -> str:
        """The six digits of a sub-district as numbers use them, e.g. 321102.

        Raises:
            KeyError: the region has no such sub-district.
        """
        if number not in {district.number for district in self.sub_districts}:
            raise KeyError(number)
        return self.code.replace(".", "") + number

    @property
    def sub_district_names(self) -> dict[str, str]:
        """Six-digit code → name, in the order of the file."""
        return {self.sub_district_code(district.number): district.name for district in self.sub_districts}

    def tariff_on(self, day: date) -> Tariff | None:
        """The tariff in force on the day, or None."""
        return next((tariff for tariff in self.tariffs if tariff.covers(day)), None)


def _refuse_twice(field: str, values: list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{field}: {value} stands twice; remove one")
