"""What a rule would do is told, and nothing is counted for it."""

from mockserver.edge.staging.stage import Stage
from mockserver.engine.chance import Chance
from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.facts import Trial
from mockserver.scenarios.book.foresight import foresee


def _active(stage: Stage, **on: object) -> Active:
    rule = {"on": on, "delivery": {"before_answer": True}}
    (read,) = stage.read({"scenario": "x", "rules": [rule]}).rules
    return Active(read, Chance("x"), 0.0, frozenset({("hourone", "create-video")}))


READY = Trial(slug="hourone", label="video.ready")
FAILED = Trial(slug="hourone", label="video.failed")


def test_a_rule_foresees_one_attempt_after_the_other(stage: Stage) -> None:
    active = _active(stage, event="video.ready", nth=2)

    assert foresee(active, [READY, FAILED, READY], 0.0) == [False, False, True]


def test_what_was_foreseen_comes_true(stage: Stage) -> None:
    active = _active(stage, probability=0.5)
    trials = [READY] * 20

    told = foresee(active, trials, 0.0)

    assert told == [active.tampers(trial, 0.0) for trial in trials]


def test_nothing_is_counted(stage: Stage) -> None:
    active = _active(stage, times=1)

    assert foresee(active, [READY], 0.0) == foresee(active, [READY], 0.0) == [True]
    assert (active.seen, active.fired, active.spent) == (0, 0, set())


def test_of_nothing_nothing_is_foreseen(stage: Stage) -> None:
    assert foresee(_active(stage), [], 0.0) == []
