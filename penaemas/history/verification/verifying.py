"""Verifies a whole ledger: integrity, order, completeness, checkpoints, witnesses.

Nothing is believed but the key. What the portal's log says of the other logs at some moment, what an epoch says of the
one before, and what witnesses hold is compared with the trees that the entries make.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from penaemas.history.verification.entries import digest_of, entries_in, path_of
from penaemas.history.verification.notes import Note, NoteRefused, VerifierKey, open_note
from penaemas.history.verification.report import Kind, LogReport, Lost, Report
from penaemas.history.verification.segments import ENTRIES_OF_A_SEGMENT, Checked, Segment, check
from penaemas.history.verification.stored import PORTAL, Stored
from penaemas.history.verification.trees import roots_at, wrong_tiles

OnProgress = Callable[[int, int], None]
"""Entries done, entries in all."""

Runner = Callable[[Iterable[Segment]], Iterator[Checked]]
"""Checks segments, in order."""

_ORIGIN: Final = re.compile(r"(?P<installation>.+)/(?:partition/(?P<partition>[1-9]\d*)|portal)/(?P<epoch>[1-9]\d*)")
_NO_LIMIT: Final = 1 << 62


@dataclass
class _Log:
    """One log while it is checked."""

    origin: str
    partition: int
    epoch: int
    note: Note
    statement: dict[str, Any] | None = None
    report: LogReport = field(default_factory=lambda: LogReport(""))
    segments: list[Segment] = field(default_factory=list)
    tiles: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)


@dataclass
class Claims:
    """What others hold or say, to be compared with the log.

    Args:
        witnesses: keys whose signature must stand under the newest checkpoint of every log.
        kept: checkpoints that were given out of hand: a witness's, a mailed one.
        exported: last position that the broker has handed over, by partition.
    """

    witnesses: Sequence[VerifierKey] = ()
    kept: Sequence[str] = ()
    exported: Mapping[int, int] = field(default_factory=dict)


def verify(
    stored: Stored,
    key: VerifierKey,
    claims: Claims | None = None,
    *,
    on_progress: OnProgress = lambda done, total: None,
    runner: Runner | None = None,
) -> Report:
    """Check everything.

    Args:
        key: the installation's published key.
        runner: how segments are checked; None checks them here, one after the other.

    Raises:
        StorageError: the records cannot be read.
        OSError: a file is there and cannot be read.
    """
    claims = claims or Claims()
    report = Report(exported=dict(claims.exported))
    logs = _opened(stored, key, report)
    for log in logs:
        following = next((one for one in logs if (one.partition, one.epoch) == (log.partition, log.epoch + 1)), None)
        _plan(stored, log, following, report)
    segments = [segment for log in logs for segment in log.segments]
    by_origin = {log.origin: log for log in logs}
    run = runner or (lambda chosen: (check(stored, segment) for segment in chosen))
    done, total = 0, sum(segment.end - segment.start for segment in segments)
    for segment, checked in zip(segments, run(segments), strict=True):
        _collect(by_origin[segment.origin], checked, report)
        done += segment.end - segment.start
        on_progress(done, total)
    _check_trees(stored, logs, key, claims, report)
    _check_rest(stored, logs, report)
    report.logs = [log.report for log in logs]
    return report


def _opened(stored: Stored, key: VerifierKey, report: Report) -> list[_Log]:
    logs = []
    for origin in stored.origins():
        name = _ORIGIN.fullmatch(origin)
        if name is None or name["installation"] != key.name:
            report.add(Kind.CHECKPOINT, origin, 0, f"it is not a log of {key.name}")
            continue
        try:
            note = open_note((stored.file(origin, "checkpoint") or b"").decode(), key)
        except (NoteRefused, UnicodeDecodeError) as error:
            report.add(Kind.CHECKPOINT, origin, 0, str(error))
            continue
        if note.origin != origin:
            report.add(Kind.CHECKPOINT, origin, 0, f"the checkpoint is that of {note.origin}")
            continue
        log = _Log(origin, int(name["partition"] or PORTAL), int(name["epoch"]), note)
        log.report = LogReport(origin, note.size, note.root)
        logs.append(log)
    logs.sort(key=lambda log: (log.partition, log.epoch))
    for place, log in enumerate(logs):
        before = logs[place - 1] if place else None
        follows = before is not None and before.partition == log.partition
        if log.epoch != (before.epoch + 1 if before is not None and follows else 1):
            report.add(Kind.CHECKPOINT, log.origin, 0, "the epoch before it is not there")
    return logs


def _plan(stored: Stored, log: _Log, following: _Log | None, report: Report) -> None:
    """Read the statement of the epoch, find where the records begin, and cut the log into segments."""
    if log.epoch > 1:
        log.statement = _statement(stored, log, report)
    if following is not None:
        following.statement = _statement(stored, following, report, quiet=True)
    first_index = 0 if log.epoch == 1 else 1
    width = min(log.note.size, 256)
    bundle = stored.file(log.origin, path_of("entries", 0, width)) or stored.file(log.origin, path_of("entries", 0))
    first = _first_position(bundle, first_index) if log.note.size > first_index else 1
    if first is None:
        report.add(Kind.INTEGRITY, log.origin, 0, "the first entries cannot be read")
        return
    until = _NO_LIMIT
    if following is not None and following.statement is not None:
        until = int(following.statement["from_position"]) - 1
    log.report.first, log.report.last = first, first + log.note.size - first_index - 1
    for start in range(0, log.note.size, ENTRIES_OF_A_SEGMENT):
        end = min(start + ENTRIES_OF_A_SEGMENT, log.note.size)
        log.segments.append(
            Segment(log.origin, log.partition, log.note.size, start, end, first - first_index, first_index, until)
        )


def _statement(stored: Stored, log: _Log, report: Report, *, quiet: bool = False) -> dict[str, Any] | None:
    """What opened the epoch; its digest is the log's first entry."""
    content = stored.file(log.origin, "epoch.json") or b""
    width = min(log.note.size, 256)
    bundle = stored.file(log.origin, path_of("entries", 0, width)) or stored.file(log.origin, path_of("entries", 0))
    try:
        statement: dict[str, Any] = json.loads(content)
        entry = entries_in(bundle or b"")[0]
        int(statement["from_position"]), statement["previous"]["origin"], int(statement["previous"]["size"])
        b64decode(statement["previous"]["root"], validate=True)
    except (ValueError, KeyError, TypeError, IndexError):
        if not quiet:
            report.add(Kind.INTEGRITY, log.origin, 0, "the statement that opened the epoch cannot be read")
        return None
    if entry != f"{log.partition} 0 0 {digest_of(content)}".encode():
        if not quiet:
            report.add(Kind.INTEGRITY, log.origin, 0, "the statement that opened the epoch is not the one sealed")
        return None
    lost = statement.get("lost")
    if lost and not quiet:
        reason, officer = str(statement.get("reason")), str(statement.get("officer"))
        report.lost.append(Lost(statement["previous"]["origin"], int(lost["from"]), int(lost["to"]), reason, officer))
    return statement


