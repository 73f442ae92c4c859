"""Operations of the Gemini API: their lives, their ends, and the links to files."""

import re
from typing import Any

import pytest

from tests.deep import some
from tests.providers.conftest import Facts, Serve
from tests.providers.google.conftest import CAT, KEY, MODEL, OTHER, PREDICT, Api

FROZEN = f"models/{MODEL}/operations/mockop00000"
TYPE = (
    "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"
)
SDK = {**KEY, "x-goog-api-client": "google-genai-sdk/2.34.0 gl-python/3.11.7"}
HOME = "https://generativelanguage.googleapis.com/v1beta/files/mockfile0001"
BLOCKED = (
    "Veo could not generate videos because the input image violates Agent Platform's"
    " usage guidelines. If you think this was an error, send feedback. Support codes:"
    " 15236754"
)
AUDIO = (
    "We encountered an issue with the audio for your prompt. You have not been charged"
    " for this attempt."
)


async def test_a_create_answers_the_name_and_nothing_else(api: Api) -> None:
    response = await api.ask("POST", PREDICT, {"instances": [CAT]})

    text = await response.text()
    assert re.fullmatch(
        r'\{"name":"models/veo-3\.1-generate-preview/operations/[a-z0-9]{12}"\}', text
    )
    assert response.headers["Content-Type"] == "application/json; charset=UTF-8"


async def test_an_operation_runs_without_a_word_until_it_is_done(api: Api) -> None:
    """Veo's standard model takes 75 s."""
    name = await api.made()
    seen = []
    for seconds in (0, 7.5, 67.4, 0.1):
        api.advance(seconds)
        seen.append(await api.read(name))

    assert seen[:3] == [{"name": name}] * 3
    assert [*seen[3]] == ["name", "done", "response"]
    response = seen[3]["response"]
    assert response["@type"] == TYPE
    assert [*response["generateVideoResponse"]] == ["generatedSamples"]


async def test_at_pace_step_the_first_read_never_shows_the_end(serve: Serve) -> None:
    api = Api(await serve(providers=("google",), pace="step"))
    name = await api.made()

    seen = [(await api.read(name)).get("done") for _ in range(3)]

    assert seen == [None, None, True]


@pytest.mark.parametrize("version", ["v1", "v1alpha", "v1beta1"])
async def test_every_version_reads_the_same(api: Api, version: str) -> None:
    assert await api.read(f"{FROZEN}1", version=version) == {"name": f"{FROZEN}1"}


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"model": "veo-3.1-lite-generate-preview"}, 25),
        ({"model": "veo-3.1-fast-generate-preview"}, 40),
        ({"resolution": "1080p"}, 112.5),
        ({"resolution": "4k"}, 187.5),
    ],
)
async def test_how_long_it_takes_depends_on_model_and_size(
    api: Api, changes: dict[str, Any], seconds: float
) -> None:
    model = changes.pop("model", MODEL)
    name = await api.made(f"/v1beta/models/{model}:predictLongRunning", **changes)

    api.advance(seconds - 0.1)
    before = await api.read(name)
    api.advance(0.1)

    assert "done" not in before
    assert (await api.read(name))["done"] is True


def _link(operation: dict[str, Any]) -> str:
    samples = operation["response"]["generateVideoResponse"]["generatedSamples"]
    return str(samples[0]["video"]["uri"])


async def test_googles_clients_get_googles_links_and_others_ours(api: Api) -> None:
    door = f"{api.running.origin}/google/v1beta/files/mockfile0001"

    seen = [
        _link(await api.read(f"{FROZEN}2", headers))
        for headers in (KEY, SDK, {**KEY, "User-Agent": SDK["x-goog-api-client"]})
    ]

    assert seen == [
        f"{door}:download?alt=media",
        f"{HOME}:download?alt=media",
        f"{HOME}:download?alt=media",
    ]


@pytest.mark.parametrize(
    ("links", "reader", "start"),
    [
        ("canonical", KEY, "https://generativelanguage.googleapis.com/"),
        ("door", SDK, "http://127.0.0.1:"),
    ],
)
async def test_a_setting_says_which_links_all_get(
    serve: Serve, links: str, reader: dict[str, str], start: str
) -> None:
    settings = {"google": {"links": links}}
    api = Api(await serve(providers=("google",), providers_settings=settings))

    assert _link(await api.read(f"{FROZEN}2", reader)).startswith(start)


@pytest.mark.ffmpeg
@pytest.mark.parametrize("mode", ["data", "inline"])
async def test_a_video_may_be_in_the_answer_itself(serve: Serve, mode: str) -> None:
    api = Api(await serve(providers=("google",), handover=mode))

    operation = await api.read(f"{FROZEN}2")

    response = operation["response"]["generateVideoResponse"]
    video = response["generatedSamples"][0]["video"]
    keys, start = {
        "data": (["uri"], "data:video/mp4;base64,AAAA"),
        "inline": (["encodedVideo", "encoding"], "AAAA"),
    }[mode]
    assert [*video] == keys
    assert video[keys[0]].startswith(start)


async def test_two_videos_are_two_samples(api: Api) -> None:
    operation = await api.read(f"{FROZEN}5")

    samples = operation["response"]["generateVideoResponse"]["generatedSamples"]
    assert [one["video"]["uri"].split("/")[-1] for one in samples] == [
        "mockfile0005:download?alt=media",
        "mockfile0006:download?alt=media",
    ]


