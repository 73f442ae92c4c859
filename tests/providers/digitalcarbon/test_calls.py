"""The four calls: every status and text, and the order of the checks."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.digitalcarbon.conftest import (
    FROZEN,
    JOBS,
    KEY,
    LISTING,
    OTHER_KEY,
    Api,
)

UNAUTHORIZED = {"detail": "API Key is missing or invalid"}
NOT_FOUND = {"detail": "Job not found"}
NOT_READY = {"detail": "Job is not completed yet"}
UNKNOWN = "5b1d6f0a-6a54-4d6c-9a6e-1f6f7f5f4f3f"


async def test_a_job_is_accepted_with_nothing_but_its_identifier(api: Api) -> None:
    response = await api.post("", LISTING)

    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json"
    assert [*await response.json()] == ["job_id"]


async def test_the_first_job_of_the_default_seed_is_always_this_one(api: Api) -> None:
    assert await api.submit() == "27449602-04cf-4f01-8a4b-f1edb899b31a"


async def test_a_job_is_queued_then_processing_then_completed(api: Api) -> None:
    job = await api.submit()
    bodies = []

    for seconds in (0, 60, 1200):
        api.advance(seconds)
        bodies.append(await (await api.get(f"/{job}/status")).text())

    assert bodies == [
        '{"status":"queued"}',
        '{"status":"processing"}',
        '{"status":"completed"}',
    ]


async def test_a_job_takes_at_least_fifteen_and_at_most_twenty_minutes(
    api: Api,
) -> None:
    jobs = [await api.submit() for _ in range(10)]

    api.advance(899)
    early = [await (await api.get(f"/{job}/status")).json() for job in jobs]
    api.advance(301)
    late = [await (await api.get(f"/{job}/status")).json() for job in jobs]

    assert {answer["status"] for answer in early} == {"processing"}
    assert {answer["status"] for answer in late} == {"completed"}


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"X-API-Key": "nonsense"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ""),
        ("GET", f"/{FROZEN}3/status"),
        ("GET", "/not-a-job-id/status"),
        ("GET", f"/{FROZEN}3/results"),
        ("POST", f"/{FROZEN}3/results/upload-video"),
    ],
)
async def test_a_wrong_key_beats_everything(
    api: Api, method: str, path: str, headers: dict[str, str]
) -> None:
    response = await api.running.client.request(
        method, JOBS + path, headers=headers, data=b"not even json"
    )

    assert (response.status, await response.json()) == (401, UNAUTHORIZED)
    assert "WWW-Authenticate" not in response.headers


async def test_an_open_server_gives_any_key_a_space_of_its_own(serve: Serve) -> None:
    api = Api(await serve(auth="open"))
    mine, yours = {"X-API-Key": "mine"}, {"X-API-Key": "yours"}
    job = (await (await api.post("", LISTING, mine)).json())["job_id"]

    assert (await api.get(f"/{job}/status", mine)).status == 200
    assert (await api.get(f"/{job}/status", yours)).status == 404


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, {"status": "queued"}),
        (2, {"status": "processing"}),
        (3, {"status": "completed"}),
        (4, {"status": "failed", "error_message": "Rendering failed"}),
        (5, {"status": "completed"}),
        (6, {"status": "failed"}),
    ],
)
async def test_frozen_jobs_stay_as_they_are(
    api: Api, number: int, expected: dict[str, str]
) -> None:
    api.advance(1e6)

    response = await api.get(f"/{FROZEN}{number}/status")

    assert (response.status, await response.json()) == (200, expected)


@pytest.mark.parametrize(
    "job_id",
    [
        "not-a-job-id",
        "%20",
        "x" * 500,
        "5b1d6f0a6a544d6c9a6e1f6f7f5f4f3f",
        f"{UNKNOWN}0",
    ],
)
async def test_a_malformed_identifier_is_told_apart_on_status_only(
    api: Api, job_id: str
) -> None:
    status = await api.get(f"/{job_id}/status")
    results = await api.get(f"/{job_id}/results")

    assert status.status == 400
    assert await status.json() == {"detail": "Invalid job ID format"}
    assert (results.status, await results.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("job_id", [UNKNOWN, UNKNOWN.upper()])
async def test_an_unknown_job_is_not_found(api: Api, job_id: str) -> None:
    response = await api.get(f"/{job_id}/status")

    assert (response.status, await response.json()) == (404, NOT_FOUND)


async def test_a_job_of_another_account_does_not_exist(api: Api) -> None:
    job = await api.finished()
    upload = {"upload_url": "http://127.0.0.1:9/x"}

    answers = [
        await api.get(f"/{job}/status", OTHER_KEY),
        await api.get(f"/{job}/results", OTHER_KEY),
        await api.post(f"/{job}/results/upload-video", upload, OTHER_KEY),
    ]

    assert [answer.status for answer in answers] == [404, 404, 404]
    assert [await answer.json() for answer in answers] == [NOT_FOUND] * 3


@pytest.mark.parametrize("number", [1, 2, 4, 6])
async def test_what_is_not_completed_has_no_results(api: Api, number: int) -> None:
    results = await api.get(f"/{FROZEN}{number}/results")
    upload = await api.post(
        f"/{FROZEN}{number}/results/upload-video", {"upload_url": "http://127.0.0.1:9/"}
    )

    assert (results.status, await results.json()) == (400, NOT_READY)
    assert (upload.status, await upload.json()) == (400, NOT_READY)


async def test_lost_results_are_an_error_of_the_server(api: Api) -> None:
    lost = {"detail": "Job completed but no results found"}

    results = await api.get(f"/{FROZEN}5/results")
    upload = await api.post(
        f"/{FROZEN}5/results/upload-video", {"upload_url": "http://127.0.0.1:9/"}
    )

    assert (results.status, await results.json()) == (500, lost)
    assert (upload.status, await upload.json()) == (500, lost)


async def test_results_describe_the_video(api: Api) -> None:
    job = await api.finished(aspect_ratio="9:16")

    response = await api.get(f"/{job}/results")

    media = f"{api.running.origin}/digitalcarbon/media/{job}"
    document = await response.json()
    assert document.pop("completed_at") > document.pop("created_at")
    assert document == {
        "job_id": job,
        "status": "completed",
        "video_url": f"{media}.mp4",
        "thumbnail_url": f"{media}.jpg",
        "duration": 30,
        "aspect_ratio": "9:16",
        "width": 360,
        "height": 640,
        "template_id": "ActiveListing1",
        "photo_count": 1,
    }


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ("16:9", (1920, 1080)),
        ("1:1", (1080, 1080)),
        ("4:5", (1080, 1350)),
        ("9:16", (1080, 1920)),
    ],
)
async def test_the_full_profile_has_the_full_sizes(
    serve: Serve, ratio: str, size: tuple[int, int]
) -> None:
    api = Api(await serve(media_size="full"))
    job = await api.finished(aspect_ratio=ratio)

    document = await (await api.get(f"/{job}/results")).json()

    assert (document["width"], document["height"]) == size


async def test_details_outside_the_template_are_read_too(api: Api) -> None:
    document = {**LISTING, "property_details": {"address": "Elm Street"}}
    job = (await (await api.post("", document)).json())["job_id"]

    kept = api.running.space("digitalcarbon", "main").jobs("digitalcarbon").get(job)

    assert kept.data["property"] == ["Elm Street"]


def files(count: int) -> list[dict[str, str]]:
    return [{"url": "https://example.com/image1.jpg"}] * count


async def test_a_hundred_photos_are_fine(api: Api) -> None:
    response = await api.post("", {**LISTING, "files": files(100)})

    assert response.status == 200


async def test_more_than_a_hundred_photos_are_too_many(api: Api) -> None:
    bad = [{"url": "nope"}] * 101

    response = await api.post("", {**LISTING, "files": bad})

    assert response.status == 400
    assert await response.json() == {"detail": "Maximum of 100 photos allowed"}


async def test_invalid_images_are_listed_in_their_order(api: Api) -> None:
    urls = ["https://example.com/plan.pdf", "https://example.com/a.jpg", "kitchen.jpg"]

    response = await api.post("", {**LISTING, "files": [{"url": url} for url in urls]})

    assert response.status == 400
    assert await response.text() == (
        '{"detail":"Invalid image URLs: '
        "['https://example.com/plan.pdf', 'kitchen.jpg']\"}"
    )


MISSING = {"msg": "field required", "type": "value_error.missing"}
RATIOS = ["16:9", "1:1", "4:5", "9:16"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, [{"loc": ["body"], **MISSING}]),
        (
            [],
            [
                {
                    "loc": ["body"],
                    "msg": "value is not a valid dict",
                    "type": "type_error.dict",
                }
            ],
        ),
        (
            {},
            [
                {"loc": ["body", "files"], **MISSING},
                {"loc": ["body", "template_params"], **MISSING},
            ],
        ),
        (
            {"files": [], "template_params": {"template_id": ""}},
            [
                {
                    "loc": ["body", "files"],
                    "msg": "ensure this value has at least 1 items",
                    "type": "value_error.list.min_items",
                    "ctx": {"limit_value": 1},
                },
                {
                    "loc": ["body", "template_params", "template_id"],
                    "msg": "ensure this value has at least 1 characters",
                    "type": "value_error.any_str.min_length",
                    "ctx": {"limit_value": 1},
                },
            ],
        ),
        (
            {"files": [{}, 7], "template_params": {}},
            [
                {"loc": ["body", "files", 0, "url"], **MISSING},
                {
                    "loc": ["body", "files", 1],
                    "msg": "value is not a valid dict",
                    "type": "type_error.dict",
                },
                {"loc": ["body", "template_params", "template_id"], **MISSING},
            ],
        ),
        (
            {
                "files": files(1),
                "template_params": {"template_id": "x", "aspect_ratio": "2:1"},
            },
            [
                {
                    "loc": ["body", "template_params", "aspect_ratio"],
                    "msg": (
                        "value is not a valid enumeration member;"
                        " permitted: '16:9', '1:1', '4:5', '9:16'"
                    ),
                    "type": "type_error.enum",
                    "ctx": {"enum_values": RATIOS},
                }
            ],
        ),
    ],
)
async def test_a_body_of_a_wrong_shape_is_told_every_violation(
    api: Api, document: object, expected: list[dict[str, Any]]
) -> None:
    response = await api.post("", document)

    assert (response.status, await response.json()) == (422, {"detail": expected})


async def test_a_body_that_is_not_json_is_told_the_decoders_words(api: Api) -> None:
    response = await api.running.client.post(JOBS, data=b"{", headers=KEY)

    assert response.status == 422
    assert (await response.json())["detail"][0]["loc"] == ["body", 1]
    assert (await response.json())["detail"][0]["type"] == "value_error.jsondecode"


async def test_shape_errors_can_be_told_briefly(serve: Serve) -> None:
    settings = {"digitalcarbon": {"shape_errors": "400"}}
    api = Api(await serve(providers_settings=settings))

    response = await api.post("", {})

    assert (response.status, await response.json()) == (
        400,
        {"detail": "field required"},
    )


async def test_nulls_and_unknown_members_are_as_good_as_absent(api: Api) -> None:
    params = {"template_id": "Mine", "aspect_ratio": None, "logo_url": None, "x": 1}

    response = await api.post("", {"files": files(1), "template_params": params})

    assert response.status == 200


async def test_unknown_templates_can_be_refused(serve: Serve) -> None:
    settings = {"digitalcarbon": {"world": "strict"}}
    api = Api(await serve(providers_settings=settings))
    params = {"template_id": "Mine"}

    response = await api.post("", {"files": files(1), "template_params": params})

    assert response.status == 400
    assert await response.json() == {"detail": "Invalid template_id: Mine"}


async def test_an_unknown_path_is_answered_in_the_envelope(api: Api) -> None:
    response = await api.running.client.get("/digitalcarbon/v0-beta/generate-video")

    assert (response.status, await response.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("GET", "", "POST"), ("DELETE", f"/{FROZEN}1/status", "GET")],
)
async def test_a_wrong_method_names_the_right_one(
    api: Api, method: str, path: str, allow: str
) -> None:
    response = await api.running.client.request(method, JOBS + path, headers=KEY)

    assert (response.status, response.headers["Allow"]) == (405, allow)
    assert await response.json() == {"detail": "Method Not Allowed"}


async def test_the_real_host_leads_to_the_same_jobs(api: Api) -> None:
    host = {"Host": "api.digitalcarbon.ai", **KEY}

    response = await api.running.client.get(
        f"/v1-beta/generate-video/{FROZEN}3/results", headers=host
    )

    assert (await response.json())["video_url"] == (
        f"http://api.digitalcarbon.ai/media/{FROZEN}3.mp4"
    )


async def test_links_can_be_told_to_lead_elsewhere(serve: Serve) -> None:
    api = Api(await serve(external_url="https://mock.example:8443"))

    document = await (await api.get(f"/{FROZEN}3/results")).json()

    assert document["video_url"] == (
        f"https://mock.example:8443/digitalcarbon/media/{FROZEN}3.mp4"
    )


async def test_the_documentations_snippets_run_as_they_are(api: Api) -> None:
    key = {"X-API-Key": "your_api_key_here"}

    status = await api.get("/unique_job_id/status", key)
    results = await api.get("/unique_job_id/results", key)

    assert await status.json() == {"status": "completed"}
    assert (await results.json())["photo_count"] == 2


async def test_one_template_is_always_unknown(api: Api) -> None:
    params = {"template_id": "NoSuchTemplate"}

    response = await api.post("", {"files": files(1), "template_params": params})

    assert response.status == 400
    assert await response.json() == {"detail": "Invalid template_id: NoSuchTemplate"}
