"""exchanges, deliveries, tail and listen, as a person at a terminal uses them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from mockserver.server.mock import MockServer
from tests.cradle import Child

Tell = Callable[..., Any]
Start = Callable[..., Child]
JOBS = "/v1-beta/generate-video"
ORDER: dict[str, Any] = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}
VIDEO: dict[str, Any] = {
    "type": "override",
    "name": "Spring offer",
    "source_draft_id": "64f0c0de00000000000000d1",
    "scenes": [
        {"name": "Intro", "texts": ["Hello"], "transcript": "Welcome."},
        {"name": "Outro", "transcript": "Bye."},
    ],
}


@pytest.fixture
def ask(tell: Tell, server: MockServer, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Return `tell` in an environment that names the server."""
    monkeypatch.setenv("MOCKSERVER_URL", server.url)
    return tell


@pytest.fixture
def submit(server: MockServer) -> Callable[[], str]:
    """Return a function that makes a job in the space `test`."""
    key = server.space.credential("digitalcarbon")
    url = server.url_for("digitalcarbon") + JOBS

    def order() -> str:
        headers = {"X-API-Key": key}
        answer = requests.post(url, json=ORDER, headers=headers, timeout=5)
        return str(answer.json()["job_id"])

    return order


@pytest.fixture
def told(server: MockServer) -> str:
    """Return the name of a webhook's delivery that has been received."""
    space = server.space
    key = space.credential("hourone")
    headers = {"Authorization": f"Bearer {key}", "api-key": str(key)}
    base = f"{server.url_for('hourone')}/api/v1"
    hook = {"name": "w", "events": ["video.ready"], "url": space.webhooks.url}
    requests.post(f"{base}/webhooks", json=hook, headers=headers, timeout=5)
    requests.post(f"{base}/videos", json=VIDEO, headers=headers, timeout=5)
    space.advance("1h")
    space.settle()
    return space.deliveries[0].id


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


# exchanges


def test_exchanges_are_listed_the_oldest_first(
    ask: Tell, submit: Callable[[], str]
) -> None:
    job_id = submit()

    said = ask("exchanges")

    header, row = lines(said.out)
    assert header[:5] == ["NO", "AT", "METHOD", "PATH", "STATUS"]
    assert row[:5] == [
        "1",
        "2030-01-01T00:00:00.000Z",
        "POST",
        f"/digitalcarbon{JOBS}",
        "200",
    ]
    assert row[6:] == [job_id, "queued"]


def test_exchanges_are_found(
    ask: Tell, server: MockServer, submit: Callable[[], str]
) -> None:
    submit()
    requests.get(server.url_for("digitalcarbon") + JOBS, timeout=5)

    by_status = ask("exchanges", "find", "--status", "4xx")
    by_body = ask("exchanges", "find", "--body", "ActiveListing1")
    by_nothing = ask("exchanges", "find")

    assert [row[0] for row in lines(by_status.out)] == ["NO", "2"]
    assert [row[0] for row in lines(by_body.out)] == ["NO", "1"]
    assert by_nothing.code == 2
    assert "find needs one of --provider" in by_nothing.err


def test_unmatched_requests_are_listed(
    ask: Tell, server: MockServer, submit: Callable[[], str]
) -> None:
    submit()
    requests.get(f"{server.url}/digitalcarbon/nowhere", timeout=5)

    said = ask("exchanges", "unmatched")

    assert [row[3] for row in lines(said.out)] == ["PATH", "/digitalcarbon/nowhere"]


def test_an_exchange_is_shown_with_bodies_and_without_secrets(
    ask: Tell, server: MockServer, submit: Callable[[], str]
) -> None:
    job_id = submit()

    said = ask("exchanges", "show", "1")

    assert said.code == 0
    assert f"POST /digitalcarbon{JOBS}\n" in said.out
    assert "X-API-Key: [hidden]\n" in said.out
    assert '"template_id": "ActiveListing1"' in said.out
    assert f'{{"job_id":"{job_id}"}}' in said.out
    assert server.space.credential("digitalcarbon") not in said.out


def test_exchanges_as_json_are_those_of_the_control_api(
    ask: Tell, submit: Callable[[], str]
) -> None:
    submit()

    said = ask("exchanges", "--json")

    assert [one["number"] for one in json.loads(said.out)["exchanges"]] == [1]


def test_an_exchange_that_is_not_there_is_code_2(ask: Tell) -> None:
    said = ask("exchanges", "show", "7")

    assert (said.code, said.out) == (2, "")
    assert "number: found '7'" in said.err


def test_exchanges_are_followed(
    server: MockServer, submit: Callable[[], str], start: Start
) -> None:
    submit()
    following = start("exchanges", "--follow", "--url", server.url, "--method", "POST")
    assert following.stdout is not None

    before = following.stdout.readline()
    requests.get(f"{server.url}/digitalcarbon/nowhere", timeout=5)
    submit()
    after = following.stdout.readline()

    assert (before[:2], after[:2]) == ("#1", "#3")


# deliveries


