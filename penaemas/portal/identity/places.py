"""From where somebody tries to sign in."""

from __future__ import annotations

import ipaddress
from typing import Final

from fastapi import Request

from penaemas.casefiles.officer_credentials import OfficerCredentials
from penaemas.portal.identity.cookies import device_of

IPV6_NETWORK: Final = 64  # what one subscriber is given; single addresses of it cost nothing


async def place_of(request: Request, account: str, credentials: OfficerCredentials) -> str:
    """A browser on which this officer has signed in before is a place of its own; any other is its address.

    So failures of a stranger behind the same address do not slow down the officer at the counter.
    """
    device = device_of(request)
    if device is not None and account in await credentials.accounts_of_device(device):
        return f"device {device}"
    return f"address {address_of(request)}"


def address_of(request: Request) -> str:
    """The sender's address; of IPv6 the network. Behind one of the office's own proxies, the one that it tells."""
    host = request.client.host if request.client else "unknown"
    forwarded = request.headers.get("x-forwarded-for", "")
    if forwarded and host in request.app.state.proxies:
        host = forwarded.rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
    return str(address)
