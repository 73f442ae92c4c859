"""Signed requests: the contract's vectors, both variants, the date, the checks."""

import re

import pytest

from mockserver.app import build
from mockserver.config.values import Credential
from mockserver.errors import ConfigError, FixtureError
from mockserver.providers.stupeflix import PROVIDER
from mockserver.providers.stupeflix.auth import signature, text_to_sign
from mockserver.providers.world import world_of
from tests.providers.stupeflix.conftest import (
    ACCESS,
    EPOCH_S,
    MOVIE,
    SECRET,
    STORED,
    Api,
    said,
)

PATH = "/stupeflix/stupeflix-1.0/alice/clip1/status/"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "PUT\ncXMDw4ro0Bf/yy1Aq8H+WA==\ntext/xml\n1700000000\n"
                "/stupeflix-1.0/alice/clip1/definition/\n"
            ),
            "68ff0f27282bf01fbde411a0acf691886a1bba58",
        ),
        (
            (
                "POST\nWXb3zC6XoNQVCG69X+v2HA==\napplication/x-www-form-urlencoded\n"
                "1700000001\n/stupeflix-1.0/alice/clip1/\n"
            ),
            "0694342ec528d342bd16aacdab7732c7c13c164a",
        ),
        (
            "GET\n\n\n1700000005\n/stupeflix-1.0/alice/clip1/iphone/status/\n",
            "d9615f009090883f44db468244044f000297ae8f",
        ),
        (
            (
                "GET\n\n\n1700000020\n/stupeflix-1.0/alice/status/\n"
                "Marker\nalice/clip1/iphone\nMaxKeys\n2\n"
            ),
            "09fd50aba5df84fa6c5164a49db46b58441f4386",
        ),
        (
            "GET\n\n\n1700000012\n/stupeflix-1.0/alice/clip1/iphone/preview.flv/\n",
            "28b8ef6255771d1b7fe5d4b9a5186e88876d168f",
        ),
        (
            (
                "PUT\nH+C3KlGEaMY7HwULiOfXlQ==\ntext/xml\n1700000030\n"
                "/stupeflix-1.0/batch/\n"
            ),
            "0c653c1ecfc701b05a60b2ed7969a231e4689792",
        ),
    ],
)
def test_the_vectors_hold(text: str, expected: str) -> None:
    assert signature(SECRET, text) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, "GET\n\n\n1\n/stupeflix-1.0/a/status/\n"),
        (
            {"md5": "M==", "content_type": "text/xml"},
            "GET\nM==\ntext/xml\n1\n/stupeflix-1.0/a/status/\n",
        ),
        (
            {"parameters": "MaxKeys\n2\n"},
            "GET\n\n\n1\n/stupeflix-1.0/a/status/\nMaxKeys\n2\n",
        ),
    ],
)
def test_the_text_always_ends_in_a_line_feed(
    parts: dict[str, str], expected: str
) -> None:
    assert text_to_sign("GET", "/stupeflix-1.0/a/status/", "1", **parts) == expected


async def test_a_signed_request_is_answered(api: Api) -> None:
    response = await api.get("/alice/clip1/status/")

    assert await said(response) == (200, "[]")


async def test_the_order_of_the_names_is_free(api: Api) -> None:
    proof = api.sign("GET", "/alice/clip1/status/", "", "")

    response = await api.running.client.get(
        f"{PATH}?AccessKey={ACCESS}&Date={api.date}&Signature={proof}"
    )

    assert response.status == 200


async def test_the_preview_may_carry_its_keys_inline(api: Api) -> None:
    proof = api.sign("GET", "/alice/clip1/iphone/preview.flv/", "", "")

    response = await api.running.client.get(
        "/stupeflix/stupeflix-1.0/alice/clip1/iphone/preview.flv/"
        f"{ACCESS}/{proof}/{api.date}/"
    )

    assert await said(response) == (
        404, "NotFound: no video stored for alice/clip1/iphone"
    )  # fmt: skip


@pytest.mark.parametrize("changed", ["0" * 40, "f" * 40])
async def test_a_wrong_inline_signature_is_refused(api: Api, changed: str) -> None:
    response = await api.running.client.get(f"{PATH}{ACCESS}/{changed}/{api.date}/")

    assert await said(response) == (
        403, "SignatureDoesNotMatch: the computed signature differs"
    )  # fmt: skip


