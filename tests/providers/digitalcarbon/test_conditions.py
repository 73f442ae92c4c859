"""Conditional headers, however absurd, never keep a client from its file."""

import pytest

from tests.providers.digitalcarbon.conftest import FROZEN, Api

pytestmark = pytest.mark.ffmpeg
STILL = f"/digitalcarbon/media/{FROZEN}3.jpg"
YEAR = "Mon, 01 Jan {} 00:00:00 GMT"
ABSURD = {
    "no year": YEAR.format(99999),
    "no year at all": YEAR.format("9" * 30),
    "very long": YEAR.format("9" * 5000),
    "the first year": "Mon, 01 Jan 0001 00:00:00 -0000",
    "a zone far away": "Tue, 01 Jan 2030 00:00:00 +99999999999999",
    "before its year": "Mon, 01 Jan 0001 00:00:00 +2359",
    "an hour without end": "Tue, 01 Jan 2030 99999999999999999999:00:00 GMT",
    "negative": "Tue, -1 Jan 2030 -1:-1:-1 GMT",
    "a number": "1893456000",
    "nothing": "",
    "commas": ",,,,",
}
CONDITIONS = ["If-Modified-Since", "If-Unmodified-Since", "If-Range", "If-None-Match"]


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("date", ABSURD.values(), ids=ABSURD)
async def test_an_absurd_date_is_no_condition(api: Api, name: str, date: str) -> None:
    response = await api.running.client.get(STILL, headers={name: date})

    assert response.status == 200
    assert (await response.read())[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize("date", ABSURD.values(), ids=ABSURD)
async def test_a_range_if_a_date_is_absurd_is_the_whole_file(
    api: Api, date: str
) -> None:
    asking = {"Range": "bytes=0-9", "If-Range": date}

    response = await api.running.client.get(STILL, headers=asking)

    assert response.status == 200


@pytest.mark.parametrize(
    ("ranges", "status"),
    [
        ("bytes=" + "9" * 5000 + "-", 416),
        ("bytes=0-" + "9" * 5000, 206),
        ("bytes=-" + "9" * 5000, 206),
        ("bytes=-0", 416),
        ("bytes=9-8", 200),
        ("bytes=" + "0" * 5000 + "-", 416),
        ("bytes=--", 200),
        ("bytes=0-0,2-3", 200),
    ],
)
async def test_an_absurd_range_is_answered(api: Api, ranges: str, status: int) -> None:
    response = await api.running.client.get(STILL, headers={"Range": ranges})

    assert response.status == status


async def test_the_date_that_a_file_has_is_a_condition(api: Api) -> None:
    first = await api.running.client.get(STILL)
    asking = {"If-Modified-Since": first.headers["Last-Modified"]}

    second = await api.running.client.get(STILL, headers=asking)

    assert second.status == 304
