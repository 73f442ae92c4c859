"""Vertex: the same videos below projects and locations, inline or in a bucket."""

import re
from base64 import b64decode
from typing import Any
from urllib.parse import quote

import pytest

from tests.providers.google.conftest import CAT, OTHER, TOKEN, Api

TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
MODEL = "veo-3.1-generate-001"
HOME = (
    f"/v1/projects/mock-project/locations/us-central1/publishers/google/models/{MODEL}"
)
FROZEN = f"{HOME.removeprefix('/v1/')}/operations/00000000-0000-4000-8000-00000000000"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
EXPRESS = f"/v1beta1/publishers/google/models/{MODEL}"


async def started(api: Api, home: str = HOME, **parameters: Any) -> str:
    """Return the name of an operation that has been started."""
    document = {"instances": [CAT], "parameters": parameters}
    response = await api.ask("POST", f"{home}:predictLongRunning", document, TOKEN)
    assert response.status == 200, await response.text()
    return str((await response.json())["name"])


async def fetched(api: Api, name: str, home: str = HOME) -> dict[str, Any]:
    document = {"operationName": name}
    response = await api.ask("POST", f"{home}:fetchPredictOperation", document, TOKEN)
    assert response.status == 200, await response.text()
    told: dict[str, Any] = await response.json()
    return told


async def refused(
    api: Api, name: object, home: str = HOME, headers: Any = TOKEN
) -> tuple[int, str]:
    path = f"{home}:fetchPredictOperation"
    status, error = await api.error({"operationName": name}, path, headers=headers)
    return status, error["status"]


async def test_a_create_answers_a_name_with_project_and_location(api: Api) -> None:
    name = await started(api)

    assert re.fullmatch(
        "projects/mock-project/locations/us-central1/publishers/google/models/"
        f"veo-3.1-generate-001/operations/{UUID}",
        name,
    )


@pytest.mark.ffmpeg
async def test_a_video_is_in_the_answer_as_base64(api: Api) -> None:
    name = await started(api)
    before = await fetched(api, name)
    api.advance(75)

    after = await fetched(api, name)

    assert before == {"name": name}
    assert after["done"] is True
    response = after["response"]
    assert [*response] == ["raiMediaFilteredCount", "@type", "videos"]
    assert (response["raiMediaFilteredCount"], response["@type"]) == (0, TYPE)
    assert response["videos"][0]["mimeType"] == "video/mp4"
    assert b64decode(response["videos"][0]["bytesBase64Encoded"])[4:8] == b"ftyp"


@pytest.mark.parametrize("word", ["storageUri", "gcsOutputDirectory"])
async def test_a_video_may_go_into_a_bucket(api: Api, word: str) -> None:
    name = await started(api, sampleCount=2, **{word: "gs://my-bucket/out/"})
    api.advance(75)

    videos = (await fetched(api, name))["response"]["videos"]

    found = re.fullmatch(
        r"gs://my-bucket/out/(\d{19})/sample_0\.mp4", videos[0]["gcsUri"]
    )
    assert found is not None
    assert videos[1] == {
        "gcsUri": f"gs://my-bucket/out/{found[1]}/sample_1.mp4",
        "mimeType": "video/mp4",
    }


async def object_of(api: Api) -> str:
    name = await started(api, storageUri="gs://my-bucket/out")
    api.advance(75)
    video = (await fetched(api, name))["response"]["videos"][0]
    return str(video["gcsUri"]).removeprefix("gs://my-bucket/")


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    "path",
    [
        "/storage/my-bucket/{plain}",
        "/storage/storage/v1/b/my-bucket/o/{quoted}?alt=media",
        "/storage/v1/b/my-bucket/o/{quoted}?alt=media",
        "/storage/download/storage/v1/b/my-bucket/o/{quoted}?alt=media",
        "/download/storage/v1/b/my-bucket/o/{quoted}",
    ],
)
async def test_the_bucket_is_read_by_both_of_its_apis(api: Api, path: str) -> None:
    name = await object_of(api)
    place = path.format(plain=name, quoted=quote(name, safe=""))

    response = await api.get(place, TOKEN)

    assert (response.status, response.headers["Content-Type"]) == (200, "video/mp4")
    assert (await api.get(place, OTHER)).status == 404


@pytest.mark.ffmpeg
async def test_an_object_is_described_and_listed(api: Api) -> None:
    name = await object_of(api)
    place = f"/storage/v1/b/my-bucket/o/{quote(name, safe='')}"

    told = await (await api.get(place, TOKEN)).json()
    listed = await (await api.get("/storage/v1/b/my-bucket/o?prefix=out/")).json()
    nothing = await (await api.get("/storage/v1/b/my-bucket/o?prefix=x")).json()

    assert (told["name"], told["bucket"], told["contentType"]) == (
        name, "my-bucket", "video/mp4",
    )  # fmt: skip
    assert listed == {"kind": "storage#objects", "items": [told]}
    assert nothing == {"kind": "storage#objects"}


async def test_an_object_is_not_there_before_its_operation_is_done(api: Api) -> None:
    await started(api, storageUri="gs://my-bucket/out")
    name = next(iter(api.space.table("google", "object").values()))["name"]

    status, error = await api.error(None, f"/storage/{name}", "GET", TOKEN)

    assert (status, error["message"]) == (404, f"No such object: {name}")


