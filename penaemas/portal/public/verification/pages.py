"""The page behind the QR code of a permit. Open to everybody; nothing that is sent here is kept."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse

from penaemas.portal.languages import indonesian
from penaemas.portal.public.attempts import Allowance, Attempts
from penaemas.portal.public.desk import PublicDesk
from penaemas.portal.public.uploads import sent_form
from penaemas.portal.public.verification.finding import Finding, Verification

TEMPLATE: Final = "public/verification/page.html"
TOO_OFTEN: Final = indonesian("Terlalu banyak pemeriksaan dari sambungan ini. Tunggu sebentar, lalu coba lagi.")
NO_FILE: Final = indonesian("Pilih berkas PDF lebih dahulu.")
# A paper takes some hundred milliseconds of a processor; every one costs, also a genuine one.
PAPERS_OF_A_SENDER: Final = Allowance(10, 10.0)
PAPERS_OF_ALL: Final = Allowance(60, 1.0)


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area."""
    verification = Verification(desk.office, desk.portal.signing.published)
    numbers = Attempts(now_s=desk.now_s)
    papers = Attempts(PAPERS_OF_A_SENDER, PAPERS_OF_ALL, desk.now_s)

    def page(
        request: Request, finding: Finding | None = None, *, number: str = "", refusal: str = "", status: int = 200
    ) -> HTMLResponse:
        return desk.portal.pages.render(
            request,
            TEMPLATE,
            status=status,
            finding=finding,
            typed=number,
            refusal=refusal,
            reads_papers=verification.reads_papers,
            seal_key=verification.seal_key,
        )

    def too_often(request: Request, attempts: Attempts) -> HTMLResponse:
        answer = page(request, refusal=TOO_OFTEN, status=429)
        answer.headers["Retry-After"] = str(int(attempts.wait_s(desk.sender_of(request))) + 1)
        return answer

    @app.get("/periksa")
    async def ask(request: Request) -> HTMLResponse:
        return page(request)

    @app.post("/periksa")
    async def look_up(
        request: Request,
        number: Annotated[str, Form(max_length=200)] = "",
        code: Annotated[str, Form(max_length=1000)] = "",
    ) -> HTMLResponse:
        if numbers.wait_s(desk.sender_of(request)) > 0:
            return too_often(request, numbers)
        finding = await (verification.by_code(code) if code else verification.by_number(number))
        if finding.permit is None:
            numbers.failed(desk.sender_of(request))
        return page(request, finding, number=number)

    @app.post("/periksa/berkas")
    async def check(request: Request) -> HTMLResponse:
        if papers.wait_s(desk.sender_of(request)) > 0:
            return too_often(request, papers)
        papers.failed(desk.sender_of(request))
        content = (await sent_form(request)).files.get("paper")
        if content is None or not verification.reads_papers:
            return page(request, refusal=NO_FILE, status=422)
        return page(request, await verification.by_paper(content))
