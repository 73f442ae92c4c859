"""What faults on answers look like on the wire: every byte, and how it ends."""

import asyncio

import pytest

from mockserver.edge.staging.stage import book_of
from tests.scenarios.faults.conftest import Open, Theatre

OK = b'{"id":"film","state":"queued"}'


async def test_without_rules_the_answer_is_the_providers(theatre: Theatre) -> None:
    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 200 OK"
    assert heard.headers == {
        "Content-Type": "application/json",
        "Content-Length": "30",
        "Connection": "close",
    }
    assert heard.body == OK
    assert theatre.told() == [(200, "")]


async def test_a_fault_of_probability_zero_is_not_there(theatre: Theatre) -> None:
    theatre.use({"kind": "reset"}, operation="status", probability=0)

    heard = await theatre.hear("/films/film")

    assert heard.body == OK
    assert theatre.space.script.is_idle  # type: ignore[attr-defined]  # a RuleBook
    assert theatre.told() == [(200, "")]


# Errors


async def test_an_error_is_the_providers_own_with_its_status(theatre: Theatre) -> None:
    theatre.use({"kind": "error", "status": 503, "retry_after": "1500ms"})

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 503 Service Unavailable"
    assert heard.headers["Retry-After"] == "2"
    assert heard.body == b'{"detail":"An internal error occurred"}'
    assert theatre.told() == [(503, "play/1")]


async def test_retry_after_may_be_a_date_on_the_spaces_clock(theatre: Theatre) -> None:
    theatre.use(
        {
            "kind": "error",
            "status": 429,
            "retry_after": "90s",
            "retry_after_as": "date",
        }
    )

    heard = await theatre.hear("/films/film")

    assert heard.headers["Retry-After"] == "Tue, 01 Jan 2030 00:01:30 GMT"
    assert heard.body == b'{"detail":"Too Many Requests"}'


async def test_an_error_may_be_named_by_its_problem(theatre: Theatre) -> None:
    theatre.use({"kind": "error", "problem": "not-ready"})

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 400 Bad Request"
    assert heard.body == b'{"detail":"Job is not completed yet"}'


async def test_an_error_may_have_a_body_and_headers_of_its_own(
    theatre: Theatre,
) -> None:
    theatre.use(
        {
            "kind": "error",
            "status": 418,
            "body": {"is": "teapot"},
            "headers": {"X-Pot": "tea"},
        }
    )

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 418 I'm a Teapot"
    assert heard.headers["X-Pot"] == "tea"
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.body == b'{"is":"teapot"}'


async def test_an_error_may_be_a_text(theatre: Theatre) -> None:
    theatre.use({"kind": "error", "status": 502, "body": "no upstream"})

    heard = await theatre.hear("/films/film")

    assert heard.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert heard.body == b"no upstream"


async def test_an_error_keeps_the_request_from_the_route(open_theatre: Open) -> None:
    theatre = await open_theatre()
    theatre.use({"kind": "error", "status": 500}, operation="generate-video")
    before = len(theatre.space.jobs("digitalcarbon"))

    await theatre.hear("/films", "POST")

    assert len(theatre.space.jobs("digitalcarbon")) == before


async def test_an_error_after_the_fact_only_loses_the_answer(
    open_theatre: Open,
) -> None:
    theatre = await open_theatre()
    theatre.use(
        {"kind": "error", "status": 500, "after": True}, operation="generate-video"
    )
    before = len(theatre.space.jobs("digitalcarbon"))

    heard = await theatre.hear("/films", "POST")

    assert heard.line == b"HTTP/1.1 500 Internal Server Error"
    assert len(theatre.space.jobs("digitalcarbon")) == before + 1


async def test_the_connection_survives_an_error_and_the_fault_heals(
    theatre: Theatre,
) -> None:
    theatre.use({"kind": "error", "status": 503}, operation="status", times=1)

    line = await theatre.call("/films/film")
    first = await line.read_head()
    await line.reader.readexactly(39)
    await theatre.again(line, "/films/film", Connection="close")
    second = await line.read_all()

    assert first.startswith(b"HTTP/1.1 503 ")
    assert second.body == OK


async def test_of_two_errors_the_first_counts(theatre: Theatre) -> None:
    theatre.use({"kind": "error", "status": 503})
    theatre.use({"kind": "error", "status": 500})

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 503 Service Unavailable"
    assert theatre.told() == [(503, "play/1")]


# Delays


