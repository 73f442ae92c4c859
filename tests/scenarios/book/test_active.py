"""How often a rule acts: calls, silent retries, time, and a client that gives up."""

from typing import Any

import pytest

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, Request
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.facts import Facts, Trial
from mockserver.scenarios.book.windows import Window
from mockserver.scenarios.written.match import Match
from mockserver.scenarios.written.model import Bounds, Rule, Target
from mockserver.scenarios.written.shapes import Comparison

NOW = 1000.0


def active(match: Match | None = None, **bounds: Any) -> Active:
    """Return a rule about the operation `look` that was loaded at `NOW`."""
    rule = Rule(name="rule", match=match or Match(), bounds=Bounds(**bounds))
    return Active(rule, Chance(1, "space"), NOW, frozenset({("acme", "look")}))


def call(operation: str = "look", **facts: Any) -> Facts:
    """Return a call."""
    known: dict[str, Any] = {
        "kinds": frozenset(), "method": "GET", "headers": {}, "query": {}, "now": NOW,
    }  # fmt: skip
    return Facts("acme", operation, **{**known, **facts})


def work(**changes: Any) -> Request:
    """Return a request for a job that fails after ten seconds."""
    steps = (Step("COOKING", Phase.RUNNING, 10), Step("BURNT", Phase.FAILED))
    return Request("order", {}, Timeline(steps), **changes)


def accepted(ordinal: int = 0) -> Job:
    """Return such a job, accepted at `NOW`."""
    life = work().timeline
    return Job(f"job-{ordinal}", "acme", ordinal, "order", NOW, life, (10.0,), b"{}")


def tried(rule: Active, *at: float, **facts: Any) -> list[bool]:
    """Return whether it acts on a call that is repeated at these real times."""
    return [rule.fires(call(**facts), 0, wall_s) for wall_s in at]


def test_it_sees_its_own_operations_only() -> None:
    rule = active()

    assert tried(rule, 0.0, operation="order") == [False]
    assert tried(rule, 0.0) == [True]
    assert (rule.seen, rule.fired) == (1, 1)


def test_what_does_not_match_is_not_counted() -> None:
    rule = active(Match(query=(("page", "2"),)), nth=Comparison(1, 1))

    assert tried(rule, 0.0, query={"page": "1"}) == [False]
    assert tried(rule, 0.0, query={"page": "2"}) == [True]


def test_it_heals_with_its_last_time() -> None:
    rule = active(times=2)

    assert tried(rule, 0.0) == [True]
    assert not rule.healed
    assert tried(rule, 0.0, 0.0) == [True, False]
    assert (rule.healed, rule.seen) == (True, 2)


def test_it_is_over_at_the_moment_at_which_it_heals() -> None:
    rule = active()
    rule.until_s = NOW + 10

    assert [rule.is_over(at) for at in (NOW + 9.9, NOW + 10)] == [False, True]
    assert rule.healed


def test_a_window_is_counted_from_its_loading_and_only_inside() -> None:
    rule = active(window=Window(5, 10), nth=Comparison(1, 1))

    acts = [rule.fires(call(now=NOW + at), 0, 0.0) for at in (4.9, 5.0, 10.0)]

    assert acts == [False, True, False]
    assert rule.seen == 2


def test_probability_draws_anew_for_each_call_and_the_same_in_each_run() -> None:
    runs = [tried(active(probability=0.5), *(8 * [0.0])) for _ in range(2)]

    assert runs[0] == runs[1]
    assert {*runs[0]} == {True, False}


@pytest.mark.parametrize(
    ("after_s", "acts"), [(0.0, True), (30.0, True), (30.5, False)]
)
def test_a_call_that_is_repeated_within_half_a_minute_is_the_same_call(
    after_s: float, acts: bool
) -> None:
    rule = active(times=1, counts_calls=True)

    assert tried(rule, 100.0, 100.0 + after_s) == [True, acts]


def test_each_repetition_lets_the_client_take_as_long_again() -> None:
    rule = active(times=1, counts_calls=True)

    assert tried(rule, 0.0, 20.0, 40.0, 60.0) == [True] * 4
    assert rule.fired == 1


@pytest.mark.parametrize(
    "facts",
    [{"method": "POST"}, {"query": {"a": "1"}}, {"body": b"x"}],
)
def test_another_call_is_counted_for_itself(facts: dict[str, Any]) -> None:
    rule = active(times=1, counts_calls=True)

    assert tried(rule, 0.0) == [True]
    assert tried(rule, 0.0, **facts) == [False]
    assert tried(rule, 0.0) == [True]


