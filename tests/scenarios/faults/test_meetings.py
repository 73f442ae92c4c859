"""Where faults meet: streams, jobs, bodies, headers, one another."""

import pytest

from mockserver.errors import ScenarioError
from tests.scenarios.faults.conftest import FILM, Open, Theatre

STREAM = "/streams/film"
STREAMED = b'7\r\n{"a":1,\r\n6\r\n"b":2,\r\n6\r\n"c":3}\r\n0\r\n\r\n'


async def test_a_stream_without_faults_comes_in_its_pieces(theatre: Theatre) -> None:
    heard = await theatre.hear(STREAM)

    assert heard.headers["Transfer-Encoding"] == "chunked"
    assert heard.body == STREAMED


async def test_a_stream_may_be_slow(theatre: Theatre) -> None:
    theatre.use({"kind": "bandwidth", "rate": 10}, operation="results")

    heard = await theatre.hear(STREAM)

    assert heard.body == STREAMED
    assert theatre.pauses.total_s == pytest.approx(1.3)


async def test_a_stream_may_break_off(theatre: Theatre) -> None:
    theatre.use({"kind": "drop-mid-body", "then": "reset"}, operation="results")

    heard = await theatre.hear(STREAM)

    assert heard.body == b'7\r\n{"a":1,\r\n'
    assert heard.ending == "reset"


async def test_a_stream_may_have_a_malformed_chunk(theatre: Theatre) -> None:
    theatre.use({"kind": "malformed-chunk"}, operation="results")

    heard = await theatre.hear(STREAM)

    assert heard.body == b'7\r\n{"a":1,\r\nnot-a-size\r\nwhat is this?\r\n'


async def test_a_stream_that_is_edited_comes_as_a_whole(theatre: Theatre) -> None:
    theatre.use({"kind": "truncated-json", "bytes": 10}, operation="results")

    heard = await theatre.hear(STREAM)

    assert heard.headers["Content-Length"] == "10"
    assert heard.body == b'{"a":1,"b"'


async def test_a_stream_of_a_file_may_be_truncated(theatre: Theatre) -> None:
    theatre.use({"kind": "truncated-file", "bytes": 3}, operation="media")

    heard = await theatre.hear(STREAM)

    assert heard.body == b'{"a'


async def test_a_lie_about_a_stream_has_no_length_to_lie_about(
    theatre: Theatre,
) -> None:
    theatre.use({"kind": "lying-length"}, operation="media")

    heard = await theatre.hear(STREAM)

    assert heard.headers["Transfer-Encoding"] == "chunked"
    assert heard.ending == "closed"


async def test_a_job_decides_whether_a_fault_acts(theatre: Theatre) -> None:
    theatre.use({"kind": "reset"}, operation="status", state="processing")

    queued = await theatre.hear("/films/film")
    theatre.space.clock.advance(10)
    processing = await theatre.hear("/films/film")
    theatre.space.clock.advance(20)
    completed = await theatre.hear("/films/film")

    assert queued.body == b'{"id":"film","state":"queued"}'
    assert (processing.raw, processing.ending) == (b"", "reset")
    assert completed.body == b'{"id":"film","state":"completed"}'


async def test_a_body_decides_whether_a_fault_acts(theatre: Theatre) -> None:
    theatre.use(
        {"kind": "error", "status": 503},
        operation="generate-video",
        body={"title": "bad*"},
    )

    refused = await theatre.call(
        "/films", "POST", '{"title":"bad"}', Connection="close"
    )
    made = await theatre.call("/films", "POST", '{"title":"ok"}', Connection="close")
    odd = await theatre.call("/films", "POST", "no JSON", Connection="close")

    assert (await refused.read_all()).line == b"HTTP/1.1 503 Service Unavailable"
    assert (await made.read_all()).line == b"HTTP/1.1 200 OK"
    assert (await odd.read_all()).line == b"HTTP/1.1 200 OK"


async def test_a_header_asks_for_a_fault_of_its_own_call(theatre: Theatre) -> None:
    asked = await theatre.hear("/films/film", **{"X-Mock-Scenario": "offline"})
    other = await theatre.hear("/films/film")

    assert (asked.raw, asked.ending) == (b"", "reset")
    assert other.body == b'{"id":"film","state":"queued"}'


async def test_of_two_endings_the_first_counts(theatre: Theatre) -> None:
    theatre.use({"kind": "drop-mid-body", "bytes": 4})
    theatre.use({"kind": "malformed-chunk"})
    theatre.use({"kind": "reset", "after": True})

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"id'
    assert heard.ending == "closed"


