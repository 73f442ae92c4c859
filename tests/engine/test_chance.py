"""Chance: equal keys and purposes give equal draws, whatever else is drawn."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.chance import Chance, is_uuid


def test_the_first_draws_of_a_seed_are_these_for_ever() -> None:
    chance = Chance(1, "acme.main", "acme", 0)

    assert chance.uuid("id") == UUIDS[0]
    assert chance.hex("key", 7) == HEX


UUIDS = ("56d15559-ab17-41c5-aa90-dccf192369de",)
HEX = "785af0b"


def test_the_order_of_draws_does_not_matter() -> None:
    first, second = Chance("k"), Chance("k")
    first.number("a")

    assert first.number("b") == second.number("b")


def test_another_seed_space_or_ordinal_draws_something_else() -> None:
    keys = [(1, "a", 0), (2, "a", 0), (1, "b", 0), (1, "a", 1)]

    assert len({Chance(*key).uuid() for key in keys}) == 4


def test_a_long_key_is_as_good_as_a_short_one() -> None:
    assert Chance("x" * 500).uuid() != Chance("x" * 501).uuid()


def test_a_long_draw_has_its_length() -> None:
    assert len(Chance("k").draw_bytes("noise", 1000)) == 1000


def test_words_consist_of_the_alphabet() -> None:
    word = Chance("k").word("name", 39, "ab1")

    assert len(word) == 39
    assert set(word) <= set("ab1")


@given(st.text())
def test_identifiers_are_canonical_version_4_uuids(key: str) -> None:
    drawn = Chance(key).uuid()

    assert is_uuid(drawn)
    assert UUID(drawn).version == 4


@given(st.text(), st.integers(-50, 50), st.integers(0, 50))
def test_whole_numbers_stay_in_their_range(key: str, low: int, width: int) -> None:
    assert low <= Chance(key).integer("n", low, low + width) <= low + width


def test_a_uuid_without_dashes_is_not_canonical() -> None:
    assert is_uuid("0B5C9E0E-9B5E-4C0E-8F5C-0C9E0B5C9E0E")
    assert not is_uuid("0b5c9e0e9b5e4c0e8f5c0c9e0b5c9e0e")
    assert not is_uuid("not-a-job-id")


def test_a_seed_has_64_bits_and_repeats() -> None:
    seeds = [Chance("x", n).seed("faker") for n in range(100)]

    assert max(seeds) < 2**64
    assert max(seeds) > 2**60
    assert seeds[3] == Chance("x", 3).seed("faker")
