"""Who may be reached, in whatever spelling."""

import socket

import pytest

from mockserver.delivery.guard import Guard, GuardedResolver, read_address
from mockserver.errors import ConfigError, DeliveryError

LOOPBACK = [
    "127.0.0.1",
    "127.8.9.1",
    "::1",
    "[::1]",
    "::ffff:127.0.0.1",
    "2130706433",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "127.1",
]
ELSEWHERE = [
    "93.184.216.34",
    "10.0.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104  (nobody binds to it)
    "::",
    "::ffff:8.8.8.8",
    "fe80::1%eth0",
    "[fe80::1%25eth0]",
    "1572395042",
    "0x5db8d822",
    "0135.0270.0330.042",
    "64:ff9b::7f00:1",
    "255.255.255.255",
]


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_is_let_pass_in_every_spelling(address: str) -> None:
    assert Guard().admits(address, 80, address)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_everything_else_is_refused_in_every_spelling(address: str) -> None:
    assert not Guard().admits(address, 80, address)


@pytest.mark.parametrize(
    ("entry", "host", "port", "address"),
    [
        ("hooks.example", "hooks.example", 80, "93.184.216.34"),
        ("hooks.example", "HOOKS.example.", 443, "93.184.216.34"),
        ("*.example.com", "a.b.example.com", 80, "93.184.216.34"),
        ("93.184.216.34", "anything.example", 80, "93.184.216.34"),
        ("10.0.0.0/8", "10.20.30.40", 80, "10.20.30.40"),
        ("10.0.0.0/8", "167772161", 80, "167772161"),
        ("fd00::/8", "fd00::1", 80, "fd00::1"),
        ("hooks.example:8443", "hooks.example", 8443, "93.184.216.34"),
        ("10.0.0.1:81", "10.0.0.1", 81, "10.0.0.1"),
        ("[fd00::1]:81", "fd00::1", 81, "fd00::1"),
        ("münchen.example", "xn--mnchen-3ya.example", 80, "93.184.216.34"),
        ("0.0.0.0/0", "anything.example", 80, "93.184.216.34"),
    ],
)
def test_what_was_allowed_is_let_pass(
    entry: str, host: str, port: int, address: str
) -> None:
    assert Guard([entry]).admits(host, port, address)


@pytest.mark.parametrize(
    ("entry", "host", "port", "address"),
    [
        ("hooks.example", "evil.example", 80, "93.184.216.34"),
        ("hooks.example", "a.hooks.example", 80, "93.184.216.34"),
        ("*.example.com", "example.com", 80, "93.184.216.34"),
        ("*.example.com", "badexample.com", 80, "93.184.216.34"),
        ("10.0.0.0/8", "11.0.0.1", 80, "11.0.0.1"),
        ("hooks.example:8443", "hooks.example", 443, "93.184.216.34"),
        ("10.0.0.1:81", "10.0.0.1", 80, "10.0.0.1"),
    ],
)
def test_what_only_looks_like_it_is_refused(
    entry: str, host: str, port: int, address: str
) -> None:
    assert not Guard([entry]).admits(host, port, address)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "http://hooks.example",
        "a b",
        "host:99999",
        "host:0",
        "*",
        "*.",
        "10.0.0.0/33",
    ],
)
def test_an_entry_that_is_none_of_these_is_a_configuration_error(entry: str) -> None:
    with pytest.raises(ConfigError, match=r"allow_host: found .*expected a host name"):
        Guard([entry])


async def test_a_name_is_judged_by_its_addresses() -> None:
    """Only the admitted addresses are handed to the connector."""
    guard = Guard()

    addresses = await guard.resolve("localhost", 80)

    assert addresses
    assert set(addresses) <= {"127.0.0.1", "::1"}


async def test_names_below_localhost_are_loopback_without_a_resolver() -> None:
    assert "127.0.0.1" in await Guard().resolve("idomoo.localhost", 80)


async def test_a_refusal_names_host_address_port_and_flag() -> None:
    with pytest.raises(DeliveryError) as caught:
        await Guard().resolve("134744072", 8080)

    assert caught.value.kind == "refused"
    assert str(caught.value) == (
        "refused to call 134744072 (8.8.8.8) on port 8080: outgoing calls go to"
        " loopback only; --allow-host 134744072 would allow it"
    )


async def test_a_name_without_addresses_cannot_be_connected_to() -> None:
    with pytest.raises(DeliveryError) as caught:
        await Guard(["nowhere.invalid"]).resolve("nowhere.invalid", 80)

    assert caught.value.kind == "connect"


async def test_the_resolver_returns_addresses_and_no_names() -> None:
    """So that nothing is looked up again between check and connection."""
    results = await GuardedResolver(Guard()).resolve(
        "localhost", 81, family=socket.AF_INET
    )

    assert [(r["host"], r["port"], r["family"]) for r in results] == [
        ("127.0.0.1", 81, socket.AF_INET)
    ]
    assert results[0]["flags"] == socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


@pytest.mark.parametrize("name", ["example.com", "0x7g.1", "1.2.3.4.5", "a", ""])
def test_a_name_is_no_address(name: str) -> None:
    assert read_address(name) is None
