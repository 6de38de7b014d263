"""Who works in an office: roles, and grants of a role in a region.

The roles of officers' tasks are the groups that diagrams offer tasks to, written `<region>/<role>`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALL_REGIONS: Final = "*"


class Role(StrEnum):
    """What somebody may be. The first block completes tasks, the second one looks after the system and its facts."""

    PENDAMPING = "PENDAMPING"
    LOKET = "LOKET"
    OPERATOR = "OPERATOR"
    TARU = "TARU"
    TPT = "TPT"
    KADIS_TEKNIS = "KADIS_TEKNIS"
    RETRIBUSI = "RETRIBUSI"
    PENGAWAS = "PENGAWAS"
    KADIS = "KADIS"
    PPID = "PPID"
    REKOM = "REKOM"

    ANALIS = "ANALIS"
    AUDITOR = "AUDITOR"
    ADMINISTRATOR = "ADMINISTRATOR"
    INSPEKTORAT = "INSPEKTORAT"
    PIMPINAN = "PIMPINAN"


TITLES: Final[dict[Role, tuple[str, str]]] = {
    Role.PENDAMPING: ("Pendamping MPP", "Service mall helper"),
    Role.LOKET: ("Petugas loket", "Counter officer"),
    Role.OPERATOR: ("Operator SIMBG", "SIMBG operator"),
    Role.TARU: ("Petugas tata ruang", "Spatial planning officer"),
    Role.TPT: ("Tim penilai teknis", "Technical assessor"),
    Role.KADIS_TEKNIS: ("Kepala dinas teknis", "Head of the technical agency"),
    Role.RETRIBUSI: ("Petugas retribusi", "Retribution officer"),
    Role.PENGAWAS: ("Pengawas DPMPTSP", "Supervisor"),
    Role.KADIS: ("Kepala DPMPTSP", "Head of the office"),
    Role.PPID: ("Petugas PPID", "Information officer"),
    Role.REKOM: ("Petugas rekomendasi dinas", "Recommending officer of an agency"),
    Role.ANALIS: ("Analis proses", "Process analyst"),
    Role.AUDITOR: ("Auditor", "Auditor"),
    Role.ADMINISTRATOR: ("Administrator", "Administrator"),
    Role.INSPEKTORAT: ("Inspektorat", "Inspectorate"),
    Role.PIMPINAN: ("Pimpinan daerah", "Regional leadership"),
}
"""Indonesian and English title of each role."""

TASK_ROLES: Final = frozenset(
    {
        Role.PENDAMPING,
        Role.LOKET,
        Role.OPERATOR,
        Role.TARU,
        Role.TPT,
        Role.KADIS_TEKNIS,
        Role.RETRIBUSI,
        Role.PENGAWAS,
        Role.KADIS,
        Role.PPID,
        # Speaks for the agencies whose mandate they hold; the mandate says which.
        Role.REKOM,
        # Audits the cases that the sample of PENA EMAS draws.
        Role.INSPEKTORAT,
    }
)
"""Whoever completes officers' tasks."""

SIGNING_ROLES: Final = frozenset({Role.KADIS, Role.KADIS_TEKNIS})
"""Whoever signs, and may be stood in for by decree. Their post has the same id."""

SUPERVISING_ROLES: Final = SIGNING_ROLES | {Role.PENGAWAS}
"""Whoever sees and hands over the tasks of others."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role in one region (`32.11`), or in all of them (`*`)."""

    role: Role
    region_code: str

    def covers(self, region_code: str) -> bool:
        """Whether the grant holds in this region."""
        return self.region_code in (region_code, ALL_REGIONS)


def holds(grants: Iterable[Grant], roles: frozenset[Role], region_code: str | None = None) -> bool:
    """Whether one of the grants is of one of the roles and, if a region is named, covers it."""
    return any(grant.role in roles and (region_code is None or grant.covers(region_code)) for grant in grants)
