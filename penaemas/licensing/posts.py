"""Posts and who answers for them: holders, vacancies, stand-ins (Plh, Plt) by decree.

A notice is meant for a post. It reaches the holder; with the holder away, the stand-in whose decree is in force; else
it passes up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Post(StrEnum):
    """The posts that the ladder names; every region has them, with titles of its own."""

    OPERATOR = "OPERATOR"
    KABID = "KABID"
    KABID_TARU = "KABID_TARU"
    KETUA_TPT = "KETUA_TPT"
    KABID_TEKNIS = "KABID_TEKNIS"
    KADIS_TEKNIS = "KADIS_TEKNIS"
    KADIS = "KADIS"
    INSPEKTORAT = "INSPEKTORAT"
    BAGIAN_HUKUM = "BAGIAN_HUKUM"
    SEKDA = "SEKDA"
    BUPATI = "BUPATI"


class StandInKind(StrEnum):
    """Plh: the holder is away for a time. Plt: the post is vacant."""

    PLH = "PLH"
    PLT = "PLT"


@dataclass(frozen=True, slots=True)
class StandIn:
    """An officer who acts for a post by decree; both days belong to the term (WIB)."""

    officer_id: str
    kind: StandInKind
    decree_number: str
    first_day: date
    last_day: date

    def in_force(self, day: date) -> bool:
        """Whether the decree holds on the day. Without a number there is no decree."""
        return bool(self.decree_number.strip()) and self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Holding:
    """A post as it is filled now. No holder means vacant; `passes_to` is the next post up."""

    post: str
    holder_id: str | None
    passes_to: str | None = None
    holder_is_away: bool = False
    stand_ins: tuple[StandIn, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a notice reaches. `meant_for` is the post it was for, `post` the one that answers.

    `officer_id` is None when nobody up to Kepala DPMPTSP can be reached: the notice then waits on the post's own list,
    in sight. `decree_number` names the decree when a stand-in is told.
    """

    meant_for: str
    post: str
    officer_id: str | None
    decree_number: str = ""


class Roster:
    """All posts of a region with their holders.

    Raises:
        ValueError: a post stands twice.
    """

    def __init__(self, holdings: Iterable[Holding]) -> None:
        self._holdings: dict[str, Holding] = {}
        for holding in holdings:
            if holding.post in self._holdings:
                raise ValueError(f"{holding.post} stands twice in the roster; keep one")
            self._holdings[holding.post] = holding

    @property
    def holdings(self) -> Mapping[str, Holding]:
        """Every post by its id."""
        return self._holdings

    def stand_in(self, post: str, day: date) -> StandIn | None:
        """The stand-in of a post whose decree is in force on the day, the first in the list, or None."""
        holding = self._holdings.get(post)
        candidates = holding.stand_ins if holding else ()
        return next((candidate for candidate in candidates if candidate.in_force(day)), None)

    def told(self, post: str, day: date) -> Told:
        """Whom a notice for the post reaches on the day: holder, stand-in, next post up, at last Kepala DPMPTSP."""
        seen: set[str] = set()
        current: str | None = post
        while current is not None and current not in seen:
            seen.add(current)
            answer = self._answers(post, current, day)
            if answer is not None:
                return answer
            holding = self._holdings.get(current)
            current = holding.passes_to if holding else None
        return self._answers(post, Post.KADIS, day) or Told(post, Post.KADIS, None)

    def _answers(self, meant_for: str, post: str, day: date) -> Told | None:
        holding = self._holdings.get(post)
        if holding is None:
            return None
        if holding.holder_id is not None and not holding.holder_is_away:
            return Told(meant_for, post, holding.holder_id)
        stand_in = self.stand_in(post, day)
        return Told(meant_for, post, stand_in.officer_id, stand_in.decree_number) if stand_in else None
