"""Credentials open a space wherever they travel, and nothing else does."""

from base64 import b64encode

import pytest

from mockserver.edge.instance import Instance
from mockserver.errors import UnauthorizedError
from mockserver.providers.wires.keys import (
    Authenticate,
    basic_key,
    bearer_key,
    header_key,
    open_pair,
    query_key,
)
from tests.providers.wires.conftest import SLUG, Ask

PAIR = {"Authorization": "Basic " + b64encode(b"mine:proof").decode()}
PLACES: list[tuple[Authenticate, str, dict[str, str]]] = [
    (header_key("X-Key"), "/", {"x-key": "mine"}),
    (query_key("key"), "/?key=mine", {}),
    (bearer_key(), "/", {"Authorization": "Bearer mine"}),
    (basic_key(), "/", PAIR),
]


@pytest.mark.parametrize(("authenticate", "target", "headers"), PLACES)
def test_a_key_opens_its_space(
    ask: Ask, authenticate: Authenticate, target: str, headers: dict[str, str]
) -> None:
    grant = authenticate(ask(target, headers))

    assert (grant.key, grant.slug, grant.origin) == ("mine", SLUG, "open")


EMPTY: list[tuple[Authenticate, str, dict[str, str]]] = [
    (header_key("X-Key"), "/", {}),
    (header_key("X-Key"), "/", {"X-Key": ""}),
    (query_key("key"), "/", {}),
    (query_key("key"), "/?key=", {}),
    (bearer_key(), "/", {}),
    (bearer_key(), "/", {"Authorization": "Bearer"}),
    (bearer_key(), "/", PAIR),
    (basic_key(), "/", {}),
    (basic_key(), "/", {"Authorization": "Basic Og=="}),
    (basic_key(), "/", {"Authorization": "Basic OnByb29m"}),
    (basic_key(), "/", {"Authorization": "Basic bWluZTo="}),
]


@pytest.mark.parametrize(("authenticate", "target", "headers"), EMPTY)
def test_no_key_is_missing(
    ask: Ask, authenticate: Authenticate, target: str, headers: dict[str, str]
) -> None:
    with pytest.raises(UnauthorizedError) as refused:
        authenticate(ask(target, headers))

    assert refused.value.code == "missing"


def test_a_revoked_key_is_unknown(instance: Instance, ask: Ask) -> None:
    grant = instance.services.register(SLUG, "mine")
    instance.services.spaces.keyring.revoke(grant)

    with pytest.raises(UnauthorizedError) as refused:
        header_key("X-Key")(ask("/", {"X-Key": "mine"}))

    assert refused.value.code == "unknown"


def test_another_secret_is_refused(ask: Ask) -> None:
    open_pair(ask(), "mine", "proof")
    call = ask()

    with pytest.raises(UnauthorizedError) as refused:
        open_pair(call, "mine", "pr\u00f6\u00f6f")

    assert refused.value.code == "secret"
    assert call.notes == ["the secret of mine is another one"]


def test_the_first_secret_of_a_key_without_one_is_kept(
    instance: Instance, ask: Ask
) -> None:
    known = instance.services.register(SLUG, "mine", space="there", kind="key")

    first = open_pair(ask(), "mine", "proof")

    assert (first.space, first.origin, first.secret) == ("there", known.origin, "proof")
    with pytest.raises(UnauthorizedError):
        open_pair(ask(), "mine", "another")


def test_a_key_may_be_the_name_of_its_account(ask: Ask) -> None:
    grant = open_pair(ask(), "4711", "proof", account="4711")

    assert (grant.account, grant.space) == ("4711", f"{SLUG}.4711")
