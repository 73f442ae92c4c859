"""What effects do to the life of a job, with an invented provider."""

from typing import Any

import pytest

from mockserver.engine.chance import Chance
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.scenarios.book.effects import Life, apply_effect
from mockserver.scenarios.checks.known import Known

OWN = Timeline(
    (
        Step("folded", Phase.WAITING, 10.0),
        Step("inking", Phase.RUNNING, 100.0, (0, 100)),
        Step("framed", Phase.SUCCEEDED),
    )
)
PLAIN = OWN.map(lambda step: Step(step.state, step.phase, step.for_s))
TORN = Step("torn", Phase.FAILED, error="wind")
KNOWN = Known(
    slug="paper",
    operations={"draw": frozenset({"create"})},
    states={"folded": Phase.WAITING, "inking": Phase.RUNNING, "drying": Phase.RUNNING,
            "framed": Phase.SUCCEEDED, "torn": Phase.FAILED},
    timelines={"draw": OWN},
    failure=TORN,
    problems={},
)  # fmt: skip


def _told(name: str, said: Any, timeline: Timeline = OWN) -> list[Any]:
    life = apply_effect(name, said, Life.of(timeline, KNOWN, Chance(1)))
    return [(one.state, one.for_s, one.progress) for one in life.steps]


FOLDED = ("folded", 10.0, None)
FRAMED = ("framed", None, None)

LIVES: dict[str, tuple[str, Any, list[Any]]] = {
    "stuck in a phase": (
        "stuck_in",
        {"state": "running"},
        [FOLDED, ("inking", None, (0, 0))],
    ),
    "stuck in a state at a percentage": (
        "stuck_in",
        {"state": "inking", "progress": 40.0},
        [FOLDED, ("inking", None, (40.0, 40.0))],
    ),
    "stuck in a state that it never has": (
        "stuck_in",
        {"state": "drying"},
        [FOLDED, ("drying", None, (0, 0))],
    ),
    "stuck at a percentage": (
        "stuck_at",
        60.0,
        [FOLDED, ("inking", 60.0, (0, 60.0)), ("inking", None, (60.0, 60.0))],
    ),
    "failing": (
        "fail_at",
        {"progress": 30.0, "error": '"rain"'},
        [FOLDED, ("inking", 30.0, (0, 30.0)), ("torn", None, None)],
    ),
    "slow": (
        "slow",
        {"factor": 3.0, "from": 20.0, "to": 40.0},
        [
            FOLDED,
            ("inking", 20.0, (0, 20.0)),
            ("inking", 60.0, (20.0, 40.0)),
            ("inking", 60.0, (40.0, 100)),
            FRAMED,
        ],
    ),
    "stalling": (
        "stall",
        {"for": 7.0},
        [
            FOLDED,
            ("inking", 50.0, (0, 50.0)),
            ("inking", 7.0, (50.0, 50.0)),
            ("inking", 50.0, (50.0, 100)),
            FRAMED,
        ],
    ),
    "falling back": (
        "progress_backwards",
        {"from": 70.0, "to": 30.0},
        [
            FOLDED,
            ("inking", 70.0, (0, 70.0)),
            ("inking", 70.0, (30.0, 100)),
            FRAMED,
        ],
    ),
    "going back": (
        "regress",
        {"at": 50.0, "for": 5.0},
        [
            FOLDED,
            ("inking", 50.0, (0, 50.0)),
            ("folded", 5.0, (0.0, 0.0)),
            ("inking", 50.0, (50.0, 100)),
            FRAMED,
        ],
    ),
    "an unknown word for ever": (
        "unknown_word",
        {"word": "moist"},
        [FOLDED, ("inking", 50.0, (0, 50.0)), ("moist", None, (50.0, 50.0))],
    ),
    "vanishing": (
        "vanish_after",
        30.0,
        [FOLDED, ("inking", 20.0, (0, 20.0)), ("inking", None, (20.0, 20.0))],
    ),
    "vanishing at the end": (
        "vanish_after",
        200.0,
        [FOLDED, ("inking", 100.0, (0, 100)), ("framed", 90.0, None), FRAMED],
    ),
    "at once": (
        "instant",
        True,
        [("folded", 0.0, None), ("inking", 0.0, (0, 100)), FRAMED],
    ),
    "not at once": (
        "instant",
        False,
        [FOLDED, ("inking", 100.0, (0, 100)), FRAMED],
    ),
    "skipping": ("skip", ("waiting",), [("inking", 100.0, (0, 100)), FRAMED]),
}


@pytest.mark.parametrize("case", LIVES)
def test_a_life_is(case: str) -> None:
    name, said, expected = LIVES[case]

    assert _told(name, said) == expected


def test_without_progress_percent_are_of_the_running_time() -> None:
    assert _told("fail_at", {"progress": 25.0}, PLAIN) == [
        FOLDED,
        ("inking", 25.0, None),
        ("torn", None, None),
    ]


def test_a_job_that_never_runs_fails_at_its_end() -> None:
    short = Timeline((OWN.steps[0], OWN.steps[2]))

    assert _told("fail_at", {"progress": 25.0}, short) == [
        FOLDED,
        ("torn", None, None),
    ]
