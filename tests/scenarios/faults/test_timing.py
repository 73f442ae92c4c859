"""Delays as they were measured, and lines that answers share."""

import asyncio
from pathlib import Path

import pytest

from mockserver.errors import ScenarioError
from mockserver.scenarios.faults import parse_fault
from mockserver.scenarios.faults.timing.latency import Latency
from mockserver.scenarios.written.source import Source
from tests.scenarios.faults.conftest import FILM, Theatre

MEASURED = {"p50": "80ms", "p95": "400ms", "p99": "2s"}


@pytest.mark.parametrize(
    ("share", "expected_s"),
    [(0.0, 0.0), (0.25, 0.04), (0.5, 0.08), (0.95, 0.4), (0.97, 1.2), (1.0, 2.0)],
)
def test_delays_follow_percentiles(share: float, expected_s: float) -> None:
    latency = parse_fault({"kind": "latency", "percentiles": MEASURED})

    assert isinstance(latency, Latency)
    assert latency.draw_s(share) == pytest.approx(expected_s)


@pytest.mark.parametrize(("share", "expected_s"), [(0.0, 0.1), (0.4, 0.2), (1.0, 3.0)])
def test_delays_are_drawn_from_samples(share: float, expected_s: float) -> None:
    latency = parse_fault({"kind": "latency", "samples": ["3s", "100ms", "200ms"]})

    assert isinstance(latency, Latency)
    assert latency.draw_s(share) == expected_s


def test_samples_may_be_a_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "measured.txt").write_text("80ms\n\n2s\n", encoding="utf-8")
    raw = {"kind": "latency", "samples": "measured.txt"}
    place = Source.of(raw, str(tmp_path / "play.yaml")).root

    latency = parse_fault(raw, place)

    assert isinstance(latency, Latency)
    assert latency.samples == (0.08, 2.0)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "one of 'delay', 'percentiles' and 'samples'"),
        ({"delay": "1s", "samples": ["2s"]}, "one of 'delay'"),
        ({"percentiles": {"50": "1s"}}, "a percentile such as p50, p99.9 or p100"),
        ({"percentiles": {"p0": "1s"}}, "a percentile such as p50"),
        ({"percentiles": {"p50": "2s", "p99": "1s"}}, "grow with the percentiles"),
        ({"percentiles": {}}, "percentiles such as"),
        ({"samples": []}, "a list of 1 or more"),
        ({"samples": "missing.txt"}, "a file of at most 1 MiB, beside the scenario's"),
        ({"samples": [5]}, "a duration with its unit"),
    ],
)
def test_what_was_not_measured_is_refused(said: object, message: str) -> None:
    assert isinstance(said, dict)

    with pytest.raises(ScenarioError, match=message):
        parse_fault({"kind": "latency", **said})


async def test_a_call_takes_as_long_as_was_measured(theatre: Theatre) -> None:
    theatre.use({"kind": "latency", "samples": ["3s"]})

    await theatre.hear("/films/film")

    assert theatre.pauses.total_s == 3


async def test_answers_share_a_line(theatre: Theatre) -> None:
    """Two files at once take twice as long as one, whoever's turn it is."""
    theatre.use({"kind": "bandwidth", "rate": 10, "shared": True}, operation="media")
    theatre.space.clock.advance(60)

    heard = await asyncio.gather(*(theatre.hear("/files/film.mp4") for _ in range(2)))

    assert [one.body for one in heard] == [FILM, FILM]
    # The last byte of 200 waits 20 s; no byte waits for less than those before it.
    assert max(theatre.pauses.asked) > 0
    assert theatre.pauses.total_s > 2 * 10


async def test_a_line_that_is_not_shared_is_each_answers_own(theatre: Theatre) -> None:
    theatre.use({"kind": "bandwidth", "rate": 10}, operation="media")
    theatre.space.clock.advance(60)

    await asyncio.gather(*(theatre.hear("/files/film.mp4") for _ in range(2)))

    assert theatre.pauses.total_s == pytest.approx(2 * 9.9)
