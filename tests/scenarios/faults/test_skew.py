"""A server whose clock is off writes all of its times so."""

from typing import Any

import pytest

from mockserver.scenarios.book.skew import shifted_date, shifted_text
from tests.scenarios.conftest import Play
from tests.scenarios.faults.conftest import Theatre


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b'{"at":"2030-01-01T00:00:00Z"}', b'{"at":"2029-12-31T23:55:00Z"}'),
        (b"<at>2030-01-01 00:06:00</at>", b"<at>2030-01-01 00:01:00</at>"),
        (b"2030-01-01T00:05:00.123456+01:00", b"2030-01-01T00:00:00.123456+01:00"),
        (b'{"expires": 1893456300}', b'{"expires": 1893456000}'),
        (b'{"created_at":1893456300}', b'{"created_at":1893456000}'),
        (b'{"job_id":1893456300}', b'{"job_id":1893456300}'),
        (b'"http://h/x?Expires=1893456300"', b'"http://h/x?Expires=1893456300"'),
        (b"2030-13-01T00:00:00", b"2030-13-01T00:00:00"),
        (b"0001-01-01T00:00:00", b"0001-01-01T00:00:00"),
    ],
)
def test_written_times_are_five_minutes_late(said: bytes, expected: bytes) -> None:
    assert shifted_text(said, -300.0) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Tue, 01 Jan 2030 00:00:00 GMT", "Tue, 01 Jan 2030 00:05:00 GMT"),
        ("120", "120"),
        ("never", "never"),
    ],
)
def test_a_date_is_shifted_and_seconds_are_not(said: str, expected: str) -> None:
    assert shifted_date(said, 300.0) == expected


async def test_the_dates_of_a_file_are_of_that_clock(theatre: Theatre) -> None:
    theatre.use({"kind": "clock-skew", "by": "5m"}, operation="media")
    theatre.space.clock.set(1_893_456_000)

    heard = await theatre.hear("/files/film.mp4")

    assert b"\r\nDate: Tue, 01 Jan 2030 00:05:00 GMT\r\n" in heard.raw
    head = await theatre.hear("/files/film.mp4", "HEAD")
    known = await theatre.hear(
        "/files/film.mp4", **{"If-Modified-Since": head.headers["Last-Modified"]}
    )
    assert known.line == b"HTTP/1.1 304 Not Modified"


async def test_a_refusals_date_is_of_that_clock(theatre: Theatre) -> None:
    theatre.space.clock.set(1_893_456_000)
    refusal = {"kind": "error", "status": 429, "retry_after": "1m",
               "retry_after_as": "date"}  # fmt: skip
    theatre.use(refusal)
    theatre.use({"kind": "clock-skew", "by": "-5m"})

    heard = await theatre.hear("/films/film")

    assert b"\r\nDate: Mon, 31 Dec 2029 23:55:00 GMT\r\n" in heard.raw
    assert heard.headers["Retry-After"] == "Mon, 31 Dec 2029 23:56:00 GMT"


@pytest.mark.parametrize("pace", ["step", "manual"])
async def test_what_a_provider_writes_is_off(player: Play, pace: str) -> None:
    """The job's times are those of the server's clock; the job lives as ever."""
    skew: dict[str, Any] = {
        "scenario": "x",
        "rules": [
            {"on": {"operation": "status"}, "fault": {"kind": "clock-skew", "by": "5m"}}
        ],
    }
    customer = await player(
        "stupeflix", skew, pace=pace, epoch="2030-01-01T00:00:00+00:00"
    )
    job = await customer.order()
    assert job is not None

    _, document = await customer.ask(*customer.reading(job))

    assert document[0]["events"]["queued"] == "2030-01-01T00:05:00Z"
