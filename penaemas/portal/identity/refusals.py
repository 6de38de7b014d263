"""What a page says when a password or a code was not accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from penaemas.portal.identity.identity import TryLater, Wrong
from penaemas.portal.languages import indonesian

LATER = indonesian("Terlalu banyak percobaan dari sini. Coba lagi dalam %(seconds)s detik.")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the catalogues and the values in it."""

    text: str
    values: Mapping[str, int] = field(default_factory=dict)


def sentence_of(refusal: TryLater | Wrong, wrong: str) -> Sentence:
    """Why it was refused; `wrong` says that what was entered does not match."""
    if isinstance(refusal, TryLater):
        return Sentence(LATER, {"seconds": int(refusal.wait.total_seconds()) + 1})
    return Sentence(wrong)


def status_of(refusal: TryLater | Wrong) -> int:
    """The HTTP status that says the same."""
    return 429 if isinstance(refusal, TryLater) else 403
