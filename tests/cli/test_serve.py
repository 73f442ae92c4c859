"""serve: what is printed, where, and with which exit code it ends."""

import json
import os
import re
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cradle import Child

Start = Callable[..., Child]
Tell = Callable[..., Any]

pytestmark = pytest.mark.slow
QUIET = ("serve", "--port", "0", "--quiet")


def url_of(process: Child) -> str:
    """Return the first line on stdout."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: Child, number: int = signal.SIGTERM) -> tuple[str, str]:
    """Return the rest of stdout, and stderr, of a process that is told to end."""
    process.send_signal(number)
    assert process.stdout is not None
    assert process.stderr is not None
    said = process.stdout.read(), process.stderr.read()
    process.wait(20)
    return said


def refused(process: Child) -> tuple[int, list[str]]:
    """Return the exit code and what stands on stderr; nothing stands on stdout."""
    out, err = process.communicate(timeout=20)
    assert out == ""
    return process.wait(), err.splitlines()


def test_the_first_line_is_the_url_and_the_banner_follows(start: Start) -> None:
    process = start("serve", "--port=0", "--provider=digitalcarbon", "--seed=9")
    url = url_of(process)

    health = requests.get(f"{url}/_mock/api/health", timeout=5)
    out, err = end(process)

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
    assert health.json() == {"status": "ok"}
    assert out.splitlines() == [
        "video-mockserver 0.1.0",
        "pace demo, seed 9, auth open",
        f"  digitalcarbon  {url}/digitalcarbon",
        f"Web page: {url}/_mock/",
        "Ctrl-C stops it; mockserver -h shows what else there is.",
    ]
    assert err == ""


def test_each_start_has_a_new_seed_that_can_be_asked_for_again(start: Start) -> None:
    first, second = start("serve", "-p", "0"), start("serve", "-p", "0")
    seeds = []
    for process in (first, second):
        url_of(process)
        out, _ = end(process)
        seeds += re.findall(
            r"^pace demo, seed (\d+) \(new; --seed \1 repeats it\)", out, re.MULTILINE
        )

    assert len({*seeds}) == 2


def test_a_scenario_of_more_than_a_minute_is_told(start: Start) -> None:
    process = start(
        *("serve", "-p", "0", "--provider=idomoo"),
        "--scenario=render-stalls-then-fails",
    )
    url_of(process)
    out, _ = end(process)

    assert (
        "Scenario render-stalls-then-fails takes up to 0:10:05 at pace demo;"
        " mockserver time advance skips what is too long." in out.splitlines()
    )


def test_a_rule_that_can_never_act_is_told(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "idle.yaml"
    file.write_text("scenario: idle\nrules: [{delivery: {drop: true}}]\n")
    process = start("serve", "-p", "0", "--provider=idomoo", f"--scenario={file}")
    url_of(process)
    out, _ = end(process)

    assert (
        f"Warning: {file}:2: rules/0/delivery: rule idle/1 does nothing at idomoo: it"
        " sends no webhooks and no uploads; expected a provider that sends some"
        in out.splitlines()
    )


def test_who_sits_at_a_terminal_sees_each_request(start: Start, tmp_path: Path) -> None:
    """Text is what a terminal gets; a pipe can be given it, too."""
    process = start("serve", "-p", "0", "--log-format=text")
    url = f"{url_of(process)}/digitalcarbon/v1-beta/generate-video"
    order = {
        "files": [{"url": "https://example.com/image1.jpg"}],
        "template_params": {"template_id": "ActiveListing1"},
    }
    made = requests.post(url, json=order, headers={"X-API-Key": "k"}, timeout=5)
    _, err = end(process)

    job = made.json()["job_id"]
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d POST /digitalcarbon/v1-beta/generate-video 200 [\d.]+ ms"
        rf" space=\S+ job={job} state=queued\n",
        err,
    )


def test_start_is_the_same_and_quiet_says_the_url_only(start: Start) -> None:
    process = start("start", "-p", "0", "-q", "--log-format=text")
    url = url_of(process)

    asked = requests.get(f"{url}/digitalcarbon/samples/photo.jpg", timeout=5)

    assert asked.status_code == 200
    assert end(process) == ("", "")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_signal_ends_it_with_the_code_of_the_signal(
    start: Start, number: int, code: int
) -> None:
    process = start(*QUIET)
    url_of(process)

    assert end(process, number) == ("", "")
    assert process.returncode == code


def test_the_control_api_ends_it_with_code_0(start: Start) -> None:
    process = start(*QUIET)

    requests.post(f"{url_of(process)}/_mock/api/shutdown", timeout=5)

    assert process.wait(20) == 0


def test_a_request_that_is_under_way_is_answered_before_the_end(start: Start) -> None:
    """The server asks our own socket for a picture; we keep it waiting."""
    process = start(*QUIET, "--set=digitalcarbon.fetch_inputs=head")
    url = f"{url_of(process)}/digitalcarbon/v1-beta/generate-video"
    with socket.create_server(("127.0.0.1", 0)) as sink, ThreadPoolExecutor() as pool:
        picture = f"http://127.0.0.1:{sink.getsockname()[1]}/image.jpg"
        order: dict[str, Any] = {
            "files": [{"url": picture}],
            "template_params": {"template_id": "ActiveListing1"},
        }
        headers = {"X-API-Key": "k"}
        asked = pool.submit(requests.post, url, json=order, headers=headers, timeout=15)
        waiting, _ = sink.accept()

        process.send_signal(signal.SIGTERM)
        with waiting:
            waiting.recv(4096)
            waiting.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        answer = asked.result()

    assert answer.status_code == 200
    assert process.wait(20) == 143


def test_the_port_file_is_there_while_it_serves(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "port"
    process = start(*QUIET, "--port-file", "port")
    url = url_of(process)

    written = file.read_text()
    end(process)

    assert written == url.rpartition(":")[2] + "\n"
    assert not file.exists()


def test_a_port_file_that_cannot_be_written_ends_it(start: Start) -> None:
    process = start(*QUIET, "--port-file", "nowhere/port")

    code, lines = refused(process)

    assert code == 3
    assert len(lines) == 1
    assert lines[0].endswith("nowhere/port: No such file or directory")


def test_a_port_in_use_is_code_3_and_one_line(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        code, lines = refused(start("serve", f"--port={port}"))

    assert code == 3
    assert lines == [
        (
            f"mockserver: port {port} on 127.0.0.1 is in use; choose another with"
            " --port, or --port 0 for a free one"
        )
    ]


@pytest.mark.parametrize(
    ("arguments", "environ", "line"),
    [
        (
            ["--prot=1"],
            {},
            (
                "serve: unknown argument '--prot=1', did you mean --port?;"
                " see mockserver serve -h"
            ),
        ),
        (
            ["--port=many"],
            {},
            "--port: port: found 'many', expected a whole number from 0 to 65535",
        ),
        (
            ["--pace"],
            {},
            "serve: argument --pace: expected one argument; see mockserver serve -h",
        ),
        (
            [],
            {"MOCKSERVER_PROT": "1"},
            (
                "environment: found unknown setting 'MOCKSERVER_PROT'; the nearest"
                " known one is MOCKSERVER_PORT"
            ),
        ),
        (
            ["--provider=sora"],
            {},
            "provider: found 'sora', expected one of",
        ),
        (
            ["--set=digitalcarbon.nope=1"],
            {},
            "digitalcarbon.nope: no such setting; there are: world,",
        ),
        (
            ["--config=nope.toml"],
            {},
            "nope.toml: found no such file, expected a TOML file",
        ),
    ],
)
def test_wrong_usage_is_code_2_and_one_line(
    tell: Tell,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environ: dict[str, str],
    line: str,
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, **environ})

    said = tell("serve", "--port=0", *arguments)

    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert line in said.err


def test_an_unknown_key_of_the_file_is_code_2_with_its_line(
    tell: Tell, tmp_path: Path
) -> None:
    (tmp_path / "mockserver.toml").write_text("seed = 1\npaec = 'step'\n")

    said = tell("serve", "--port=0")

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "mockserver: mockserver.toml:2: found unknown setting 'paec';"
        " the nearest known one is pace\n"
    )


def test_a_bad_schema_ends_it_with_code_2_and_one_line(
    start: Start, foreign: Path
) -> None:
    file = foreign / "foreign/schemas/foreign/make.request.json"
    file.write_text('{"type": "objekt"}')
    process = start(*QUIET, "--provider=foreign", PYTHONPATH=str(foreign))

    _, err = process.communicate(timeout=20)

    assert process.returncode == 2
    assert re.fullmatch(r"mockserver: foreign/make\.request\.json: .*objekt.*\n", err)


def test_a_bad_world_ends_it_with_code_2_and_one_line(
    start: Start, foreign: Path
) -> None:
    file = foreign / "foreign/fixtures/foreign/world.yaml"
    file.write_text("accounts: [")
    process = start(*QUIET, "--provider=foreign", PYTHONPATH=str(foreign))

    _, err = process.communicate(timeout=20)

    assert process.returncode == 2
    assert re.fullmatch(r"mockserver: .*world\.yaml: not YAML: .*\n", err)


def test_beyond_loopback_a_token_is_made_and_shown_once(start: Start) -> None:
    process = start("serve", "--port=0", "--host=0.0.0.0", "--quiet")
    url, shown = url_of(process), url_of(process)

    bare = requests.get(f"{url}/_mock/api/version", timeout=5)
    told = requests.get(
        f"{url}/_mock/api/version",
        headers={"Authorization": f"Bearer {shown.rpartition(' ')[2]}"},
        timeout=5,
    )
    out, err = end(process)

    assert shown.startswith("Control token (shown once): ")
    assert (bare.status_code, told.status_code) == (401, 200)
    assert shown.rpartition(" ")[2] not in out + err


def test_a_token_that_was_given_is_not_shown(start: Start) -> None:
    process = start("serve", "--port=0", MOCKSERVER_CONTROL_TOKEN="hunter2")
    url_of(process)

    out, err = end(process)

    assert "hunter2" not in out + err
    assert "Control API: asks for the token that was given." in out


def test_requests_are_logged_at_debug_only_and_as_json_off_a_terminal(
    start: Start,
) -> None:
    process = start(*QUIET, "--log-level=debug")
    base = f"{url_of(process)}/digitalcarbon/v1-beta/generate-video"
    requests.get(f"{base}/x/status?q=1", headers={"X-API-Key": "k"}, timeout=5)

    _, err = end(process)

    line = json.loads(err)
    assert line["level"] == "debug"
    assert line["app"] == "mockserver"
    assert (line["method"], line["status"]) == ("GET", 400)
    assert line["path"] == "/digitalcarbon/v1-beta/generate-video/x/status"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["timestamp"])
    assert line["space"].startswith("digitalcarbon.")


def test_by_default_only_refusals_are_logged(start: Start) -> None:
    process = start(*QUIET, "--log-format=text")
    url = url_of(process)
    requests.get(
        f"{url}/digitalcarbon/v1-beta/generate-video/x/status",
        headers={"X-API-Key": "k"},
        timeout=5,
    )
    requests.get(f"{url}/digitalcarbno/v1-beta?api_key=hunter2", timeout=5)

    _, err = end(process)

    assert re.fullmatch(
        r"\d\d:\d\d:\d\d GET /digitalcarbon/v1-beta/generate-video/x/status 400"
        r" [\d.]+ ms space=\S+ looked for a request that fits: job-id; to allow it:"
        r" [^\n]+\n"
        r"\d\d:\d\d:\d\d warn: GET /digitalcarbno/v1-beta 404 [\d.]+ ms"
        r" \(no provider is at this path or host\) looked for a provider for GET"
        r" /digitalcarbno/v1-beta; did you mean /digitalcarbon/\?; to allow it:"
        r" [^\n]+\n",
        err,
    )


def test_help_lists_every_flag(start: Start) -> None:
    out, err = start("serve", "-h").communicate(timeout=20)

    assert "--port-file" in out
    assert "MOCKSERVER_PORT_FILE" in out
    assert "--set SLUG.KEY=VALUE" in out
    assert "--tls-port" in out
    assert err == ""
