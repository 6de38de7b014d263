"""What a page may show of a case, by process: the parts of the application that the reader's role opens, documents,
papers. One reader for each process; the table is `READERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from penaemas.casefiles.emas.desk import PROCESS_ID as EMAS
from penaemas.casefiles.information_requests import PROCESS_ID as INFORMATION_REQUEST
from penaemas.casefiles.pbg.desk import PROCESS_ID as PBG
from penaemas.portal.cases.case_facts import CaseReader
from penaemas.portal.cases.licence_reader import LicenceReader
from penaemas.portal.cases.pbg_reader import PbgReader
from penaemas.portal.cases.request_reader import InformationRequestReader

READERS: Final[Mapping[str, CaseReader]] = {
    PBG: PbgReader(),
    EMAS: LicenceReader(),
    INFORMATION_REQUEST: InformationRequestReader(),
}
