"""Generations: their lives, what they tell, and the lists of them."""

import pytest

from tests.providers.luma.conftest import FROZEN, KEY, ORDER, OTHER, ROOT, VIDEO, Api

GUIDES = (
    "123e4567-e89b-12d3-a456-426614174000",
    "d1968551-6113-4b46-b567-09210c2e79b0",
)
REQUEST = {
    "generation_type": "video",
    "prompt": "A tiger walking in snow",
    "aspect_ratio": "16:9",
    "loop": False,
    "keyframes": None,
    "callback_url": None,
    "model": "ray-2",
    "resolution": "720p",
    "duration": "5s",
    "concepts": None,
}


async def test_a_new_generation_has_eight_members_with_its_request(api: Api) -> None:
    made = await api.made()

    generation_id = made.pop("id")
    assert (len(generation_id), generation_id[14]) == (36, "4")
    assert made == {
        "generation_type": "video",
        "state": "queued",
        "failure_reason": None,
        "created_at": "2030-01-01T00:00:00.000000Z",
        "assets": None,
        "model": "ray-2",
        "request": REQUEST,
    }
    assert [*made["request"]] == [*REQUEST]


async def test_what_nobody_says_is_usual(api: Api) -> None:
    """The guides' older address takes the same, and no model either."""
    made = await api.made({"prompt": "A tiger walking in snow"}, path="")

    assert made["request"] == REQUEST


async def test_null_and_unknown_members_are_as_if_they_were_not_there(api: Api) -> None:
    made = await api.made(loop=None, concepts=None, seed=7)

    assert made["request"] == REQUEST


async def test_it_is_queued_then_dreams_and_is_completed(api: Api) -> None:
    """Five seconds in 720p wait 3 to 7 s, and take 30 to 60 s."""
    generation_id = (await api.made())["id"]
    seen = []
    for seconds in (0, 2.9, 4.2, 22.8, 37.2):
        api.advance(seconds)
        read = await api.read(generation_id)
        seen.append((read["state"], read["assets"] is None))

    assert seen == [
        ("queued", True),
        ("queued", True),
        ("dreaming", True),
        ("dreaming", True),
        ("completed", False),
    ]


async def test_a_finished_video_has_two_links_that_stay(api: Api) -> None:
    done = await api.finished()
    again = await api.read(done["id"])

    root = f"{api.running.origin}/luma/_cdn/dream_machine/{done['id']}/"
    assert done["assets"]["video"].startswith(root)
    assert done["assets"]["video"].endswith("_video.mp4")
    assert done["assets"]["image"].startswith(root)
    assert done["assets"]["image"].endswith("_thumb.jpg")
    assert done["assets"]["progress_video"] is None
    assert again == done


@pytest.mark.parametrize(
    ("number", "state", "reason"),
    [
        (1, "queued", None),
        (2, "dreaming", None),
        (3, "completed", None),
        (4, "failed", "Frame moderation failed"),
    ],
)
async def test_a_fixture_stands_in_each_state(
    api: Api, number: int, state: str, reason: str | None
) -> None:
    read = await api.read(f"{FROZEN}{number}")

    assert (read["state"], read["failure_reason"]) == (state, reason)
    assert (read["assets"] is not None) is (state == "completed")


@pytest.mark.parametrize("generation_id", GUIDES)
async def test_the_ids_of_the_guides_are_there(api: Api, generation_id: str) -> None:
    assert (await api.read(generation_id))["state"] == "completed"


async def test_a_list_has_the_newest_first(api: Api) -> None:
    made = [(await api.made())["id"] for _ in range(3)]

    response = await api.get(f"{ROOT}/generations?limit=4")

    listed = await response.json()
    assert [one["id"] for one in listed["generations"]] == [
        *reversed(made),
        GUIDES[1],
    ]
    assert {**listed, "generations": []} == {
        "generations": [],
        "count": 4,
        "limit": 4,
        "offset": 0,
        "has_more": True,
    }


async def test_a_list_goes_on_at_an_offset_until_its_end(api: Api) -> None:
    response = await api.get(f"{ROOT}/generations?limit=4&offset=4")

    listed = await response.json()
    assert [one["id"] for one in listed["generations"]] == [f"{FROZEN}2", f"{FROZEN}1"]
    assert (listed["count"], listed["offset"], listed["has_more"]) == (2, 4, False)


async def test_of_two_numbers_the_last_one_counts(api: Api) -> None:
    response = await api.get(f"{ROOT}/generations?limit=4&limit=2&offset=2147483647")

    listed = await response.json()
    assert (listed["limit"], listed["generations"]) == (2, [])