@pytest.mark.parametrize(
    ("name", "value", "acts"),
    [
        ("x-stainless-retry-count", "0", False),
        ("x-stainless-retry-count", "1", True),
        ("amz-sdk-request", "attempt=1; max=3", False),
        ("amz-sdk-request", "attempt=2; max=3", True),
    ],
)
def test_a_clients_own_count_of_its_tries_is_believed(
    name: str, value: str, acts: bool
) -> None:
    rule = active(times=1, counts_calls=True)
    tried(rule, 0.0)

    assert tried(rule, 1.0, headers={name: value}) == [acts]


def test_calls_without_end_are_not_remembered_without_end() -> None:
    rule = active(times=1, counts_calls=True)
    tried(rule, 0.0)

    others = [tried(rule, 0.0, query={"n": str(n)}) for n in range(256)]

    assert others == [[False]] * 256
    assert tried(rule, 0.0) == [False]


def test_it_acts_until_another_call_comes_in_place_of_the_refused_one() -> None:
    rule = active(counts_calls=True, until_gives_up=True)

    assert tried(rule, 0.0, 10.0, 20.0) == [True] * 3
    assert tried(rule, 21.0, operation="order") == [False]
    assert rule.healed


def test_it_acts_until_nobody_repeats_the_refused_call_any_more() -> None:
    rule = active(counts_calls=True, until_gives_up=True)

    assert tried(rule, 0.0, 30.0, 60.5) == [True, True, False]
    assert rule.healed


def test_a_call_about_another_job_gives_nothing_up() -> None:
    one, two = accepted(0), accepted(1)
    rule = active(counts_calls=True, until_gives_up=True)

    assert tried(rule, 0.0, job=one) == [True]
    assert tried(rule, 1.0, operation="order", job=two) == [False]
    assert not rule.healed
    assert tried(rule, 2.0, operation="order", job=one) == [False]
    assert rule.healed


@pytest.mark.parametrize(
    ("job", "numbers"),
    [(None, [0, 1, 2]), (2, [1]), ("mine", [])],
)
def test_it_changes_the_jobs_that_are_meant(
    job: str | int | None, numbers: list[int]
) -> None:
    rule = active(Match(job=job))

    assert [n for n in range(3) if rule.changes("acme", work(), n, NOW)] == numbers


def test_it_changes_a_job_whose_name_the_client_chose() -> None:
    assert active(Match(job="mine")).changes("acme", work(job_id="mine"), 5, NOW)


def test_it_changes_the_jobs_that_are_ordered_so() -> None:
    rule = active(Match(subset={"dish": "soup"}), times=1)
    soup, cake = work(payload={"dish": "soup"}), work(payload={"dish": "cake"})

    assert [rule.changes("acme", one, 0, NOW) for one in (cake, soup, soup)] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("match", "numbers"),
    [
        (Match(), [1, 2, 3]),
        (Match(states=frozenset({"COOKING"})), [1, 2, 3]),
        (Match(states=frozenset({"BURNT"})), []),
        (Match(phases=frozenset({"running"})), [1, 2, 3]),
        (Match(phases=frozenset({"failed"})), []),
        (Match(job=1), [1, 2, 3]),
        (Match(job=2), []),
    ],
)
def test_it_tampers_with_deliveries_about_the_jobs_that_are_meant(
    match: Match, numbers: list[int]
) -> None:
    rule = active(match)

    trials = [Trial(slug="acme", job=accepted(), number=n) for n in (1, 2, 3)]

    assert [one.number for one in trials if rule.tampers(one, NOW)] == numbers


def test_it_tampers_with_the_attempts_that_are_meant() -> None:
    rule = active()
    rule.rule = Rule(name="rule", target=Target(attempt=Comparison(2, 3)))

    trials = [Trial(slug="acme", number=n) for n in (1, 2, 3, 4)]

    assert [one.number for one in trials if rule.tampers(one, NOW)] == [2, 3]


@pytest.mark.parametrize(
    ("match", "acts"), [(Match(), True), (Match(phases=frozenset({"failed"})), False)]
)
def test_a_delivery_about_no_job_fits_no_rule_about_one(
    match: Match, acts: bool
) -> None:
    assert active(match).tampers(Trial(slug="acme"), NOW) is acts


def test_of_several_ends_the_first_counts() -> None:
    """A rule may heal by itself, and sooner if who loads it says so."""
    rule = active()

    ends = []
    for at_s in (None, NOW + 60, NOW + 10, NOW + 30, None):
        rule.end_by(at_s)
        ends.append(rule.until_s)

    assert ends == [None, NOW + 60, NOW + 10, NOW + 10, NOW + 10]
