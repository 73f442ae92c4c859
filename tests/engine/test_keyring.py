"""Which credential opens which space, and what nobody may see."""

from dataclasses import replace

import pytest

from mockserver.engine.keyring import Grant, Keyring

PAIR = Grant("acme", "account", "a-secret", "main", "acme.main")
KEY = Grant("acme", "a-key", None, "other", "acme.other", origin="open")


@pytest.fixture
def keyring() -> Keyring:
    ring = Keyring()
    ring.add(PAIR)
    ring.add(KEY)
    return ring


def test_credentials_are_found_by_space_and_provider(keyring: Keyring) -> None:
    assert [*keyring.grants(space="acme.main")] == [PAIR]
    assert [*keyring.grants(space="acme.main", slug="else")] == []
    assert [*keyring.grants(slug="acme")] == [PAIR, KEY]


def test_one_that_moves_to_another_space_leaves_its_old_one(keyring: Keyring) -> None:
    moved = keyring.add(replace(PAIR, space="acme.third"))

    assert [*keyring.grants(space="acme.main")] == []
    assert [*keyring.grants(space="acme.third")] == [moved]


def test_what_came_while_we_ran_is_forgotten_with_its_space(keyring: Keyring) -> None:
    keyring.forget("acme.main")
    keyring.forget("acme.other")
    keyring.forget("acme.unknown")

    assert [*keyring.grants()] == [PAIR]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a-secret", True), ("a-key", True), ("account", False), ("a-secre", False)],
)
def test_a_secret_is_what_proves_a_credential(
    keyring: Keyring, text: str, expected: bool
) -> None:
    assert keyring.has_secret(text) is expected


def test_a_revoked_credential_stays_a_secret(keyring: Keyring) -> None:
    keyring.revoke(KEY)

    assert keyring.has_secret("a-key")


def test_a_forgotten_credential_is_no_secret_any_more(keyring: Keyring) -> None:
    keyring.forget("acme.other")

    assert not keyring.has_secret("a-key")
