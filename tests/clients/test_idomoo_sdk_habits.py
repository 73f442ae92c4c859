"""Idomoo's Python SDK, which no index carries: its habits on the wire, imitated.

The SDK joins host and path as they are, sends JSON headers on a GET, proves itself
before it is asked, quotes every character of a path parameter, checks answers against
its models, and lets urllib3 repeat what comes with `Retry-After`.
"""

import json
import platform
from base64 import b64encode
from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
import urllib3

from mockserver import MockServer

pytestmark = pytest.mark.client

PYTHON: Final = platform.python_version()
REQUIRED: Final[Mapping[str, Any]] = {
    "generate": {
        "status": str,
        "output": dict,
        "unique_id": str,
        "request_id": str,
        "total_cost": int,
        "check_status_url": str,
    },
    "video": {"video_type": str, "height": int, "duration": float, "cost": float},
    "gif": {"height": int, "start": float, "cost": float},
    "jpg": {"height": int, "time": float, "cost": float},
    "library": {"library_id": int, "name": str},
    "scene": {"scene_id": int},
    "upload": {"scene_id": int, "ref": str},
    "account": {},
    "list": {},
    "storyboard": {},
}


class ApiError(Exception):
    """What the SDK raises: any status but 2xx, and a 2xx whose body says it failed."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(status, body)
        self.status, self.body = status, body


class Sdk:
    """One `IdomooClient`."""

    def __init__(self, host: str, account_id: str, secret: str) -> None:
        self._host = host
        self._pool = urllib3.PoolManager(maxsize=4)
        coded = b64encode(f"{account_id}:{secret}".encode()).decode()
        self._headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": f"idomoo-python-SDK 0.0.1 (python {PYTHON})",
            "Accept-Encoding": "identity",
            "Authorization": f"Basic {coded}",
        }

    def call(
        self,
        method: str,
        path: str,
        model: str,
        *,
        query: list[tuple[str, object]] | None = None,
        body: object = None,
        files: list[tuple[str, bytes]] | None = None,
        **parameters: object,
    ) -> Any:
        """Make one call and return its answer, which fits the SDK's model."""
        for name, value in parameters.items():
            path = path.replace("{" + name + "}", quote(str(value), safe=""))
        url = self._host + path + (f"?{urlencode(query)}" if query else "")
        headers, data = dict(self._headers), None
        if files is not None:
            headers["Content-Type"], data = _multipart(files)
        elif body is not None:
            data = json.dumps(body).encode()
        response = self._pool.request(method, url, headers=headers, body=data)
        text = response.data.decode("utf-8")
        if not 200 <= response.status <= 299:
            raise ApiError(response.status, text)
        document = json.loads(text)
        if document.get("status") in {"GENERATION_FAILED", "Error"}:
            raise ApiError(response.status, text)
        return _fits(model, document)


def _multipart(files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    boundary = token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, data in files
    ]
    whole = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    return f"multipart/form-data; boundary={boundary}", whole


def _fits(model: str, document: Any) -> Any:
    for name, kind in REQUIRED[model].items():
        if document.get(name) is None:
            raise ValueError(f"Invalid value for `{name}`, must not be `None`")
        kind(document[name])
    if model == "generate":
        _fits_generate(document)
    return document


def _fits_generate(document: Any) -> None:
    if document["status"] != "Success":
        raise ValueError("Invalid value for `status`")
    for kind, items in document["output"].items():
        for item in items if kind in REQUIRED else ():
            _fits(kind, item)
            if item["links"].get("url") is None:
                raise ValueError("Invalid value for `url`")
    for video in document["output"].get("video", ()):
        if not 1 <= video["Quality"] <= 50:
            raise ValueError("Invalid value for `quality`")


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(pace="step", providers=("idomoo",)) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def sdk(server: MockServer) -> Sdk:
    return Sdk(f"{server.url}/idomoo/api/v2", "1234", "test-secret")


MP4: Final = {"video_type": "mp4", "height": 720, "overlay_scale": "fit"}


def test_the_seeds_storyboard_renders_from_call_to_file(sdk: Sdk) -> None:
    body = {
        "storyboard_id": "1234",
        "output": {"video": [MP4]},
        "data": [
            {"key": "name", "val": "My Name"},
            {"key": "bday", "val": "00/00/1991"},
        ],
    }

    answer = sdk.call("POST", "/storyboards/generate", "generate", body=body)
    states = [
        urllib3.request("GET", answer["check_status_url"]).json()["status"]
        for _ in range(4)
    ]
    file = urllib3.request("GET", answer["output"]["video"][0]["links"]["url"])

    assert states == ["IN_PROCESS", "IN_QUEUE", "RENDERING", "VIDEO_AVAILABLE"]
    assert file.headers["Content-Type"] == "video/mp4"
    assert file.data[4:8] == b"ftyp"


def test_the_seeds_scene_renders_though_its_scale_is_a_word(sdk: Sdk) -> None:
    media = {"key": "image", "val": "https://mypic.png", "alignment_scale": "fit"}
    text = {"key": "text1", "val": [{"text": "Hello", "color": "rgb(1,1,255)"}]}
    scene = {"scene_id": 1234, "media": [media], "text": [text], "audio": []}
    body = {"output": {"video": [MP4]}, "timeline": {"scenes": [scene]}}

    answer = sdk.call("POST", "/scenes/generate", "generate", body=body)

    assert answer["total_cost"] == 1