async def test_latency_delays_the_whole_answer(theatre: Theatre) -> None:
    theatre.use({"kind": "latency", "delay": "1s"})
    theatre.pauses.opened.clear()

    line = await theatre.call("/films/film", Connection="close")
    await theatre.pauses.begun.wait()
    early = theatre.told()
    theatre.pauses.opened.set()
    heard = await line.read_all()

    assert early == []
    assert heard.body == OK
    assert theatre.pauses.total_s == 1.0
    assert theatre.told() == [(200, "play/1")]


async def test_latency_begins_once_the_job_exists(open_theatre: Open) -> None:
    theatre = await open_theatre()
    theatre.use({"kind": "latency", "delay": "1s"}, operation="generate-video")
    theatre.pauses.opened.clear()
    before = len(theatre.space.jobs("digitalcarbon"))

    await theatre.call("/films", "POST", Connection="close")
    await theatre.pauses.begun.wait()

    assert len(theatre.space.jobs("digitalcarbon")) == before + 1


async def test_delays_add_up(theatre: Theatre) -> None:
    theatre.use({"kind": "latency", "delay": "500ms"})
    theatre.use({"kind": "latency", "delay": "250ms"})

    await theatre.hear("/films/film")

    assert theatre.pauses.total_s == 0.75


async def test_a_client_that_leaves_during_a_delay_is_let_go(theatre: Theatre) -> None:
    theatre.use({"kind": "latency", "delay": "1h"})
    theatre.pauses.opened.clear()

    line = await theatre.call("/films/film")
    await theatre.pauses.begun.wait()
    recorded = theatre.recorded()
    await line.hang_up()
    theatre.pauses.opened.set()
    await recorded.wait()

    assert theatre.told() == [(499, "play/1")]
    assert theatre.pauses.total_s < 3600


async def test_the_first_byte_of_the_body_may_be_late(theatre: Theatre) -> None:
    theatre.use({"kind": "late-first-byte", "delay": "200ms"})
    theatre.pauses.opened.clear()

    line = await theatre.call("/films/film", Connection="close")
    head = await line.read_head()
    await theatre.pauses.begun.wait()
    theatre.pauses.opened.set()
    body = await line.reader.read()

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Length: 30\r\n" in head
    assert body == OK
    assert theatre.pauses.total_s == 0.2


async def test_a_dribble_comes_in_pieces(theatre: Theatre) -> None:
    theatre.use({"kind": "dribble", "over": "900ms", "pieces": 10})

    heard = await theatre.hear("/films/film")

    assert heard.body == OK
    assert theatre.pauses.asked == pytest.approx([0.1] * 9)


async def test_the_connection_survives_a_dribble(theatre: Theatre) -> None:
    theatre.use({"kind": "dribble", "over": "200ms", "pieces": 3})

    line = await theatre.call("/films/film")
    await line.read_head()
    first = await line.reader.readexactly(30)
    await theatre.again(line, "/films/film", Connection="close")
    second = await line.read_all()

    assert first == OK
    assert second.body == OK


async def test_bandwidth_bounds_the_speed(theatre: Theatre) -> None:
    theatre.use({"kind": "bandwidth", "rate": 100})

    heard = await theatre.hear("/films/film")

    assert heard.body == OK
    assert theatre.pauses.asked == pytest.approx([0.1, 0.1])


# Broken connections


async def test_a_hang_ends_when_the_client_leaves(theatre: Theatre) -> None:
    theatre.use({"kind": "hang"})
    theatre.pauses.opened.clear()

    line = await theatre.call("/films/film")
    await theatre.pauses.begun.wait()
    recorded = theatre.recorded()
    await line.hang_up()
    theatre.pauses.opened.set()
    await recorded.wait()

    assert theatre.told() == [(499, "play/1")]


async def test_a_hang_does_not_hold_up_the_servers_end(theatre: Theatre) -> None:
    theatre.use({"kind": "hang"})

    line = await theatre.call("/films/film")
    await theatre.pauses.begun.wait()
    await asyncio.wait_for(theatre.listener.close(), 5)
    heard = await line.read_all()

    assert heard.raw == b""


async def test_a_hang_may_end_by_itself(theatre: Theatre) -> None:
    theatre.use({"kind": "hang", "for": "30s"})

    heard = await theatre.hear("/films/film")

    assert (heard.raw, heard.ending) == (b"", "closed")
    assert theatre.pauses.total_s == 30.0
    assert theatre.told() == [(0, "play/1")]


