"""Agenda: what falls due comes in order, and a job's notices can be taken back."""

import pytest

from mockserver.engine.agenda import DUE, About, Agenda, Due
from mockserver.engine.store.shelf import GONE
from tests.engine.invented import SLUG, Notes

ABOUT = About("job-1", 0, 20.0)


def _kinds(dues: list[Due]) -> list[str]:
    return [due.kind for due in dues]


def test_what_is_planned_comes_in_the_order_of_its_times() -> None:
    agenda = Agenda()
    for at, kind in ((3.0, "c"), (1.0, "a"), (2.0, "b"), (1.0, "after a")):
        agenda.add(at, kind, "acme", {})

    assert _kinds(agenda.list_dues()) == ["a", "after a", "b", "c"]
    assert [agenda.pop(2.0) for _ in range(4)][-1] is None
    assert (len(agenda), agenda.next_at()) == (1, 3.0)


def test_the_notices_of_one_job_are_withdrawn_from_a_time_on() -> None:
    agenda = Agenda()
    agenda.add(1.0, "early", "acme", {}, About("job-1", 0, 1.0))
    agenda.add(2.0, "late", "acme", {}, ABOUT)
    agenda.add(2.0, "of another", "acme", {}, About("job-2", 1, 20.0))
    agenda.add(2.0, "of another provider", "zeta", {}, ABOUT)
    agenda.add(2.0, "delivery", "acme", {})

    gone = agenda.withdraw("acme", "job-1", since_s=20.0)

    assert _kinds(gone) == ["late"]
    assert _kinds(agenda.list_dues()) == [
        "early",
        "of another",
        "of another provider",
        "delivery",
    ]


def test_what_was_withdrawn_is_neither_next_nor_popped() -> None:
    agenda = Agenda()
    agenda.add(1.0, "gone", "acme", {}, ABOUT)
    agenda.add(2.0, "stays", "acme", {})

    agenda.withdraw("acme", "job-1")

    assert agenda.next_at() == 2.0
    due = agenda.pop(9.0)
    assert due is not None
    assert due.kind == "stays"
    assert agenda.pop(9.0) is None


def test_what_was_done_is_no_notice_of_its_job_any_more() -> None:
    agenda = Agenda()
    agenda.add(1.0, "done", "acme", {}, ABOUT)

    agenda.pop(1.0)

    assert agenda.of_job("acme", "job-1") == []


def test_parted_notices_keep_the_job_and_are_not_withdrawn_with_its_successor() -> None:
    agenda = Agenda()
    agenda.add(1.0, "last words", "acme", {}, ABOUT)

    agenda.part("acme", "job-1", {"id": "job-1"})
    agenda.add(2.0, "of the successor", "acme", {}, About("job-1", 1, 2.0))
    agenda.withdraw("acme", "job-1")

    (due,) = agenda.list_dues()
    assert (due.kind, due.about) == ("last words", ABOUT._replace(last={"id": "job-1"}))


def test_parted_notices_that_are_put_back_are_still_nobody_else_s() -> None:
    agenda = Agenda()
    agenda.add(1.0, "last words", "acme", {}, ABOUT)
    agenda.part("acme", "job-1", {"id": "job-1"})
    due = agenda.pop(1.0)
    assert due is not None

    agenda.put_back(due)

    assert agenda.withdraw("acme", "job-1") == []
    assert agenda.list_dues() == [due]


def test_dropping_forgets_what_is_unwanted() -> None:
    agenda = Agenda()
    for number in range(300):
        agenda.add(float(number), "odd" if number % 2 else "even", "acme", {}, ABOUT)

    assert agenda.drop(lambda due: due.kind == "odd") == 150
    assert (len(agenda), agenda.next_at()) == (150, 0.0)
    assert {due.kind for due in agenda.of_job("acme", "job-1")} == {"even"}


