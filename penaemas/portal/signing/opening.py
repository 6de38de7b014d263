"""Opens the room in which permits are signed, on the office's own authority."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.officer_sign_in_delays import SignInDelays
from penaemas.connectors.e_signature.authority import Authority
from penaemas.connectors.e_signature.local import LocalESignature
from penaemas.licensing.clock import Clock
from penaemas.licensing.region import Region
from penaemas.portal.signing.signing_room import SigningRoom

SEVERAL_REGIONS: Final = "Kantor perizinan (PENA)"


def open_authority(data_folder: Path, clock: Clock, regions: Mapping[str, Region]) -> Authority:
    """The office's own authority, made the first time.

    Raises:
        OSError: the folder cannot be used.
        ValueError: it holds something else.
    """
    agencies = {region.letterhead.agency for region in regions.values()}
    organisation = agencies.pop() if len(agencies) == 1 else SEVERAL_REGIONS
    return Authority(data_folder / "secrets" / "e_signature", clock, organisation=organisation)


def open_room(office: Office, authority: Authority, machine: Clock, *, address: str, data_folder: Path) -> SigningRoom:
    """The room. Args: machine: this machine's clock, by which failures are waited out; address: the public one."""
    delays = SignInDelays(
        office.database, office.vault, office.acts, office.clock, machine, failure_act="signing_refused"
    )
    return SigningRoom(
        office,
        LocalESignature(authority),
        authority.seal,
        delays,
        address=address,
        ledger=data_folder / "ledger",
        published=authority.published(),
    )