async def test_a_hang_may_end_in_a_reset(theatre: Theatre) -> None:
    theatre.use({"kind": "hang", "for": "1s", "then": "reset"})

    heard = await theatre.hear("/films/film")

    assert (heard.raw, heard.ending) == (b"", "reset")


async def test_a_reset_comes_in_place_of_an_answer(theatre: Theatre) -> None:
    theatre.use({"kind": "reset"})

    heard = await theatre.hear("/films/film")

    assert (heard.raw, heard.ending) == (b"", "reset")
    assert theatre.told() == [(0, "play/1")]


async def test_a_reset_may_lose_the_answer_to_a_request_that_worked(
    open_theatre: Open,
) -> None:
    theatre = await open_theatre()
    theatre.use({"kind": "reset", "after": True}, operation="generate-video")
    before = len(theatre.space.jobs("digitalcarbon"))

    heard = await theatre.hear("/films", "POST")

    assert (heard.raw, heard.ending) == (b"", "reset")
    assert len(theatre.space.jobs("digitalcarbon")) == before + 1


async def test_a_connection_may_close_without_a_byte(theatre: Theatre) -> None:
    theatre.use({"kind": "drop-before-headers"})

    heard = await theatre.hear("/films/film")

    assert (heard.raw, heard.ending) == (b"", "closed")


async def test_a_connection_may_close_after_the_status_line(theatre: Theatre) -> None:
    theatre.use({"kind": "drop-before-headers", "status_line": True})

    heard = await theatre.hear("/films/film")

    assert (heard.raw, heard.ending) == (b"HTTP/1.1 200 OK\r\n", "closed")


async def test_a_connection_may_close_in_the_body(theatre: Theatre) -> None:
    theatre.use({"kind": "drop-mid-body", "at": 0.5})

    heard = await theatre.hear("/films/film")

    assert heard.headers["Content-Length"] == "30"
    assert heard.body == b'{"id":"film","s'
    assert heard.ending == "closed"


async def test_a_connection_may_be_reset_in_the_body(theatre: Theatre) -> None:
    theatre.use({"kind": "drop-mid-body", "bytes": 4, "then": "reset"})

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"id'
    assert heard.ending == "reset"


async def test_a_broken_body_is_kept_in_the_journal_as_it_was(theatre: Theatre) -> None:
    theatre.use({"kind": "drop-mid-body", "bytes": 4})

    await theatre.hear("/films/film")

    (exchange,) = theatre.instance.services.journal.exchanges()
    assert exchange.response_body == b'{"id'


async def test_garbage_comes_in_place_of_an_answer(theatre: Theatre) -> None:
    theatre.use({"kind": "garbage", "size": 8})

    first, second = await theatre.hear("/films/film"), await theatre.hear("/films/film")

    assert (len(first.raw), first.ending) == (8, "closed")
    assert first.raw != second.raw


async def test_garbage_is_the_same_for_the_same_seed(open_theatre: Open) -> None:
    one, other = await open_theatre(), await open_theatre()
    one.use({"kind": "garbage"})
    other.use({"kind": "garbage"})

    heard = [await one.hear("/films/film"), await other.hear("/films/film")]

    assert heard[0] == heard[1]
    assert len(heard[0].raw) == 64


async def test_garbage_may_follow_a_status_line(theatre: Theatre) -> None:
    theatre.use({"kind": "garbage", "size": 8, "status_line": True})

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 200 OK"
    assert len(heard.raw) == 25


async def test_a_chunk_may_be_malformed(theatre: Theatre) -> None:
    theatre.use({"kind": "malformed-chunk"})

    heard = await theatre.hear("/films/film")

    assert heard.headers == {
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
        "Connection": "close",
    }
    assert heard.body == (b'f\r\n{"id":"film","s\r\nnot-a-size\r\nwhat is this?\r\n')
    assert heard.ending == "closed"


# Answers that are none


async def test_an_answer_may_be_empty(theatre: Theatre) -> None:
    theatre.use({"kind": "empty-answer"})

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 200 OK"
    assert heard.headers["Content-Length"] == "0"
    assert heard.body == b""


async def test_json_may_be_malformed(theatre: Theatre) -> None:
    theatre.use({"kind": "malformed-json"})

    heard = await theatre.hear("/films/film")

    assert heard.headers["Content-Length"] == "32"
    assert heard.body == b'{"id":"film","state":"queued",,}'