def test_who_listens_hears_of_each_plan() -> None:
    agenda = Agenda()
    heard: list[float | None] = []
    agenda.on_add(lambda: heard.append(agenda.next_at()))

    agenda.add(5.0, "a", "acme", {})
    agenda.add(2.0, "b", "acme", {})

    assert heard == [5.0, 2.0]


def test_the_agenda_is_kept_in_order_and_planned_order_breaks_ties() -> None:
    agenda = Agenda()
    for at, name in ((5, "b"), (1, "a"), (5, "c")):
        agenda.add(at, name, SLUG, {})

    taken = [due.kind for due in iter(lambda: agenda.pop(9), None)]

    assert taken == ["a", "b", "c"]


def test_nothing_is_taken_before_it_is_due() -> None:
    agenda = Agenda()
    agenda.add(5, "x", SLUG, {})

    assert agenda.pop(4.9) is None
    assert agenda.next_at() == 5


def test_what_is_no_longer_wanted_leaves_the_agenda() -> None:
    agenda = Agenda()
    for number in range(4):
        agenda.add(number, "x", SLUG, {"n": number})

    assert agenda.drop(lambda due: due.data["n"] % 2 == 0) == 2
    assert [due.data["n"] for due in agenda.list_dues()] == [1, 3]


def test_who_watches_the_agenda_hears_of_new_dues() -> None:
    agenda, heard = Agenda(), []
    agenda.on_add(lambda: heard.append(len(agenda)))

    agenda.add(1, "x", SLUG, {})

    assert heard == [1]


def test_what_falls_due_now_is_taken_once() -> None:
    agenda = Agenda()
    agenda.add(5, "x", SLUG, {})

    assert agenda.pop(5) is not None
    assert agenda.pop(5) is None
    assert (len(agenda), agenda.next_at()) == (0, None)


def test_dropping_says_how_many_have_gone() -> None:
    agenda = Agenda()
    for kind in ("gone", "gone", "stays", "stays", "stays"):
        agenda.add(1.0, kind, "acme", {})

    assert agenda.drop(lambda due: due.kind == "gone") == 2


def test_a_hurried_notice_is_due_now_and_tells_of_what_is_to_come() -> None:
    agenda = Agenda()
    agenda.add(20.0, "late", "acme", {}, ABOUT)

    agenda.hurry(agenda.of_job("acme", "job-1"), 5.0)

    due = agenda.pop(5.0)
    assert due is not None
    assert (due.at, due.tells_of) == (5.0, 20.0)


def test_what_comes_after_a_restart_takes_no_place_of_what_was_kept() -> None:
    kept = Due(9.0, 4, "kept", "acme", {})
    agenda = Agenda()
    agenda.restore([((DUE, "000000000004"), kept)])

    agenda.add(1.0, "new", "acme", {})

    assert _kinds(agenda.list_dues()) == ["new", "kept"]


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def logged(notes: Notes) -> Agenda:
    """An agenda with a notice of a job, whose changes from then on are noted."""
    agenda = Agenda(notes)  # type: ignore[arg-type]  # it only notes
    agenda.add(20.0, "late", "acme", {}, ABOUT)
    notes.noted.clear()
    return agenda


def test_what_is_dropped_does_not_come_back_after_a_restart(
    logged: Agenda, notes: Notes
) -> None:
    logged.drop(lambda due: True)

    assert notes.noted == [((DUE, "000000000000"), GONE)]


def test_a_hurried_notice_is_kept_as_it_is_due_now(
    logged: Agenda, notes: Notes
) -> None:
    logged.hurry(logged.of_job("acme", "job-1"), 5.0)

    hurried = Due(5.0, 0, "late", "acme", {}, ABOUT)
    assert notes.noted == [((DUE, "000000000000"), hurried)]


def test_a_notice_of_a_job_that_is_forgotten_is_kept_with_the_job(
    logged: Agenda, notes: Notes
) -> None:
    last = {"id": "job-1"}

    logged.part("acme", "job-1", last)

    ((_, parted),) = notes.noted
    assert isinstance(parted, Due)
    assert parted.about == About("job-1", 0, 20.0, last)
