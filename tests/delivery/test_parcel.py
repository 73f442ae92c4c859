"""Parcels as values: where they go, what they show, and how they are kept elsewhere."""

import json
from pathlib import Path

import pytest

from mockserver.delivery.body import (
    Body,
    FileBody,
    Form,
    Padded,
    Part,
    md5_of,
    pieces_of,
    released,
    size_of,
)
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import (
    FtpPut,
    Parcel,
    Posting,
    S3Key,
    S3Put,
    pack_parcel,
    place_of,
    unpack_parcel,
)

FILE = FileBody(Path("clip.mp4"), 3, "f5a7f87a1b4a3b8d8b1f3d8e2a1a0f4e")
FORM = Form((Part("a", b"1"), Part("file", FILE, "clip.mp4", "video/mp4")))
PARCELS: list[Parcel] = [
    Message("PUT", "http://h/x", (("A", "b"),), FILE),
    Message("POST", "http://h/x", (), FORM),
    Message("POST", "http://h/x", (), Padded(b"{}", 9)),
    S3Put(bucket="b", key="a/k", body=FILE, metadata={"job": "7"}),
    S3Put(bucket="b", key="k", body=b"", access=S3Key("AK", "SK", "T"), acl="private"),
    FtpPut(host="h", path="a/b", body=FILE, port=2121, user="ann", password="s3cret"),
    Posting(platform="youtube", url="id", body=b"title=x", content_type="a/b"),
]


@pytest.mark.parametrize("parcel", PARCELS)
def test_a_parcel_survives_json(parcel: Parcel) -> None:
    packed = json.loads(json.dumps(pack_parcel(parcel)))

    assert unpack_parcel(packed) == parcel


@pytest.mark.parametrize(
    ("parcel", "shown"),
    [
        (PARCELS[0], ("PUT", "http://h/x", {"kind": "http"})),
        (
            PARCELS[3],
            (
                "PUT",
                "https://b.s3.amazonaws.com/a/k",
                {"kind": "s3", "bucket": "b", "key": "a/k"},
            ),
        ),
        (
            PARCELS[5],
            ("STOR", "ftp://h:2121/a/b", {"kind": "ftp", "host": "h", "path": "a/b"}),
        ),
        (PARCELS[6], ("POST", "id", {"kind": "youtube"})),
    ],
)
def test_a_parcel_shows_where_it_goes(
    parcel: Parcel, shown: tuple[str, str, dict[str, str]]
) -> None:
    assert (parcel.method, parcel.url, place_of(parcel)) == shown


@pytest.mark.parametrize("parcel", PARCELS[4:6])
def test_what_is_shown_holds_no_secret(parcel: Parcel) -> None:
    shown = f"{parcel!r} {parcel.url} {parcel.header_pairs}"

    assert "SK" not in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("body", "size", "md5"),
    [
        (None, 0, None),
        (b"MP4", 3, "96e814dc4f7f2fa179d6d8f82d3b7e2f"),
        (FILE, 3, FILE.md5_hex),
        (FileBody(Path("x"), 7), 7, None),
        (Form((Part("file", FILE, "clip.mp4"),)), 155, FILE.md5_hex),
        (Form((Part("a", b"1"),)), 129, None),
        (Padded(b"MP4", 4), 4, "92f7b87615a232c9421e31587dcd1182"),
        (Padded(b"MP4", 2), 3, "96e814dc4f7f2fa179d6d8f82d3b7e2f"),
    ],
)
def test_a_body_has_a_length_and_a_digest(
    body: Body, size: int, md5: str | None
) -> None:
    assert (size_of(pieces_of(body)), md5_of(body)) == (size, md5)


class Kept:
    data = b"MP4"


def test_a_body_that_is_released_holds_nothing() -> None:
    held = FileBody(Path("clip.mp4"), 3, held=Kept())

    bodies = [
        released(held),
        released(Padded(held, 9)),
        released(Form((Part("f", held),))),
    ]

    assert [pieces_of(body)[-3:] for body in bodies[:2]] == [
        (FileBody(Path("clip.mp4"), 3),),
        (FileBody(Path("clip.mp4"), 3), b"      "),
    ]
    assert FileBody(Path("clip.mp4"), 3) in pieces_of(bodies[2])
    assert pieces_of(held) == (b"MP4",)