async def test_json_may_be_truncated(theatre: Theatre) -> None:
    theatre.use({"kind": "truncated-json", "at": 0.8})

    heard = await theatre.hear("/films/film")

    assert heard.headers["Content-Length"] == "24"
    assert heard.body == b'{"id":"film","state":"qu'


async def test_a_page_may_come_instead_of_json(theatre: Theatre) -> None:
    theatre.use({"kind": "html", "title": "502 Bad Gateway", "status": 502})

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 502 Bad Gateway"
    assert heard.headers["Content-Type"] == "text/html; charset=utf-8"
    assert heard.body == (
        b"<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n"
        b"<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx</center>\n"
        b"</body>\n</html>\n"
    )


async def test_a_content_type_may_be_wrong(theatre: Theatre) -> None:
    theatre.use({"kind": "content-type", "type": "text/plain"})

    heard = await theatre.hear("/films/film")

    assert heard.headers["Content-Type"] == "text/plain"
    assert heard.body == OK


async def test_what_the_route_refuses_is_broken_too(theatre: Theatre) -> None:
    theatre.use({"kind": "truncated-json", "bytes": 5})

    heard = await theatre.hear("/films/no-such")

    assert heard.line == b"HTTP/1.1 404 Not Found"
    assert heard.body == b'{"det'


# Services that get worse


async def test_an_outage_lasts_and_comes_again(theatre: Theatre) -> None:
    theatre.use(
        {
            "kind": "outage",
            "from": "10s",
            "for": "5s",
            "every": "60s",
            "tells_end": True,
        }
    )
    clock = theatre.space.clock

    up = await theatre.hear("/films/film")
    clock.advance(11)
    down = await theatre.hear("/films/film")
    clock.advance(5)
    healed = await theatre.hear("/films/film")
    clock.advance(56)
    again = await theatre.hear("/films/film")

    assert up.line == b"HTTP/1.1 200 OK"
    assert down.line == b"HTTP/1.1 503 Service Unavailable"
    assert down.headers["Retry-After"] == "4"
    assert healed.line == b"HTTP/1.1 200 OK"
    assert again.line == b"HTTP/1.1 503 Service Unavailable"
    assert theatre.told() == [(200, ""), (503, "play/1"), (200, ""), (503, "play/1")]


@pytest.mark.parametrize(("how", "ending"), [("reset", "reset"), ("close", "closed")])
async def test_an_outage_may_refuse_connections(
    theatre: Theatre, how: str, ending: str
) -> None:
    theatre.use({"kind": "outage", "for": "5s", "how": how})

    heard = await theatre.hear("/films/film")

    assert (heard.raw, heard.ending) == (b"", ending)


async def test_a_ramp_grows_with_the_spaces_time(theatre: Theatre) -> None:
    theatre.use({"kind": "ramp", "over": "10m", "delay": "8s"})
    clock = theatre.space.clock

    await theatre.hear("/films/film")
    at_first = theatre.pauses.total_s
    clock.advance(300)
    await theatre.hear("/films/film")
    halfway = theatre.pauses.total_s
    clock.advance(3600)
    await theatre.hear("/films/film")

    assert (at_first, halfway, theatre.pauses.total_s) == (0.0, 4.0, 12.0)


async def test_a_ramp_ends_in_errors(theatre: Theatre) -> None:
    theatre.use({"kind": "ramp", "over": "10m", "errors": 1.0})
    at_first = await theatre.hear("/films/film")
    theatre.space.clock.advance(600)

    in_the_end = await theatre.hear("/films/film")

    assert at_first.line == b"HTTP/1.1 200 OK"
    assert in_the_end.line == b"HTTP/1.1 503 Service Unavailable"


async def test_a_quota_lets_so_many_calls_through(theatre: Theatre) -> None:
    theatre.use({"kind": "quota", "calls": 2, "per": "60s"})
    clock = theatre.space.clock

    first = await theatre.hear("/films/film")
    clock.advance(20)
    second = await theatre.hear("/films/film")
    third = await theatre.hear("/films/film")
    clock.advance(40)
    fourth = await theatre.hear("/films/film")

    assert first.line == second.line == fourth.line == b"HTTP/1.1 200 OK"
    assert third.line == b"HTTP/1.1 429 Too Many Requests"
    assert third.headers["Retry-After"] == "40"
    assert third.body == b'{"detail":"Too Many Requests"}'


