"""However much is wrong with a body, the answer stays short and nobody else waits."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.deep import first
from tests.providers.conftest import Running, Serve
from tests.scenarios.players import PLAYERS, Player

MP4 = {"video_type": "mp4", "height": 720}
SCENE: dict[str, Any] = {"scene_id": 1234, "media": [], "text": [], "audio": []}
UPLOAD = {
    "extension": "mp4",
    "async": True,
    "destination": {"type": "s3", "bucket": "b", "filename": "f"},
}
SCENES = ("POST", "/api/v2/scenes/generate")


async def customer(serve: Serve, slug: str, **settings: Any) -> Player:
    return PLAYERS[slug](await serve(**settings))


async def ask(
    player: Player, changes: dict[str, Any], where: tuple[str, str] | None = None
) -> ClientResponse:
    """Send an order with some of its members replaced, or another operation's."""
    method, path, document = player.creation()
    whole = {**document, **changes} if where is None else changes
    return await player.send(*(where or (method, path)), whole)


async def answered_meanwhile(running: Running, asking: asyncio.Task[Any]) -> int:
    """Return how many other requests are answered until one is."""
    count = 0
    while not asking.done():
        await running.client.get("/_mock/api/health")
        count += 1
    return count


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("digitalcarbon", {"files": [{}] * 2000}),
        ("digitalcarbon", {"files": [0] * 2000}),
        ("hourone", {"scenes": [{}] * 2000}),
        ("hourone", {"scenes": [0] * 2000}),
        ("hourone", {"scenes": [{"name": "x", "transcript": "x" * 2000}] * 500}),
    ],
)
async def test_a_hundred_mistakes_are_told(
    serve: Serve, slug: str, changes: dict[str, Any]
) -> None:
    response = await ask(await customer(serve, slug), changes)

    assert response.status == 422
    assert len((await response.json())["detail"]) <= 200


async def test_the_first_hundred_are_told_in_their_order(serve: Serve) -> None:
    player = await customer(serve, "digitalcarbon")

    response = await ask(player, {"files": [{}] * 2000})

    places = [one["loc"] for one in (await response.json())["detail"]]
    assert places == [["body", "files", index, "url"] for index in range(100)]


async def test_outputs_that_contradict_each_other_make_a_hundred_mistakes(
    serve: Serve,
) -> None:
    player = await customer(serve, "idomoo")

    response = await ask(player, {"output": {"video": [MP4] * 2000}})

    assert response.status == 400
    assert len((await response.json())["errors"]) == 100


async def test_thousands_of_scenes_are_rendered(serve: Serve) -> None:
    """The work grows as their number does, not as its square: that took minutes."""
    scenes = [{**SCENE, "unique_scene_id": f"s{n}"} for n in range(8_000)]
    player = await customer(serve, "idomoo")
    order = {"output": {"video": [MP4]}, "timeline": {"scenes": scenes}}

    response = await ask(player, order, SCENES)

    assert response.status == 200


async def test_a_scene_may_follow_any_other_but_itself(serve: Serve) -> None:
    anchor = "start_time_offset_unique_scene_id"
    scenes = [
        {**SCENE, "unique_scene_id": "a", anchor: "b"},
        {**SCENE, "unique_scene_id": "b", anchor: "b"},
        {**SCENE, "unique_scene_id": "c", anchor: "c"},
        {**SCENE, "unique_scene_id": "c", anchor: "x"},
    ]
    player = await customer(serve, "idomoo")
    order = {"output": {"video": [MP4]}, "timeline": {"scenes": scenes}}

    response = await ask(player, order, SCENES)

    told = [one["error_description"] for one in (await response.json())["errors"]]
    assert [text.partition("[")[2].partition("]")[0] for text in told] == ["1", "3"]


@pytest.mark.parametrize("is_async", [True, False])
async def test_more_than_a_thousand_uploads_are_refused(
    serve: Serve, *, is_async: bool
) -> None:
    player = await customer(serve, "impossible")

    response = await ask(player, {"upload": [{**UPLOAD, "async": is_async}] * 1001})

    assert response.status == 400
    assert "upload: more than 1000" in (await response.json())["message"]


async def test_a_thousand_uploads_are_taken(serve: Serve) -> None:
    player = await customer(serve, "impossible")

    response = await ask(player, {"upload": [UPLOAD] * 1000})

    assert response.status == 201
    assert len(player.space.agenda) == 1000


GOOD = {"url": "http://x.example/a.jpg"}
LARGE: dict[str, dict[str, Any]] = {
    "digitalcarbon": {"files": [GOOD] * 20_000 + [{}]},
    "hourone": {"scenes": [{"name": "x", "transcript": "x"}] * 9_000 + [{}]},
    "impossible": {"upload": [UPLOAD] * 5_000 + [{}]},
}


@pytest.mark.parametrize("slug", first(sorted(LARGE)))
async def test_while_a_large_body_is_judged_others_are_answered(
    serve: Serve, slug: str
) -> None:
    player = await customer(serve, slug)
    await player.running.client.get("/_mock/api/health")
    asking = asyncio.create_task(ask(player, LARGE[slug]))

    count = await answered_meanwhile(player.running, asking)

    assert (await asking).status in {400, 422}
    assert count >= 5
