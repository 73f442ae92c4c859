"""Dates of answers fit each other: all are the space's, or all are the wall's."""

from tests.scenarios.faults.conftest import Heard, Open, Theatre

WALL_S = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT
TOO_MANY = {
    "kind": "error",
    "status": 429,
    "retry_after": "90s",
    "retry_after_as": "date",
}


def _date(heard: Heard) -> str:
    lines = heard.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return dict(line.split(": ", 1) for line in lines[1:])["Date"]


async def _theatre(open_theatre: Open, **settings: str) -> Theatre:
    theatre = await open_theatre(wall=lambda: WALL_S, **settings)
    theatre.film()
    theatre.space.clock.advance(60)
    return theatre


async def test_an_answer_is_dated_by_the_space(open_theatre: Open) -> None:
    theatre = await _theatre(open_theatre)

    heard = await theatre.hear("/films/film")

    assert _date(heard) == "Tue, 01 Jan 2030 00:01:00 GMT"


async def test_a_client_is_to_come_back_after_the_answers_date(
    open_theatre: Open,
) -> None:
    theatre = await _theatre(open_theatre)
    theatre.use(TOO_MANY)

    heard = await theatre.hear("/films/film")

    assert _date(heard) == "Tue, 01 Jan 2030 00:01:00 GMT"
    assert heard.headers["Retry-After"] == "Tue, 01 Jan 2030 00:02:30 GMT"


async def test_the_walls_date_may_be_asked_for(open_theatre: Open) -> None:
    theatre = await _theatre(open_theatre, dates="wall")
    theatre.use(TOO_MANY)

    heard = await theatre.hear("/films/film")

    assert heard.headers["Retry-After"] == "Tue, 14 Nov 2023 22:14:50 GMT"


async def test_a_file_is_as_old_as_its_dates_say(open_theatre: Open) -> None:
    theatre = await _theatre(open_theatre)

    heard = await theatre.hear("/files/film.mp4")

    assert heard.headers["Last-Modified"] == "Tue, 01 Jan 2030 00:00:00 GMT"
    assert _date(heard) == "Tue, 01 Jan 2030 00:01:00 GMT"


async def test_a_file_that_is_known_is_not_sent_again(open_theatre: Open) -> None:
    """What the wall's dates say of a file is also what a client may ask with."""
    theatre = await _theatre(open_theatre, dates="wall")
    first = await theatre.hear("/files/film.mp4")
    known = first.headers["Last-Modified"]

    again = await theatre.hear("/files/film.mp4", **{"If-Modified-Since": known})

    assert known == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert again.line == b"HTTP/1.1 304 Not Modified"
