"""What the history calls its facts, in words. A name that is not here is shown as it is, so that nothing is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from penaemas.portal.forms.sentences import Words

CAUSES: Final[Mapping[str, Words]] = {
    "start": Words("permulaan", "start"),
    "task": Words("petugas", "officer"),
    "job": Words("pekerja otomatis", "automatic worker"),
    "timer": Words("waktu", "timer"),
    "message": Words("pesan", "message"),
    "operator": Words("operator mesin", "engine operator"),
    "engine": Words("mesin proses", "process engine"),
    "unknown": Words("tidak diketahui", "unknown"),
}

EVENTS: Final[Mapping[str, Words]] = {
    "element_activated": Words("dimulai", "begun"),
    "element_completed": Words("selesai", "completed"),
    "element_terminated": Words("dihentikan", "ended"),
    "element_migrated": Words("pindah versi", "moved to another version"),
    "timer_triggered": Words("waktunya tiba", "its time has come"),
    "message_correlated": Words("pesan diterima", "message received"),
    "job_completed": Words("pekerjaan selesai", "job completed"),
    "job_failed": Words("pekerjaan gagal", "job failed"),
    "job_timed_out": Words("pekerjaan lewat waktu", "job timed out"),
    "job_error_thrown": Words("pekerjaan menolak", "job refused"),
    "job_retries_updated": Words("pekerjaan boleh dicoba lagi", "job may be tried again"),
    "incident_opened": Words("insiden dibuka", "incident opened"),
    "incident_resolved": Words("insiden selesai", "incident resolved"),
    "task_created": Words("tugas dibuat", "task created"),
    "task_assigned": Words("tugas diserahkan", "task assigned"),
    "task_updated": Words("tugas diubah", "task changed"),
    "task_migrated": Words("tugas pindah versi", "task moved to another version"),
    "task_completed": Words("tugas diselesaikan", "task completed"),
    "task_canceled": Words("tugas dibatalkan", "task cancelled"),
}

# What only passes through says nothing that the rest does not say.
QUIET: Final = frozenset({"sequence_flow_taken"})

STATES: Final[Mapping[str, Words]] = {
    "active": Words("berjalan", "running"),
    "completed": Words("selesai", "completed"),
    "terminated": Words("dihentikan", "ended"),
}


def said(table: Mapping[str, Words], name: str) -> Words:
    """The words for a name."""
    return table.get(name, Words(name, name))
