"""The questions of the satisfaction survey, read from `config/surveys/service.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from penaemas.licensing.faults import Bilingual
from penaemas.licensing.satisfaction import Element

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]


class QuestionsInvalid(Exception):
    """The file cannot be used; the message names what is wrong in it."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: _Text
    en: _Text

    def both(self) -> Bilingual:
        return Bilingual(self.id, self.en)


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    element: _Words
    question: _Words
    answers: Annotated[tuple[_Words, ...], Field(min_length=4, max_length=4)]


@dataclass(frozen=True, slots=True)
class Question:
    """One element. `answers` in order: the first one scores 1, the last one 4."""

    element: Element
    title: Bilingual
    question: Bilingual
    answers: tuple[Bilingual, Bilingual, Bilingual, Bilingual]


def load_questions(file: Path) -> tuple[Question, ...]:
    """The nine questions, U1 to U9.

    Raises:
        QuestionsInvalid: an element is missing, or has not four answers.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        written: Mapping[Element, _Written] = TypeAdapter(dict[Element, _Written]).validate_python(content)
    except (OSError, ValueError, ValidationError) as error:
        raise QuestionsInvalid(f"{file}: {error}") from error
    missing = [element.value for element in Element if element not in written]
    if missing:
        raise QuestionsInvalid(f"{file}: {', '.join(missing)} is missing; add it with four answers")
    return tuple(_question(element, written[element]) for element in Element)


def _question(element: Element, written: _Written) -> Question:
    first, second, third, fourth = (answer.both() for answer in written.answers)
    return Question(element, written.element.both(), written.question.both(), (first, second, third, fourth))
