"""Which credential opens which space, and what nobody may see."""

import pytest
from msgspec.structs import replace

from mockserver.engine.keyring import GRANT, Grant, Keyring
from mockserver.engine.store.shelf import GONE
from tests.engine.invented import SLUG, Notes

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


def test_keys_of_different_kinds_are_different_keys() -> None:
    ring = Keyring()
    ring.add(Grant(SLUG, "k", None, "a", "one"))
    ring.add(Grant(SLUG, "k", None, "a", "two", kind="bearer"))

    found = [ring.find(SLUG, "k", kind) for kind in ("key", "bearer", "other")]

    assert [grant.space if grant else None for grant in found] == ["one", "two", None]


def test_a_revoked_key_says_so() -> None:
    ring = Keyring()
    grant = ring.add(Grant(SLUG, "k", None, "a", "one", origin="client"))

    ring.revoke(grant)

    found = ring.find(SLUG, "k")
    assert found is not None
    assert found.is_revoked


@pytest.mark.parametrize(
    ("origin", "pinned"), [("fixture", True), ("config", True), ("client", False)]
)
def test_only_keys_that_a_client_made_can_be_revoked_by_it(
    origin: str, pinned: bool
) -> None:
    assert Grant(SLUG, "k", None, "a", "one", origin=origin).is_pinned is pinned


def test_keys_are_listed_by_provider_and_space() -> None:
    ring = Keyring()
    for slug, key, space in (("a", "1", "x"), ("a", "2", "y"), ("b", "3", "x")):
        ring.add(Grant(slug, key, None, "acc", space))

    assert [grant.key for grant in ring.grants(slug="a")] == ["1", "2"]
    assert [grant.key for grant in ring.grants(space="x")] == ["1", "3"]
    assert [grant.key for grant in ring.grants()] == ["1", "2", "3"]
    assert [grant.key for grant in ring.grants(slug="a", space="x")] == ["1"]


def test_a_key_that_is_registered_again_opens_what_it_opens_now() -> None:
    ring = Keyring()
    for space in ("one", "two"):
        ring.add(Grant(SLUG, "k", None, "a", space))

    assert [grant.space for grant in ring.grants()] == ["two"]


@pytest.mark.parametrize(
    ("origin", "kept"),
    [
        ("fixture", ["other", "k"]),
        ("config", ["other", "k"]),
        ("minted", ["other"]),
        ("open", ["other"]),
        ("client", ["other"]),
    ],
)
def test_a_forgotten_space_takes_the_keys_along_that_came_while_it_ran(
    origin: str, kept: list[str]
) -> None:
    ring = Keyring()
    ring.add(Grant(SLUG, "other", None, "a", "other", origin=origin))
    ring.add(Grant(SLUG, "k", None, "a", "one", origin=origin))

    ring.forget("one")

    assert [grant.key for grant in ring.grants()] == kept


def place(grant: Grant) -> tuple[str, ...]:
    return (GRANT, grant.slug, grant.kind, grant.key)


def test_what_others_have_made_and_revoked_is_known_and_not_noted() -> None:
    """They have noted it themselves."""
    keyring, notes = Keyring(), Notes()
    keyring.add(PAIR)
    keyring.add(KEY)
    keyring.keep(notes, is_known=True)  # type: ignore[arg-type]  # it only notes
    revoked = replace(PAIR, is_revoked=True)
    fresh = replace(KEY, key="fresh")

    keyring.fold([(place(PAIR), revoked), (place(fresh), fresh), (place(KEY), GONE)])

    assert [*keyring.grants()] == [revoked, fresh]
    assert notes.noted == []
    keyring.forget("acme.other")
    assert notes.noted == [(place(fresh), GONE)]


def test_what_is_not_in_the_store_any_more_is_forgotten() -> None:
    """Fixtures' own were never there."""
    keyring = Keyring()
    keyring.add(PAIR)
    keyring.add(KEY)
    kept = replace(KEY, key="kept")

    keyring.fold([(place(kept), kept)], whole=True)

    assert [*keyring.grants()] == [PAIR, kept]


def test_of_a_fixtures_credential_only_its_end_is_noted() -> None:
    """What a file says again at the next start is not kept, that it is revoked is."""
    keyring, notes = Keyring(), Notes()
    keyring.keep(notes)  # type: ignore[arg-type]  # it only notes

    keyring.add(PAIR)
    keyring.revoke(PAIR)

    assert notes.noted == [(place(PAIR), replace(PAIR, is_revoked=True))]


def test_the_secret_of_a_credential_that_is_replaced_or_gone_is_none_any_more(
    keyring: Keyring,
) -> None:
    keyring.add(replace(PAIR, secret="another"))
    keyring.forget("acme.other")

    told = [keyring.has_secret(one) for one in ("a-secret", "another", "a-key")]
    assert told == [False, True, False]
