"""Profiles documents: what is accepted, what is refused, what is inherited."""

import pytest

from mockserver.errors import InvalidPayloadError
from mockserver.providers.stupeflix.formats import DOCUMENTED, FORMATS
from mockserver.providers.stupeflix.orders import read_profiles
from mockserver.providers.stupeflix.xmltree import parse
from tests.providers.stupeflix.conftest import STORED, Api, profiles, said

NO_PATTERN = (
    "notify statusRegexp is not a regular expression without look-around and"
    " back-references"
)


@pytest.mark.parametrize("name", FORMATS)
async def test_each_of_the_49_names_makes_a_profile(api: Api, name: str) -> None:
    await api.define()
    response = await api.create(profiles(name=name))

    assert response.status == 200
    assert [row["profile"] for row in await api.rows()] == [name]


def test_there_are_49_names_of_which_22_are_documented() -> None:
    assert (len(FORMATS), len(DOCUMENTED)) == (49, 22)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<profiles", "not well-formed XML"),
        ("<film/>", "the root element must be profiles"),
        ("<profiles/>", "profiles needs an element profile"),
        ("<profiles><film/></profiles>", "unknown element film in profiles"),
        ("<profiles><profile/></profiles>", "profile needs attribute name"),
        (profiles(name="4k"), "unknown profile name 4k"),
        (profiles(name="iPhone"), "unknown profile name iPhone"),
        (profiles("<tape/>"), "unknown element tape in profile"),
        (profiles("<httpPOST/>"), "httpPOST needs attribute url"),
        (profiles("<httpPUT url=''/>"), "httpPUT needs attribute url"),
        (profiles("<s3 resourcePrefix='a'/>"), "s3 needs attribute bucket"),
        (profiles("<ftp directory='a'/>"), "ftp needs attribute server"),
        (profiles("<ftp server='s'/>"), "ftp needs attribute directory"),
        (profiles("<facebook apikey='a' secret='b'/>"), "facebook needs attribute sid"),
        (
            profiles("<stupeflixStore><x/></stupeflixStore>"),
            "unknown element x in stupeflixStore",
        ),
        (
            profiles("<httpPUT url='u'><header value='v'/></httpPUT>"),
            "header needs attribute key",
        ),
        (
            profiles("<httpPUT url='u'><header key='k'/></httpPUT>"),
            "header needs attribute value",
        ),
        (
            profiles("<httpPUT url='u'><header key='a b' value='v'/></httpPUT>"),
            "header needs attribute key",
        ),
        (
            profiles("<notify/>"),
            "notify needs attribute url",
        ),
        (
            profiles("<notify url='u' statusRegexp='('/>"),
            NO_PATTERN,
        ),
        (
            profiles("<notify url='u' statusRegexp='(?=a)'/>"),
            NO_PATTERN,
        ),
        (
            profiles("<meta><x/></meta>"),
            "unknown element x in meta",
        ),
        (
            profiles("<meta><framerate>100.1</framerate></meta>"),
            "framerate must be between 0 and 100",
        ),
        (
            profiles("<meta><framerate>-1</framerate></meta>"),
            "framerate must be between 0 and 100",
        ),
        (
            profiles("<meta><framerate>fast</framerate></meta>"),
            "framerate must be between 0 and 100",
        ),
        (
            profiles("<meta><framerate>nan</framerate></meta>"),
            "framerate must be between 0 and 100",
        ),
        (
            profiles("<meta><thumbnailTime>x</thumbnailTime></meta>"),
            "thumbnailTime must be a number of seconds",
        ),
        (
            profiles("<meta><preview>yes</preview></meta>"),
            "preview must be one of true, false",
        ),
        (
            profiles("<meta><acl>all</acl></meta>"),
            "acl must be one of public, private, unlisted",
        ),
    ],
)  # fmt: skip
async def test_what_is_no_order_starts_nothing(api: Api, xml: str, reason: str) -> None:
    await api.define()

    response = await api.create(xml)

    assert await said(response) == (400, f"InvalidProfiles: {reason}")
    assert await api.rows() == []


