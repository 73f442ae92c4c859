"""Definitions: stored and returned byte for byte, XML or zip, for a month."""

import io
import zipfile

import pytest

from tests.providers.stupeflix.conftest import (
    MOVIE,
    STORED,
    Api,
    Start,
    md5_hex,
    movie,
    said,
)

PICTURED = movie('<effect type="none"><image filename="a.jpg"/></effect>')


def packed(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return data.getvalue()


ZIP = packed(movie_xml=PICTURED, images__a_jpg=b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("body", "sent_as", "kind"),
    [
        (MOVIE, "text/xml", "text/xml"),
        (b"\xef\xbb\xbf" + MOVIE, "text/xml", "text/xml"),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n' + MOVIE, "text/xml", "text/xml"),
        (ZIP, "application/zip", "application/zip"),
        (ZIP, "text/xml", "application/zip"),
    ],
)
async def test_a_definition_comes_back_as_it_was_sent(
    api: Api, body: bytes, sent_as: str, kind: str
) -> None:
    sent = await api.send("PUT", "/alice/clip1/definition/", body, sent_as)
    found = await api.get("/alice/clip1/definition/")

    assert (sent.status, sent.headers["ETag"]) == (200, md5_hex(body))
    assert await found.read() == body
    assert found.headers["Content-Type"] == kind
    assert found.headers["ETag"] == md5_hex(body)
    assert found.headers["Content-Length"] == str(len(body))


async def test_a_chunked_body_is_read(api: Api) -> None:
    path, md5 = "/alice/clip1/definition/", "cXMDw4ro0Bf/yy1Aq8H+WA=="
    proof = api.sign("PUT", path, md5, "text/xml")

    response = await api.running.client.put(
        f"/stupeflix/stupeflix-1.0{path}?Date={api.date}&AccessKey={api.access}"
        f"&Signature={proof}",
        data=io.BytesIO(MOVIE),
        chunked=True,
        headers={"Content-MD5": md5, "Content-Type": "text/xml"},
    )

    assert response.status == 200


async def test_the_definitions_of_an_account_take_a_bounded_room(api: Api) -> None:
    """What is there can be sent again; only more is too much."""
    await api.define(body=MOVIE)
    api.space.table("stupeflix", "usage").put("bytes", 1024 * 1024 * 1024)

    again = await api.define(body=MOVIE)
    response = await api.define(body=PICTURED)

    assert again.status == 200
    assert response.status == 413
    assert (await response.text()).startswith("EntityTooLarge")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is not well-formed XML"),
        (b"<movie>", "the body is not well-formed XML"),
        ("<movie>é</movie>".encode("latin-1"), "the body is not well-formed XML"),
        (b"<film/>", "the root element must be movie"),
        (packed(film_xml=MOVIE), "the archive has no movie.xml"),
        (packed(movie_xml=b"<movie>"), "the body is not well-formed XML"),
        (b"PK\x03\x04 broken", "the archive: no directory"),
    ],
)
async def test_what_is_no_definition_is_refused(
    api: Api, body: bytes, reason: str
) -> None:
    assert await said(await api.define(body=body)) == (
        400, f"InvalidDefinition: {reason}"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            b"<movie><body/></movie>",
            "movie: needs attribute service",
        ),
        (
            b'<movie service="craftsman-1.0"/>',
            "movie: found 0 elements body, expected 1",
        ),
        (movie(), "movie/body: has no element to show"),
        (
            movie("<effect><image color='#000000'/></effect>"),
            "movie/body/effect[1]: needs attribute type",
        ),
        (PICTURED, "movie/body/effect[1]/image: file 'a.jpg' is missing"),
    ],
)
async def test_a_deeper_fault_makes_the_job_an_error(
    api: Api, body: bytes, problem: str
) -> None:
    job = await api.render(STORED, body)
    api.finish(job)

    assert await api.status() == {"status": "error", "error": problem}


async def test_strict_definitions_are_refused_at_once(start: Start) -> None:
    settings = {"stupeflix": {"strict_definitions": True}}
    api = await start(providers_settings=settings)

    response = await api.define(body=movie("<effect/>"))

    assert await said(response) == (
        400, "InvalidDefinition: movie/body/effect[1]: needs attribute type"
    )  # fmt: skip


async def test_a_zip_brings_its_files(api: Api) -> None:
    job = await api.render(STORED, ZIP)
    api.finish(job)

    assert (await api.status())["status"] == "available"


async def test_an_unknown_definition_is_not_found(api: Api) -> None:
    assert await said(await api.get("/alice/clip1/definition/")) == (
        404, "NotFound: no definition for alice/clip1"
    )  # fmt: skip


async def test_a_definition_replaces_the_one_before(api: Api) -> None:
    await api.define()
    other = movie('<effect type="none"><image color="#000000"/></effect>')
    await api.define(body=other)

    assert await (await api.get("/alice/clip1/definition/")).read() == other


async def test_a_definition_is_kept_for_a_month(api: Api) -> None:
    await api.define()
    api.space.clock.advance(30 * 86_400 - 1)
    api.date += 1
    last = await api.get("/alice/clip1/definition/")

    api.space.clock.advance(1)
    later = await api.get("/alice/clip1/definition/")
    created = await api.create(STORED)

    assert (last.status, later.status) == (200, 404)
    assert await said(created) == (404, "NotFound: no definition for alice/clip1")


@pytest.mark.deep
async def test_a_zip_of_forty_megabytes_is_taken(api: Api) -> None:
    """The provider names no bound; ours leaves room for an album."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("movie.xml", MOVIE)
        archive.writestr("images/a.jpg", bytes(40 << 20))
    body, path = data.getvalue(), "/alice/a/definition/"

    response = await api.send("PUT", path, body, "application/zip")

    assert (response.status, await response.text()) == (200, "")
