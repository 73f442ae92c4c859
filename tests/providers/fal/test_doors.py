"""Doors: by path, by the hosts' names, and passed on by somebody else's server."""

import pytest

from tests.providers.fal.conftest import KEY, NOBODY, PROMPT, Api

TARGET = "https://queue.fal.run/fal-ai/veo3.1"


@pytest.mark.parametrize("host", ["queue.fal.run", "queue.falrun.com"])
async def test_who_comes_by_a_host_gets_links_to_it(api: Api, host: str) -> None:
    """The spare host is another name of the same."""
    response = await api.running.client.post(
        "/fal-ai/veo3.1", json=PROMPT, headers={**KEY, "Host": host}
    )

    told = await response.json()
    assert told["status_url"].startswith(f"http{TARGET[5:]}/requests/")


@pytest.mark.ffmpeg
async def test_files_are_on_the_host_of_files(api: Api) -> None:
    made = await api.done()

    response = await api.running.client.get(
        f"/fal-ai/veo3.1/requests/{made['request_id']}",
        headers={**KEY, "Host": "queue.fal.run"},
    )
    url = (await response.json())["video"]["url"]
    file = await api.running.client.get(
        url.removeprefix("http://v3b.fal.media"), headers={"Host": "v3b.fal.media"}
    )

    assert url.startswith("http://v3b.fal.media/files/b/")
    assert file.status == 200


async def test_what_is_passed_on_is_for_the_real_address(api: Api) -> None:
    made = await api.call(
        "POST",
        "/proxy",
        PROMPT,
        {**KEY, "x-fal-target-url": f"{TARGET}?fal_max_queue_length=9"},
    )
    told = await made.json()
    read = await api.call(
        "GET", "/proxy", None, {**KEY, "x-fal-target-url": told["status_url"]}
    )

    assert told["status_url"].startswith(f"{TARGET}/requests/")
    assert (read.status, (await read.json())["status"]) == (202, "IN_QUEUE")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "target", [NOBODY, {"x-fal-target-url": "https://example.com/fal-ai/veo3.1"}]
)
async def test_what_is_for_nobody_is_an_invalid_request(
    api: Api, method: str, target: dict[str, str]
) -> None:
    response = await api.call(method, "/proxy", None, {**KEY, **target})

    assert (response.status, await response.json()) == (400, "Invalid request")


async def test_browsers_may_ask_before(api: Api) -> None:
    response = await api.call("OPTIONS", "/proxy", headers=NOBODY)

    assert response.status == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
