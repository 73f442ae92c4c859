"""Faults are read from scenarios, described for editors, and refused with reasons."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import ScenarioError
from mockserver.scenarios.faults import FAULT_SCHEMAS, FAULTS, parse_fault
from mockserver.scenarios.faults.timing.latency import Latency

LEAST: dict[str, dict[str, Any]] = {
    "error": {"status": 503},
    "latency": {"delay": "2s"},
    "late-first-byte": {"delay": "2s"},
    "dribble": {"over": "2s"},
    "bandwidth": {"rate": "64KiB"},
    "outage": {"for": "1m"},
    "ramp": {"over": "1m", "errors": 0.5},
    "quota": {"calls": 3, "per": "1m"},
    "concurrency": {"most": 3},
    "clock-skew": {"by": "-5m"},
    "slow-close": {"for": "2s"},
    "slow-accept": {"delay": "2s"},
    "one-of": {"faults": [{"kind": "reset"}, {"kind": "hang"}]},
}


def test_every_kind_of_the_design_is_there() -> None:
    assert [*FAULTS] == [
        "error",
        "latency",
        "late-first-byte",
        "hang",
        "reset",
        "drop-before-headers",
        "drop-mid-body",
        "empty-answer",
        "garbage",
        "malformed-chunk",
        "slow-close",
        "connection-refused",
        "slow-accept",
        "dns-failure",
        "tls-wrong-name",
        "tls-expired",
        "tls-untrusted",
        "tls-reset",
        "malformed-json",
        "truncated-json",
        "html",
        "content-type",
        "clock-skew",
        "dribble",
        "bandwidth",
        "outage",
        "ramp",
        "quota",
        "concurrency",
        "expired-credential",
        "moved",
        "truncated-file",
        "zero-bytes",
        "lying-length",
        "range-ignored",
        "moov-at-end",
        "slow-cdn",
        "reset-mid-download",
        "redirect",
        "checksum-mismatch",
        "one-of",
    ]


@pytest.mark.parametrize("kind", FAULTS)
def test_what_the_schema_takes_is_read(kind: str) -> None:
    raw = {"kind": kind, **LEAST.get(kind, {})}

    # What one of several may be stands in the whole schema.
    known = {"$defs": {"fault": {"type": "object"}}}
    jsonschema.Draft202012Validator({**known, **FAULT_SCHEMAS[kind]}).validate(raw)

    assert parse_fault(raw).kind == kind


@pytest.mark.parametrize("kind", FAULTS)
def test_every_schema_is_one_and_says_what_it_is_about(kind: str) -> None:
    schema = FAULT_SCHEMAS[kind]

    jsonschema.Draft202012Validator.check_schema(schema)

    described = [one for name, one in schema["properties"].items() if name != "kind"]
    assert schema["description"].endswith(".")
    assert all(one["description"].endswith(".") for one in described)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (5, "here: found 5, expected a mapping with 'kind'"),
        ({"status": 503}, "here: found [\"status\"], expected also 'kind'"),
        (
            {"kind": "eror"},
            "here: kind: found \"eror\", expected 'error', the nearest known name",
        ),
        (
            {"kind": "latency"},
            (
                'here: found {"kind": "latency"}, expected one of \'delay\','
                " 'percentiles' and 'samples'"
            ),
        ),
        ({"kind": "bandwidth"}, "here: found [], expected also 'rate'"),
        (
            {"kind": "latency", "delay": "soon"},
            (
                'here: delay: found "soon", expected a duration such as'
                " 1500ms, 2s, 12m, 3h or 1d"
            ),
        ),
        (
            {"kind": "reset", "afterwards": True},
            (
                "here: afterwards: found \"afterwards\", expected 'after', the nearest"
                " known name"
            ),
        ),
        (
            {"kind": "error"},
            "here: found {\"kind\": \"error\"}, expected also 'status' or 'problem'",
        ),
        (
            {"kind": "error", "status": 99},
            ("here: status: found 99, expected an HTTP status from 200 to 599"),
        ),
        (
            {"kind": "outage", "for": "2m", "every": "1m"},
            (
                'here: found {"kind": "outage", "for": "2m", "every": "1m"}, expected'
                " 'every' longer than 'for'"
            ),
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(raw: object, message: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        parse_fault(raw, "here")

    assert str(refused.value) == message


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "html", "status": 99},
        {"kind": "empty-answer", "status": 600},
        {"kind": "outage", "for": "1s", "status": 1},
        {"kind": "ramp", "over": "1s"},
        {"kind": "ramp", "over": "0s", "delay": "1s"},
        {"kind": "ramp", "over": "1s", "delay": "1s", "status": 1},
        {"kind": "dribble", "over": "1s", "pieces": 1},
        {"kind": "bandwidth", "rate": 0},
        {"kind": "slow-cdn", "rate": 0},
        {"kind": "lying-length", "factor": 1},
        {"kind": "redirect", "status": 200},
        {"kind": "redirect", "to": "cdn.example"},
        {"kind": "checksum-mismatch", "bytes": 0},
    ],
)
def test_parameters_that_make_no_sense_are_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError):
        parse_fault(raw)


# How delays are drawn


@pytest.mark.parametrize(
    ("distribution", "share", "delay_s"),
    [
        ("fixed", 0.9, 2.0),
        ("uniform", 0.0, 1.5),
        ("uniform", 0.75, 2.25),
        ("normal", 0.5, 2.0),
        ("normal", 0.8413447460685429, 2.5),
        ("log-normal", 0.5, 2.0),
        ("log-normal", 0.8413447460685429, 3.2974425414),
    ],
)
def test_a_delay_is_drawn(distribution: str, share: float, delay_s: float) -> None:
    latency = Latency(delay_s=2.0, distribution=distribution, spread_s=0.5)

    assert latency.draw_s(share) == pytest.approx(delay_s)


@given(
    share=st.floats(0, 1, exclude_max=True),
    distribution=st.sampled_from(["fixed", "uniform", "normal", "log-normal"]),
    spread_s=st.floats(0, 100),
)
def test_no_delay_is_negative_or_beyond_the_cap(
    share: float, distribution: str, spread_s: float
) -> None:
    latency = Latency(
        delay_s=2.0, distribution=distribution, spread_s=spread_s, cap_s=3.0
    )

    assert 0 <= latency.draw_s(share) <= 3.0