async def test_of_two_endings_of_a_file_the_first_counts(theatre: Theatre) -> None:
    theatre.use({"kind": "reset-mid-download", "bytes": 4}, operation="media")
    theatre.use({"kind": "lying-length"}, operation="media")
    theatre.use({"kind": "reset-mid-download", "bytes": 8}, operation="media")

    heard = await theatre.hear("/files/film.mp4")

    assert (heard.body, heard.ending) == (FILM[:4], "reset")


async def test_the_length_of_nothing_can_be_lied_about(theatre: Theatre) -> None:
    theatre.use({"kind": "zero-bytes"}, operation="media")
    theatre.use({"kind": "lying-length"}, operation="media")

    heard = await theatre.hear("/files/film.mp4")

    assert heard.headers["Content-Length"] == "1"
    assert (heard.body, heard.ending) == (b"", "closed")


async def test_a_call_that_hangs_keeps_its_place(theatre: Theatre) -> None:
    theatre.use({"kind": "concurrency", "most": 1})
    theatre.use({"kind": "hang", "after": True}, operation="status", times=1)
    theatre.pauses.opened.clear()

    hanging = await theatre.call("/films/film")
    await theatre.pauses.begun.wait()
    refused = await theatre.hear("/films/film")
    recorded = theatre.recorded()
    await hanging.hang_up()
    theatre.pauses.opened.set()
    await recorded.wait()
    later = await theatre.hear("/films/film")

    assert refused.line == b"HTTP/1.1 429 Too Many Requests"
    assert later.line == b"HTTP/1.1 200 OK"


async def test_the_lowest_bandwidth_counts(theatre: Theatre) -> None:
    theatre.use({"kind": "bandwidth", "rate": 300})
    theatre.use({"kind": "bandwidth", "rate": 100})

    await theatre.hear("/films/film")

    assert theatre.pauses.asked == pytest.approx([0.1, 0.1])


async def test_a_problem_that_the_provider_does_not_have_is_refused(
    theatre: Theatre,
) -> None:
    with pytest.raises(ScenarioError, match="problem"):
        theatre.use({"kind": "error", "problem": "no-such-thing"})


async def test_explain_tells_what_the_journal_notes(open_theatre: Open) -> None:
    theatre = await open_theatre(explain=True, auth="strict")

    heard = await theatre.hear("/films/film", **{"X-Api-Key": "nobody's"})

    assert heard.line == b"HTTP/1.1 401 Unauthorized"
    assert heard.headers["X-Mock-Hint"].startswith("looked for a credential")
    assert "X-Mock-Space" not in heard.headers


async def test_an_old_client_gets_no_chunks(theatre: Theatre) -> None:
    theatre.use({"kind": "malformed-chunk"})

    line = await theatre.old("/films/film")
    heard = await line.read_all()

    assert "Transfer-Encoding" not in heard.headers
    assert heard.body.startswith(b'{"id":"film","s')


CUT = {
    "half a body": {"kind": "drop-mid-body"},
    "a reset": {"kind": "drop-mid-body", "then": "reset"},
    "a chunk that is none": {"kind": "malformed-chunk"},
}


@pytest.mark.parametrize("case", CUT)
async def test_the_head_of_a_cut_answer_gives_nothing_away(
    theatre: Theatre, case: str
) -> None:
    """A client that keeps its connections is promised what it always is."""
    theatre.use(CUT[case])
    line = await theatre.call("/films/film")

    heard = await line.read_all()

    assert "Connection" not in heard.headers


RUNNING = {
    "outage": ({"kind": "outage", "for": "1m"}, 503),
    "expired-credential": ({"kind": "expired-credential"}, 401),
    "ramp": ({"kind": "ramp", "over": "10m", "delay": "2s"}, 200),
}


@pytest.mark.parametrize("kind", RUNNING)
async def test_the_first_call_is_met_while_time_runs(
    open_theatre: Open, kind: str
) -> None:
    """Nothing has passed since a fault's first call, however fast the clock is."""
    fault, status = RUNNING[kind]
    theatre = await open_theatre(pace="x1000000")
    theatre.film()
    theatre.use(fault)

    await theatre.hear("/films/film")

    assert theatre.told() == [(status, "play/1" if status != 200 else "")]
    assert theatre.pauses.total_s == 0
