"""Indonesian first, English beside. Texts are written in Indonesian where they are used; `texts/en` translates them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

from babel.messages.pofile import read_po
from fastapi import Request

Language = Literal["id", "en"]
COOKIE: Final = "pena_language"
CATALOGUES: Final = Path(__file__).parent / "texts" / "en"


def indonesian(text: str) -> str:
    """Marks a text of the program where it is written and translated later: the catalogues must have it."""
    return text


def language_of(request: Request) -> Language:
    """The officer's own choice, else the cookie's, else Indonesian."""
    session = getattr(request.state, "session", None)
    chosen = session.officer.language if session is not None else request.cookies.get(COOKIE)
    return "en" if chosen == "en" else "id"


@cache
def english() -> dict[str, str]:
    """Indonesian text → English text, all areas together."""
    texts: dict[str, str] = {}
    for file in sorted(CATALOGUES.glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="en"):
                if message.id and message.string:
                    texts[str(message.id)] = str(message.string)
    return texts


def translate(language: Language, text: str) -> str:
    """A text of the program in this language; a text that no catalogue has stays Indonesian."""
    return english().get(text, text) if language == "en" else text


def beside(language: Language, text: str) -> str:
    """The same text in the other language."""
    return text if language == "en" else english().get(text, text)


def pair(language: Language, indonesian: str, english_text: str) -> str:
    """Of two texts that are data, not the program's own, the one of this language."""
    return english_text if language == "en" else indonesian
