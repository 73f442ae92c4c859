"""run, env and ca: a program's clients end here, and its exit code is ours."""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from mockserver.server.mock import MockServer
from tests.cradle import Child

Tell = Callable[..., Any]
Start = Callable[..., Child]
CALLS = """
import os, urllib.error, urllib.request
def ask(url):
    try:
        urllib.request.urlopen(url).read()
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError as error:
        return str(error.reason)
assert ask("https://api.digitalcarbon.ai/v1-beta/generate-video/x/status") == 401
assert ask(os.environ["MOCKSERVER_IDOMOO_URL"] + "/api/v2/storyboards") == 401
assert ask("http://example.com/") == 403
assert ask("https://example.com/") == "Tunnel connection failed: 403 Forbidden"
raise SystemExit(7)
"""


def program(text: str) -> list[str]:
    return ["--state-dir=state", "--", sys.executable, "-c", text]


def test_a_program_ends_here_and_gives_the_exit_code(
    tell: Tell, tmp_path: Path
) -> None:
    said = tell("run", "--report=told.json", *program(CALLS))

    assert (said.code, said.out) == (7, "")
    assert json.loads((tmp_path / "told.json").read_text()) == {
        "exit_code": 7,
        "calls": {"digitalcarbon": 1, "idomoo": 1},
        "unmatched": 2,
        "bugs": 0,
        "unmatched_targets": [
            "GET http://example.com/",
            "CONNECT example.com:443",
        ],
        "fired": {},
        "findings": [],
    }
    assert said.err.splitlines() == [
        f"mockserver: {sys.executable} exited with 7",
        "  digitalcarbon  1 calls",
        "  idomoo         1 calls",
        "  unmatched: 2",
        "    GET http://example.com/",
        "    CONNECT example.com:443",
    ]


def test_what_was_unmatched_may_count_as_a_failure(tell: Tell) -> None:
    text = CALLS.replace("SystemExit(7)", "SystemExit(0)")

    said = tell("run", "--quiet", "--fail-on=unmatched", *program(text))

    assert (said.code, said.err) == (1, "")


def test_nothing_that_fails_is_the_programs_own_code(tell: Tell) -> None:
    said = tell("run", "--fail-on=unmatched", *program("pass"))

    assert said.code == 0
    assert "No call has come here." in said.err


READ = """
import contextlib, os, urllib.error, urllib.request
url = os.environ["MOCKSERVER_DIGITALCARBON_URL"] + "/v1-beta/generate-video/1/status"
headers = {"X-API-Key": "digitalcarbon-test-key"}
with contextlib.suppress(urllib.error.HTTPError):
    urllib.request.urlopen(urllib.request.Request(url, headers=headers))
"""


def test_a_rule_that_never_fired_may_count_as_a_failure(
    tell: Tell, tmp_path: Path
) -> None:
    """A program that meets none of them has tried nothing."""
    rules = (
        "  - {name: met, on: {operation: status}, fault: {kind: html}}\n"
        "  - {name: not-met, on: {operation: create}, fault: {kind: html}}\n"
    )
    (tmp_path / "bad.yaml").write_text(f"scenario: bad\nrules:\n{rules}")
    flags = ("--scenario=./bad.yaml", "--fail-on=unfired")

    said = tell("run", "--report=told.json", *flags, *program(READ))

    fired = json.loads((tmp_path / "told.json").read_text())["fired"]
    assert (said.code, fired) == (1, {"bad/met": 1, "bad/not-met": 0})
    assert said.err.splitlines()[-2:] == [
        "  rule bad/met: fired 1",
        "  rule bad/not-met: never fired",
    ]


def test_where_no_rule_is_there_none_has_fired(tell: Tell) -> None:
    """A scenario that was forgotten is no reason to be content."""
    said = tell("run", "--fail-on=unfired", *program("pass"))

    assert said.code == 1
    assert said.err.splitlines()[-1] == (
        "  no rule was there to fire: give a scenario with --scenario, or let the"
        " program apply one"
    )


def test_what_was_found_about_its_clients_is_told_and_may_count(
    tell: Tell, tmp_path: Path
) -> None:
    text = READ.replace("/status", "/stats")

    said = tell("run", "--fail-on=findings", "--findings=v.xml", *program(text))

    assert said.code == 1
    found = "  warning unknown-path: GET /digitalcarbon/v1-beta/generate-video/1/stats"
    assert any(line.startswith(found) for line in said.err.splitlines())
    assert 'failures="1"' in (tmp_path / "v.xml").read_text("utf-8")


PLANTED = """
import contextlib, os, urllib.error, urllib.parse, urllib.request
token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.planted-s3cr3t"
for place in ("nowhere", "openai/v1/video", "luma/dream-machine/v1/generation"):
    for path in (f"{place}/{token}", f"{place}?token={token}&password=planted-s3cr3t"):
        headers = {"Authorization": f"Bearer {token}"}
        url = os.environ["MOCKSERVER_URL"] + "/" + path
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(url, headers=headers))
"""