def _first_position(bundle: bytes | None, index: int) -> int | None:
    try:
        return int(entries_in(bundle or b"")[index].split(b" ")[1])
    except (ValueError, IndexError):
        return None


def _collect(log: _Log, checked: Checked, report: Report) -> None:
    report.findings += checked.findings
    log.report.records += checked.records
    log.report.without_bytes += checked.without_bytes
    if len(log.tiles) * 256 == checked.start:
        log.tiles += checked.tiles
        log.leaves = checked.leaves


def _check_trees(stored: Stored, logs: Sequence[_Log], key: VerifierKey, claims: Claims, report: Report) -> None:
    """Roots at every size that somebody holds or has written down."""
    wanted: dict[str, list[tuple[Kind, int, bytes, str]]] = {log.origin: [] for log in logs}
    for log in logs:
        wanted[log.origin].append((Kind.CHECKPOINT, log.note.size, log.note.root, "the newest checkpoint"))
        missing = [witness for witness in claims.witnesses if not log.note.is_signed_by(witness)]
        log.report.cosigned_by = tuple(one.name for one in claims.witnesses if one not in missing)
    for origin, size, root, holder, kind in _claimed(stored, logs, key, claims, report):
        if origin in wanted:
            wanted[origin].append((kind, size, root, holder))
        else:
            report.add(kind, origin, 0, f"{holder} names this log, and it is not there")
    for log in logs:
        if any(finding.origin == log.origin for finding in report.findings):
            continue  # its tree is known to be wrong; the first bad record is what helps
        for path, first in wrong_tiles(stored, log.origin, log.tiles):
            position = first + log.report.first
            report.add(Kind.INTEGRITY, log.origin, position, f"{path} is not made of the tiles beneath it")
        claimed = wanted[log.origin]
        sizes = [size for _, size, _, _ in claimed if size <= log.note.size]
        roots = roots_at(sizes, log.tiles, log.leaves, stored, log.origin)
        for kind, size, root, holder in claimed:
            if size > log.note.size:
                report.add(kind, log.origin, 0, f"{holder} has {size} entries, the log only {log.note.size}")
            elif roots[size] != root:
                report.add(kind, log.origin, 0, f"{holder} of {size} entries is not the beginning of this log")


