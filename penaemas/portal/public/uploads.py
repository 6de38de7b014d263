"""Files that applicants send: whole with a form, or in pieces over a bad line; checked by what they are.

Pieces: `GET …?upload=<SHA-256>` says how many bytes are here; `POST` with the same and `begins=` adds a piece; the one
that completes the file is answered with what became of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from penaemas.casefiles.applicants.drafts import DraftGone
from penaemas.casefiles.applicants.uploads import LARGEST_PIECE, PieceRefused
from penaemas.casefiles.media import MOST_BYTES, MediaRefused, examine
from penaemas.portal.forms.rules_of_case_files import indonesian_of
from penaemas.portal.forms.sentences import FieldError, Words
from penaemas.portal.languages import indonesian, language_of, pair
from penaemas.portal.public.desk import PublicDesk

MOST_FIELDS: Final = 200
MOST_BODY_BYTES: Final = MOST_BYTES + 512 * 1024
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
MOST_WAITED_FOR_BYTES: Final = 60 * 1024 * 1024
TOO_LARGE: Final = indonesian(
    "Berkas lebih besar dari 10 MB. Kembali, lalu foto atau pindai lagi dengan ukuran lebih kecil. "
    "Jawaban lain tetap tersimpan."
)
INCOMPLETE: Final = indonesian("Kiriman tidak utuh. Kembali, lalu kirim lagi.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it arrived: its texts, and its files by field."""

    texts: tuple[tuple[str, str], ...]
    files: dict[str, bytes]


async def refuse_too_much(request: Request, most_bytes: int = MOST_BODY_BYTES) -> None:
    """Refuse a body that is larger than any form of ours, or does not say how large it is; nothing of it is kept.

    Raises:
        HTTPException: 413 or 411.
    """
    told = request.headers.get("content-length", "")
    if not told.isdecimal():
        raise HTTPException(411, INCOMPLETE)
    if int(told) > most_bytes:
        # A browser shows our answer only after it could send everything; a mere mistake is waited for, no more.
        if int(told) <= MOST_WAITED_FOR_BYTES:
            async for _ in request.stream():
                continue
        raise HTTPException(413, TOO_LARGE)


async def sent_form(request: Request) -> Sent:
    """Everything that a form has sent. An empty file picker counts as nothing.

    Raises:
        HTTPException: it is too large.
    """
    await refuse_too_much(request)
    texts: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    async with request.form(max_files=20, max_fields=MOST_FIELDS) as form:
        for key, value in form.multi_items():
            if not isinstance(value, UploadFile):
                texts.append((key, value))
            elif content := await value.read(MOST_BYTES + 1):
                files[key] = content
    return Sent(tuple(texts), files)


async def keep_file(desk: PublicDesk, draft_id: str, document: str, field: str, content: bytes) -> FieldError | None:
    """Keep a file in a draft, or say what is wrong with it.

    Raises:
        DraftGone: the draft was sent or has ended.
    """
    try:
        media = examine(content)
    except MediaRefused as refused:
        return FieldError(field, _both(refused.rule), _both(refused.fix))
    await desk.office.applicants.drafts.add_file(draft_id, document, content, media)
    return None


async def arrived(desk: PublicDesk, draft_id: str, document: str, upload: str) -> JSONResponse:
    """How many bytes of a file are here."""
    _require_digest(upload)
    return JSONResponse({"arrived": await desk.office.applicants.uploads.arrived(draft_id, document, upload)})


async def take_piece(
    desk: PublicDesk, request: Request, draft_id: str, document: str, upload: str, begins: int, size: int
) -> JSONResponse:
    """Take a piece; after the last one, the file.

    Args:
        size: of the whole file, in bytes.
    """
    _require_digest(upload)
    await refuse_too_much(request, LARGEST_PIECE)
    uploads, language = desk.office.applicants.uploads, language_of(request)
    try:
        here = await uploads.add(draft_id, document, upload, begins, await request.body())
        if here < size:
            return JSONResponse({"arrived": here})
        content = await uploads.whole(draft_id, document, upload)
        if content is None:
            return JSONResponse({"arrived": 0}, status_code=409)
        wrong = await keep_file(desk, draft_id, document, document, content)
    except PieceRefused as refused:
        return JSONResponse({"arrived": refused.arrived}, status_code=409)
    except DraftGone:
        raise HTTPException(404) from None
    if wrong is not None:
        sentence = f"{pair(language, *wrong.rule)}. {pair(language, *wrong.fix)}."
        return JSONResponse({"arrived": 0, "refused": sentence}, status_code=422)
    return JSONResponse({"arrived": here, "kept": True})


def _require_digest(upload: str) -> None:
    if DIGEST.fullmatch(upload) is None:
        raise HTTPException(422)


def _both(sentence: str) -> Words:
    return Words(indonesian_of(sentence) or sentence, sentence)
