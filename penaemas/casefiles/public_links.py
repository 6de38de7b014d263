"""Where the public finds a page of ours: the one place that spells these paths for messages."""

from __future__ import annotations

from typing import Final

SURVEY: Final = "/survei/{code}"
COMPLAINT: Final = "/pengaduan"


def survey_link(public_address: str, code: str) -> str:
    """The page on which a case is rated."""
    return public_address.rstrip("/") + SURVEY.format(code=code)


def complaint_link(public_address: str) -> str:
    """The page that takes complaints, also without a name."""
    return public_address.rstrip("/") + COMPLAINT