async def test_a_list_without_numbers_has_ten(api: Api) -> None:
    for _ in range(5):
        await api.made()

    listed = await (await api.get(f"{ROOT}/generations")).json()

    assert (listed["count"], listed["limit"], listed["has_more"]) == (10, 10, True)


NO_NUMBER = "Input should be a valid integer, unable to parse string as an integer"


@pytest.mark.parametrize(
    ("name", "found", "kind", "message"),
    [
        ("limit", "0", "greater_than_equal",
         "Input should be greater than or equal to 1"),
        ("limit", "101", "less_than_equal",
         "Input should be less than or equal to 100"),
        ("offset", "-1", "greater_than_equal",
         "Input should be greater than or equal to 0"),
        ("offset", "x", "int_parsing", NO_NUMBER),
        ("offset", "1.5", "int_parsing", NO_NUMBER),
        ("limit", "9" * 40, "less_than_equal",
         "Input should be less than or equal to 100"),
    ],
)  # fmt: skip
async def test_a_list_refuses_numbers_that_are_none(
    api: Api, name: str, found: str, kind: str, message: str
) -> None:
    response = await api.get(f"{ROOT}/generations?{name}={found}")

    entry = {"type": kind, "loc": ["query", name], "msg": message, "input": found}
    assert (response.status, await response.json()) == (422, {"detail": [entry]})


async def test_a_deleted_generation_is_unknown_and_not_listed(api: Api) -> None:
    done = await api.finished()
    path = f"{ROOT}/generations/{done['id']}"

    response = await api.ask("DELETE", path)
    read = await api.get(path)
    file = await api.get(done["assets"]["video"], {})
    listed = await (await api.get(f"{ROOT}/generations")).json()

    assert (response.status, await response.read()) == (204, b"")
    assert (read.status, await read.json()) == (
        404,
        {"detail": "Generation not found"},
    )
    assert file.status == 404
    assert done["id"] not in [one["id"] for one in listed["generations"]]


async def test_a_space_sees_nothing_of_another_one(api: Api) -> None:
    made = await api.made()

    read = await api.get(f"{ROOT}/generations/{made['id']}", OTHER)
    listed = await api.get(f"{ROOT}/generations", OTHER)

    assert read.status == 404
    assert (await listed.json())["generations"] == []


@pytest.mark.parametrize(
    ("headers", "status", "detail"),
    [
        ({}, 403, "Not authenticated"),
        ({"Authorization": "Basic bHVtYQ=="}, 403, "Not authenticated"),
        ({"Authorization": "Bearer"}, 403, "Not authenticated"),
        ({"Authorization": "Bearer luma-not-a-key"}, 401, "Invalid API key"),
    ],
)
async def test_without_a_key_nothing_is_told(
    api: Api, headers: dict[str, str], status: int, detail: str
) -> None:
    response = await api.ask("POST", VIDEO, ORDER, headers)
    ping = await api.get(f"{ROOT}/ping", headers)

    assert (response.status, await response.json()) == (status, {"detail": detail})
    assert ping.status == status


async def test_the_small_calls_answer(api: Api) -> None:
    ping = await (await api.get(f"{ROOT}/ping")).json()
    concepts = await (await api.get(f"{ROOT}/generations/concepts/list")).json()
    motions = await (await api.get(f"{ROOT}/generations/camera_motion/list")).json()

    assert ping == {"message": "pong"}
    assert {"dolly_zoom", "handheld", "orbit_left", "push_in"} <= {*concepts}
    assert "camera orbit left" in motions


async def test_a_path_that_nobody_has_is_told_as_the_framework_does(api: Api) -> None:
    """So is the base URL without its path."""
    unknown = await api.get("/generations")
    wrong = await api.ask("PUT", f"{ROOT}/ping")

    assert (unknown.status, await unknown.json()) == (404, {"detail": "Not Found"})
    assert (wrong.status, await wrong.json()) == (
        405,
        {"detail": "Method Not Allowed"},
    )
    assert wrong.headers["Allow"] == "GET"


@pytest.mark.parametrize("generation_id", ["nobody", "a%2Fb", f"{FROZEN}9"])
async def test_an_id_of_nothing_is_not_found(api: Api, generation_id: str) -> None:
    response = await api.get(f"{ROOT}/generations/{generation_id}", KEY)

    assert (response.status, await response.json()) == (
        404,
        {"detail": "Generation not found"},
    )
