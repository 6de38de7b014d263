"""Files that people hand in: whatever they are, the answer is a sentence and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.media import MOST_BYTES
from penaemas.cli.entry_files import MOST_JSON_BYTES, entry_of, files_beside
from penaemas.cli.problem import Problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{", "is no JSON: line 1, column 2"),
        (b"\xff\xfe{\x00}\x00", "is not written in UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"storeys": NaN}', "a number that is none"),
        (b'{"storeys": ' + b"9" * 5000 + b"}", "a number that is none"),
        (b'"' + b"x" * MOST_JSON_BYTES + b'"', "is larger than 1 MB"),
    ],
)
def test_what_is_no_json_is_told_so(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "entry.json"
    file.write_bytes(content)

    with pytest.raises(Problem) as problem:
        entry_of(file)

    assert says in problem.value.sentence


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (lambda folder: folder, "is no file"),
        (lambda folder: Path("/dev/null"), "is no file"),
        (lambda folder: folder / "missing.json", "No such file"),
        (lambda folder: folder / ("a" * 400), "name too long"),
        (lambda folder: Path("a\0b"), "no name of a file"),
    ],
)
def test_what_is_no_file_is_told_so(tmp_path: Path, place: Callable[[Path], Path], says: str) -> None:
    with pytest.raises(Problem) as problem:
        entry_of(place(tmp_path))

    assert says in problem.value.sentence


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "entry.json"
    file.write_bytes(b'\xef\xbb\xbf{"storeys": 1}')

    assert entry_of(file) == {"storeys": 1}


@pytest.mark.parametrize(
    ("text", "field", "rule"),
    [
        ('{"storeys": 1, "storeys": 2}', "storeys", "stands twice"),
        ('{"application": {"village": "A\\u0007B"}}', "application.village", "cannot be seen"),
        ('{"play": [{"officer": "\\ud800"}]}', "play.0.officer", "cannot be seen"),
    ],
)
def test_what_no_form_can_hold_is_named_by_its_field(tmp_path: Path, text: str, field: str, rule: str) -> None:
    file = tmp_path / "entry.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(EntryFaulty, match=rule) as faulty:
        entry_of(file)

    assert [fault.field for fault in faulty.value.faults] == [field]


@pytest.mark.parametrize("named", ["ktp.pdf", ["ktp.pdf"], 1, None])
def test_documents_are_named_by_kind(tmp_path: Path, named: Any) -> None:
    with pytest.raises(EntryFaulty, match="a file for each kind of document"):
        files_beside(tmp_path, named, "documents")


def test_every_document_that_cannot_be_read_is_told_at_once_and_none_is_opened_in_vain(tmp_path: Path) -> None:
    with (tmp_path / "large.pdf").open("wb") as large:
        large.truncate(MOST_BYTES + 1)
    named = {"KTP": "missing.pdf", "KK": 7, "PBB": "large.pdf", "KRK": "/dev/zero", "DENAH": "a\0b", "TAMPAK": "."}

    with pytest.raises(EntryFaulty) as faulty:
        files_beside(tmp_path, named, "documents")

    assert [fault.field for fault in faulty.value.faults] == [f"documents.{kind}" for kind in named]
    assert "is larger than 10 MB" in str(faulty.value)
