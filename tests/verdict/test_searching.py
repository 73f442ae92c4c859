"""Searching: each filter leaves what fits, the newest first, and looks no further."""

from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.verdict.journal import Exchange, Journal
from mockserver.verdict.searching import found

LIFE = Timeline((Step("queued", Phase.WAITING, 5.0), Step("done", Phase.SUCCEEDED)))


def job(name: str) -> Job:
    return Job(name, "s", 0, "draw", 100.0, LIFE, (5.0,), b"{}")


def asked(number: int, **more: Any) -> Exchange:
    said = CIMultiDict([("X-Number", str(number)), ("Accept", "a"), ("Accept", "b")])
    made = Exchange(
        "POST" if number == 1 else "GET",
        f"/paths/{number}?q={number}",
        CIMultiDictProxy(said) if number % 2 else dict(said.items()),
        {3: 404, 4: 503}.get(number, 200),
        {},
        f"answer {number}".encode(),
        8,
        1.0,
        0.1,
        f"body {number}".encode(),
        "sketch" if number != 5 else "other",
        "" if number == 3 else "draw",
        "s",
        100.0 + number,
        job("one" if number < 4 else "two"),
        (job("two"), job("three")) if number == 6 else (),
    )
    made.number = number
    return made


EIGHT = [asked(number) for number in range(8, 0, -1)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [8, 7, 6, 5, 4, 3, 2, 1]),
        ({"after": 6}, [8, 7]),
        ({"provider": "other"}, [5]),
        ({"operation": "draw", "job": "one"}, [2, 1]),
        ({"unmatched": True}, [3]),
        ({"unmatched": False, "after": 6}, [8, 7]),
        ({"method": "post"}, [1]),
        ({"status": 404}, [3]),
        ({"status": "5xx"}, [4]),
        ({"since": 107.0}, [8, 7]),
        ({"since": 102.0, "until": 103.0}, [3, 2]),
        ({"target_contains": "q=2"}, [2]),
        ({"body_contains": "body 7"}, [7]),
        ({"answer_contains": "answer 8"}, [8]),
        ({"job": "three"}, [6]),
        ({"headers": {"x-number": "4"}}, [4]),
        ({"headers": {"X-NUMBER": "5", "accept": "b"}}, [5]),
        ({"headers": {"accept": "c"}}, []),
        ({"state": "queued", "job": "two"}, [4]),
        ({"state": "done", "after": 6}, [8, 7]),
        ({"limit": 1, "after": 6}, [8, 7]),
        ({"before": 3}, [2, 1]),
        ({"errors": True}, [4, 3]),
        ({"errors": False, "before": 5}, [2, 1]),
        ({"text": "BODY 7"}, [7]),
        ({"text": "Answer 2"}, [2]),
        ({"text": "/PATHS/6"}, [6]),
        ({"text": "Draw", "before": 4}, [2, 1]),
        ({"text": "THREE"}, [6]),
        ({"text": "no such words"}, []),
    ],
)
def test_what_fits_is_found(wanted: dict[str, Any], numbers: list[int]) -> None:
    assert [one.number for one in found(EIGHT, wanted)] == numbers


def test_who_takes_one_page_looks_at_few_only() -> None:
    many = iter([EIGHT[0]] * 100_000)

    page = found(many, {"status": 200})

    assert [next(page).number for _ in range(3)] == [8, 8, 8]
    assert sum(1 for _ in many) > 95_000


def test_a_status_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="found '9xx', expected 404, 4xx or such"):
        [*found(EIGHT, {"status": "9xx"})]


def test_what_was_asked_once_more_is_found_like_the_first() -> None:
    journal = Journal(per_space=3)
    first = asked(1)
    journal.add(first)
    for second in range(2, 6):
        journal.add_again(first, {"Date": str(second)}, 100.0 + second, 1.0, 0.2)

    kept = [*found(journal.newest("s"), {"job": "one", "method": "POST"})]

    assert [one.number for one in kept] == [5, 4, 3]
    assert [one.state for one in kept] == ["done", "queued", "queued"]
    assert [one.asked_at for one in kept] == [105.0, 104.0, 103.0]
    assert [*kept[0].response_headers] == [("Date", "5")]
    assert (kept[0].target, kept[0].request_body) == ("/paths/1?q=1", b"body 1")
    assert (len(journal), journal.recorded) == (3, 5)
    assert journal.held_bytes == 3 * first.kept_bytes


def test_the_newest_of_several_spaces_are_in_one_order() -> None:
    journal = Journal()
    for space in ("a", "b", "a"):
        one = asked(1)
        one.space = space
        journal.add(one)

    assert [one.number for one in journal.newest()] == [3, 2, 1]
    assert [one.number for one in journal.newest("a")] == [3, 1]
    assert [*journal.newest("c")] == []
