"""A list of several workers is the one that a worker with everything would have."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from mockserver.edge.api.parts import Part, Row, Rows

KEYS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=40)


def listed(rows: Sequence[Row], limit: int | None, *, newest_first: bool) -> Rows:
    ordered = sorted(rows, key=lambda row: row.key, reverse=newest_first)
    return Rows(
        name="things", rows=ordered[:limit], newest_first=newest_first, limit=limit
    )


def items(keys: Sequence[tuple[int, int]]) -> list[Row]:
    """Return one item for each key, which is of the space that it ends with."""
    return [Row([*key], f"space-{key[1]}", [*key]) for key in keys]


@given(
    keys=KEYS,
    homes=st.lists(st.integers(0, 2), min_size=4, max_size=4),
    limit=st.none() | st.integers(0, 10),
    newest_first=st.booleans(),
)
def test_parts_of_workers_are_one_list(
    keys: list[tuple[int, int]],
    homes: list[int],
    limit: int | None,
    newest_first: bool,
) -> None:
    """Wherever each space is, and however few are shown."""
    rows = items(keys)
    whole = listed(rows, limit, newest_first=newest_first)
    parts = [
        listed(
            [row for row in rows if homes[row.key[1]] == worker],
            limit,
            newest_first=newest_first,
        )
        for worker in range(3)
    ]

    joined = parts[0].joined(part.dump() for part in parts[1:])

    assert joined.document() == whole.document()


@given(keys=KEYS, moved=st.integers(0, 3))
def test_a_space_that_has_moved_is_told_of_once(
    keys: list[tuple[int, int]], moved: int
) -> None:
    """Both who had it and who has it have told of it."""
    rows = items(keys)
    here = listed(rows, None, newest_first=True)
    there = listed(
        [row for row in rows if row.key[1] == moved], None, newest_first=True
    )

    assert here.joined([there.dump()]).document() == here.document()


def test_what_is_about_no_space_is_told_by_each() -> None:
    one = Rows(name="things", rows=[Row([1], "", "a")])
    two = Rows(name="things", rows=[Row([1], "", "b")])

    assert one.joined([two.dump()]).document() == {"things": ["a", "b"]}


@given(
    st.builds(
        Part,
        order=st.text(max_size=5),
        is_trial=st.booleans(),
        seeks=st.booleans(),
        only=st.none() | st.frozensets(st.text(max_size=3), min_size=1, max_size=3),
        beyond=st.none() | st.lists(st.integers(), min_size=1, max_size=3),
    )
)
def test_what_another_worker_is_told_is_what_was_meant(part: Part) -> None:
    assert Part.of(part.dump()) == part
