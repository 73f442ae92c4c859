"""The contract's worked exchanges, byte for byte."""

from tests.providers.stupeflix.conftest import (
    EPOCH_S,
    MOVIE,
    STORED,
    Api,
    md5_hex,
    said,
)

FORM = (
    "ProfilesXML=%3Cprofiles%3E%3Cprofile+name%3D%22iphone%22%3E%3CstupeflixStore%3E"
    "%3C%2FstupeflixStore%3E%3C%2Fprofile%3E%3C%2Fprofiles%3E"
)
KEY = "AccessKey=EXAMPLEACCESSKEY0001"
ROOT = "/stupeflix/stupeflix-1.0"


async def test_send_definition(api: Api) -> None:
    response = await api.running.client.put(
        f"{ROOT}/alice/clip1/definition/?Date=1700000000&{KEY}"
        "&Signature=68ff0f27282bf01fbde411a0acf691886a1bba58",
        data=MOVIE,
        headers={
            "Expect": "100-Continue",
            "content-md5": "cXMDw4ro0Bf/yy1Aq8H+WA==",
            "content-type": "text/xml",
        },
    )

    assert await said(response) == (200, "")
    assert dict(response.raw_headers)[b"ETag"] == b"717303c38ae8d017ffcb2d40abc1fe58"
    assert response.headers["Content-Length"] == "0"


async def test_create_profiles(api: Api) -> None:
    await api.define()

    response = await api.running.client.post(
        f"{ROOT}/alice/clip1/?Date=1700000001&{KEY}"
        "&Signature=0694342ec528d342bd16aacdab7732c7c13c164a",
        data=FORM,
        headers={
            "Content-MD5": "WXb3zC6XoNQVCG69X+v2HA==",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )

    assert await said(response) == (200, "")
    assert dict(response.raw_headers)[b"ETag"] == b"5976f7cc2e97a0d415086ebd5febf61c"
    assert response.headers["Content-Length"] == "0"


async def test_get_status_while_rendering(api: Api) -> None:
    job = await api.render(STORED)
    api.space.clock.set(job.entered_at(3) + 0.405 * (job.ends[3] - job.ends[2]))

    response = await api.running.client.get(
        f"{ROOT}/alice/clip1/iphone/status/?Date=1700000005&{KEY}"
        "&Signature=d9615f009090883f44db468244044f000297ae8f"
    )

    assert await said(response) == (
        200,
        (
            '[{"accesskey":"EXAMPLEACCESSKEY0001","user":"alice","resource":"clip1",'
            '"profile":"iphone","status":{"status":"generating","complete":40}}]'
        ),
    )
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == "138"
    assert dict(response.raw_headers)[b"ETag"] == b"d1260f1c295dfed5fd42f8b2cf5369fd"


async def test_get_status_when_done(api: Api) -> None:
    job = await api.render(STORED)
    api.finish(job)
    expires = int(job.ends_at + 86_400)

    response = await api.running.client.get(
        f"{ROOT}/alice/clip1/iphone/status/?Date=1700000010&{KEY}"
        "&Signature=3fc91b58e1707c3ec12dc1759759817eef766c64"
    )
    text = await response.text()
    url = (await response.json())[0]["status"]["available-0-url"]

    assert text == (
        '[{"accesskey":"EXAMPLEACCESSKEY0001","user":"alice","resource":"clip1",'
        '"profile":"iphone","status":{"status":"available","complete":100,'
        '"available-0-type":"stupeflixStore","available-0-id":"alice/clip1/iphone",'
        f'"available-0-url":"{url}"}}}}]'
    )
    assert url.startswith(f"{api.running.origin}/stupeflix/storage/stupeflix/")
    assert url.endswith(f".mp4?Expires={expires}")
    assert response.headers["ETag"] == md5_hex(text.encode())


async def test_paging_past_the_end(api: Api) -> None:
    await api.render(STORED)

    response = await api.running.client.get(
        f"{ROOT}/alice/status/?Date=1700000020&{KEY}"
        "&Signature=09fd50aba5df84fa6c5164a49db46b58441f4386"
        "&Marker=alice/clip1/iphone&MaxKeys=2"
    )

    assert await said(response) == (200, "[]")
    assert response.headers["Content-Length"] == "2"
    assert response.headers["ETag"] == "d751713988987e9331980363e24189ce"


async def test_a_wrong_secret(api: Api) -> None:
    response = await api.running.client.get(
        f"{ROOT}/alice/clip1/status/?Date=1700000021&{KEY}&Signature={'0' * 40}"
    )

    assert await said(response) == (
        403, "SignatureDoesNotMatch: the computed signature differs"
    )  # fmt: skip
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["Content-Length"] == "53"


async def test_a_video_that_nobody_asked_to_store(api: Api) -> None:
    response = await api.get("/alice/clip9/iphone/")

    assert await said(response) == (
        404, "NotFound: no video stored for alice/clip9/iphone"
    )  # fmt: skip
    assert response.headers["Content-Length"] == "48"


async def test_a_batch_of_two(api: Api) -> None:
    tasks = "".join(
        f'<task user="alice" resource="{name}">{MOVIE.decode()}{STORED}</task>'
        for name in ("clip2", "clip3")
    )
    api.date = int(EPOCH_S) + 30

    response = await api.running.client.put(
        f"{ROOT}/batch/?Date=1700000030&{KEY}"
        "&Signature=0c653c1ecfc701b05a60b2ed7969a231e4689792",
        data=f"<batch>{tasks}</batch>",
        headers={"Content-MD5": "H+C3KlGEaMY7HwULiOfXlQ==", "Content-Type": "text/xml"},
    )
    rows = await api.rows("/status/")

    assert await said(response) == (200, "")
    assert response.headers["ETag"] == "1fe0b72a518468c63b1f050b88e7d795"
    assert [row["resource"] for row in rows] == ["clip2", "clip3"]
    assert [row["status"] for row in rows] == [{"status": "queued"}] * 2
