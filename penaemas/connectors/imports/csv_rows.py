"""Reads an import file twice: first every row is checked and every fault told, then, if there is none, it is stored.

The file is UTF-8, its first line names the columns, and cells are separated by commas, semicolons (as spreadsheets with
Indonesian settings write them) or tabs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from penaemas.connectors.imports.columns import CellWrong, Column

MOST_FAULTS: Final = 200
"""As many are told at once; a file with more is wrong as a whole."""
_ROWS_AT_ONCE: Final = 1000
_ENDED: Final = "(row)"


class OfficeTable(Protocol):
    """A table of the office that can be filled from a file."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What a file has to bring."""
        ...

    async def take(self, rows: Sequence[dict[str, Any]], *, source: str, at: datetime) -> None:
        """Take rows, by column, in the place of what the table said before; the same rows again change nothing."""
        ...

    async def count(self) -> int:
        """How many rows there are."""
        ...


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong, where, and what to do. Never with the value: a report may be printed and sent."""

    line: int
    column: str
    rule: str
    fix: str

    def __str__(self) -> str:
        return f"baris · line {self.line}, {self.column}: {self.rule}. Fix: {self.fix}."


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was found in a file. `faults` is cut at `MOST_FAULTS`."""

    rows: int
    faults: tuple[BadRow, ...]
    stored: bool


class FileUnusable(Exception):
    """The file as a whole cannot be read; says why and what to do."""

    def __init__(self, rule: str, fix: str) -> None:
        super().__init__(f"{rule} {fix}")
        self.rule = rule
        self.fix = fix


async def import_file(file: Path, into: OfficeTable, *, source: str, at: datetime, dry_run: bool) -> ImportReport:
    """Check the file and, unless it is a dry run or anything is wrong, store it.

    Rows are stored a thousand at a time, each thousand in one transaction; an import that was broken off is done again.

    Raises:
        FileUnusable: no such file, no UTF-8, no header, or columns that do not fit.
        StorageError: the database cannot be used.
    """
    rows, faults = 0, []
    for row in _rows(file, into.columns):
        if isinstance(row, BadRow):
            faults.append(row)
            if len(faults) == MOST_FAULTS:
                break
        else:
            rows += 1
    if faults or dry_run:
        return ImportReport(rows, tuple(faults), stored=False)
    waiting: list[dict[str, Any]] = []
    for row in _rows(file, into.columns):
        if isinstance(row, BadRow):
            raise FileUnusable("the file was changed while it was read.", "Repeat the command.")
        waiting.append(row)
        if len(waiting) == _ROWS_AT_ONCE:
            await into.take(waiting, source=source, at=at)
            waiting = []
    await into.take(waiting, source=source, at=at)
    return ImportReport(rows, (), stored=True)


def _rows(file: Path, columns: Sequence[Column]) -> Iterator[dict[str, Any] | BadRow]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            header = opened.readline()
            separator, order = _header(header, columns)
            reader = csv.reader(opened, delimiter=separator, strict=True)
            yield from _checked(reader, order, columns)
    except OSError as fault:
        raise FileUnusable(f"{file} cannot be read: {fault.strerror}.", "Name a file that is there.") from fault
    except UnicodeDecodeError:
        raise FileUnusable(f"{file} is not written in UTF-8.", 'Save it again as "CSV UTF-8".') from None
    except csv.Error as fault:
        raise FileUnusable(f"{file} is no CSV: {fault}.", "Look for a quotation mark that is not closed.") from None


def _header(line: str, columns: Sequence[Column]) -> tuple[str, list[str]]:
    wanted = {column.name for column in columns}
    for separator in ",;\t":
        names = [cell.strip().strip('"').strip().lower() for cell in line.rstrip("\r\n").split(separator)]
        if set(names) == wanted and len(names) == len(wanted):
            return separator, names
    raise FileUnusable(
        "the first line does not name the columns of this table.",
        f"Write it as: {','.join(column.name for column in columns)}",
    )


def _checked(
    reader: Iterator[list[str]], order: Sequence[str], columns: Sequence[Column]
) -> Iterator[dict[str, Any] | BadRow]:
    key_columns = [column.name for column in columns if column.of_key]
    first_line_of: dict[int, int] = {}
    # The header was read before; `line_num` counts lines, a cell may hold several.
    for cells in reader:
        line = getattr(reader, "line_num", 0) + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(order):
            yield BadRow(line, _ENDED, f"has {len(cells)} cells in the place of {len(order)}", "put quotation marks "
                         "around a cell that holds the separator")  # fmt: skip
            continue
        given, values, wrong = dict(zip(order, cells, strict=True)), {}, False
        for column in columns:
            try:
                values[column.name] = column.read(given[column.name])
            except CellWrong as fault:
                wrong = True
                yield BadRow(line, column.name, fault.rule, fault.fix)
        if wrong:
            continue
        # A digest of 64 bits of each key is enough to find repetitions, and holds nothing personal.
        key = hash(tuple(_plain(values[column]) for column in key_columns))
        if key in first_line_of:
            yield BadRow(line, ", ".join(key_columns), f"stands in line {first_line_of[key]} already", "keep the right "
                         "one of the two")  # fmt: skip
            continue
        first_line_of[key] = line
        yield values


def _plain(value: Any) -> Any:
    """As the table compares keys: without capitals and blanks."""
    return "".join(value.split()).casefold() if isinstance(value, str) else value
