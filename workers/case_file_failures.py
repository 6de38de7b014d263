"""How the case file's refusals end a job: nobody can retry them away, so an analyst or an officer has to look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.ladders import ClockNotStarted
from penaemas.casefiles.letter_typesetting import TemplateFaulty
from penaemas.casefiles.pbg.retribution_sheets import TariffMissing
from penaemas.casefiles.person_vault import PersonErased
from penaemas.licensing.retribution import HeightNotInTable
from penaemas.zeebe.job_contract import ContractViolation


@contextmanager
def case_file_failures() -> Iterator[None]:
    """Translate the refusals of the case file, once.

    Raises:
        ContractViolation: the case file refuses what the diagram asks for.
    """
    try:
        yield
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    except PersonErased as erased:
        raise ContractViolation("the person of this case file was erased") from erased
    except StepMissing as missing:
        raise ContractViolation("an earlier step that this one needs is not in the case file") from missing
    except TariffMissing as missing:
        raise ContractViolation("the region has no tariff for the application day; enter it, then retry") from missing
    except HeightNotInTable as beyond:
        raise ContractViolation("the height index does not know so many storeys") from beyond
    except TemplateFaulty as faulty:
        raise ContractViolation(str(faulty)) from faulty
    except ClockNotStarted as early:
        raise ContractViolation("the clock of this case never started") from early
