"""One suite that every store passes."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.edge.storing.stores import codec
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.memory import MemoryStore
from mockserver.engine.store.protocol import Store
from tests.engine.shelves import RecordingShelf

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(params=[MemoryStore])
def store(request: pytest.FixtureRequest) -> Store:
    make: Callable[[], Store] = request.param
    return make()


def test_a_value_is_found_under_its_key(store: Store) -> None:
    table = store.table("space", "acme", "dish")

    table.put("a", 1)

    assert (table.get("a"), table.get("b"), len(table)) == (1, None, 1)


def test_tables_of_spaces_providers_and_kinds_are_apart(store: Store) -> None:
    store.table("one", "acme", "dish").put("a", 1)

    others = [("two", "acme", "dish"), ("one", "other", "dish"), ("one", "acme", "x")]

    assert [store.table(*other).get("a") for other in others] == [None] * 3


def test_deleting_says_whether_there_was_anything(store: Store) -> None:
    table = store.table("space", "acme", "dish")
    table.put("a", 1)

    assert [table.delete("a"), table.delete("a")] == [True, False]


def test_values_come_in_the_order_of_their_first_put(store: Store) -> None:
    table = store.table("space", "acme", "dish")
    for key, value in (("b", 1), ("a", 2), ("b", 3)):
        table.put(key, value)

    assert list(table.values()) == [3, 2]
    assert list(table.values(newest_first=True)) == [2, 3]


def test_walking_by_key_goes_on_after_a_key(store: Store) -> None:
    table = store.table("space", "acme", "dish")
    for key in ("d", "a", "c"):
        table.put(key, key.upper())
    table.after("", 9)
    table.put("b", "B")

    assert table.after("a", 2) == [("b", "B"), ("c", "C")]


def test_a_deleted_key_is_not_walked_over(store: Store) -> None:
    table = store.table("space", "acme", "dish")
    for key in ("a", "b"):
        table.put(key, key)
    table.after("", 9)
    table.delete("a")

    assert table.after("", 9) == [("b", "b")]


def test_ordinals_are_given_out_once(store: Store) -> None:
    table = store.table("space", "acme", "dish")

    assert [table.number() for _ in range(3)] == [0, 1, 2]


def test_a_published_thing_leads_to_its_space(store: Store) -> None:
    store.publish("acme", "dish", "a", "one")

    assert store.owner("acme", "dish", "a") == "one"
    assert store.owner("acme", "dish", "b") is None
    assert store.owner("other", "dish", "a") is None


def test_a_retracted_thing_leads_nowhere(store: Store) -> None:
    store.publish("acme", "dish", "a", "one")

    store.retract("acme", "dish", "a", "one")

    assert store.owner("acme", "dish", "a") is None


def test_resetting_a_space_forgets_exactly_that_space(store: Store) -> None:
    for space in ("one", "two"):
        store.table(space, "acme", "dish").put("a", 1)
        store.publish("acme", "dish", space, space)

    store.reset("one")

    assert store.spaces() == {"two"}
    assert store.owner("acme", "dish", "one") is None
    assert store.owner("acme", "dish", "two") == "two"


def test_resetting_everything_leaves_nothing(store: Store) -> None:
    store.table("one", "acme", "dish").put("a", 1)

    store.reset()

    assert store.spaces() == set()


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abcdefgh")), max_size=40))
def test_walking_by_key_is_always_sorted_and_complete(
    moves: list[tuple[bool, str]],
) -> None:
    table = MemoryStore().table("space", "acme", "dish")
    expected: dict[str, str] = {}

    for is_put, key in moves:
        table.put(key, key) if is_put else table.delete(key)
        expected.update({key: key}) if is_put else expected.pop(key, None)
        table.after("", 3)

    assert table.after("", 100) == sorted(expected.items())


def test_of_two_publications_the_last_one_counts(store: Store) -> None:
    store.publish("acme", "link", "a", "one")
    store.publish("acme", "link", "b", "one")
    store.publish("acme", "link", "a", "two")

    assert [store.owner("acme", "link", key) for key in ("a", "b")] == ["two", "one"]


async def test_what_is_retracted_leads_nowhere_before_that_is_written() -> None:
    """The store still says otherwise, but whose it was is in memory and knows."""
    store = MemoryStore(ledger := Ledger(RecordingShelf(), codec()))
    ledger.begin("one")
    store.publish("acme", "dish", "a", "one")
    await ledger.settle()

    store.retract("acme", "dish", "a", "one")

    assert ledger.owner("acme", "dish", "a") == "one"
    assert store.owner("acme", "dish", "a") is None
