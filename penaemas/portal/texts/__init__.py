"""Finds every text of the portal that must be translated, and what the catalogues lack or hold in vain.

Texts are written in Indonesian where they are used: in templates as `_("…")` or an argument of a macro of `ui.html`,
in Python as `indonesian("…")`. Their English stands in `en/<area>.po`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

PORTAL: Final = Path(__file__).parents[1]
CATALOGUES: Final = Path(__file__).parent / "en"
MARKS: Final = {"_", "indonesian", "beside"}
# Macro → which of its arguments are texts, by position and by name.
MACROS: Final[dict[str, tuple[tuple[int, ...], tuple[str, ...]]]] = {
    "both": ((0,), ()),
    "badge": ((0,), ()),
    "empty": ((0, 1), ()),
    "confirm": ((1, 2, 3), ()),
    "field": ((1,), ("label", "help", "fault")),
}


def texts_used() -> dict[str, str]:
    """Every text → the file, below the portal, that uses it."""
    found: dict[str, str] = {}
    for file in sorted(PORTAL.rglob("*.html")):
        for text in _of_template(file.read_text(encoding="utf-8")):
            found.setdefault(text, file.relative_to(PORTAL).as_posix())
    for file in sorted(PORTAL.rglob("*.py")):
        for text in _of_module(file.read_text(encoding="utf-8")):
            found.setdefault(text, file.relative_to(PORTAL).as_posix())
    return found


def faults() -> list[str]:
    """What the catalogues lack, hold twice, or hold in vain; a sentence each."""
    used = texts_used()
    held: dict[str, str] = {}
    said = []
    for file in sorted(CATALOGUES.glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="en"):
                text = str(message.id)
                if not text:
                    continue
                if text in held:
                    said.append(f"{file.name}: “{text}” stands in {held[text]} too; keep one")
                held[text] = file.name
                if not message.string:
                    said.append(f"{file.name}: “{text}” has no English")
                if text not in used:
                    said.append(f"{file.name}: “{text}” is used nowhere; remove it")
    said += [f"{used[text]}: “{text}” is in no catalogue of texts/en" for text in used if text not in held]
    return said


def _of_template(source: str) -> Iterator[str]:
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        match call.node:
            case nodes.Name(name=name) if name in MARKS:
                yield from _constants(list(call.args[:1]))
            case nodes.Getattr(node=nodes.Name(name="ui"), attr=macro) if macro in MACROS:
                positions, names = MACROS[macro]
                yield from _constants([arg for index, arg in enumerate(call.args) if index in positions])
                yield from _constants([pair.value for pair in call.kwargs if pair.key in names])


def _constants(expressions: list[nodes.Expr | None]) -> Iterator[str]:
    for expression in expressions:
        match expression:
            case nodes.Const(value=str() as text) if text:
                yield text
            case nodes.CondExpr(expr1=left, expr2=right):
                yield from _constants([left, right])


def _of_module(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="indonesian"), args=[ast.Constant(value=str() as text), *_]):
                yield text
