"""A server that comes back goes on where it was: links, uploads, queues, credits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from mockserver.server.mock import MockServer
from tests.providers.runway.conftest import BOAT, HEADERS, TURBO

FORM = {"filename": "a.png", "type": "ephemeral"}


def _api(server: MockServer) -> Callable[..., Any]:
    """Return what asks a server, and answers the document."""

    def ask(method: str, path: str, document: object = None) -> Any:
        url = f"{server.url_for('runway')}/v1/{path}"
        response = requests.request(
            method, url, json=document, headers=HEADERS, timeout=10
        )
        assert response.status_code == 200, response.text
        return response.json()

    return ask


def test_everything_is_there_again_whatever_the_new_server_draws(
    tmp_path: Path, media_folder: Path
) -> None:
    """The second server has another seed, as one has that draws it."""
    kept: dict[str, Any] = {
        "store": f"sqlite:{tmp_path / 'mock.db'}",
        "providers": ("runway",),
        "pace": "manual",
        "media_dir": media_folder,
    }
    with MockServer(seed=1, **kept) as first:
        ask = _api(first)
        done = ask("POST", "text_to_video", BOAT)["id"]
        requests.post(
            f"{first.url}/_mock/api/clock/advance", json={"by": "2m"}, timeout=9
        )
        turbos = [ask("POST", "image_to_video", TURBO)["id"] for _ in range(2)]
        link = ask("GET", f"tasks/{done}")["output"][0].removeprefix(first.url)
        upload = ask("POST", "uploads", FORM)
        requests.post(
            upload["uploadUrl"],
            data=upload["fields"],
            files={"file": ("a.png", b"x" * 600, "image/png")},
            timeout=9,
        ).raise_for_status()

    with MockServer(seed=2, **kept) as second:
        ask = _api(second)
        states = [ask("GET", f"tasks/{one}")["status"] for one in turbos]
        served = requests.get(
            second.url + link, headers={"Range": "bytes=0-1"}, timeout=30
        )
        ask("POST", "image_to_video", {**TURBO, "promptImage": upload["runwayUri"]})
        left = ask("GET", "organization")["creditBalance"]

    assert states == ["PENDING", "THROTTLED"]
    assert served.status_code == 206
    assert left == 100_000 - 60 - 3 * 25