def _claimed(
    stored: Stored, logs: Sequence[_Log], key: VerifierKey, claims: Claims, report: Report
) -> Iterator[tuple[str, int, bytes, str, Kind]]:
    by_origin = {log.origin: log for log in logs}
    for text in claims.kept:
        try:
            note = open_note(text, key)
        except NoteRefused as error:
            report.add(Kind.WITNESS, "", 0, f"a checkpoint that others hold: {error}")
            continue
        yield note.origin, note.size, note.root, "a checkpoint that others hold", Kind.WITNESS
    for log in logs:
        if log.statement is not None:
            previous = log.statement["previous"]
            before = by_origin.get(previous["origin"])
            # A larger one than ours is what the epoch was opened for; the span is declared lost.
            if before is None or int(previous["size"]) <= before.note.size:
                root = b64decode(previous["root"])
                yield previous["origin"], int(previous["size"]), root, f"the epoch {log.origin}", Kind.CHECKPOINT
    for moment in _moments(stored, logs):
        for origin, told in moment["logs"].items():
            try:
                size, root = int(told["size"]), b64decode(told["root"], validate=True)
            except (KeyError, TypeError, ValueError, Base64Error):
                report.add(Kind.INTEGRITY, origin, 0, "a moment in the portal's log cannot be read")
                continue
            yield origin, size, root, f"the portal's log at {moment['at']}", Kind.CHECKPOINT
        for partition, position in moment["exported"].items():
            known = report.exported.get(int(partition), 0)
            report.exported[int(partition)] = max(known, int(position))


def _moments(stored: Stored, logs: Sequence[_Log]) -> Iterator[dict[str, Any]]:
    """Moments that stand under a checkpoint of the portal's log."""
    for log in logs:
        if log.partition == PORTAL and log.segments:
            until = min(log.report.last, log.segments[0].until)
            for record in stored.records(PORTAL, log.report.first, until):
                if record.document is not None and b'"kind":"moment"' in record.document:
                    content = json.loads(record.document)
                    if content.get("kind") == "moment":
                        yield content


def _check_rest(stored: Stored, logs: Sequence[_Log], report: Report) -> None:
    """What stands before and after the logs, and how far the broker had come."""
    newest = {log.partition: log for log in logs}
    oldest = {log.partition: log for log in reversed(logs)}
    spans = {partition: stored.span(partition) for partition in stored.partitions()}
    for partition, (first, last) in spans.items():
        log = newest.get(partition)
        if log is None:
            report.waiting[partition] = sum(1 for _ in stored.records(partition, first, last))
            continue
        if first < oldest[partition].report.first:
            report.add(Kind.COMPLETENESS, log.origin, first, "a record stands before the first that was sealed")
        expected = log.report.last + 1
        for record in stored.records(partition, expected, last):
            if record.position != expected:
                text = f"positions {expected} to {record.position - 1} have not come"
                report.add(Kind.COMPLETENESS, log.origin, expected, text)
                expected = record.position
            expected += 1
        report.waiting[partition] = max(last - log.report.last, 0)
    for partition, position in report.exported.items():
        _, last = spans.get(partition, (0, 0))
        if last < position:
            origin = newest[partition].origin if partition in newest else f"partition {partition}"
            text = f"the broker has handed over up to {position}, stored is up to {last}"
            report.add(Kind.COMPLETENESS, origin, last + 1, text)
