"""The body of `POST /_bulk`: an action line and a document line for each record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from penaemas.history.record import Place


class BulkRefused(ValueError):
    """Not a body as the exporter writes it; nothing of it is stored. The text names the reason, never a value."""


class Document(NamedTuple):
    """One record as received: where the action line says it stands, and the bytes of its line."""

    record_id: int
    body: bytes


class _Target(msgspec.Struct, gc=False):
    id: str = msgspec.field(name="_id")


class _Action(msgspec.Struct, gc=False):
    index: _Target


_decode_action = msgspec.json.Decoder(_Action).decode

# What one signed 64-bit number can hold beside a position of 51 bits.
_MOST_PARTITION = (1 << 12) - 1
_MOST_POSITION = (1 << 51) - 1


def read_documents(body: bytes) -> list[Document]:
    """The documents of a body, in order.

    Raises:
        BulkRefused: no action line where one belongs, or an `_id` that is not `partition-position`.
    """
    lines = body.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    if not lines or len(lines) % 2:
        raise BulkRefused("action lines and document lines do not pair")
    return [Document(_record_id(action), document) for action, document in zip(lines[::2], lines[1::2], strict=True)]


def _record_id(action: bytes) -> int:
    try:
        partition_text, _, position_text = _decode_action(action).index.id.partition("-")
        partition, position = int(partition_text), int(position_text)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise BulkRefused("an action line is not an index action with the id partition-position") from error
    if not (0 < partition <= _MOST_PARTITION and 0 < position <= _MOST_POSITION):
        raise BulkRefused("a partition or position is out of range")
    return Place(partition, position).record_id


def answer(documents: Sequence[Document], took_ms: int) -> bytes:
    """What Elasticsearch says of a batch that it has stored whole.

    The exporter treats one failed item as a failed batch and sends all of it again, so a batch has one outcome here.
    """
    places = (Place.of(document.record_id) for document in documents)
    items = ",".join(f'{{"index":{{"_id":"{partition}-{position}","status":201}}}}' for partition, position in places)
    return f'{{"took":{took_ms},"errors":false,"items":[{items}]}}'.encode()
