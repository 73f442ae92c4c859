"""Verbs for a running server: ready, jobs, spaces, time, reset."""

import json
import socket
from argparse import Namespace
from collections.abc import Callable
from typing import Any

import pytest
import requests

from mockserver.cli.tools.client import Client, RefusedError
from mockserver.server.mock import MockServer

Tell = Callable[..., Any]
JOBS = "/v1-beta/generate-video"
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
def job_id(server: MockServer) -> str:
    """Return a job in the space `test`."""
    answer = requests.post(
        server.url_for("digitalcarbon") + JOBS,
        json=ORDER,
        headers={"X-API-Key": server.space.credential("digitalcarbon")},
        timeout=5,
    )
    return str(answer.json()["job_id"])


@pytest.fixture
def nobody() -> str:
    """Return a URL where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return f"http://127.0.0.1:{bound.getsockname()[1]}"


def columns(line: str) -> list[str]:
    return line.split()


# ready


def test_a_server_is_ready(ask: Tell) -> None:
    said = ask("ready")

    assert (said.code, said.out, said.err) == (0, "ready\n", "")


def test_no_server_is_not_ready(tell: Tell, nobody: str) -> None:
    said = tell("ready", "--url", nobody)

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"mockserver: not ready: no server answers at {nobody}")
    assert said.err.count("\n") == 1


def test_other_verbs_without_a_server_are_code_3(tell: Tell, nobody: str) -> None:
    said = tell("jobs", "--url", nobody)

    assert (said.code, said.out) == (3, "")
    assert "start one with mockserver serve" in said.err


def test_a_url_that_is_none_is_code_2(tell: Tell) -> None:
    said = tell("jobs", "--url", "ftp://x")

    assert said.code == 2
    assert said.err == (
        "mockserver: --url: found 'ftp://x', expected an http or https URL\n"
    )


@pytest.mark.parametrize("url", ["http://x:port", "http://"])
def test_a_url_without_host_or_port_is_refused(url: str) -> None:
    with pytest.raises(RefusedError, match="--url: found"):
        Client(url)


@pytest.mark.parametrize(
    ("url", "token", "environ", "expected"),
    [
        (None, None, {}, ("http://127.0.0.1:7357", {})),
        (None, None, {"MOCKSERVER_PORT": "81"}, ("http://127.0.0.1:81", {})),
        (
            None,
            None,
            {"MOCKSERVER_URL": "http://a:1", "MOCKSERVER_TOKEN": "t"},
            ("http://a:1", {"Authorization": "Bearer t"}),
        ),
        (
            "http://b:2",
            "u",
            {"MOCKSERVER_URL": "http://a:1", "MOCKSERVER_TOKEN": "t"},
            ("http://b:2", {"Authorization": "Bearer u"}),
        ),
        (
            None,
            None,
            {"MOCKSERVER_CONTROL_TOKEN": "c"},
            ("http://127.0.0.1:7357", {"Authorization": "Bearer c"}),
        ),
    ],
)
def test_the_server_is_found_by_flag_then_environment_then_default(
    url: str | None,
    token: str | None,
    environ: dict[str, str],
    expected: tuple[str, dict[str, str]],
) -> None:
    client = Client.of(Namespace(url=url, token=token), environ)

    assert (client._url, client._headers) == expected


def test_a_token_is_sent(tell: Tell, tmp_path: Any) -> None:
    with MockServer(control_token="hunter2", media_dir=tmp_path) as server:
        without = tell("spaces", "--url", server.url)
        having = tell("spaces", "--url", server.url, "--token", "hunter2")

    assert without.code == 2
    assert "Authorization: found none" in without.err
    assert having.code == 0


# deliveries


@pytest.fixture
def delivery_id(server: MockServer, job_id: str) -> str:
    """Return an upload of a finished job that had nowhere to go."""
    server.space.advance(1200)
    requests.post(
        f"{server.url_for('digitalcarbon')}{JOBS}/{job_id}/results/upload-video",
        json={"upload_url": "http://127.0.0.1:1/in"},
        headers={"X-API-Key": server.space.credential("digitalcarbon")},
        timeout=60,
    )
    return server.deliveries[0].id


@pytest.mark.ffmpeg
def test_deliveries_are_listed(ask: Tell, delivery_id: str, job_id: str) -> None:
    said = ask("deliveries", "--provider", "digitalcarbon", "--state", "failed")

    head, line = said.out.splitlines()
    assert columns(head) == [
        "DELIVERY", "PROVIDER", "LABEL", "JOB", "STATE", "PASSAGE", "TRIES", "WHERE",
    ]  # fmt: skip
    assert columns(line) == [
        delivery_id, "digitalcarbon", "upload.http", job_id, "failed", "sent", "1",
        "PUT", "http://127.0.0.1:1/in",
    ]  # fmt: skip


@pytest.mark.ffmpeg
def test_deliveries_can_be_narrowed_down(ask: Tell, delivery_id: str) -> None:
    nobody = ask("deliveries", "--job", "nope")
    assert (nobody.code, nobody.out) == (2, "")
    assert "query/job: found 'nope', expected one that there is" in nobody.err
    assert len(ask("deliveries", "list", "--state", "pending").out.splitlines()) == 1
    assert ask("deliveries", "--provider", "sora").code == 2


@pytest.mark.ffmpeg
def test_a_delivery_is_sent_again(ask: Tell, delivery_id: str) -> None:
    said = ask("deliveries", "resend", delivery_id)

    lines = said.out.splitlines()
    assert columns(lines[0]) == [delivery_id, "digitalcarbon", "upload.http"]
    assert lines[1] == "failed: PUT http://127.0.0.1:1/in"
    assert [columns(line)[0] for line in lines[3:]] == ["1", "2"]
    assert [columns(line)[3] for line in lines[3:]] == ["connect", "connect"]


@pytest.mark.ffmpeg
def test_a_delivery_is_sent_again_with_a_fault(ask: Tell, delivery_id: str) -> None:
    late = ask("deliveries", "resend", delivery_id, "--fault", "late", "--delay", "2h")

    assert late.out.splitlines()[1] == "pending: PUT http://127.0.0.1:1/in"
    ask("deliveries", "resend", delivery_id, "--fault", "twice")
    assert "resent-twice" in ask("fault", "list").out
    assert ask("deliveries", "resend", delivery_id, "--delay", "2h").code == 2
    assert ask("deliveries", "show", delivery_id, "--fault", "late").code == 2


def test_there_has_to_be_a_delivery_to_send_again(ask: Tell) -> None:
    assert ask("deliveries", "resend", "nope").code == 2
    assert ask("deliveries", "resend").code == 2


# jobs


def test_jobs_are_listed(ask: Tell, job_id: str) -> None:
    said = ask("jobs")

    head, line = said.out.splitlines()
    assert columns(head) == ["JOB", "PROVIDER", "SPACE", "STATE", "PROGRESS", "CREATED"]
    assert columns(line) == [
        job_id, "digitalcarbon", "test", "queued", "2030-01-01T00:00:00.000Z",
    ]  # fmt: skip


def test_a_job_is_let_fail(ask: Tell, job_id: str) -> None:
    said = ask("jobs", "fail", job_id, "--error", "render-failed")

    assert said.code == 0
    assert said.out.startswith(f"{job_id}  failed  ")


def test_a_failure_that_nobody_knows_is_refused(ask: Tell, job_id: str) -> None:
    said = ask("jobs", "fail", job_id, "--error", "paper-jam")

    assert said.code == 2
    assert "body/error: found 'paper-jam', expected" in said.err


def test_jobs_can_be_narrowed_down(ask: Tell, job_id: str) -> None:
    assert len(ask("jobs", "list", "--state", "completed").out.splitlines()) == 1
    assert len(ask("jobs", "list", "--state", "queued").out.splitlines()) == 2
    assert ask("jobs", "--provider", "sora").code == 2


def test_a_job_is_shown_with_its_timeline(ask: Tell, job_id: str) -> None:
    said = ask("jobs", "show", job_id)

    lines = said.out.splitlines()
    assert lines[0] == f"{job_id}  digitalcarbon  generate-video"
    assert lines[1] == "space test, created 2030-01-01T00:00:00.000Z"
    assert lines[2] == "queued (waiting)"
    assert ["STATE", "FROM", "TO", "ERROR"] in map(columns, lines)
    assert [line.split()[0] for line in lines if line.startswith(">")] == [">"]


def test_raw_json_is_printed_on_demand(ask: Tell, job_id: str) -> None:
    listed = json.loads(ask("jobs", "--json").out)
    shown = json.loads(ask("jobs", "show", job_id, "--json").out)

    assert [job["id"] for job in listed["jobs"]] == [job_id]
    assert shown["data"]["template_id"] == "ActiveListing1"


@pytest.mark.parametrize("arguments", [("show",), ("list", "x")])
def test_wrong_arguments_of_jobs_are_code_2(
    tell: Tell, arguments: tuple[str, ...]
) -> None:
    said = tell("jobs", *arguments)

    assert said.code == 2
    assert said.err == (
        "mockserver: jobs: expected list, or show, fail, story or assert and the"
        " identifier of a job; see mockserver jobs -h\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [("assert", "x"), ("show", "x", "--cancelled"), ("--polled-at-most", "3")],
)
def test_assertions_belong_to_assert(tell: Tell, arguments: tuple[str, ...]) -> None:
    said = tell("jobs", *arguments)

    assert said.code == 2
    assert "expected assert with what is asserted, and no other verb" in said.err


def test_a_story_is_drawn(ask: Tell, job_id: str) -> None:
    said = ask("jobs", "story", job_id)

    assert (said.code, said.err) == (0, "")
    submit, state = said.out.splitlines()
    assert columns(submit)[3:] == ["submit", "200", "queued"]
    assert columns(state) == ["+0.000", "s", "is", "queued"]


def test_what_a_client_did_is_asserted(ask: Tell, job_id: str) -> None:
    said = ask("jobs", "assert", job_id, "--submitted-once", "--polled-at-most", "3")
    assert (said.code, said.out, said.err) == (0, "passed\n", "")

    said = ask(
        "jobs", "assert", job_id, "--polled-at-least", "1", "--polled-every", "2s",
        "--downloaded-times", "1", "--webhook-within", "500ms", "--cancelled",
    )  # fmt: skip

    assert said.code == 1
    assert said.out.splitlines()[:4] == [
        "nobody has asked to cancel it",
        "polled 0 times, expected at least 1",
        "no file of it was downloaded",
        "no webhook about it has been sent",
    ]
    assert columns(said.out.splitlines()[4])[3:] == ["submit", "200", "queued"]


def test_that_somebody_asked_at_all_is_asserted(ask: Tell, job_id: str) -> None:
    said = ask("jobs", "assert", job_id, "--polled")

    assert said.code == 1
    assert said.out.splitlines()[0] == "polled 0 times, expected at least 1"


def test_a_duration_that_is_none_is_named(tell: Tell) -> None:
    said = tell("jobs", "assert", "x", "--polled-every", "soon")

    assert said.code == 2
    assert "argument --polled-every: found 'soon', expected " in said.err


def test_assertions_are_told_as_json(ask: Tell, job_id: str) -> None:
    said = ask("jobs", "assert", job_id, "--downloaded", "--json")

    told = json.loads(said.out)
    assert (said.code, told["passed"]) == (1, False)
    assert told["failures"] == ["no file of it was downloaded"]


def test_an_unknown_job_is_code_2(ask: Tell) -> None:
    said = ask("jobs", "show", "nope")

    assert said.code == 2
    assert said.err == "mockserver: job: found 'nope', expected one that there is\n"


# spaces and reset


def test_spaces_are_listed(ask: Tell, job_id: str) -> None:
    head, line = ask("spaces").out.splitlines()

    assert columns(head) == [
        "SPACE", "NAME", "JOBS", "TIME", "PACE", "SEED", "PROVIDERS",
    ]  # fmt: skip
    assert columns(line) == [
        "test", "test", "1", "2030-01-01T00:00:00.000Z", "manual", "1", "digitalcarbon",
    ]  # fmt: skip


def test_a_minted_space_has_a_key_for_each_provider(
    ask: Tell, server: MockServer
) -> None:
    said = ask("spaces", "mint", "bob", "--pace=x2", "--seed=7",
               "--provider=digitalcarbon")  # fmt: skip

    head, line = said.out.splitlines()
    slug, field, key = columns(line)
    answer = requests.get(
        f"{server.url_for('digitalcarbon')}{JOBS}/x/status",
        headers={"X-API-Key": key},
        timeout=5,
    )
    assert head == "space bob, seed 7"
    assert (slug, field) == ("digitalcarbon", "api_key")
    assert answer.status_code == 400
    assert server.open_space("bob").pace == "x2"


def test_a_space_is_minted_with_a_number_for_a_name(ask: Tell) -> None:
    assert json.loads(ask("spaces", "mint", "--json").out)["id"] == "space-1"


def test_all_spaces_are_reset(ask: Tell, server: MockServer, job_id: str) -> None:
    said = ask("reset")

    assert (said.code, said.out) == (0, "reset: test\n")
    assert list(server.jobs) == []


def test_one_space_is_reset(ask: Tell, server: MockServer, job_id: str) -> None:
    server.open_space("other")

    assert ask("spaces", "reset", "other").out == "reset: other\n"
    assert len(server.jobs) == 1
    assert ask("reset", "--space", "test").out == "reset: test\n"
    assert len(server.jobs) == 0


def test_only_parts_are_reset(ask: Tell, server: MockServer, job_id: str) -> None:
    ask("reset", "--only", "journal")

    assert server.exchanges == []
    assert len(server.jobs) == 1


# time


def test_clocks_are_shown(ask: Tell, job_id: str) -> None:
    head, line = ask("time").out.splitlines()

    assert head.split("  ")[0] == "SPACE"
    assert columns(line)[:4] == ["test", "2030-01-01T00:00:00.000Z", "manual", "frozen"]


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("advance", "2h"), ["2030-01-01T02:00:00.000Z", "manual", "frozen"]),
        (("advance", "90"), ["2030-01-01T00:01:30.000Z", "manual", "frozen"]),
        (("set", "2030-01-02"), ["2030-01-02T00:00:00.000Z", "manual", "frozen"]),
        (("freeze",), ["2030-01-01T00:00:00.000Z", "manual", "frozen"]),
        (("advance", "1h", "--space=test"), ["2030-01-01T01:00:00.000Z", "manual",
                                             "frozen"]),
    ],
)  # fmt: skip
def test_clocks_are_moved(
    ask: Tell, arguments: tuple[str, ...], shown: list[str]
) -> None:
    line = ask("time", *arguments).out.splitlines()[1]

    assert columns(line)[1:4] == shown


def test_next_goes_to_the_next_change(
    ask: Tell, server: MockServer, job_id: str
) -> None:
    ask("time", "next")

    assert server.jobs.only().state == "processing"


def test_clocks_run_again_at_any_speed(ask: Tell, server: MockServer) -> None:
    resumed = ask("time", "resume").out.splitlines()[1]
    scaled = ask("time", "scale", "60").out.splitlines()[1]
    ask("time", "pace", "x30")

    assert columns(resumed)[3] == "x1"
    assert columns(scaled)[3] == "x60"
    assert server.space.pace == "x30"


def test_a_job_is_finished(ask: Tell, job_id: str) -> None:
    assert ask("time", "finish", job_id).out == f"{job_id}: completed\n"
    assert json.loads(ask("time", "finish", job_id, "--json").out)["id"] == job_id


def test_time_going_back_is_code_2(ask: Tell, job_id: str) -> None:
    said = ask("time", "set", "2020-01-01")

    assert said.code == 2
    assert "clocks only move forward" in said.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("advance",), "advance needs a value: by"),
        (("freeze", "2h"), "freeze takes no value, found '2h'"),
        (("rewind",), "invalid choice: 'rewind'"),
    ],
)
def test_wrong_arguments_of_time_are_code_2(
    tell: Tell, arguments: tuple[str, ...], reason: str
) -> None:
    said = tell("time", *arguments)

    assert said.code == 2
    assert reason in said.err
    assert said.err.count("\n") == 1


def test_a_worker_that_did_not_answer_is_warned_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On stderr, beside what the others have answered."""
    client = Client("http://127.0.0.1:1")
    silent = "worker a at 127.0.0.1:1 does not answer"
    said = json.dumps({"jobs": [], "missing": [silent]}).encode()
    client._send = lambda *_: (200, said)  # type: ignore[method-assign]  # nobody is there

    answer = client.get("jobs")

    assert answer["jobs"] == []
    expected = f"mockserver: warning: {silent}; what it has is not here\n"
    assert capsys.readouterr().err == expected
