"""Rate windows slide on the space's clock; balances are spent."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.quotas import Quotas, RateLimit
from mockserver.engine.store.shelf import GONE, Row
from tests.engine.invented import Notes

LIMIT = RateLimit(3, 60.0)


def test_a_window_lets_so_many_calls_pass_and_says_when_the_next_may() -> None:
    quotas = Quotas()

    answers = [quotas.take("calls", LIMIT, at) for at in (0.0, 10.0, 20.0, 30.0)]

    assert answers == [None, None, None, 30.0]


def test_a_window_slides() -> None:
    quotas = Quotas()
    for at in (0.0, 10.0, 20.0):
        quotas.take("calls", LIMIT, at)

    assert quotas.take("calls", LIMIT, 60.0) is None
    assert quotas.take("calls", LIMIT, 61.0) == 9.0


def test_counting_goes_on_beyond_the_limit() -> None:
    quotas = Quotas()

    assert [quotas.count("calls", LIMIT, 0.0) for _ in range(5)] == [1, 2, 3, 4, 5]


@given(st.lists(st.floats(0, 300), max_size=60))
def test_no_window_ever_holds_more_than_its_limit(times: list[float]) -> None:
    quotas = Quotas()
    let = [at for at in sorted(times) if quotas.take("c", LIMIT, at) is None]

    crowds = [sum(1 for other in let if at - 60 < other <= at) for at in let]

    assert max(crowds, default=0) <= 3


def test_a_balance_is_spent() -> None:
    quotas = Quotas()

    assert quotas.spend("credits", 30, 100) == 70
    assert quotas.balance("credits", 100) == 70


def test_a_window_ends_just_before_its_first_call_is_as_old_as_it_is_long() -> None:
    quotas = Quotas()
    quotas.count("calls", LIMIT, 0.0)

    assert [quotas.used("calls", LIMIT, at) for at in (59.9, 60.0)] == [1, 0]


def test_after_more_calls_than_allowed_the_wait_is_for_the_last_of_them() -> None:
    quotas = Quotas()
    for at in (0.0, 10.0, 20.0, 30.0, 40.0):
        quotas.count("calls", LIMIT, at)

    assert quotas.take("calls", LIMIT, 50.0) == 30.0


def test_where_nothing_is_allowed_a_whole_window_is_to_be_waited() -> None:
    assert Quotas().take("calls", RateLimit(0, 60.0), 5.0) == 60.0


def test_a_refused_call_is_not_counted() -> None:
    quotas = Quotas()
    for _ in range(5):
        quotas.take("calls", LIMIT, 0.0)

    assert quotas.used("calls", LIMIT, 0.0) == 3


def test_windows_of_different_names_are_apart() -> None:
    quotas = Quotas()
    quotas.count("calls", LIMIT, 0.0)

    assert quotas.used("others", LIMIT, 0.0) == 0


def test_a_balance_begins_as_it_is_told_and_may_go_below_zero() -> None:
    quotas = Quotas()

    assert quotas.balance("credits", 5) == 5
    assert quotas.spend("credits", 8, 5) == -3


def kept(notes: Notes) -> list[Row]:
    """Return what a store has after all that was noted."""
    rows = dict(notes.noted)
    there = [(place, value) for place, value in rows.items() if value is not GONE]
    return sorted(there)  # type: ignore[arg-type]  # places are texts


def test_a_window_that_has_slid_is_the_same_after_restarts() -> None:
    notes = Notes()
    first = Quotas(notes)  # type: ignore[arg-type]  # it only notes
    for at in (0.0, 10.0, 61.0):
        first.count("calls", LIMIT, at)

    second = Quotas(notes)  # type: ignore[arg-type]  # it only notes
    second.restore(kept(notes))
    second.count("calls", LIMIT, 62.0)
    third = Quotas()
    third.restore(kept(notes))

    assert third.windows() == {"calls": (10.0, 61.0, 62.0)}


def test_what_is_cleared_is_still_unused_after_a_restart() -> None:
    notes = Notes()
    quotas = Quotas(notes)  # type: ignore[arg-type]  # it only notes
    quotas.count("calls", LIMIT, 0.0)
    quotas.spend("credits", 30, 100)

    quotas.clear()

    assert kept(notes) == []
