"""Files: uploaded with a form, read, listed, downloaded, and gone after a day."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData

from tests.providers.conftest import Serve
from tests.providers.replicate.conftest import OTHER, PROMPT, TOKEN, VEO, Api

PNG = b"\x89PNG\r\n\x1a\n"
DAY_S = 86_400


def form(**more: str) -> FormData:
    data = FormData()
    data.add_field("content", PNG, filename="in.png", content_type="image/png")
    for name, value in more.items():
        data.add_field(name, value, content_type="application/json")
    return data


async def post(api: Api, data: FormData) -> ClientResponse:
    return await api.running.client.post(
        "/replicate/v1/files", data=data, headers=TOKEN
    )


async def upload(api: Api, **more: str) -> dict[str, Any]:
    response = await post(api, form(**more))
    assert response.status == 201, await response.text()
    made: dict[str, Any] = await response.json()
    return made


async def test_an_upload_is_described(api: Api) -> None:
    made = await upload(api, metadata='{"scene": 7}')

    assert made == {
        "id": made["id"],
        "name": "in.png",
        "content_type": "image/png",
        "size": 8,
        "etag": "e9dd2797018cad79186e03e8c5aec8dc",
        "checksums": {
            "sha256": "4c4b6a3be1314ab86138bef4314dde02"
            "2e600960d8689a2c8f8631802d20dab6",
            "md5": "e9dd2797018cad79186e03e8c5aec8dc",
        },
        "metadata": {"scene": 7},
        "created_at": "2030-01-01T00:00:00.000Z",
        "expires_at": "2030-01-02T00:00:00.000Z",
        "urls": {"get": f"{api.running.origin}/replicate/v1/files/{made['id']}"},
    }


async def test_fields_of_the_form_say_more_than_its_file(api: Api) -> None:
    made = await upload(api, filename="other.webp", type="image/webp")

    assert (made["name"], made["content_type"]) == ("other.webp", "image/webp")


async def test_its_link_describes_it_again(api: Api) -> None:
    made = await upload(api)

    assert await (await api.get(made["urls"]["get"])).json() == made


async def test_files_are_listed_newest_first_by_pages(api: Api) -> None:
    made = [(await upload(api))["id"] for _ in range(26)]
    first = await (await api.get("/v1/files")).json()

    second = await (await api.get(first["next"])).json()

    listed = [*first["results"], *second["results"]]
    assert [one["id"] for one in listed] == made[::-1]
    assert second["next"] is None


async def test_a_download_needs_no_token(api: Api) -> None:
    made = await upload(api)

    response = await api.get(f"/v1/files/{made['id']}/download?x=1", headers={})

    assert (response.status, response.content_type) == (200, "image/png")
    assert await response.read() == PNG


async def test_a_deleted_file_is_gone(api: Api) -> None:
    path = f"/v1/files/{(await upload(api))['id']}"

    response = await api.running.client.delete(f"/replicate{path}", headers=TOKEN)

    assert (response.status, await response.read()) == (204, b"")
    assert (await api.get(path)).status == 404
    assert (await api.get(f"{path}/download")).status == 404


async def test_a_day_later_it_is_gone(api: Api) -> None:
    path = f"/v1/files/{(await upload(api))['id']}"

    api.advance(DAY_S)

    assert (await api.get(path)).status == 404
    assert (await api.get(f"{path}/download")).status == 404
    assert (await (await api.get("/v1/files")).json())["results"] == []


async def test_nobody_else_sees_it(api: Api) -> None:
    path = f"/v1/files/{(await upload(api))['id']}"

    assert (await api.get(path, headers=OTHER)).status == 404


async def test_a_form_without_content_is_refused(api: Api) -> None:
    data = FormData({"type": "image/png"}, default_to_multipart=True)

    response = await post(api, data)

    assert response.status == 422
    told = await response.json(content_type=None)
    assert told["detail"] == "- content is required\n"


async def test_a_body_that_is_no_form_is_refused(api: Api) -> None:
    response = await api.post("/v1/files", {"content": "x"})

    assert response.status == 400
    assert await response.json(content_type=None) == {
        "detail": "The request body is not a valid form.",
        "status": 400,
    }


@pytest.mark.parametrize("metadata", ["[]", "{", "7"])
async def test_metadata_is_an_object(api: Api, metadata: str) -> None:
    response = await post(api, form(metadata=metadata))

    assert response.status == 422
    told = await response.json(content_type=None)
    assert told["invalid_fields"][0]["field"] == "metadata"


async def test_metadata_may_come_as_fields(api: Api) -> None:
    made = await upload(api, **{"metadata[scene]": "7", "metadata[take]": "b"})

    assert made["metadata"] == {"scene": "7", "take": "b"}


async def test_more_than_a_space_may_have_is_refused(serve: Serve) -> None:
    api = Api(await serve(uploads_max_bytes=1030))

    response = await post(api, form())

    assert response.status == 413
    assert (await (await api.get("/v1/files")).json())["results"] == []


async def test_a_prediction_takes_the_link(api: Api) -> None:
    made = await upload(api)

    told = await api.submit(input={**PROMPT, "image": made["urls"]["get"]})
    api.advance(100)

    assert (await api.read(told["id"]))["status"] == "succeeded"


async def test_without_its_file_a_prediction_fails(api: Api) -> None:
    link = (await upload(api))["urls"]["get"]
    api.advance(DAY_S)

    told = await api.submit(input={**PROMPT, "image": link})
    api.advance(100)

    read = await api.read(told["id"])
    assert read["status"] == "failed"
    assert read["error"] == (
        "The file of input image could not be downloaded: 404 Not Found"
    )


async def test_in_lists_as_well(api: Api) -> None:
    gone = "https://api.replicate.com/v1/files/ncb5y3k7qwrzt2m8xv4h9d6sae"

    told = await api.submit(input={**PROMPT, "reference_images": [gone]})
    api.advance(100)

    assert "reference_images.0" in (await api.read(told["id"]))["error"]


async def test_what_lies_elsewhere_is_not_looked_at(api: Api) -> None:
    elsewhere = "https://example.com/v1/files/ncb5y3k7qwrzt2m8xv4h9d6sae"

    told = await api.submit(input={**PROMPT, "image": elsewhere})
    api.advance(100)

    assert (await api.read(told["id"]))["status"] == "succeeded"


@pytest.fixture
async def checked(serve: Serve, tmp_path: Path) -> Api:
    """Return a server that looks at signatures, with the secret `s3cret`."""
    section = {"accounts": {"main": {"files": {"secret": "s3cret"}}}}
    world = tmp_path / "world.yaml"
    world.write_text(json.dumps({"replicate": section}), "utf-8")
    settings = {"replicate": {"file_signatures": "checked"}}
    return Api(await serve(world=(world,), providers_settings=settings))


def signed(file_id: str, expiry: int, secret: bytes = b"s3cret") -> dict[str, str]:
    text = f"main {file_id} {expiry}".encode()
    signature = b64encode(hmac.new(secret, text, sha256).digest()).decode()
    return {"owner": "main", "expiry": str(expiry), "signature": signature}


async def test_a_signed_link_may_be_checked(checked: Api) -> None:
    file_id = (await upload(checked))["id"]
    query = signed(file_id, 1_893_456_600)

    response = await checked.running.client.get(
        f"/replicate/v1/files/{file_id}/download", params=query
    )

    assert await response.read() == PNG


@pytest.mark.parametrize(
    ("expiry", "secret"), [(1_893_455_999, b"s3cret"), (1_893_456_600, b"another")]
)
async def test_an_old_or_a_wrong_signature_is_refused(
    checked: Api, expiry: int, secret: bytes
) -> None:
    file_id = (await upload(checked))["id"]

    response = await checked.running.client.get(
        f"/replicate/v1/files/{file_id}/download",
        params=signed(file_id, expiry, secret),
    )

    assert response.status == 403


async def test_a_missing_signature_is_refused(checked: Api) -> None:
    file_id = (await upload(checked))["id"]

    assert (await checked.get(f"/v1/files/{file_id}/download")).status == 403


async def test_the_journal_hides_a_signature(api: Api) -> None:
    made = await upload(api)

    await api.get(f"/v1/files/{made['id']}/download?signature=c2VjcmV0&owner=main")

    told = await (await api.running.client.get("/_mock/api/exchanges")).text()
    assert "c2VjcmV0" not in told
    assert "owner=main" in told


async def test_a_link_names_its_file_in_the_video(api: Api) -> None:
    made = await upload(api)
    told = await api.submit(VEO, input={**PROMPT, "image": made["urls"]["get"]})

    job = api.running.space("replicate", "main").jobs("replicate").find(told["id"])

    assert job is not None
    assert job.data["files"] == ["in.png"]
