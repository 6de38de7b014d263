"""How this product says what is wrong: field, rule, and what to do, in both languages. Never the value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A sentence for people, in Indonesian and English."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule. `rule` is a stable code for programs; `says` and `fix` are for people."""

    field: str
    rule: str
    says: Bilingual
    fix: Bilingual

    def __str__(self) -> str:
        return f"{self.field}: {self.says.en}. Fix: {self.fix.en}."
