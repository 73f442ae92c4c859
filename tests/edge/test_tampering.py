"""Delivery rules on parcels of every form."""

from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.delivery.body import FileBody, Padded
from mockserver.delivery.delivery import Delivery, DeliveryState, Record
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import FtpPut, Parcel, Posting, S3Key, S3Put
from mockserver.delivery.s3 import signed
from mockserver.edge.staging.stage import STAGE
from mockserver.edge.tampering import tamper
from mockserver.engine.spaces import Space

KEY = S3Key("AK", "SK")
PUT = S3Put(bucket="b", key="k", body=b"MP4", content_type="video/mp4", access=KEY)
FTP = FtpPut(host="h", path="a", body=b"MP4")
POSTING = Posting(platform="youtube", url="id", body=b"MP4", content_type="video/mp4")
MESSAGE = Message("PUT", "http://h/", (("content-type", "video/mp4"),), b"MP4")
NOON_S = 1_893_499_200.0


def ruled(**what: Any) -> Space:
    """Return a space with one delivery rule."""
    instance = build(pace="manual", providers=("impossible",))
    space = instance.services.spaces.open("one")
    scenario = {"scenario": "x", "rules": [{"delivery": what}]}
    instance.app[STAGE].use([space], scenario)
    return space


def tampered(parcel: Parcel, **what: Any) -> Parcel:
    """Return what a rule makes of a parcel."""
    delivery = Delivery(slug="impossible", label="upload.x", message=parcel)
    record = Record(delivery, DeliveryState.PENDING, NOON_S)
    ((sent, _),) = tamper(lambda _: None, ruled(**what), record)
    return sent.message


@pytest.mark.parametrize("parcel", [PUT, FTP, POSTING, MESSAGE])
def test_a_body_is_replaced_in_every_form(parcel: Parcel) -> None:
    assert tampered(parcel, body="no video").body == b"no video"


@pytest.mark.parametrize("parcel", [PUT, FTP, POSTING, MESSAGE])
def test_a_body_is_filled_up_in_every_form(parcel: Parcel) -> None:
    assert tampered(parcel, size="1KiB").body == Padded(b"MP4", 1024)


def test_what_has_no_body_is_not_filled_up() -> None:
    assert tampered(Message("GET", "http://h/"), size="1KiB").body is None


@pytest.mark.parametrize("parcel", [PUT, POSTING, MESSAGE])
def test_a_type_is_replaced_where_there_is_one(parcel: Parcel) -> None:
    assert tampered(parcel, content_type="a/b").header_pairs == (
        ("Content-Type", "a/b"),
    )


PLAIN = Message("PUT", "http://h/", {"content-type": "video/mp4"}, b"MP4")


@pytest.mark.parametrize("how", ["wrong", "expired", "missing"])
def test_what_is_not_signed_goes_out_as_it_is(how: str) -> None:
    """Its attempt is not said to be changed, then."""
    assert tampered(PLAIN, signature=how) is PLAIN


def test_what_holds_no_time_goes_out_as_it_is() -> None:
    assert tampered(PLAIN, skew="5m") is PLAIN


def test_a_file_by_ftp_has_no_type() -> None:
    assert tampered(FTP, content_type="a/b") == FTP


async def test_a_wrong_signature_for_s3_has_the_right_form() -> None:
    spoiled = tampered(PUT, signature="wrong")

    assert isinstance(spoiled, S3Put)
    right = (await signed(PUT, at_s=NOON_S)).header("Authorization") or ""
    wrong = (await signed(spoiled, at_s=NOON_S)).header("Authorization") or ""
    assert wrong[:-64] == right[:-64]
    assert wrong[-64:] != right[-64:]


async def test_an_expired_signature_for_s3_is_of_another_day() -> None:
    spoiled = tampered(PUT, signature="expired")

    assert isinstance(spoiled, S3Put)
    message = await signed(spoiled, at_s=NOON_S)
    assert message.header("x-amz-date") == "20190101T000000Z"


async def test_a_missing_signature_for_s3_is_none() -> None:
    spoiled = tampered(PUT, signature="missing")

    assert isinstance(spoiled, S3Put)
    assert (await signed(spoiled, at_s=NOON_S)).headers == (
        ("Content-Type", "video/mp4"),
    )


def test_a_signature_in_a_header_is_another_one_of_its_form() -> None:
    message = Message("POST", "http://h/", (("X-Signature", "00ff"),), b"{}")

    assert tampered(message, signature="wrong").header_pairs == (
        ("X-Signature", "ff00"),
    )


@pytest.mark.parametrize("parcel", [FTP, POSTING])
def test_what_is_not_signed_stays_as_it_is(parcel: Parcel) -> None:
    assert tampered(parcel, signature="missing") == parcel


def test_a_large_file_is_filled_up_without_being_read() -> None:
    file = FileBody(Path("gone.mp4"), 10)
    put = FtpPut(host="h", path="a", body=file)

    assert tampered(put, size="1KiB").body == Padded(file, 1024)