def test_helpers_jpg_puts_it_under_video_and_is_refused(sdk: Sdk) -> None:
    jpg = {"height": 720, "time": 1, "overlay_scale": "fit"}
    body = {"storyboard_id": "1234", "output": {"video": [jpg]}, "data": []}

    with pytest.raises(ApiError) as caught:
        sdk.call("POST", "/storyboards/generate", "generate", body=body)

    assert caught.value.status == 400
    assert json.loads(caught.value.body)["errors"][0]["error_code"] == 2030


def test_a_body_that_says_it_failed_is_an_error_at_200_too(server: MockServer) -> None:
    space = server.instance.services.spaces.open("idomoo.1234")
    space.settings["idomoo", "error_http"] = "legacy200"
    sdk = Sdk(f"{server.url}/idomoo/api/v2", "1234", "test-secret")

    with pytest.raises(ApiError) as caught:
        sdk.call("GET", "/storyboards/{id}", "storyboard", id=404404404)

    assert caught.value.status == 200


def test_a_slash_at_the_end_of_the_host_doubles_the_next(server: MockServer) -> None:
    sdk = Sdk(f"{server.url}/idomoo/api/v2/", "1234", "test-secret")

    assert sdk.call("GET", "/accounts/", "account")["company"] == "Example"


def test_parameters_are_quoted_to_the_last_character(sdk: Sdk) -> None:
    with pytest.raises(ApiError) as caught:
        sdk.call("GET", "/scenes/{id}", "scene", id="a/b c")

    assert "To Use Scene: a/b c." in caught.value.body


@pytest.mark.parametrize(
    ("path", "model", "query"),
    [
        ("/accounts/", "account", [("fields", "company,email")]),
        ("/libraries/501", "library", [("fields", "id")]),
        ("/libraries/501", "library", [("fields", "description")]),
        ("/scenes/1234", "scene", [("fields", "fps"), ("fields", "thumbnail")]),
        ("/scenes/1234", "scene", [("fields", "f"), ("fields", "p"), ("fields", "s")]),
        ("/storyboards/1234", "storyboard", [("fields", None)]),
        ("/libraries/", "list", [("desc", True), ("limit", 3), ("offset", 2)]),
        ("/scenes/", "list", [("fields", "media.key"), ("limit", 3)]),
        ("/libraries/501/scenes/", "list", [("desc", False)]),
        ("/storyboards/", "list", []),
    ],
)
def test_every_form_of_reading_fits_the_models(
    sdk: Sdk, path: str, model: str, query: list[tuple[str, object]]
) -> None:
    document = sdk.call("GET", path, model, query=query)

    items = document.get("libraries") or document.get("scenes") or ()
    kind = "library" if "libraries" in document else "scene"
    known = [item for item in items if isinstance(item, dict)]
    assert [_fits(kind, item) for item in known] == known
    assert document


def test_a_scene_is_uploaded_polled_replaced_and_rendered(sdk: Sdk) -> None:
    files = [("intro.idm", b"IDM0"), ("ignored.idm", b"IDM1")]
    made = sdk.call("POST", "/scenes/", "upload", query=[("library", 501)], files=files)
    number = made["scene_id"]

    states = [
        sdk.call("GET", "/scenes/{id}", "scene", id=number)["scene_status"]
        for _ in range(4)
    ]
    again = sdk.call("PUT", "/scenes/{id}", "upload", id=number, files=files)

    assert states == ["In Process", "Exporting", "Rendering Preview", "Done"]
    assert again["scene_id"] == number


def test_an_empty_body_is_two_bytes_and_lacks_a_name(sdk: Sdk) -> None:
    with pytest.raises(ApiError) as caught:
        sdk.call("POST", "/libraries/", "library", body={})

    assert "$.name: is missing but it is required" in caught.value.body


def test_wrong_credentials_raise_and_ask_for_nothing(server: MockServer) -> None:
    sdk = Sdk(f"{server.url}/idomoo/api/v2", "1234", "wrong")

    with pytest.raises(ApiError) as caught:
        sdk.call("GET", "/accounts/", "account")

    assert caught.value.status == 401


def test_every_output_fits_the_models(sdk: Sdk) -> None:
    output = {
        "video": [
            {"video_type": "mp4", "height": 360, "suffix": "a", "landing_page_id": "8"},
            {"video_type": "hls", "height": 360, "suffix": "b", "quality": 50},
        ],
        "gif": [{"height": 90, "start": 0}],
        "jpg": [{"height": 90, "time": -1}],
        "accessibility": {"caption_languages": ["en"]},
    }
    body = {"storyboard_id": 1234, "output": output, "data": []}

    answer = sdk.call("POST", "/storyboards/generate", "generate", body=body)

    assert [*answer["output"]] == ["video", "gif", "jpg", "accessibility"]
    assert answer["total_cost"] == 2
