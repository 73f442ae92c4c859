"""findings: the verb judges a running server's clients, and its exit code says so."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
import requests

from mockserver.server.mock import MockServer

Tell = Callable[..., Any]
ORDER: dict[str, Any] = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


@pytest.fixture
def ask(tell: Tell, server: MockServer, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Return `tell` in an environment that names the server."""
    monkeypatch.setenv("MOCKSERVER_URL", server.url)
    return tell


@pytest.fixture
def call(server: MockServer) -> Callable[[str, str], int]:
    """Return what calls DigitalCarbon with a key of the space `test`."""
    key = str(server.space.credential("digitalcarbon"))
    base = server.url_for("digitalcarbon") + "/v1-beta"

    def make(method: str, path: str) -> int:
        return requests.request(
            method, base + path, json=ORDER, headers={"X-API-Key": key}, timeout=5
        ).status_code

    return make


def _parsed(file: Path) -> Element:
    return fromstring(file.read_text("utf-8"))  # noqa: S314 - our own


def test_a_good_client_ends_with_0(ask: Tell, call: Callable[[str, str], int]) -> None:
    call("POST", "/generate-video")

    said = ask("findings")

    assert (said.code, said.out, said.err) == (0, "no findings\n", "")


def test_where_nobody_has_called_nothing_was_judged(
    ask: Tell, call: Callable[[str, str], int]
) -> None:
    """A client that has gone elsewhere is not found to be good."""
    none = ask("findings")
    call("POST", "/generate-video")
    none_there = ask("findings", "--provider", "idomoo")

    said = "mockserver: nothing was judged: no such request has come here\n"
    assert (none.code, none.out, none.err) == (0, "no findings\n", said)
    assert (none_there.code, none_there.err) == (0, said)


def test_a_warning_ends_with_1_and_a_note_does_not(
    ask: Tell, call: Callable[[str, str], int]
) -> None:
    call("POST", "/generate-video")
    call("POST", "/generate-video")
    noted = ask("findings")
    assert call("GET", "/generate-vid") == 404
    warned = ask("findings")

    assert (noted.code, noted.out.splitlines()[-1]) == (0, "1 note")
    assert (warned.code, warned.out.splitlines()[-1]) == (1, "1 warning, 1 note")
    assert warned.out.startswith("warning unknown-path: GET /digitalcarbon/v1-beta/")
    assert ask("findings", "--fail-on", "never").code == 0
    assert ask("findings", "--ignore", "unknown-path").code == 0


def test_only_some_are_asked_for(ask: Tell, call: Callable[[str, str], int]) -> None:
    call("POST", "/generate-video")
    call("POST", "/generate-video")
    call("GET", "/generate-vid")

    worse = json.loads(ask("findings", "--json", "--least", "warning").out)
    here = json.loads(ask("findings", "--json", "--space", "test").out)
    other = json.loads(ask("findings", "--json", "--provider", "idomoo").out)

    assert [one["rule"] for one in worse["findings"]] == ["unknown-path"]
    assert [one["rule"] for one in here["findings"]] == ["submit-twice"]
    assert other == {"findings": []}


def test_a_job_that_nobody_knows_is_not_clean(
    ask: Tell, call: Callable[[str, str], int], server: MockServer
) -> None:
    """Whoever has mistyped it would take it for judged."""
    call("POST", "/generate-video")

    unknown = ask("findings", "--job", "nope")
    known = ask("findings", "--job", server.jobs.only().id)

    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.err == (
        "mockserver: query/job: found 'nope', expected one that there is\n"
    )
    assert (known.code, known.out) == (0, "no findings\n")


def test_reports_are_written_as_their_name_says(
    ask: Tell, call: Callable[[str, str], int], tmp_path: Path
) -> None:
    call("GET", "/generate-vid")
    junit, sarif = tmp_path / "verdict.xml", tmp_path / "verdict.sarif"

    codes = [ask("findings", "--output", str(file)).code for file in (junit, sarif)]

    assert codes == [1, 1]
    assert _parsed(junit).tag == "testsuites"
    assert json.loads(sarif.read_text("utf-8"))["version"] == "2.1.0"


def test_mistakes_are_told(ask: Tell, tmp_path: Path) -> None:
    misspelt = ask("findings", "--ignore", "poll-to-fast")
    unknown = ask("findings", "--output", str(tmp_path / "verdict.doc"))
    missing = ask("findings", "--output", str(tmp_path / "none" / "verdict.xml"))

    expected = "query/ignore: found 'poll-to-fast', expected 'poll-too-fast'"
    assert (misspelt.code, expected in misspelt.err) == (2, True)
    assert (unknown.code, "found the end '.doc'" in unknown.err) == (2, True)
    assert (missing.code, "cannot be written" in missing.err) == (2, True)


def test_the_rules_are_listed_without_a_server(tell: Tell) -> None:
    said = tell("findings", "rules")

    assert said.code == 0
    assert len(said.out.splitlines()) == 30
    assert said.out.startswith("error    charged-twice: The client has given")