async def test_what_is_filtered_has_no_videos(api: Api) -> None:
    response = (await fetched(api, f"{FROZEN}3"))["response"]

    assert "videos" not in response
    assert response["raiMediaFilteredCount"] == 1


async def test_a_failure_stands_inside_of_a_200(api: Api) -> None:
    assert (await fetched(api, f"{FROZEN}4"))["error"]["code"] == 13


async def test_a_key_needs_no_project_and_gets_one(api: Api) -> None:
    """Clients put the whole name back into the read, below that project."""
    document = {"instances": [CAT]}
    made = await api.ask("POST", f"{EXPRESS}:predictLongRunning", document)
    name = (await made.json())["name"]
    home = f"/v1beta1/{name.rpartition('/operations/')[0]}"

    below = await fetched(api, name, home)
    without = await fetched(api, name, EXPRESS)

    assert name.startswith("projects/express-main/locations/us-central1/publishers/")
    assert below == without == {"name": name}


@pytest.mark.parametrize(
    ("name", "home", "headers", "expected"),
    [
        (f"{FROZEN}1", HOME.replace("us-central1", "europe-west4"), TOKEN,
         (400, "INVALID_ARGUMENT")),
        (f"{FROZEN}1", HOME.replace(MODEL, "veo-3.0-generate-001"), TOKEN,
         (400, "INVALID_ARGUMENT")),
        ("", HOME, TOKEN, (400, "INVALID_ARGUMENT")),
        (7, HOME, TOKEN, (400, "INVALID_ARGUMENT")),
        (f"{FROZEN}9", HOME, TOKEN, (404, "NOT_FOUND")),
        (f"{FROZEN}1", HOME, OTHER, (404, "NOT_FOUND")),
        ("models/veo-3.1-generate-preview/operations/mockop000001", HOME, TOKEN,
         (404, "NOT_FOUND")),
        (f"{FROZEN}1".replace("mock-project", "another"), HOME, TOKEN,
         (404, "NOT_FOUND")),
        (f"{FROZEN}1", HOME, {}, (401, "UNAUTHENTICATED")),
        (f"{FROZEN}1", HOME, {"Authorization": "Bearer x"}, (401, "UNAUTHENTICATED")),
        (f"{FROZEN}1", HOME, {"x-goog-api-key": "x"}, (400, "INVALID_ARGUMENT")),
    ],
)  # fmt: skip
async def test_a_read_that_does_not_fit_is_refused(
    api: Api, name: object, home: str, headers: Any, expected: tuple[int, str]
) -> None:
    assert await refused(api, name, home, headers) == expected


async def test_its_operations_are_no_others(api: Api) -> None:
    path = f"/v1beta/models/{MODEL}/operations/00000000-0000-4000-8000-000000000001"

    assert (await api.get(path)).status == 404


@pytest.mark.parametrize("publisher", ["google", "acme"])
async def test_only_google_publishes(api: Api, publisher: str) -> None:
    path = f"{HOME.replace('google', publisher)}:predictLongRunning"

    response = await api.ask("POST", path, {"instances": [CAT]}, TOKEN)

    assert response.status == {"google": 200, "acme": 404}[publisher]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"seed": -1}, "`seed` must be a whole number from 0 to 4294967295."),
        ({"fps": 30}, "`fps` must be 24."),
        ({"resizeMode": "FIT"}, "`resizeMode` must be one of `CROP`, `PAD`."),
        ({"sampleCount": 5}, "`sampleCount` must be a whole number from 1 to 4."),
        (
            {"storageUri": "s3://x"},
            "`storageUri` must be a Cloud Storage URI: gs://BUCKET/PATH.",
        ),
    ],
)
async def test_parameters_of_vertex_have_to_fit(
    api: Api, parameters: dict[str, Any], message: str
) -> None:
    document = {"instances": [CAT], "parameters": parameters}
    path = f"{HOME}:predictLongRunning"

    status, error = await api.error(document, path, headers=TOKEN)

    assert (status, error["message"]) == (400, message)


async def test_without_sound_a_video_has_one_stream(api: Api) -> None:
    name = await started(api, generateAudio=False)

    job = api.space.jobs("google").get(name.rpartition("/")[2])

    assert job.data["sound"] is False


async def test_operations_outlive_those_of_the_other_door(api: Api) -> None:
    name = await started(api)
    api.advance(75 + 14 * 86400 - 1)
    before = (await fetched(api, name))["done"]
    api.advance(1)

    assert before is True
    assert await refused(api, name) == (404, "NOT_FOUND")


async def test_people_see_whose_space_it_is(api: Api) -> None:
    await started(api)

    shown = await (await api.running.client.get("/_mock/api/spaces")).json()

    names = {one["id"]: one["name"] for one in shown["spaces"]}
    assert names["google.main"] == (
        "projects/mock-project/locations/us-central1/publishers/google"
    )


async def test_too_much_is_told_without_details(api: Api) -> None:
    document = {"instances": [{"prompt": "x __429"}]}

    status, error = await api.error(document, f"{HOME}:predictLongRunning")

    assert status == 429
    assert error == {
        "code": 429,
        "message": "Resource exhausted. Please try again later. Please refer to"
        " https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for"
        " more details.",
        "status": "RESOURCE_EXHAUSTED",
    }
