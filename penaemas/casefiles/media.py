"""What a file really is, by its own bytes: PDF, JPEG or PNG, with the size of a picture. The name is never believed."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MOST_BYTES = 10 * 1024 * 1024
LEAST_LONG_SIDE_PX = 1000
# A picture that unpacks to more would only harm whoever opens it; a scan of A3 at 600 dpi has 70 million.
MOST_PIXELS = 80_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_PDF_HEADER_WITHIN = 1024  # ISO 32000-1, annex H.3.4.1
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


class MediaRefused(ValueError):
    """The file is not accepted; `rule` and `fix` say why and what to do."""

    def __init__(self, rule: str, fix: str) -> None:
        super().__init__(f"{rule}; {fix}")
        self.rule = rule
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Media:
    """An accepted file. Width and height in pixels, of pictures only."""

    media_type: str
    byte_count: int
    width_px: int | None = None
    height_px: int | None = None


def examine(content: bytes) -> Media:
    """What the file is.

    Raises:
        MediaRefused: it is too big, too small to be read, or neither PDF, JPEG nor PNG.
    """
    if len(content) > MOST_BYTES:
        raise MediaRefused("is larger than 10 MB", "scan it with a lower resolution")
    if b"%PDF-" in content[:_PDF_HEADER_WITHIN] and b"%%EOF" in content[-_PDF_HEADER_WITHIN:]:
        return Media("application/pdf", len(content))
    if content.startswith(_PNG):
        return _picture("image/png", content, _png_size(content))
    if content.startswith(b"\xff\xd8\xff"):
        return _picture("image/jpeg", content, _jpeg_size(content))
    raise MediaRefused("is neither PDF, JPEG nor PNG", "save it as one of these and send it again")


def _picture(media_type: str, content: bytes, size: tuple[int, int] | None) -> Media:
    if size is None or 0 in size:
        raise MediaRefused("is a damaged picture", "scan or photograph it again")
    width, height = size
    if width * height > MOST_PIXELS:
        raise MediaRefused("has more than 80 million pixels", "scan it with a lower resolution")
    if max(size) < LEAST_LONG_SIDE_PX:
        raise MediaRefused("has fewer than 1,000 pixels on the long side", "scan it again so that it can be read")
    return Media(media_type, len(content), width, height)


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 24 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the first frame header (ITU-T T.81, annex B)."""
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _JPEG_WITHOUT_LENGTH:
            at += 2
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None