async def test_one_wrong_profile_stops_all(api: Api) -> None:
    await api.define()
    xml = '<profiles><profile name="iphone"/><profile name="4k"/></profiles>'

    assert (await api.create(xml)).status == 400
    assert await api.rows() == []


@pytest.mark.parametrize("body", [b"", b"Profiles=x", b"ProfilesXML=", b"\xff"])
async def test_the_form_needs_its_one_field(api: Api, body: bytes) -> None:
    await api.define()
    kind = "application/x-www-form-urlencoded"

    response = await api.send("POST", "/alice/clip1/", body, kind)

    assert response.status == 400
    assert (await response.text()).startswith("InvalidProfiles: ")


async def test_a_definition_is_needed_first(api: Api) -> None:
    assert await said(await api.create(STORED)) == (
        404, "NotFound: no definition for alice/clip1"
    )  # fmt: skip


@pytest.mark.parametrize(
    "inside",
    [
        "<stupeflixStore/>",
        "<stupeflixStore />",
        "<stupeflixStore></stupeflixStore>",
        "<s3 bucket='b'/>",
        "<ftp server='s' login='' password='' directory=''/>",
        "<youtube login='a' password='b'><notify url='u' statusRegexp=''/></youtube>",
        "<meta><framerate>0</framerate></meta>",
        "<meta><framerate>100</framerate></meta>",
        "<meta><title></title></meta>",
    ],
)
async def test_what_clients_write_is_accepted(api: Api, inside: str) -> None:
    await api.define()

    assert (await api.create(profiles(inside))).status == 200


async def test_an_xml_declaration_may_stand_in_front(api: Api) -> None:
    await api.define()

    response = await api.create('<?xml version="1.0" encoding="UTF-8"?>\n' + STORED)

    assert response.status == 200


def test_meta_is_inherited_and_overridden_key_by_key() -> None:
    orders = read_profiles(
        parse(
            b"<profiles><meta><title>a</title><tags>b</tags></meta>"
            b"<profile name='iphone'><meta><title>c</title></meta>"
            b"<youtube><meta><tags>d</tags></meta></youtube></profile>"
            b"<profile name='720p'/></profiles>"
        )
    )

    assert [order["meta"] for order in orders] == [
        {"title": "c", "tags": "b"},
        {"title": "a", "tags": "b"},
    ]
    assert orders[0]["uploads"][0]["meta"] == {"title": "c", "tags": "d"}


def test_a_profiles_own_notification_replaces_the_common_one() -> None:
    orders = read_profiles(
        parse(
            b"<profiles><notify url='a' statusRegexp=''/>"
            b"<profile name='iphone'><notify url='b' statusRegexp='x'/></profile>"
            b"<profile name='720p'/></profiles>"
        )
    )

    assert [order["notify"] for order in orders] == [
        {"url": "b", "pattern": "x"},
        {"url": "a", "pattern": ""},
    ]


def test_more_than_a_thousand_profiles_are_refused() -> None:
    many = b"<profiles>" + b"<profile name='iphone'/>" * 1001 + b"</profiles>"

    with pytest.raises(InvalidPayloadError):
        read_profiles(parse(many))


async def test_without_generating_an_existing_video_is_uploaded_again(
    api: Api,
) -> None:
    api.finish(await api.render(STORED))
    again = profiles("<meta><generate>false</generate></meta>", "<youtube/>")
    await api.create(again)
    job = api.job("alice/clip1/iphone")

    assert [step.state for step in job.timeline.steps] == [
        "queued", "starting", "info", "uploading", "available",
    ]  # fmt: skip


async def test_without_generating_there_has_to_be_a_video(api: Api) -> None:
    xml = profiles("<meta><generate>false</generate></meta>", "<youtube/>")
    api.finish(await api.render(xml))

    assert await api.status() == {
        "status": "error",
        "error": "generate is false, but there is no video to upload",
    }
