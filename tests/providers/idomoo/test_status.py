"""Every state, as the status call and the media links show it."""

import re

import pytest

from tests.providers.conftest import Serve
from tests.providers.idomoo.conftest import MP4, Api

STATES = {
    "inprocess": "IN_PROCESS",
    "inqueue": "IN_QUEUE",
    "rendering": "RENDERING",
    "available": "VIDEO_AVAILABLE",
    "failed": "ERROR",
}


@pytest.mark.parametrize(("name", "state"), STATES.items())
@pytest.mark.parametrize("slash", ["", "/"])
async def test_status_is_200_in_every_state(
    api: Api, name: str, state: str, slash: str
) -> None:
    response = await api.fetch(f"/api/v2/check_status/1234/0000/{name}{slash}")

    document = await response.json()
    assert response.status == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert (document["status"], document["id"]) == (state, f"1234/0000/{name}")


@pytest.mark.parametrize(
    "name", ["inprocess", "inqueue", "rendering", "failed", "none"]
)
@pytest.mark.parametrize("ending", [".mp4", ".jpg", "_en.vtt", "_en.txt"])
async def test_media_is_404_until_the_render_is_done(
    api: Api, name: str, ending: str
) -> None:
    response = await api.fetch(f"/media/1234/0000/{name}{ending}")

    assert response.status == 404
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "file",
    [
        "available.gif",
        "available_a.mp4",
        "available_en.mp4",
        "available",
        "available_de.vtt",
    ],
)
async def test_what_was_not_asked_for_is_not_there(api: Api, file: str) -> None:
    assert (await api.fetch(f"/media/1234/0000/{file}")).status == 404


async def test_a_scenes_export_is_no_render(api: Api) -> None:
    response = await api.fetch("/api/v2/check_status/scene-93001@idomoo.1234")

    assert (await response.json())["status"] == "NOT_EXIST"


async def test_at_pace_step_each_poll_shows_the_next_state(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",), pace="step"))
    answer = await (await api.storyboard()).json()

    seen = [
        (await (await api.file(answer["check_status_url"])).json())["status"]
        for _ in range(4)
    ]

    assert seen == ["IN_PROCESS", "IN_QUEUE", "RENDERING", "VIDEO_AVAILABLE"]


async def test_the_same_name_again_takes_over_the_identifier(api: Api) -> None:
    first = await api.rendered(video_file_name="again")
    second = await (await api.storyboard(video_file_name="again")).json()

    state = await (await api.file(second["check_status_url"])).json()
    file = await api.file(first["output"]["video"][0]["links"]["url"])

    assert second["unique_id"] == first["unique_id"] == "1234/0000/again"
    assert state["status"] == "IN_PROCESS"
    assert file.status == 404


async def test_identifiers_are_account_statistic_and_39_characters(api: Api) -> None:
    first = await (await api.storyboard(statistic_id="0042")).json()
    second = await (await api.storyboard()).json()

    account, statistic, name = first["unique_id"].split("/")
    assert (account, statistic) == ("1234", "0042")
    assert len(name) == 39
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    assert second["unique_id"].split("/")[2] != name


async def test_equal_seeds_and_calls_make_equal_bytes(serve: Serve) -> None:
    one = Api(await serve(providers=("idomoo",), external_url="http://x"))
    other = Api(await serve(providers=("idomoo",), external_url="http://x"))

    bodies = [await (await api.storyboard()).read() for api in (one, other)]

    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("duration", "cost"), [(0, 1), (30, 1), (30.5, 2), (60, 2), (61, 3)]
)
async def test_a_video_costs_a_credit_for_each_half_minute(
    api: Api, duration: float, cost: int
) -> None:
    response = await api.scenes({"duration_in_seconds": duration})

    document = await response.json()
    assert document["output"]["video"][0]["cost"] == cost
    assert (await api.read("/accounts"))["credits"] == 1000 - cost


async def test_pictures_cost_a_credit_only_without_a_video(api: Api) -> None:
    gif, jpg = {"height": 9, "start": 0}, {"height": 9, "time": 0}
    alone = await (await api.storyboard(output={"gif": [gif], "jpg": [jpg]})).json()
    beside = await (await api.storyboard(output={"video": [MP4], "gif": [gif]})).json()

    assert alone["total_cost"] == 2
    assert beside["total_cost"] == 1


@pytest.mark.parametrize(
    ("scenes", "order", "duration"),
    [
        ([{}, {"scene_id": 1235}], "linear", 15.0),
        ([{"duration_in_seconds": 2.5}, {}], "linear", 12.5),
        ([{"scene_start_in_seconds": 4}], "linear", 6.0),
        ([{}, {"start_time_in_seconds": 2}], "non-linear", 12.0),
        (
            [
                {"unique_scene_id": "a"},
                {
                    "start_time_offset_unique_scene_id": "a",
                    "start_time_offset_seconds": -3,
                },
            ],
            "non-linear",
            17.0,
        ),
    ],
)
async def test_a_timeline_is_as_long_as_its_scenes(
    api: Api, scenes: list[dict[str, object]], order: str, duration: float
) -> None:
    document = await (await api.scenes(*scenes, scene_order=order)).json()

    assert document["output"]["video"][0]["duration"] == duration


async def test_a_landing_page_shows_its_video(api: Api) -> None:
    video = {**MP4, "landing_page_id": "88", "suffix": "big"}
    answer = await api.rendered(output={"video": [video]}, video_file_name="x")
    links = answer["output"]["video"][0]["links"]

    response = await api.file(links["landing_page_url"])

    assert links["landing_page_url"].endswith("/idomoo/lp/88/1234/0000/x_big")
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    page = await response.text()
    assert re.search(rf'<video controls[^>]* src="{re.escape(links["url"])}"', page)
