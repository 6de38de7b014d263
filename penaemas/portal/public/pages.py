"""The applicants' pages, put together. `access.TABLE` opens them to everybody."""

from __future__ import annotations

from fastapi import FastAPI

from penaemas.portal.portal import Portal
from penaemas.portal.public import (
    apply_pages,
    correction_pages,
    draft_pages,
    follow_pages,
    room_pages,
    secret_pages,
    send_pages,
    start_pages,
)
from penaemas.portal.public.desk import PublicDesk
from penaemas.portal.public.verification import pages as verification_pages


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""
    desk = PublicDesk(portal)
    for area in (
        start_pages,
        draft_pages,
        send_pages,
        apply_pages,
        follow_pages,
        room_pages,
        correction_pages,
        secret_pages,
        verification_pages,
    ):
        area.add(app, desk)
