"""Which hosts are this machine."""

import pytest

from orbitcfg.effective.address import is_loopback, is_this_machine


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_a_loopback_host_is_this_machine(host: str) -> None:
    assert is_loopback(host)
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "host.docker.internal"])
def test_a_bind_address_and_the_host_of_a_container_are_this_machine_without_being_loopback(host: str) -> None:
    assert is_this_machine(host)
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["", "localhost.example.org", "192.168.1.4", "10.0.0.1", "gpu", "fe80::1", "docker.internal"])
def test_another_host_is_not(host: str) -> None:
    assert not is_this_machine(host)