@pytest.mark.parametrize("name", ["v.xml", "v.sarif", "v.json", "v.txt"])
def test_no_file_and_no_line_about_a_run_shows_a_secret(
    tell: Tell, tmp_path: Path, name: str
) -> None:
    flags = ("--report=told.json", f"--findings={name}")

    said = tell("run", *flags, *program(PLANTED))

    report = (tmp_path / "told.json").read_text("utf-8")
    findings = (tmp_path / name).read_text("utf-8")
    assert "unknown-path" in findings
    assert "GET /nowhere/[hidden]" in report
    assert "GET /nowhere/[hidden]" in said.err
    assert [one for one in (report, findings, said.err) if "planted" in one] == []


def test_a_program_that_a_signal_ends_has_its_code(tell: Tell) -> None:
    said = tell("run", *program("import os; os.kill(os.getpid(), 15)"))

    assert said.code == 143


def test_a_signal_is_the_programs(start: Start) -> None:
    text = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
        "print('ready', flush=True)\n"
        "signal.pause()\n"
    )
    running = start("run", *program(text))
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"

    running.send_signal(signal.SIGTERM)

    assert running.wait(20) == 9


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["run", "ls"], 2, "unknown argument 'ls'"),
        (["run", "--"], 2, "run: found no program, expected mockserver run -- PROGRAM"),
        (["run", "--state-dir=s", "--", "./no-such"], 127, "found no such program"),
        (["run", "--state-dir=s", "--", "/"], 126, "/: Permission denied"),
    ],
)
def test_a_program_that_cannot_be_run_is_told(
    tell: Tell, given: list[str], code: int, said: str
) -> None:
    told = tell(*given)

    assert told.code == code
    assert said in told.err


def test_without_the_proxy_only_our_own_variables_are_set(tell: Tell) -> None:
    text = (
        "import os\n"
        "assert 'HTTPS_PROXY' not in os.environ\n"
        "assert os.environ['MOCKSERVER_HOURONE_URL'].endswith('/hourone')\n"
    )

    assert tell("run", "--no-proxy", *program(text)).code == 0


def test_env_prints_exports_for_a_running_server(
    tell: Tell, server: MockServer
) -> None:
    said = tell("env", "--url", server.url, "--state-dir=state")

    lines = said.out.splitlines()
    assert f"export MOCKSERVER_URL={server.url}" in lines
    assert f"export MOCKSERVER_STUPEFLIX_URL={server.url}/stupeflix" in lines
    assert f"export HTTPS_PROXY={server.url}" in lines
    assert "export NO_PROXY=localhost,127.0.0.1,::1" in lines


def test_env_prints_json(tell: Tell, server: MockServer) -> None:
    said = tell("env", "--url", server.url, "--no-proxy", "--json")

    assert json.loads(said.out)["MOCKSERVER_URL"] == server.url


def test_env_prints_exports_for_fish(tell: Tell, server: MockServer) -> None:
    said = tell("env", "--url", server.url, "--no-proxy", "--shell=fish")

    assert said.out.startswith(f"set -gx MOCKSERVER_URL {server.url}\n")


def test_ca_prints_one_certificate_and_no_key(tell: Tell) -> None:
    said = tell("ca", "--state-dir=state")

    found = x509.load_pem_x509_certificates(said.out.encode())
    assert [one.subject.rfc4514_string() for one in found] == [
        "CN=video-mockserver throw-away CA"
    ]
    assert "PRIVATE" not in said.out


def test_ca_is_the_same_again(tell: Tell) -> None:
    assert tell("ca", "--state-dir=s").out == tell("ca", "--state-dir=s").out


def test_ca_writes_a_trust_store_for_java(tell: Tell, tmp_path: Path) -> None:
    pem = tell("ca", "--state-dir=state").out

    said = tell("ca", "--state-dir=state", "--out=trust.p12")

    store = pkcs12.load_pkcs12((tmp_path / "trust.p12").read_bytes(), b"changeit")
    assert (said.code, said.out) == (0, "wrote trust.p12\n")
    assert [one.certificate for one in store.additional_certs] == [
        x509.load_pem_x509_certificate(pem.encode())
    ]


def test_ca_tells_where_its_file_is(tell: Tell, tmp_path: Path) -> None:
    said = tell("ca", "--state-dir=state", "--path")

    assert said.out == f"{tmp_path}/state/trust/ca.pem\n"


def test_ca_refuses_an_ending_that_it_does_not_know(tell: Tell) -> None:
    said = tell("ca", "--state-dir=state", "--out=trust.der")

    assert said.code == 2
    assert "found 'trust.der', expected one of .pem, .crt, .p12, .pfx, .jks" in said.err