async def test_inline_keys_are_for_reading_only(api: Api) -> None:
    proof = api.sign("POST", "/alice/clip1/", "", "")

    response = await api.running.client.post(
        f"/stupeflix/stupeflix-1.0/alice/clip1/{ACCESS}/{proof}/{api.date}/"
    )

    assert await said(response) == (
        403, "AccessDenied: AccessKey, Signature and Date are required"
    )  # fmt: skip


async def test_a_path_without_its_last_slash_is_signed_as_sent(api: Api) -> None:
    response = await api.get("/alice/clip1/status")

    assert await said(response) == (200, "[]")


async def test_the_path_is_signed_as_it_is_escaped(api: Api) -> None:
    response = await api.get("/%61lice/clip1/status/")

    assert await said(response) == (200, "[]")


@pytest.mark.parametrize(
    "query",
    ["Marker=alice/clip1/iphone&MaxKeys=2", "MaxKeys=2&Marker=alice%2Fclip1%2Fiphone"],
)
async def test_parameters_are_signed_decoded_and_in_a_fixed_order(
    api: Api, query: str
) -> None:
    proof = api.sign(
        "GET", "/alice/status/", "", "", "Marker\nalice/clip1/iphone\nMaxKeys\n2\n"
    )

    response = await api.running.client.get(
        f"/stupeflix/stupeflix-1.0/alice/status/?{query}"
        f"&Date={api.date}&AccessKey={ACCESS}&Signature={proof}&other=1"
    )

    assert await said(response) == (200, "[]")


async def test_an_unsigned_parameter_breaks_the_signature(api: Api) -> None:
    proof = api.sign("GET", "/alice/status/", "", "")

    response = await api.running.client.get(
        f"/stupeflix/stupeflix-1.0/alice/status/?MaxKeys=2"
        f"&Date={api.date}&AccessKey={ACCESS}&Signature={proof}"
    )

    assert response.status == 403


async def test_on_its_real_host_the_path_has_no_prefix(api: Api) -> None:
    api.root = ""

    response = await api.get(
        "/alice/clip1/status/", headers={"Host": "services.stupeflix.com"}
    )

    assert await said(response) == (200, "[]")


MISSING = "AccessDenied: AccessKey, Signature and Date are required"
UNKNOWN = "InvalidAccessKeyId: unknown access key"
EXPIRED = "RequestExpired: Date is outside the allowed window"
DIFFERS = "SignatureDoesNotMatch: the computed signature differs"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", MISSING),
        (f"AccessKey={ACCESS}&Date=1700000000", MISSING),
        ("Signature=0&Date=1700000000", MISSING),
        (f"AccessKey={ACCESS}&Signature=0", MISSING),
        ("AccessKey=nobody&Signature=0&Date=nonsense", UNKNOWN),
        (f"AccessKey={ACCESS}&Signature=0&Date=nonsense", EXPIRED),
        (f"AccessKey={ACCESS}&Signature=0&Date=-1", EXPIRED),
        (f"AccessKey={ACCESS}&Signature=0&Date=1600000000", EXPIRED),
        (f"AccessKey={ACCESS}&Signature=0&Date=1700000000", DIFFERS),
        (f"AccessKey={ACCESS}&Signature=%C3%A9&Date=1700000000", DIFFERS),
    ],
)
async def test_the_first_failing_check_answers(api: Api, query: str, text: str) -> None:
    response = await api.running.client.get(f"{PATH}?{query}")

    assert await said(response) == (403, text)
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["Content-Length"] == str(len(text))


async def test_a_wrong_secret_is_refused_in_open_mode_too(api: Api) -> None:
    api.secret = "x" * 40

    assert await said(await api.get("/alice/clip1/status/")) == (403, DIFFERS)


@pytest.mark.parametrize(("ahead", "status"), [(900, 200), (901, 403)])
async def test_a_date_may_be_a_quarter_of_an_hour_ahead(
    api: Api, ahead: int, status: int
) -> None:
    api.date = int(EPOCH_S) + ahead

    assert (await api.get("/alice/status/")).status == status


@pytest.mark.parametrize(("old", "status"), [(86_400, 200), (86_402, 403)])
async def test_a_date_may_be_a_day_old(api: Api, old: int, status: int) -> None:
    api.date = int(EPOCH_S) - old

    assert (await api.get("/alice/status/")).status == status


async def test_a_link_signed_before_a_jump_of_a_day_is_old_after_it(api: Api) -> None:
    api.space.clock.advance(86_402)
    api.date -= 2  # a second is as young as its end

    assert await said(await api.get("/alice/status/")) == (403, EXPIRED)


