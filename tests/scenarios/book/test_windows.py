"""Windows open once, or again and again, counted from the loading of a rule."""

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.book.windows import Window
from mockserver.scenarios.written.source import Source
from tests.scenarios.conftest import Play

ONCE = Window(low=5.0, high=10.0)
# Every ten minutes for thirty seconds, from the first minute to the end of the hour.
AGAIN = Window(low=60.0, high=3600.0, every_s=600.0, for_s=30.0)


@pytest.mark.parametrize(
    ("window", "elapsed_s", "holds"),
    [
        (ONCE, 4.9, False),
        (ONCE, 5.0, True),
        (ONCE, 10.0, True),
        (ONCE, 10.1, False),
        (AGAIN, 0.0, False),
        (AGAIN, 60.0, True),
        (AGAIN, 90.0, True),
        (AGAIN, 90.1, False),
        (AGAIN, 659.9, False),
        (AGAIN, 660.0, True),
        (AGAIN, 3075.0, True),
        (AGAIN, 3660.0, False),
    ],
)
def test_a_window_is_open_at(window: Window, elapsed_s: float, holds: bool) -> None:
    assert window.holds(elapsed_s) is holds


@pytest.mark.parametrize(
    ("elapsed_s", "begins_s"),
    [(0.0, 60.0), (75.0, 60.0), (91.0, 660.0), (3091.0, float("inf"))],
)
def test_the_next_span_is_known(elapsed_s: float, begins_s: float) -> None:
    assert AGAIN.span(elapsed_s).low == begins_s


REFUSED = [
    ("{}", "window: found {}, expected at least one of: from, to, every, for"),
    ("{every: 10m}", "'every' and 'for' together, such as {every: 10m, for: 30s}"),
    ("{for: 30s}", "'every' and 'for' together, such as {every: 10m, for: 30s}"),
    (
        "{every: 30s, for: 30s}",
        "window/every: found \"30s\", expected longer than 'for'",
    ),
    ("{every: 10m, for: 0}", "window/for: found 0, expected longer than 0s"),
    ("{from: 9s, to: 5s}", "'from' earlier than 'to'"),
    ("{evry: 10m, for: 1s}", "expected 'every', the nearest known name"),
]


@pytest.mark.parametrize(("window", "told"), REFUSED)
def test_a_window_that_is_none_is_refused(stage: Stage, window: str, told: str) -> None:
    rule = f"{{on: {{window: {window}}}, fault: {{kind: reset}}}}"

    with pytest.raises(ScenarioError) as caught:
        stage.check(Source.parse(f"scenario: x\nrules: [{rule}]", "x"))

    assert told in str(caught.value)


async def test_a_rule_acts_every_ten_minutes(player: Play) -> None:
    window = {"every": "10m", "for": "30s", "from": "10m"}
    rule = {
        "on": {"operation": "status", "window": window},
        "fault": {"kind": "error", "status": 503},
    }
    customer = await player("hourone", pace="manual")
    job = await customer.order()
    assert job is not None
    customer.use({"scenario": "hiccups", "rules": [rule]})
    seen = []

    for wait_s in (590, 10, 30, 10, 560, 25, 10):
        customer.space.clock.advance(wait_s)
        seen.append((await customer.ask(*customer.reading(job)))[0])

    assert seen == [200, 503, 503, 200, 503, 503, 200]


async def test_a_stepping_clock_comes_to_the_next_time(player: Play) -> None:
    """Reads at pace step wait for the window, and go on when it has closed."""
    window = {"every": "1h", "for": "30m", "from": "3s"}
    rule = {
        "on": {"operation": "status", "window": window},
        "fault": {"kind": "error", "status": 503},
    }
    customer = await player("digitalcarbon", {"scenario": "x", "rules": [rule]})

    log = await customer.play()

    assert log[:3] == ["create 200", "waiting", "read 503"]
