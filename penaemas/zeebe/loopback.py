"""Whether an address means this machine, where no proxy of the environment must come between."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address (IPv6 also in brackets) means this machine."""
    name = host.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
