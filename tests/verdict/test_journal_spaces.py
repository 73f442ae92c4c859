"""The journal keeps the latest exchanges of each space; idle ones lose theirs first."""

import gc
from typing import Any

import pytest

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.verdict.journal import Exchange, Journal

LIFE = Timeline((Step("busy", Phase.RUNNING, for_s=3.0), Step("done", Phase.SUCCEEDED)))


def test_an_exchange_does_not_keep_its_jobs_alive() -> None:
    """Of jobs that are deleted or revised, the requests would stay in memory."""
    journal = Journal()
    made = Job("kept-by-a-journal", "s", 0, "op", 5.0, LIFE, (3.0,), bytes(1_000_000))
    journal.add(exchange(job=made, jobs=[made, made], at=9.0))
    del made
    gc.collect()

    (found,) = journal.exchanges()
    alive = [one.id for one in gc.get_objects() if type(one) is Job]
    assert (found.job, found.state) == ("kept-by-a-journal", "done")
    assert "kept-by-a-journal" not in alive


def exchange(space: str = "one", **facts: Any) -> Exchange:
    return Exchange(
        "GET",
        facts.pop("target", "/"),
        {},
        status=facts.pop("status", 200),
        response_headers={},
        response_body=b"",
        size_bytes=0,
        wall_at=0.0,
        elapsed_s=0.0,
        space=space,
        **facts,
    )


def filled(journal: Journal, *spaces: str) -> Journal:
    for space in spaces:
        journal.add(exchange(space))
    return journal


def numbers(journal: Journal, space: str | None = None) -> list[int]:
    return [one.number for one in journal.exchanges(space)]


def test_exchanges_are_numbered_from_one_over_all_spaces() -> None:
    journal = filled(Journal(), "one", "two", "one")

    assert numbers(journal) == [1, 2, 3]
    assert numbers(journal, "one") == [1, 3]
    assert numbers(journal, "unknown") == []


def test_a_space_keeps_its_latest() -> None:
    journal = filled(Journal(2), "one", "one", "one", "two")

    assert numbers(journal, "one") == [2, 3]
    assert (len(journal), journal.recorded) == (3, 4)


def test_as_many_as_twenty_full_spaces_are_kept() -> None:
    journal = filled(Journal(1), *(f"space-{number}" for number in range(20)))

    assert numbers(journal) == [*range(1, 21)]


def test_beyond_that_the_space_that_was_idle_for_longest_loses_all() -> None:
    journal = filled(Journal(2), "busy", "busy", "idle", "idle")
    filled(journal, *(f"space-{number}" for number in range(36)))

    filled(journal, "busy", "new")

    assert numbers(journal, "idle") == []
    assert numbers(journal, "busy") == [2, 41]
    assert numbers(journal, "new") == [42]
    assert len(journal) == 39


def test_what_was_lost_makes_room() -> None:
    journal = filled(Journal(1), *(f"space-{number}" for number in range(21)))

    filled(journal, "space-20", "space-20")

    assert numbers(journal, "space-1") == [2]
    assert len(journal) == 20


def test_a_space_is_cleared_and_the_others_stay() -> None:
    journal = filled(Journal(), "one", "two", "one")

    assert journal.clear("one") == 2
    assert journal.clear("unknown") == 0
    assert numbers(journal) == [2]
    assert len(journal) == 1


def test_all_spaces_are_cleared_but_the_numbers_go_on() -> None:
    journal = filled(Journal(), "one", "two")

    assert journal.clear() == 2

    assert numbers(filled(journal, "one")) == [3]
    assert len(journal) == 1


def test_exchanges_are_found_by_what_they_say() -> None:
    journal = Journal()
    journal.add(exchange(slug="acme", operation="order"))
    journal.add(exchange(slug="acme", operation="look", status=404))
    journal.add(exchange("two", slug="acme", operation="look", status=404))

    found = journal.find("one", slug="acme", status=404)

    assert [one.number for one in found] == [2]
    assert [one.number for one in journal.find(operation="look")] == [2, 3]


def test_a_listener_hears_of_each_exchange_until_it_has_enough() -> None:
    journal, heard = Journal(), list[int]()
    stop = journal.on_add(lambda one: heard.append(one.number))

    filled(journal, "one", "two")
    stop()
    filled(journal, "one")

    assert heard == [1, 2]


def test_what_is_read_does_not_change_while_more_is_added() -> None:
    journal = filled(Journal(2), "one", "one")
    reading = journal.exchanges("one")

    filled(journal, "one")

    assert [one.number for one in reading] == [1, 2]


@pytest.mark.parametrize(("operation", "is_unmatched"), [("look", False), ("", True)])
def test_a_request_without_an_operation_is_unmatched(
    operation: str, is_unmatched: bool
) -> None:
    assert exchange(operation=operation).is_unmatched is is_unmatched


def test_an_exchange_without_a_job_names_none() -> None:
    one = exchange()

    assert (one.job, one.state) == ("", "")
