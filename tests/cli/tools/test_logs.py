"""Log lines: for people, for programs, and with what they cost by default."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.cli.tools import logs
from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.verdict.journal import Exchange, Journal

HEADERS = {"X-API-Key": "hunter2"}


class Terminal(io.StringIO):
    """A stream that says that people look at it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def restored() -> Iterator[None]:
    """Give the process its own logging back."""
    root, ours = logging.getLogger(), logging.getLogger("mockserver")
    handlers, level, own = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(own)


def exchange(**changes: Any) -> Exchange:
    facts: dict[str, Any] = {
        "status": 200,
        "response_headers": {},
        "response_body": b"{}",
        "size_bytes": 2,
        "wall_at": 0.0,
        "elapsed_s": 0.0012,
        "slug": "demo",
        "operation": "make",
        "space": "demo.main",
    }
    return Exchange("POST", "/demo/make?key=hunter2", HEADERS, **{**facts, **changes})


def written(
    level: str,
    form: str,
    *exchanges: Exchange,
    stream: io.StringIO | None = None,
    is_watched: bool = False,
) -> list[str]:
    stream = stream or io.StringIO()
    logs.configure(level, form, stream, environ={})
    journal = Journal()
    logs.follow(journal, level, is_watched=is_watched)
    for one in exchanges:
        journal.add(one)
    return stream.getvalue().splitlines()


@pytest.mark.usefixtures("restored")
def test_requests_are_no_lines_by_default() -> None:
    assert written("info", "text", exchange()) == []


@pytest.mark.usefixtures("restored")
def test_at_debug_each_request_is_a_line_without_its_query() -> None:
    (line,) = written("debug", "text", exchange())

    assert line[8:] == " debug: POST /demo/make 200 1.2 ms space=demo.main"


@pytest.mark.usefixtures("restored")
def test_a_fault_and_what_nobody_knows_are_always_lines() -> None:
    lines = written(
        "info",
        "text",
        exchange(fault="slow-render", status=503),
        exchange(operation="", space="", status=404, notes=("no provider",)),
    )

    assert [line[8:] for line in lines] == [
        " POST /demo/make 503 1.2 ms space=demo.main rule=slow-render",
        " warn: POST /demo/make 404 1.2 ms (no provider)",
    ]


@pytest.mark.usefixtures("restored")
def test_json_lines_have_members() -> None:
    (line,) = written("debug", "json", exchange(notes=["a", "b"]))

    document = json.loads(line)
    del document["timestamp"]
    assert document == {
        "level": "debug",
        "app": "mockserver",
        "message": "POST /demo/make 200 1.2 ms space=demo.main (a; b)",
        "method": "POST",
        "path": "/demo/make",
        "status": 200,
        "ms": 1.2,
        "space": "demo.main",
        "job": "",
        "state": "",
        "rule": "",
        "notes": "a; b",
    }


def job() -> Job:
    timeline = Timeline((Step("COOKING", Phase.RUNNING),))
    return Job("order-1", "demo.main", 0, "make", 0.0, timeline, (), b"{}")


@pytest.mark.usefixtures("restored")
def test_who_watches_sees_each_request_with_job_state_and_rule() -> None:
    lines = written(
        "info",
        "text",
        exchange(job=job(), at=1.0),
        exchange(job=job(), at=1.0, fault="blip", status=503),
        exchange(operation="", space="", status=404, notes=("no provider",)),
        is_watched=True,
    )

    told = "space=demo.main job=order-1 state=COOKING"
    assert [line[8:] for line in lines] == [
        f" POST /demo/make 200 1.2 ms {told}",
        f" POST /demo/make 503 1.2 ms {told} rule=blip",
        " warn: POST /demo/make 404 1.2 ms (no provider)",
    ]


@pytest.mark.usefixtures("restored")
def test_statuses_and_rules_are_coloured_on_a_terminal() -> None:
    lines = written(
        "info",
        "auto",
        exchange(),
        exchange(fault="blip", status=503),
        stream=Terminal(),
        is_watched=True,
    )

    timed = "1.2 ms space=demo.main"
    assert [line[8:] for line in lines] == [
        f" POST /demo/make \x1b[32m200\x1b[0m {timed}",
        f" POST /demo/make \x1b[31m503\x1b[0m {timed} \x1b[35mrule=blip\x1b[0m",
    ]


@pytest.mark.usefixtures("restored")
def test_less_than_info_is_asked_for_and_given() -> None:
    assert written("warn", "text", exchange(), is_watched=True) == []


@pytest.mark.usefixtures("restored")
def test_auto_is_text_on_a_terminal_and_json_elsewhere() -> None:
    people = written("debug", "auto", exchange(), stream=Terminal())
    program = written("debug", "auto", exchange())

    assert "POST /demo/make" in people[0]
    assert json.loads(program[0])["method"] == "POST"


@pytest.mark.usefixtures("restored")
def test_silent_says_nothing() -> None:
    assert written("silent", "text", exchange(operation="")) == []


@pytest.mark.usefixtures("restored")
def test_colours_are_for_terminals_that_want_them() -> None:
    coloured, plain = Terminal(), Terminal()
    logs.configure("info", "text", coloured, environ={})
    logging.getLogger("mockserver").warning("look")
    logs.configure("info", "text", plain, environ={"NO_COLOR": "1"})
    logging.getLogger("mockserver").warning("look")

    assert coloured.getvalue()[:5] == "\x1b[33m"
    assert plain.getvalue()[8:] == " warn: look\n"


@pytest.mark.usefixtures("restored")
def test_what_others_warn_of_is_shown_and_their_chatter_is_not() -> None:
    stream = io.StringIO()
    logs.configure("debug", "text", stream, environ={})

    logging.getLogger("aiohttp.server").info("chatter")
    logging.getLogger("aiohttp.server").error("trouble")

    assert stream.getvalue()[8:] == " error: trouble\n"


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.usefixtures("restored")
def test_tracebacks_are_kept(form: str) -> None:
    stream = io.StringIO()
    logs.configure("info", form, stream, environ={})
    seven = ValueError("seven")
    logging.getLogger("mockserver").error("bug", exc_info=seven)

    assert "ValueError: seven" in stream.getvalue()


@pytest.mark.usefixtures("restored")
def test_a_line_neither_moves_the_cursor_nor_forges_another_line() -> None:
    (line,) = written(
        "debug",
        "text",
        exchange(space="demo.\x1b[2J\nfalse line", notes=("\x9b2J", "\udcff")),
    )

    assert line[8:] == (
        " debug: POST /demo/make 200 1.2 ms space=demo.\\x1b[2J\\nfalse line"
        " (\\x9b2J; \\udcff)"
    )
