"""The files that people hand to a command: JSON, and documents beside it. What cannot be read says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from unicodedata import category

from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.media import MOST_BYTES
from penaemas.cli.problem import Problem

MOST_JSON_BYTES: Final = 1024 * 1024
_NO_TEXT: Final = frozenset({"Cc", "Cs"})  # control characters, halves of a pair
_COMPARE: Final = "Compare it with the files in examples/."


def entry_of(file: Path) -> Any:
    """The content of a JSON file in UTF-8, with or without a byte order mark.

    Raises:
        Problem: it cannot be read, is too large, or is no JSON.
        EntryFaulty: it holds what no form can hold: a field twice, half a character, a character that cannot be seen.
    """
    content = _json(file, _text(file))
    faults = [
        Fault(place, "holds a character that is none or cannot be seen", "type the text again")
        for place, text in _texts(content, ())
        if any(character not in "\n\r\t" and category(character) in _NO_TEXT for character in text)
    ]
    if faults:
        raise EntryFaulty(*faults)
    return content


def files_beside(folder: Path, named: Any, field: str) -> dict[str, bytes]:
    """Contents by kind. Args: named: kind → file name relative to the folder, as it came; field: for faults.

    Raises:
        EntryFaulty: no list of names, or a file cannot be read or is too large; all faults at once.
    """
    if not isinstance(named, dict):
        fix = 'write it as {"KTP": "documents/ktp.pdf"}'
        raise EntryFaulty(Fault(field, "must name a file for each kind of document", fix))
    contents, faults = {}, []
    for kind, name in named.items():
        file = folder / name if isinstance(name, str) else folder
        try:
            if not file.is_file():
                faults.append(
                    Fault(f"{field}.{kind}", "cannot be read: no such file", "name a file relative to the JSON file")
                )
            elif file.stat().st_size > MOST_BYTES:  # not even opened: it may be larger than the memory
                faults.append(Fault(f"{field}.{kind}", "is larger than 10 MB", "scan it with a lower resolution"))
            else:
                contents[kind] = file.read_bytes()
        except (OSError, ValueError):  # ValueError: a name that no file can have
            faults.append(Fault(f"{field}.{kind}", "cannot be read", "name a file relative to the JSON file"))
    if faults:
        raise EntryFaulty(*faults)
    return contents


def _text(file: Path) -> str:
    try:
        if file.is_file() and file.stat().st_size > MOST_JSON_BYTES:
            raise Problem(
                f"{file} is larger than 1 MB.", "Name documents by their files; do not put them into the JSON."
            )
        if file.exists() and not file.is_file():
            raise Problem(f"{file} is no file.", "Name the JSON file itself.")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise Problem(f"{file} cannot be read: {fault.strerror}.", "Name a file that is there.") from fault
    except UnicodeDecodeError as fault:
        raise Problem(f"{file} is not written in UTF-8.", "Save it again as UTF-8.") from fault
    except ValueError as fault:
        raise Problem("this is no name of a file.", "Name a file that is there.") from fault


def _json(file: Path, text: str) -> Any:
    if not text.strip():
        raise Problem(f"{file} is empty.", _COMPARE)
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
    except json.JSONDecodeError as fault:
        raise Problem(
            f"{file} is no JSON: line {fault.lineno}, column {fault.colno}: {fault.msg}.", _COMPARE
        ) from fault
    except RecursionError as fault:
        raise Problem(f"{file} is nested too deeply.", _COMPARE) from fault
    except ValueError as fault:  # a number of thousands of digits, NaN, Infinity
        raise Problem(f"{file} holds a number that is none.", _COMPARE) from fault


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise EntryFaulty(*(Fault(name, "stands twice", "keep the one that is right") for name in twice))
    return dict(pairs)


def _no_number(name: str) -> None:
    raise ValueError(name)


def _texts(content: Any, place: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(content, str):
        yield ".".join(place) or "(all of it)", content
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from _texts(value, (*place, name))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _texts(value, (*place, str(number)))
