"""Stupeflix's own Python client, unmodified, on the only Python that it runs on."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver.server.mock import MockServer
from tests.clients.programs import python_27

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg, pytest.mark.slow]

SCRIPT = Path(__file__).parent / "stupeflix_api.py2"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    """Run a server whose time each status read moves."""
    with MockServer(
        pace="step", providers=("stupeflix",), media_dir=tmp_path_factory.mktemp("m")
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture(scope="module")
def seen(server: MockServer) -> Any:
    """Run the script once; return what the client saw."""
    python, folder = python_27("stupeflix_api")
    done = subprocess.run(
        [python, "-W", "ignore", str(SCRIPT), server.url_for("stupeflix")],
        env={"STUPEFLIX_FOLDER": folder, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=55,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_definition_comes_back_as_it_was_sent(seen: Any) -> None:
    assert seen["same"] is True


def test_the_samples_loop_sees_every_state_and_every_upload(seen: Any) -> None:
    assert seen["states"] == [
        "queued",
        "starting",
        "info",
        "generating",
        "generated",
        "uploading",
        "available",
    ]
    assert [seen["status"][f"available-{n}-type"] for n in range(6)] == [
        "stupeflixStore",
        "youtube",
        "dailymotion",
        "s3",
        "brightcove",
        "facebook",
    ]


def test_files_are_downloaded_and_their_tags_hold(seen: Any) -> None:
    assert (seen["video"], seen["flash"]) == ("ftyp", "FLV")
    assert (seen["thumb"], seen["report"]) == ("JFIF", "<report")


@pytest.mark.parametrize("name", ["url", "followed", "preview", "inline"])
def test_signed_links_work_without_the_client(seen: Any, name: str) -> None:
    assert requests.get(seen[name], timeout=30).status_code == 200


def test_a_batch_is_flushed_and_paged(seen: Any) -> None:
    assert seen["pages"] == [["clip0", "clip1"], ["clip2", "clip3"], ["clip4"]]


def test_a_stranger_sees_nothing(seen: Any) -> None:
    assert seen["stranger"] == []
    assert seen["not_theirs"].endswith(
        "bad STATUS 404\nNotFound: no video stored for alice/clip1/iphone"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "wrong_secret",
            "bad STATUS 403\nSignatureDoesNotMatch: the computed signature differs",
        ),
        ("wrong_key", "bad STATUS 403\nInvalidAccessKeyId: unknown access key"),
        ("no_store", "bad STATUS 404\nNotFound: no video stored for bob/clip0/iphone"),
        (
            "broken",
            "bad STATUS 400\nInvalidDefinition: the body is not well-formed XML",
        ),
        ("unknown", "bad STATUS 400\nInvalidProfiles: unknown profile name vhs"),
    ],
)
def test_refusals_reach_the_caller_in_the_services_words(
    seen: Any, name: str, message: str
) -> None:
    assert seen[name].endswith(message)


def test_a_delete_that_announces_a_body_is_answered_at_once(seen: Any) -> None:
    assert seen["delete"] == "200"
    assert seen["cancelled"] == {"status": "error", "error": "canceled"}
