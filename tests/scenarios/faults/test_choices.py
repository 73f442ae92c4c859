"""One of several faults comes, and always the same one for the same call."""

from collections import Counter
from typing import Any

import pytest

from mockserver.engine.chance import Chance
from mockserver.errors import ScenarioError
from mockserver.scenarios.faults import parse_fault
from mockserver.scenarios.faults.choices.one_of import OneOf
from tests.scenarios.faults.conftest import Theatre

ERRORS: list[dict[str, Any]] = [
    {"kind": "error", "status": status} for status in (500, 502, 503)
]


def _one_of(**more: Any) -> OneOf:
    fault = parse_fault({"kind": "one-of", "faults": ERRORS, **more})
    assert isinstance(fault, OneOf)
    return fault


def _drawn(fault: OneOf) -> Counter[Any]:
    picked = (fault.pick(Chance("x", at)) for at in range(400))
    return Counter(getattr(one, "status", None) for one in picked)


def test_all_come_equally_often_by_themselves() -> None:
    drawn = _drawn(_one_of())

    assert sorted(drawn) == [500, 502, 503]
    assert min(drawn.values()) > 100


def test_weights_say_how_often_each_comes() -> None:
    drawn = _drawn(_one_of(weights=[3, 0, 1]))

    assert sorted(drawn) == [500, 503]
    assert 2 < drawn[500] / drawn[503] < 4


async def test_each_call_meets_one(theatre: Theatre) -> None:
    theatre.use({"kind": "one-of", "faults": ERRORS}, operation="results")

    lines = [(await theatre.hear("/streams/film")).line for _ in range(20)]

    assert {line.split()[1] for line in lines} == {b"500", b"502", b"503"}


async def test_a_fault_of_files_may_be_one(theatre: Theatre) -> None:
    kept = [{"kind": "truncated-file", "bytes": size} for size in (3, 3)]
    theatre.use({"kind": "one-of", "faults": kept}, operation="media")

    heard = await theatre.hear("/streams/film")

    assert heard.body == b'{"a'


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"faults": ERRORS[:1]},
        'fault: faults: found [{"kind": "error", "status": 500}], expected a list of 2',
    ),
    ({"faults": ERRORS, "weights": [1, 2]}, "expected 3 'weights', one for each fault"),
    ({"faults": ERRORS, "weights": [0, 0, 0]}, "'weights' of which one is more than 0"),
    (
        {"faults": [*ERRORS, {"kind": "tls-reset"}]},
        'faults/3/kind: found "tls-reset", expected a fault that may be one of several',
    ),
    (
        {"faults": [*ERRORS, {"kind": "expired-credential"}]},
        "expected a fault that may be one of several",
    ),
    (
        {"faults": [*ERRORS, {"kind": "one-of", "faults": ERRORS}]},
        "expected a fault that may be one of several",
    ),
    (
        {"faults": [*ERRORS, {"kind": "rest"}]},
        "faults/3/kind: found \"rest\", expected 'reset', the nearest known name",
    ),
    ({}, "expected also 'faults'"),
]


@pytest.mark.parametrize(("said", "told"), REFUSED)
def test_what_cannot_be_meant_is_refused(said: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_fault({"kind": "one-of", **said})

    assert told in str(caught.value)
