"""Pages of lists: their bounds, and what they show while the list changes."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import InvalidPayloadError
from mockserver.providers.wires.paging import (
    Page,
    cursor_page,
    offset_page,
    token_page,
    walked_page,
)
from tests.providers.wires.conftest import Ask

FILMS = ["a", "b", "c", "d", "e"]
Seen = Callable[[Sequence[int], str | None], Page[int]]


@pytest.mark.parametrize(
    ("offset", "limit", "items", "after"),
    [
        (0, 2, ["a", "b"], "2"),
        (2, 2, ["c", "d"], "4"),
        (4, 2, ["e"], None),
        (3, 2, ["d", "e"], None),
        (5, 2, [], None),
        (99, 2, [], None),
        (0, 99, FILMS, None),
        (0, 0, [], None),
        (10**18, 10**18, [], None),
    ],
)
def test_an_offset_counts_from_the_start(
    offset: int, limit: int, items: list[str], after: str | None
) -> None:
    assert offset_page(FILMS, offset=offset, limit=limit) == Page(items, after)


@pytest.mark.parametrize(
    ("after", "limit", "items", "following"),
    [
        (None, 2, ["a", "b"], "b"),
        ("b", 2, ["c", "d"], "d"),
        ("d", 2, ["e"], None),
        ("c", 2, ["d", "e"], None),
        ("e", 2, [], None),
        (None, 5, FILMS, None),
        (None, 0, [], None),
    ],
)
def test_a_cursor_is_the_last_thing_seen(
    after: str | None, limit: int, items: list[str], following: str | None
) -> None:
    page = cursor_page(FILMS, after=after, limit=limit, key=str)

    assert page == Page(items, following)


@pytest.mark.parametrize("cursor", ["x", "", "A"])
def test_an_unknown_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidPayloadError) as refused:
        cursor_page(FILMS, after=cursor, limit=2, key=str)

    assert refused.value.code == "cursor"
    assert refused.value.detail == {"cursor": cursor}


def test_new_things_move_no_page_behind_a_cursor() -> None:
    page = cursor_page(["c", "b", "a"], after=None, limit=1, key=str)

    rest = cursor_page(["e", "d", "c", "b", "a"], after=page.next, limit=9, key=str)

    assert (page.items, rest.items) == (["c"], ["b", "a"])


def tokens(ask: Ask, *, newest_first: bool = False) -> Seen:
    """Return what shows two things beyond a token."""

    def page(things: Sequence[int], token: str | None) -> Page[int]:
        return token_page(
            ask(space="mine"),
            things,
            token=token,
            limit=2,
            position=float,
            newest_first=newest_first,
        )

    return page


@pytest.mark.parametrize("start", [None, ""])
def test_tokens_lead_to_the_end(ask: Ask, start: str | None) -> None:
    seen = tokens(ask)

    first = seen([1, 2, 3, 4, 5], start)
    second = seen([1, 2, 3, 4, 5], first.next)
    third = seen([1, 2, 3, 4, 5], second.next)

    assert [first.items, second.items, third.items] == [[1, 2], [3, 4], [5]]
    assert third.next is None


def test_a_full_last_page_has_no_next(ask: Ask) -> None:
    assert tokens(ask)([1, 2], None).next is None
    assert tokens(ask)([], None) == Page([], None)


@pytest.mark.parametrize(
    ("later", "items"),
    [
        ([5, 4, 3, 2, 1], [2, 1]),  # two more in front
        ([2, 1], [2, 1]),  # the last one seen is gone
        ([4, 1], [1]),  # the next one, too
        ([1], [1]),
        ([3], []),
    ],
)
def test_a_token_outlives_what_it_stands_between(
    ask: Ask, later: list[int], items: list[int]
) -> None:
    seen = tokens(ask, newest_first=True)
    token = seen([4, 3, 2, 1], None).next

    assert seen(later, token).items == items


def test_a_token_is_plain_text_for_an_address(ask: Ask) -> None:
    token = tokens(ask)([1, 2, 3], None).next

    assert token is not None
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "token", ["x", "Mg", "=", "\ud800", "é", "A" * 5000, "W10", "bnVsbA"]
)
def test_what_is_no_token_is_refused(ask: Ask, token: str) -> None:
    with pytest.raises(InvalidPayloadError) as refused:
        tokens(ask)([1, 2, 3], token)

    assert refused.value.code == "cursor"


@pytest.mark.parametrize(
    ("space", "filters"), [("yours", ()), ("mine", ("failed",)), ("mine", ("", ""))]
)
def test_another_lists_token_is_refused(
    ask: Ask, space: str, filters: tuple[str, ...]
) -> None:
    token = tokens(ask)([1, 2, 3], None).next

    with pytest.raises(InvalidPayloadError) as refused:
        token_page(
            ask(space=space), [1, 2, 3], token=token, limit=2, position=float,
            filters=filters,
        )  # fmt: skip

    assert refused.value.code == "cursor"


def test_a_changed_token_is_refused(ask: Ask) -> None:
    token = tokens(ask)([1, 2, 3], None).next or ""

    with pytest.raises(InvalidPayloadError):
        tokens(ask)([1, 2, 3], f"{token}!")


def walked(ask: Ask, things: Iterator[int], token: str | None) -> Page[int]:
    return walked_page(ask(space="mine"), things, token=token, limit=2, position=float)


def test_what_is_walked_has_the_pages_of_a_list(ask: Ask) -> None:
    first = walked(ask, iter([5, 4, 3, 2, 1]), None)
    second = walked(ask, iter([6, 5, 4, 3, 2, 1]), first.next)
    third = walked(ask, iter([5, 4, 3, 2, 1]), second.next)

    assert [first.items, second.items, third.items] == [[5, 4], [3, 2], [1]]
    assert third.next is None


def test_nobody_walks_further_than_a_page(ask: Ask) -> None:
    things = iter([5, 4, 3, 2, 1])

    walked(ask, things, None)

    assert [*things] == [2, 1]


@pytest.mark.parametrize("things", [[], [2, 1]])
def test_a_walk_that_ends_with_the_page_has_no_next(
    ask: Ask, things: list[int]
) -> None:
    assert walked(ask, iter(things), None) == Page(things, None)


@given(st.sets(st.integers()), st.integers(1, 9))
def test_pages_are_the_list(things: set[int], limit: int) -> None:
    ordered = sorted(things)

    firsts = [
        cursor_page(
            ordered,
            after=str(ordered[at - 1]) if at else None,
            limit=limit,
            key=str,
        ).items
        for at in range(0, len(ordered), limit)
    ]

    assert [thing for items in firsts for thing in items] == ordered
