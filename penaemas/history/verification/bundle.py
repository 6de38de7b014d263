"""Checks the bundle of one case: that its records are real, unchanged, of this case, and all there.

Standard library alone, like all it imports: a copy of it travels in every bundle. Run as `python3 verify.py`.
"""

import argparse
import json
import sys
from base64 import b64decode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from penaemas.history.verification.entries import Entry, EntryUnreadable, digest_of, entries_in
from penaemas.history.verification.merkle import is_included, root_of
from penaemas.history.verification.notes import LOG_KEY, WITNESS_KEY, Note, NoteRefused, VerifierKey, open_note

SUMS = "SHA256SUMS"


class BundleRefused(Exception):
    """The bundle does not prove what it says. The text says where."""


class Part(NamedTuple):
    """What the bundle takes from one log: its checkpoint, and the case's records in it with their entries."""

    note: Note
    cosigned_by: tuple[str, ...]
    records: tuple[tuple[Entry, bytes], ...]


class Proved(NamedTuple):
    """What holds. `instances` are the keys of the case's process instances, those they called included."""

    case_id: str
    instances: tuple[int, ...]
    records: int
    diagrams: int
    parts: tuple[Part, ...]
    key: VerifierKey


def check_bundle(folder: Path, trusted: VerifierKey | None = None) -> Proved:
    """Check everything in the folder of an unpacked bundle.

    Args:
        trusted: the installation's key as it was published; without it the one in the bundle is taken, and the reader
            has to compare it.

    Raises:
        BundleRefused: see there.
        OSError: a file cannot be read.
    """
    _check_sums(folder)
    try:
        keys = [VerifierKey.parse(line) for line in _text(folder / "keys.txt").splitlines()]
        told = json.loads(_text(folder / "proofs.json"))
        case_id, logs = str(told["case"]), list(told["logs"])
        instances = {int(key) for key in told["instances"]}
        parts = tuple(_part(folder, log, keys, trusted, instances) for log in logs)
        documents = [json.loads(document) for part in parts for _, document in part.records]
    except (NoteRefused, EntryUnreadable) as error:
        raise BundleRefused(str(error)) from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise BundleRefused("keys.txt or proofs.json is not as the format says") from error
    _check_instances(case_id, instances, documents)
    diagrams = _check_diagrams(folder, parts, instances)
    own = sum(1 for part in parts for entry, _ in part.records if entry.process_instance_key in instances)
    return Proved(case_id, tuple(sorted(instances)), own, diagrams, parts, trusted or _log_keys(keys)[0])


def _check_sums(folder: Path) -> None:
    """Every file is there, none else, and each is the one that was packed."""
    listed = {}
    for line in _text(folder / SUMS).splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()} - {SUMS}
    for name in sorted(found ^ listed.keys()):
        raise BundleRefused(f"{name} is not there" if name in listed else f"{name} was added")
    for name, digest in listed.items():
        if sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise BundleRefused(f"{name} was changed")


def _part(
    folder: Path, told: dict[str, Any], keys: Sequence[VerifierKey], trusted: VerifierKey | None, instances: set[int]
) -> Part:
    place = folder / str(told["folder"])
    note = _note(_text(place / "checkpoint"), [trusted] if trusted else _log_keys(keys))
    entries = _entries(place, note)
    if len(entries) != note.size or root_of(entries) != note.root:
        raise BundleRefused(f"the entries of {note.origin} do not add up to its checkpoint")
    lines = (place / "records.jsonl").read_bytes().split(b"\n")
    if lines.pop() != b"" or len(lines) != len(told["records"]):
        raise BundleRefused(f"the records of {note.origin} and their proofs do not pair")
    records = []
    before = -1
    for document, proof in zip(lines, told["records"], strict=True):
        index, path = int(proof["index"]), [b64decode(node, validate=True) for node in proof["path"]]
        if not before < index < note.size:
            raise BundleRefused(f"the records of {note.origin} are not in order")
        entry = Entry.parse(entries[index])
        if entry.digest != digest_of(document):
            raise BundleRefused(f"the record at position {entry.position} is not the one that was sealed")
        if not is_included(entries[index], index, note.size, note.root, path):
            raise BundleRefused(f"the proof of position {entry.position} does not lead to the checkpoint")
        if entry.process_instance_key not in instances | {0}:
            raise BundleRefused(f"the record at position {entry.position} is of another case")
        records.append((entry, document))
        before = index
    given = {int(proof["index"]) for proof in told["records"]}
    for index, content in enumerate(entries):
        entry = Entry.parse(content)
        if entry.process_instance_key in instances and index not in given:
            raise BundleRefused(f"the record at position {entry.position} belongs to this case and was left out")
    witnesses = tuple(key.name for key in keys if key.kind == WITNESS_KEY and note.is_signed_by(key))
    return Part(note, witnesses, tuple(records))


