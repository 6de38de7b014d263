"""Style sheets and scripts, named by their content: a browser keeps them for ever, and asks for a new one at once.

The style sheets are one file, in the order of `SHEETS`. Scripts come from the front end's build; without one, pages
work all the same, by forms and links.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import HTTPException, Request, Response

STATIC: Final = Path(__file__).parent / "static"
SHEETS: Final = ("tokens.css", "page.css", "parts.css", "tasks.css", "public.css", "phone.css", "print.css")
STYLE: Final = "pena.css"
FOR_EVER: Final = "public, max-age=31536000, immutable"
ENTRIES: Final = {"main": "src/main.ts", "public": "src/public.ts"}
COMPRESSIBLE: Final = (".css", ".js", ".svg", ".json")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    zipped: bytes | None
    media_type: str


class Assets:
    """Everything that a page may load. `built`: the folder of the front end's build, or None."""

    def __init__(self, built: Path | None = None) -> None:
        self._files: dict[str, Asset] = {}
        style = b"\n".join((STATIC / name).read_bytes() for name in SHEETS)
        self.style = self._add_named_by_content(STYLE, style)
        self.icon = self._add_named_by_content("icon.svg", (STATIC / "icon.svg").read_bytes())
        self.scripts: tuple[str, ...] = ()
        self.public_scripts: tuple[str, ...] = ()
        if built is not None:
            self._add_built(built)

    def answer(self, request: Request, name: str) -> Response:
        """The file.

        Raises:
            HTTPException: 404, there is none.
        """
        asset = self._files.get(name)
        if asset is None:
            raise HTTPException(404)
        headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
        if asset.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.zipped, media_type=asset.media_type, headers=headers | {"Content-Encoding": "gzip"})
        return Response(asset.content, media_type=asset.media_type, headers=headers)

    def _add_named_by_content(self, name: str, content: bytes) -> str:
        stem, _, ending = name.partition(".")
        return self._add(f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}", content)

    def _add(self, name: str, content: bytes) -> str:
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        zipped = gzip.compress(content, 9, mtime=0) if name.endswith(COMPRESSIBLE) else None
        self._files[name] = Asset(content, zipped, media_type)
        return f"/assets/{name}"

    def _add_built(self, built: Path) -> None:
        manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
        for file in sorted(path for path in built.rglob("*") if path.is_file()):
            self._add(file.relative_to(built).as_posix(), file.read_bytes())
        self.scripts = (f"/assets/{manifest[ENTRIES['main']]['file']}",)
        self.public_scripts = (f"/assets/{manifest[ENTRIES['public']]['file']}",)
