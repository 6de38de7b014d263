"""What the command line can do with the cases of each process: one module per process, one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from penaemas.cli.processes import pbg_mbr_3_jam, pena_emas, public_information_request
from penaemas.cli.processes.port import DeskProcess

PROCESSES: Mapping[str, DeskProcess] = MappingProxyType(
    {
        process.process_id: process
        for process in (
            public_information_request.PublicInformationRequest(),
            pbg_mbr_3_jam.PbgMbr(),
            pena_emas.PenaEmas(),
        )
    }
)
"""Process id → what officers do with its cases."""