def _note(text: str, keys: Sequence[VerifierKey]) -> Note:
    note = Note.parse(text)
    for key in keys:
        if note.origin.startswith(f"{key.name}/"):
            return open_note(text, key)
    raise BundleRefused(f"the checkpoint of {note.origin} is signed by nobody we know")


def _entries(place: Path, note: Note) -> list[bytes]:
    entries: list[bytes] = []
    for number in range((note.size + 255) // 256):
        entries += entries_in((place / "entries" / str(number)).read_bytes())
    return entries


def _check_instances(case_id: str, instances: set[int], documents: Sequence[dict[str, Any]]) -> None:
    """The named instances are those of the case: the ones that carry its number, and every process they have called."""
    parents: dict[int, int] = {}
    called: dict[int, int] = {}
    calls: set[int] = set()
    numbered: set[int] = set()
    number = ("case_id", json.dumps(case_id))
    for document in documents:
        value, kind = document.get("value", {}), (document.get("valueType"), document.get("recordType"))
        if kind == ("PROCESS_INSTANCE", "EVENT"):
            element = value.get("bpmnElementType")
            if element == "PROCESS":
                parents[value["processInstanceKey"]] = value.get("parentProcessInstanceKey", -1)
                called[value.get("parentElementInstanceKey", -1)] = value["processInstanceKey"]
            elif element == "CALL_ACTIVITY" and document.get("intent") == "ELEMENT_ACTIVATED":
                calls.add(document["key"])
        elif kind == ("VARIABLE", "EVENT") and (value.get("name"), value.get("value")) == number:
            numbered.add(value["processInstanceKey"])
    for key in sorted(instances):
        if key not in parents:
            raise BundleRefused(f"the process instance {key} has no beginning")
        if parents[key] not in instances and key not in numbered:
            raise BundleRefused(f"the process instance {key} does not belong to {case_id}")
    for call in sorted(calls):
        if called.get(call) not in instances:
            raise BundleRefused(f"a process that the case has called (by element instance {call}) was left out")


def _check_diagrams(folder: Path, parts: Sequence[Part], instances: set[int]) -> int:
    """Each diagram is the one of a sealed deployment, and that of a process that the case ran through."""
    used = set()
    deployed = {}
    for part in parts:
        for entry, document in part.records:
            told = json.loads(document)
            if entry.process_instance_key in instances:
                used.add(told["value"].get("processDefinitionKey"))
            elif told.get("valueType") == "PROCESS" and told.get("recordType") == "EVENT":
                deployed[told["value"]["processDefinitionKey"]] = b64decode(told["value"]["resource"])
            else:
                raise BundleRefused(f"the record at position {entry.position} is of no case and deploys nothing")
    if deployed.keys() - used:
        raise BundleRefused("a diagram that the case never ran through was put in")
    files = sorted((folder / "diagrams").glob("*")) if (folder / "diagrams").is_dir() else []
    for file in files:
        if file.stem.rpartition("-")[2] not in {str(key) for key in deployed}:
            raise BundleRefused(f"{file.name} is of no deployment in this bundle")
        if file.read_bytes() != deployed[int(file.stem.rpartition("-")[2])]:
            raise BundleRefused(f"{file.name} is not the diagram that was deployed")
    return len(files)


def _log_keys(keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    return [key for key in keys if key.kind == LOG_KEY]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise BundleRefused(f"{file.name} is not there or cannot be read") from error


def main(arguments: Sequence[str], folder: Path) -> int:
    """`python3 verify.py`: 0 accepted, 1 refused."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check this bundle with nothing but Python.")
    parser.add_argument("--key", help="the installation's published key, to compare with the one in keys.txt")
    chosen = parser.parse_args(arguments)
    try:
        proved = check_bundle(folder, VerifierKey.parse(chosen.key) if chosen.key else None)
    except (BundleRefused, NoteRefused, OSError) as refusal:
        sys.stdout.write(f"DITOLAK · REFUSED: {refusal}\n")
        return 1
    sys.stdout.writelines(_said(proved, compared=bool(chosen.key)))
    return 0


def _said(proved: Proved, *, compared: bool) -> Iterator[str]:
    yield f"DITERIMA · ACCEPTED: {proved.case_id}, {proved.records} records, {proved.diagrams} diagrams\n"
    for part in proved.parts:
        signed = ", ".join(part.cosigned_by) or "nobody outside the office"
        yield f"  {part.note.origin}, {part.note.size} entries, co-signed by {signed}\n"
    if not compared:
        yield f"  signed by {proved.key.name}: compare keys.txt with the key that the office has published\n"
