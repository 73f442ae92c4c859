"""Facts of the wire that no single call shows."""

from functools import partial

import pytest

from mockserver.errors import Violation
from mockserver.providers.idomoo.violations import schema_errors
from mockserver.providers.idomoo.wire import clean_path, texts
from tests.providers.conftest import Serve
from tests.providers.idomoo.conftest import MAIN, Api


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("/", "/"),
        ("//", "/"),
        ("/api/v2/accounts/", "/api/v2/accounts"),
        ("/api/v2//accounts//", "/api/v2/accounts"),
        ("/api/v2/scenes/a%2F%2Fb", "/api/v2/scenes/a%2F%2Fb"),
    ],
)
def test_paths_are_brought_into_one_form(raw: str, clean: str) -> None:
    assert clean_path(raw) == clean


def test_magic_suffixes_may_stand_in_names_and_values() -> None:
    text = {"key": "text1", "val": [{"text": "Hello"}]}
    payload = {
        "video_file_name": "name",
        "statistic_id": "0001",
        "data": [{"key": "k", "val": 5}],
        "timeline": {"scenes": [{"text": [text]}, {"text": None}]},
    }

    assert [*texts(payload)] == ["name", "0001", "5", "Hello"]


def test_version_1_has_its_values_one_level_deeper() -> None:
    payload = {"video": {"data": [{"key": "k", "val": "v"}]}}

    assert [*texts(payload)] == ["", "", "v"]


@pytest.mark.parametrize("payload", [None, [], "x"])
def test_without_a_payload_there_are_no_texts(payload: object) -> None:
    assert [*texts(payload)] == []


def test_a_keyword_without_words_is_named() -> None:
    violation = Violation(("a", 0), "uniqueItems", expected=True, found=[1, 1])

    assert schema_errors([violation]) == [
        "Schema error: $.a[0]: uniqueItems is not fulfilled"
    ]


@pytest.mark.ffmpeg
async def test_handed_over_as_content_media_asks_for_credentials(
    serve: Serve,
) -> None:
    api = Api(await serve(providers=("idomoo",), handover="content"))
    path = "/media/1234/0000/available.jpg"

    without = await api.fetch(path)
    with_them = await api.fetch(path, headers=MAIN)

    assert (without.status, with_them.status) == (401, 200)


@pytest.mark.parametrize("mode", ["data", "inline"])
async def test_links_stay_links_when_files_would_be_handed_over_inside(
    serve: Serve, mode: str
) -> None:
    api = Api(await serve(providers=("idomoo",), handover=mode))

    answer = await (await api.storyboard(video_file_name="x")).json()

    url = answer["output"]["video"][0]["links"]["url"]
    assert url == f"{api.running.origin}/idomoo/media/1234/0000/x.mp4"


async def test_links_may_name_the_real_host(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",), handover="canonical"))

    answer = await (await api.storyboard(video_file_name="x")).json()

    url = answer["output"]["video"][0]["links"]["url"]
    assert url == "https://v.idomoo.com/1234/0000/x.mp4"


@pytest.mark.parametrize("host", ["v.idomoo.com", "c.idomoo.com"])
async def test_files_lie_at_the_root_of_the_media_hosts(api: Api, host: str) -> None:
    """What a link of the real service names is there, and nothing else is."""
    at_host = partial(api.running.client.get, headers={**MAIN, "Host": host})

    captions = await at_host("/1234/0000/available_en.vtt")
    account = await at_host("/api/v2/accounts")

    assert (captions.status, captions.headers["Content-Type"]) == (
        200,
        "text/vtt; charset=utf-8",
    )
    assert account.status == 404


async def test_the_media_host_may_stand_in_a_path(api: Api) -> None:
    response = await api.running.client.get("/v.idomoo.com/1234/0000/available_en.vtt")

    assert response.status == 200


async def test_at_its_real_host_it_is_served_at_the_root(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",)))

    response = await api.running.client.get(
        "/api/v2/accounts/", headers={**MAIN, "Host": "eur-api.idomoo.com"}
    )

    assert response.status == 200
