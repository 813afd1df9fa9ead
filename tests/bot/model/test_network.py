"""Which addresses are the district's own."""

from __future__ import annotations

import socket

import pytest

from bot.model.network import is_public, private_socket, public_addresses

OWN = ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.3.4"]
OWN_6 = ["::1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1"]
PUBLIC = ["8.8.8.8", "172.32.0.1", "192.169.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", OWN + OWN_6)
def test_private_and_loopback_addresses_are_the_districts_own(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_all_others_are_public(address: str) -> None:
    """Also the one that hides in an address of version 6."""
    assert is_public(address)
    assert public_addresses(address) != []
    with pytest.raises(OSError, match="public"):
        private_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80)))


def test_names_are_looked_up() -> None:
    """One that stands for nothing yet is no reason not to start."""
    assert public_addresses("localhost") == []
    assert public_addresses("nowhere.invalid") == []
    assert public_addresses("x" * 70) == []