async def test_a_quota_may_tell_a_date(theatre: Theatre) -> None:
    theatre.use({"kind": "quota", "calls": 0, "per": "60s", "retry_after_as": "date"})

    heard = await theatre.hear("/films/film")

    assert heard.headers["Retry-After"] == "Tue, 01 Jan 2030 00:01:00 GMT"


async def test_too_many_calls_at_once_are_refused(theatre: Theatre) -> None:
    theatre.use({"kind": "concurrency", "most": 1})
    theatre.use({"kind": "latency", "delay": "1s"}, operation="status", times=1)
    theatre.pauses.opened.clear()

    slow = await theatre.call("/films/film", Connection="close")
    await theatre.pauses.begun.wait()
    refused = await theatre.hear("/films/film")
    theatre.pauses.opened.set()
    served = await slow.read_all()
    later = await theatre.hear("/films/film")

    assert refused.line == b"HTTP/1.1 429 Too Many Requests"
    assert served.line == later.line == b"HTTP/1.1 200 OK"


async def test_what_a_fault_remembers_is_replaced_and_never_changed(
    theatre: Theatre,
) -> None:
    """Whoever holds what a fault remembered sees it stay as it was."""
    theatre.use({"kind": "concurrency", "most": 1})
    theatre.use({"kind": "latency", "delay": "1s"}, operation="status", times=1)
    (loaded, _) = book_of(theatre.space).loads()
    memories = loaded.actives[0].counters.memories
    theatre.pauses.opened.clear()

    slow = await theatre.call("/films/film", Connection="close")
    await theatre.pauses.begun.wait()
    (during,) = memories.values()
    theatre.pauses.opened.set()
    await slow.read_all()

    assert during.active == 1
    assert [memory.active for memory in memories.values()] == [0]


async def test_too_many_jobs_at_once_are_refused(theatre: Theatre) -> None:
    theatre.use(
        {"kind": "concurrency", "most": 2, "of": "jobs", "status": 503},
        operation="generate-video",
    )

    first = await theatre.hear("/films", "POST")
    second = await theatre.hear("/films", "POST")

    assert first.line == b"HTTP/1.1 200 OK"
    assert second.line == b"HTTP/1.1 503 Service Unavailable"


async def test_a_credential_may_expire(theatre: Theatre) -> None:
    theatre.use({"kind": "expired-credential", "works_for": "1h"})

    good = await theatre.hear("/films/film")
    theatre.space.clock.advance(3600)
    expired = await theatre.hear("/films/film")

    assert good.line == b"HTTP/1.1 200 OK"
    assert expired.line == b"HTTP/1.1 401 Unauthorized"
    assert expired.body == b'{"detail":"API Key is missing or invalid"}'


async def test_a_fault_that_is_loaded_anew_remembers_nothing(theatre: Theatre) -> None:
    book = theatre.space.script
    theatre.use({"kind": "outage", "for": "5s"})
    await theatre.hear("/films/film")
    theatre.space.clock.advance(60)
    book.clear()  # type: ignore[attr-defined]  # a RuleBook

    theatre.use({"kind": "outage", "for": "5s"})
    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 503 Service Unavailable"


# What people are told


async def test_explain_tells_job_state_and_rule(open_theatre: Open) -> None:
    theatre = await open_theatre(explain=True)
    theatre.film()
    theatre.use({"kind": "error", "status": 503})

    heard = await theatre.hear("/films/film")

    assert heard.headers["X-Mock-Provider"] == "digitalcarbon"
    assert heard.headers["X-Mock-Operation"] == "status"
    assert heard.headers["X-Mock-Space"] == "digitalcarbon.main"
    assert heard.headers["X-Mock-Rule"] == "play/1"


async def test_explain_tells_where_a_job_stands(open_theatre: Open) -> None:
    theatre = await open_theatre(explain=True)
    theatre.film()

    heard = await theatre.hear("/films/film")

    assert heard.headers["X-Mock-Job"] == "film"
    assert heard.headers["X-Mock-State"] == "queued"
    assert "X-Mock-Rule" not in heard.headers


async def test_a_header_may_ask_for_a_fault_of_nobody_elses(theatre: Theatre) -> None:
    heard = await theatre.hear("/films/film", **{"X-Mock-Scenario": "no-such-thing"})

    assert heard.line == b"HTTP/1.1 400 Bad Request"
    assert "X-Mock-Trouble" in heard.headers