async def test_a_body_that_is_not_what_its_digest_says_is_refused(api: Api) -> None:
    path, md5 = "/alice/clip1/definition/", "cXMDw4ro0Bf/yy1Aq8H+WA=="
    proof = api.sign("PUT", path, md5, "text/xml")

    response = await api.running.client.put(
        f"/stupeflix/stupeflix-1.0{path}"
        f"?Date={api.date}&AccessKey={ACCESS}&Signature={proof}",
        data=MOVIE + b" ",
        headers={"Content-MD5": md5, "Content-Type": "text/xml"},
    )

    assert await said(response) == (
        400, "BadDigest: Content-MD5 does not match the body"
    )  # fmt: skip


async def test_a_digest_may_be_missing(api: Api) -> None:
    path = "/alice/clip1/definition/"
    proof = api.sign("PUT", path, "", "text/xml")

    response = await api.running.client.put(
        f"/stupeflix/stupeflix-1.0{path}"
        f"?Date={api.date}&AccessKey={ACCESS}&Signature={proof}",
        data=MOVIE,
        headers={"Content-Type": "text/xml"},
    )

    assert response.status == 200


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/al_ice/status/", "user must match [a-zA-Z0-9]{1,48}"),
        (f"/{'a' * 49}/status/", "user must match [a-zA-Z0-9]{1,48}"),
        ("/alice/cl-p/status/", "resource must match [a-zA-Z0-9]{1,256}"),
        (f"/alice/{'a' * 257}/status/", "resource must match [a-zA-Z0-9]{1,256}"),
    ],
)
async def test_names_have_a_form(api: Api, path: str, text: str) -> None:
    assert await said(await api.get(path)) == (400, f"InvalidIdentifier: {text}")


@pytest.mark.parametrize(
    "path", [f"/{'a' * 48}/status/", f"/alice/{'a' * 256}/status/", "/status/status/"]
)
async def test_the_longest_names_are_accepted(api: Api, path: str) -> None:
    assert await said(await api.get(path)) == (200, "[]")


async def test_two_keys_never_see_each_other(api: Api) -> None:
    await api.render(STORED)
    other = Api(
        api.running,
        "EXAMPLEACCESSKEY0003",
        "exampleSecretKey000000000000000000000003",
        account="other",
    )

    assert await other.rows("/status/") == []
    assert (await other.get("/alice/clip1/definition/")).status == 404
    assert (await other.create(STORED)).status == 404
    assert len(await api.rows("/status/")) == 1


async def test_how_far_a_date_may_be_ahead_is_the_space_s_own(api: Api) -> None:
    """Settings of a space count before the call has entered it."""
    api.space.settings["stupeflix", "future_s"] = 0.0
    api.date += 60

    response = await api.get("/status/")

    assert await said(response) == (
        403, "RequestExpired: Date is outside the allowed window"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "secret", "found"),
    [
        ("SHORT", SECRET, "key: found 5 characters, expected [a-zA-Z0-9]{20}"),
        (f"{ACCESS}1", SECRET, "key: found 21 characters, expected [a-zA-Z0-9]{20}"),
        ("EXAMPLE-ACCESS-KEY01", SECRET, "key: found 20 characters, expected"),
        (ACCESS, "short", "secret: found 5 characters, expected [a-zA-Z0-9]{40}"),
        (ACCESS, None, "secret: found 0 characters, expected [a-zA-Z0-9]{40}"),
    ],
)
def test_keys_of_another_length_cannot_be_registered(
    key: str, secret: str | None, found: str
) -> None:
    """Source: contract stupeflix, section 7."""
    with pytest.raises(ConfigError, match=re.escape(f"stupeflix: {found}")):
        build(credentials=[Credential("stupeflix", key, secret)])


async def test_the_control_api_refuses_keys_of_another_length(api: Api) -> None:
    response = await api.running.client.post(
        "/_mock/api/credentials",
        json={"provider": "stupeflix", "key": "SHORT", "secret": SECRET},
    )

    assert response.status == 400
    assert "body/stupeflix: key: found 5 characters" in await response.text()


def test_a_world_names_the_place_of_a_key_of_another_length() -> None:
    section = {"accounts": {"mine": {"keys": [{"key": "SHORT", "secret": SECRET}]}}}

    with pytest.raises(FixtureError, match=r"w: accounts/mine/keys: stupeflix: key:"):
        world_of(PROVIDER, section, "w")
