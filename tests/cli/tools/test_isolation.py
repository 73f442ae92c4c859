"""A network of its own: names lead here, and nowhere else."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.cli.tools.isolation import answer
from tests.cradle import Child

Start = Callable[..., Child]
HEAD = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
NAME = b"\x03api\x04Mock\x00"
A, AAAA = b"\x00\x01\x00\x01", b"\x00\x1c\x00\x01"
REFUSED = "mockserver: --isolate: this system allows no network of one's own ("
PROGRAM = """
import json, socket, ssl, urllib.request
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
url = "https://render-eu-west-1.impossible.io/v2/nowhere"
try:
    direct.open(url)
except urllib.error.HTTPError as error:
    print(error.code)
try:
    socket.gethostbyname("example.com")
except OSError:
    print("no such name")
try:
    socket.create_connection(("192.0.2.1", 80), 5)
except OSError as error:
    print(error.strerror)
"""


def knows(name: str) -> bool:
    return name == "api.mock"


def test_a_known_name_is_at_loopback() -> None:
    assert answer(HEAD + NAME + A, knows) == (
        b"\x12\x34\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00"
        + NAME
        + A
        + b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04\x7f\x00\x00\x01"
    )


def test_a_known_name_has_no_other_address() -> None:
    assert answer(HEAD + NAME + AAAA, knows) == (
        b"\x12\x34\x85\x00\x00\x01\x00\x00\x00\x00\x00\x00" + NAME + AAAA
    )


def test_another_name_does_not_exist() -> None:
    asked = HEAD + b"\x07example\x00" + A

    assert answer(asked, knows) == (
        b"\x12\x34\x85\x03\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x00" + A
    )


@pytest.mark.parametrize(
    "asked", [b"", HEAD, HEAD + NAME[:3], HEAD + NAME, HEAD + b"\xff" * 40]
)
def test_what_is_no_question_is_not_answered(asked: bytes) -> None:
    assert answer(asked, knows) is None


def test_an_answer_is_not_answered() -> None:
    assert answer(HEAD[:2] + b"\x81" + HEAD[3:] + NAME + A, knows) is None


@pytest.mark.slow
def test_even_a_client_that_reads_no_variable_lands_here(start: Start) -> None:
    running = start(
        "run", "--isolate", "--state-dir=s", "--", sys.executable, "-c", PROGRAM
    )

    out, err = running.communicate(timeout=50)
    # The kernel's own refusal, such as in a container without SYS_ADMIN.
    if err.startswith(REFUSED):
        pytest.skip(f"no package can mend it, and a refusal is tested below: {err}")
    assert out.splitlines() == ["404", "no such name", "Network is unreachable"], err
    assert "impossible  1 calls" in err


def test_where_the_system_allows_none_it_is_told(start: Start, tmp_path: Path) -> None:
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\necho unshare: not permitted >&2\nexit 1\n")
    refusing.chmod(0o755)

    running = start("run", "--isolate", "--", "true", PATH=str(tmp_path))

    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (3, "")
    assert err == (
        "mockserver: --isolate: this system allows no network of one's own (unshare:"
        " not permitted); containers need the capability SYS_ADMIN for it\n"
    )


def test_where_there_is_no_unshare_it_is_told(start: Start) -> None:
    running = start("run", "--isolate", "--", "true", PATH="/nowhere")

    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (3, "")
    assert err == (
        "mockserver: --isolate: found no unshare, expected Linux with util-linux\n"
    )
