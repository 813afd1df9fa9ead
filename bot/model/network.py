"""Which addresses lie in the district's own network, and sockets that lead to no others."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address
from typing import Any

AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]  # as `socket.getaddrinfo` gives it


def is_public(address: str) -> bool:
    """Whether the whole internet can have this IP address in it: not private, not loopback."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return not (ip.is_private or ip.is_loopback or ip.is_link_local)


def public_addresses(host: str) -> list[str]:
    """The public addresses among those that a host name stands for now; none if it is unknown."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = sorted({str(info[4][0]) for info in found})
    return [address for address in addresses if is_public(address)]


def private_socket(info: AddressInfo) -> socket.socket:
    """A socket for this address; raises OSError for a public one, whatever name led to it."""
    family, kind, protocol, _, address = info
    if is_public(str(address[0])):
        raise OSError("the address is public")
    return socket.socket(family, kind, protocol)