async def test_what_is_filtered_is_done_without_a_video(api: Api) -> None:
    assert (await api.read(f"{FROZEN}3"))["response"] == {
        "@type": TYPE,
        "generateVideoResponse": {
            "raiMediaFilteredCount": 1,
            "raiMediaFilteredReasons": [BLOCKED],
        },
    }


async def test_a_failure_stands_inside_of_a_200(api: Api) -> None:
    message = (
        "Video generation failed due to an internal server issue. Please try again in a"
        " few minutes."
    )

    assert await api.read(f"{FROZEN}4") == {
        "name": f"{FROZEN}4",
        "done": True,
        "error": {"code": 13, "message": message},
    }


@pytest.mark.parametrize(
    ("ending", "code"), [("fail", 13), ("fail:14", 14), ("fail:8", 8), ("blocked", 3)]
)
async def test_a_prompt_may_ask_for_an_error(api: Api, ending: str, code: int) -> None:
    operation = await api.ended(f"a cat __{ending}")

    assert operation["error"]["code"] == code


@pytest.mark.parametrize(("ending", "reason"), [("rai", BLOCKED), ("rai-audio", AUDIO)])
async def test_a_prompt_may_ask_to_be_filtered(
    api: Api, ending: str, reason: str
) -> None:
    operation = await api.ended(f"a cat __{ending}")

    assert operation["response"]["generateVideoResponse"] == {
        "raiMediaFilteredCount": 1,
        "raiMediaFilteredReasons": [reason],
    }


async def test_some_of_several_may_be_filtered(api: Api) -> None:
    path = "/v1beta/models/veo-2.0-generate-001:predictLongRunning"
    document = {
        "instances": [{"prompt": "x __rai-some"}],
        "parameters": {"sampleCount": 2},
    }
    name = (await (await api.ask("POST", path, document)).json())["name"]
    api.advance(75)

    made = (await api.read(name))["response"]["generateVideoResponse"]

    assert (len(made["generatedSamples"]), made["raiMediaFilteredCount"]) == (1, 1)


async def test_a_late_file_is_processing_for_half_a_minute(api: Api) -> None:
    document = {"instances": [{"prompt": "a cat __late-file"}]}
    made = await (await api.ask("POST", PREDICT, document)).json()
    api.advance(75)
    path = _link(await api.read(made["name"])).removeprefix(
        f"{api.running.origin}/google"
    )
    name = path.removesuffix(":download?alt=media")

    before = (await (await api.get(name)).json())["state"]
    early, error = await api.error(None, path, "GET")
    api.advance(30)

    assert (before, early, error["status"]) == (
        "PROCESSING", 400, "FAILED_PRECONDITION",
    )  # fmt: skip
    assert (await (await api.get(name)).json())["state"] == "ACTIVE"


async def test_a_file_may_fail_although_its_operation_has_not(api: Api) -> None:
    operation = await api.ended("a cat __file-failed")
    path = _link(operation).removeprefix(f"{api.running.origin}/google")

    status, error = await api.error(None, path, "GET")

    file = await (await api.get(path.removesuffix(":download?alt=media"))).json()
    assert (status, error["status"]) == (400, "FAILED_PRECONDITION")
    assert file["state"] == "FAILED"


async def test_an_operation_is_gone_with_its_files(api: Api) -> None:
    name = await api.made()
    api.advance(75 + 48 * 3600 - 1)
    before = await api.read(name)
    api.advance(1)

    status, error = await api.error(None, f"/v1beta/{name}", "GET")

    assert before["done"] is True
    assert (status, error["status"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        (f"{FROZEN}1", OTHER),
        ("models/veo-3.0-generate-001/operations/mockop000001", KEY),
        (f"models/{MODEL}/operations/00000000-0000-4000-8000-000000000001", KEY),
        (f"models/{MODEL}/operations/nothing", KEY),
    ],
)
async def test_another_ones_operation_is_not_found(
    api: Api, name: str, headers: dict[str, str]
) -> None:
    status, error = await api.error(None, f"/v1beta/{name}", "GET", headers)

    assert (status, error["code"], error["status"]) == (404, 404, "NOT_FOUND")


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("parameters", "size", "seconds"),
    some(
        [
            ({"resolution": "720p"}, (1280, 720), 8.0),
            ({"resolution": "720p", "aspectRatio": "9:16"}, (720, 1280), 8.0),
            ({"resolution": "1080p"}, (1920, 1080), 8.0),
            ({"resolution": "720p", "durationSeconds": "4"}, (1280, 720), 4.0),
        ],
        of=3,
    ),
)
async def test_a_video_is_as_it_was_asked_for(
    api: Api,
    probe: Any,
    parameters: dict[str, Any],
    size: tuple[int, int],
    seconds: float,
) -> None:
    operation = await api.ended("A lighthouse", **parameters)
    path = _link(operation).removeprefix(f"{api.running.origin}/google")

    response = await api.get(path)

    assert response.status == 200
    assert response.headers["Content-Type"] == "video/mp4"
    facts: Facts = probe(await response.read())
    assert (facts.size, facts.duration_s, facts.fps) == (size, seconds, "24/1")
    assert facts.codecs == ("h264", "aac")


@pytest.mark.ffmpeg
async def test_people_look_at_a_video_without_a_key(api: Api) -> None:
    operation = await api.ended("A lighthouse")
    job = operation["name"].rpartition("/")[2]
    shown = await api.running.client.get(f"/_mock/api/jobs/{job}")
    path = (await shown.json())["preview"]["video"]

    response = await api.running.client.get(path)

    assert (response.status, response.headers["Content-Type"]) == (200, "video/mp4")