def test_deliveries_are_listed(ask: Tell, server: MockServer, told: str) -> None:
    said = ask("deliveries", "--provider", "hourone")

    header, row = lines(said.out)
    assert header[:3] == ["DELIVERY", "PROVIDER", "LABEL"]
    assert row[:3] == [told, "hourone", "video.ready"]
    assert row[4:] == ["delivered", "sent", "1", "POST", server.space.webhooks.url]


def test_a_delivery_is_shown_with_its_attempts(ask: Tell, told: str) -> None:
    said = ask("deliveries", "show", told)

    assert said.code == 0
    assert '{"event_name": "video.ready"' in said.out
    assert lines(said.out)[2] == ["NO", "AT", "PASSAGE", "OUTCOME", "MS", "SAID"]
    assert lines(said.out)[3][2:4] == ["sent", "200"]


def test_a_webhook_is_sent_again(ask: Tell, server: MockServer, told: str) -> None:
    said = ask("deliveries", "resend", told)

    assert said.code == 0
    server.space.webhooks.assert_received(2)


def test_a_delivery_that_is_not_there_is_code_2(ask: Tell) -> None:
    said = ask("deliveries", "show", "7")

    assert (said.code, said.out) == (2, "")
    assert "delivery: found '7', expected one that there is" in said.err


def test_a_verb_for_one_delivery_needs_its_name(ask: Tell) -> None:
    said = ask("deliveries", "resend")

    assert said.code == 2
    assert "expected list, or show or resend and the name of a delivery" in said.err


# tail


def test_what_happens_is_told(
    server: MockServer, submit: Callable[[], str], start: Start
) -> None:
    tailing = start("tail", "--url", server.url, "--kinds", "job,exchange,clock")
    assert tailing.stdout is not None
    assert tailing.stderr is not None
    tailing.stderr.readline()

    job_id = submit()
    server.space.advance(1)

    told = [tailing.stdout.readline() for _ in range(3)]
    assert told[0] == f"job {job_id} of digitalcarbon: queued  space=test\n"
    assert told[1].startswith(
        f"#1  2030-01-01T00:00:00.000Z  POST /digitalcarbon{JOBS}"
    )
    assert told[2] == "clock 2030-01-01T00:00:01.000Z  space=test, stands still\n"


def test_the_end_of_the_server_is_the_end_of_the_tail(
    server: MockServer, start: Start
) -> None:
    tailing = start("tail", "--url", server.url, "--json", "--kinds", "space")
    assert tailing.stdout is not None
    assert tailing.stderr is not None
    tailing.stderr.readline()
    server.open_space("other")

    told = json.loads(tailing.stdout.readline())
    server.stop()

    assert (told["kind"], told["id"]) == ("space", "other")
    assert tailing.wait(20) == 0


def test_a_kind_that_is_not_known_is_code_2(ask: Tell) -> None:
    said = ask("tail", "--kinds", "jobs")

    assert said.code == 2
    assert (
        "query/kinds: found 'jobs', expected 'job', the nearest known name" in said.err
    )


# listen


def test_webhooks_are_printed_and_answered(start: Start) -> None:
    listening = start("listen", "--status", "503", "--times", "1", "--count", "2")
    assert listening.stdout is not None
    url = listening.stdout.readline().strip()

    answers = [
        requests.post(f"{url}/done?a=1", data="hello", timeout=5).status_code,
        requests.post(url, timeout=5).status_code,
    ]

    assert answers == [503, 200]
    assert listening.wait(20) == 0
    first, body, second = listening.stdout.read().splitlines()
    assert first.split()[1:] == ["POST", "/done?a=1", "5", "bytes,", "answered", "503"]
    assert body == "hello"
    assert second.split()[1:] == ["POST", "/", "0", "bytes,", "answered", "200"]


def test_a_wrong_signature_is_told_and_is_code_1(start: Start) -> None:
    listening = start("listen", "--secret", "s", "--count", "1", "--json")
    assert listening.stdout is not None
    url = listening.stdout.readline().strip()

    headers = {"x-hourone-signature": "0"}
    requests.post(url, data="{}", headers=headers, timeout=5)

    assert listening.wait(20) == 1
    told = json.loads(listening.stdout.read())
    assert told["signature"].startswith("x-hourone-signature is not what hourone signs")


def test_a_right_signature_is_told(start: Start) -> None:
    listening = start("listen", "--secret", "secret", "--count", "1")
    assert listening.stdout is not None
    url = listening.stdout.readline().strip()
    # openssl dgst -sha256 -hmac secret <<< '{}' without the line feed
    right = "77325902caca812dc259733aacd046b73817372c777b8d95b402647474516e13"

    requests.post(url, data="{}", headers={"X-HourOne-Signature": right}, timeout=5)

    assert listening.wait(20) == 0
    assert listening.stdout.read().splitlines()[0].endswith("signature: right")


def test_an_answer_that_is_none_is_code_2(tell: Tell) -> None:
    status = tell("listen", "--status", "99")
    after = tell("listen", "--after", "soon")

    assert (status.code, after.code) == (2, 2)
    assert "--status: found 99, expected 200 to 599" in status.err
    assert "--after: " in after.err
