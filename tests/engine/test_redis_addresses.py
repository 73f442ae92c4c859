"""An address leads to a Redis, a cluster, or whoever sentinels name, or is refused."""

from typing import Any

import pytest
from redis.asyncio import Redis, RedisCluster

from mockserver.engine.store.redis.addresses import connect, shown
from mockserver.errors import StoreError


def options(url: str) -> dict[str, Any]:
    client = connect(url)
    assert isinstance(client, Redis)
    return client.connection_pool.connection_kwargs


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
def test_an_address_names_host_port_and_database(scheme: str) -> None:
    """Valkey speaks as Redis does."""
    found = options(f"{scheme}://cache:7000/2")

    assert (found["host"], found["port"], found["db"]) == ("cache", 7000, 2)


def test_without_a_port_it_is_the_usual_one() -> None:
    assert options("redis://cache")["port"] == 6379


def test_user_and_password_are_decoded() -> None:
    """A password may hold what has a meaning in an address."""
    found = options("redis://me:p%40ss%2F:@cache")

    assert (found["username"], found["password"]) == ("me", "p@ss/:")


def test_a_password_needs_no_user() -> None:
    assert options("redis://:secret@cache")["username"] is None


def test_an_address_of_six_numbers_stands_in_brackets() -> None:
    found = options("redis://[::1]:7000")

    assert (found["host"], found["port"]) == ("::1", 7000)


@pytest.mark.parametrize("scheme", ["rediss", "valkeys"])
def test_with_an_s_it_is_tls(scheme: str) -> None:
    client: Any = connect(f"{scheme}://cache")
    pool = client.connection_pool

    assert pool.connection_class.__name__ == "SSLConnection"


def test_a_socket_is_named_by_its_path() -> None:
    assert options("redis+unix:///run/redis.sock")["path"] == "/run/redis.sock"


def test_sentinels_name_the_server_of_a_service() -> None:
    """All of them are asked; the database stands behind the service."""
    client: Any = connect("redis+sentinel://:secret@one,two:26380/main/3")
    pool = client.connection_pool

    asked = [
        (one.connection_pool.connection_kwargs["host"],
         one.connection_pool.connection_kwargs["port"])
        for one in pool.sentinel_manager.sentinels
    ]  # fmt: skip
    assert (pool.service_name, asked) == ("main", [("one", 26379), ("two", 26380)])
    assert pool.connection_kwargs["db"] == 3
    assert pool.connection_kwargs["password"] == "secret"


def test_a_cluster_is_found_by_any_of_its_nodes() -> None:
    client = connect("redis+cluster://one,two:7000")

    assert isinstance(client, RedisCluster)
    assert [one.name for one in client.nodes_manager.startup_nodes.values()] == [
        "one:6379",
        "two:7000",
    ]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://me:hunter2@cache", "has the scheme 'http'"),
        ("redis://me:hunter2@cache:port", "Port could not be cast"),
        ("redis://me:hunter2@cache/main", "has the database 'main'"),
        ("redis://me:hunter2@", "names no host"),
        ("redis+sentinel://me:hunter2@one", "names no service"),
        ("redis+carrier://me:hunter2@one", "has the scheme 'redis\\+carrier'"),
    ],
)
def test_what_is_no_address_is_refused_without_its_password(
    url: str, found: str
) -> None:
    """It says what was found, and every form that would be right."""
    with pytest.raises(StoreError, match=f"{found}.*; expected redis://HOST") as it:
        connect(url)

    assert "hunter2" not in str(it.value)


def test_what_proves_anything_is_not_shown() -> None:
    assert shown("redis://me:hun@ter2@cache:7/1?password=x") == "redis://cache:7/1"
