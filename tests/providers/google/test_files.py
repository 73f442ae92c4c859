"""Files: described, listed, deleted and downloaded, whatever clients make of links."""

import pytest

from tests.providers.google.conftest import KEY, OTHER, Api

FILE = "/v1beta/files/mockfile0001"
DENIED = "You do not have permission to access the File {} or it may not exist."


@pytest.mark.ffmpeg
async def test_a_made_file_says_where_it_is_downloaded(api: Api) -> None:
    told = await (await api.get(FILE)).json()

    base = f"{api.running.origin}/google/v1beta/files/mockfile0001"
    assert [*told] == [
        "name", "mimeType", "sizeBytes", "createTime", "updateTime", "sha256Hash",
        "uri", "downloadUri", "state", "source", "videoMetadata",
    ]  # fmt: skip
    assert told["name"] == "files/mockfile0001"
    assert (told["uri"], told["downloadUri"]) == (base, f"{base}:download?alt=media")
    assert (told["state"], told["source"]) == ("ACTIVE", "GENERATED")
    assert told["videoMetadata"] == {"videoDuration": "8s"}
    served = await api.get(f"{FILE}:download?alt=media")
    assert told["sizeBytes"] == served.headers["Content-Length"]


async def test_a_picture_that_was_there_is_described(api: Api) -> None:
    told = await (await api.get("/v1beta/files/mockfile0002")).json()

    assert told == {
        "name": "files/mockfile0002",
        "displayName": "a picture",
        "mimeType": "image/png",
        "sizeBytes": "68",
        "createTime": "2030-01-01T00:00:00.000000Z",
        "updateTime": "2030-01-01T00:00:00.000000Z",
        "sha256Hash": (
            "NDMxY2VkNjkxNmEyYTIxYTE1NmUzODcwMWFmZTU1YmJkN2Y4ODk2OWZiYmZjNTZkN2ZlMDk5ZD"
            "Q3ZjI2NTQ2MA=="
        ),
        "uri": f"{api.running.origin}/google/v1beta/files/mockfile0002",
        "state": "ACTIVE",
        "source": "UPLOADED",
    }


@pytest.mark.parametrize(("number", "state"), [(3, "PROCESSING"), (4, "FAILED")])
async def test_some_files_are_never_ready(api: Api, number: int, state: str) -> None:
    path = f"/v1beta/files/mockfile000{number}"

    told = await (await api.get(path)).json()
    status, error = await api.error(None, f"{path}:download?alt=media", "GET")

    assert told["state"] == state
    assert (status, error["message"]) == (
        400,
        (
            f"The File mockfile000{number} is not in an ACTIVE state and usage is not"
            " allowed."
        ),
    )


async def test_an_upload_cannot_be_downloaded(api: Api) -> None:
    path = "/v1beta/files/mockfile0002:download?alt=media"

    status, error = await api.error(None, path, "GET")

    assert (status, error["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.ffmpeg
async def test_a_list_has_pages_and_ends(api: Api) -> None:
    first = await (await api.get("/v1beta/files?pageSize=4")).json()
    token = first["nextPageToken"]
    second = await (await api.get(f"/v1beta/files?pageToken={token}")).json()

    names = [one["name"] for page in (first, second) for one in page["files"]]
    assert (len(first["files"]), "nextPageToken" in second) == (4, False)
    assert sorted(names) == [f"files/mockfile000{n}" for n in range(1, 7)]
    assert await (await api.get("/v1beta/files", OTHER)).json() == {}


async def test_a_page_token_that_is_none_is_refused(api: Api) -> None:
    status, error = await api.error(None, "/v1beta/files?pageToken=x", "GET")

    assert (status, error["message"]) == (400, "The page token is invalid.")


@pytest.mark.parametrize(
    ("file_id", "headers"), [("mockfile0001", OTHER), ("nothing", KEY)]
)
async def test_nobody_is_told_whether_a_file_is_anothers(
    api: Api, file_id: str, headers: dict[str, str]
) -> None:
    path = f"/v1beta/files/{file_id}"

    answers = [
        await api.error(None, path, method, headers) for method in ("GET", "DELETE")
    ]
    answers.append(await api.error(None, f"{path}:download", "GET", headers))

    assert {status for status, _ in answers} == {403}
    assert {error["message"] for _, error in answers} == {DENIED.format(file_id)}


async def test_a_deleted_file_is_gone(api: Api) -> None:
    response = await api.ask("DELETE", FILE)

    assert (response.status, await response.json()) == (200, {})
    assert (await api.get(FILE)).status == 403


@pytest.mark.ffmpeg
async def test_a_part_of_a_file_may_be_asked_for(api: Api) -> None:
    response = await api.get(f"{FILE}:download", {**KEY, "Range": "bytes=4-7"})

    assert (response.status, await response.read()) == (206, b"ftyp")


LINK = "http://127.0.0.1:7357/google/v1beta/files/mockfile0001:download?alt=media"


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    "path",
    [
        f"/v1beta/files/{LINK}:download?alt=media",
        f"/v1/files/{LINK}%3Adownload&alt=media",
        f"{FILE}:download?alt=media&key=google-test-key",
    ],
)
async def test_what_clients_make_of_links_is_served(api: Api, path: str) -> None:
    response = await api.get(path, {} if "key=" in path else KEY)

    assert (response.status, response.headers["Content-Type"]) == (200, "video/mp4")


async def test_a_link_without_a_verb_describes_the_file(api: Api) -> None:
    link = LINK.removesuffix(":download?alt=media")

    told = await (await api.get(f"/v1beta/files/{link}")).json()

    assert told["name"] == "files/mockfile0001"
