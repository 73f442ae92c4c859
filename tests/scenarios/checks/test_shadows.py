"""A rule that always acts leaves nothing for some of those after it."""

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.scenarios.checks.warnings import Warned
from mockserver.scenarios.written.source import Source

RESET = "{on: {operation: status}, fault: {kind: reset}}"
ERROR = "{on: {operation: status}, fault: {kind: error, status: 503}}"
ANSWERED = "{on: {operation: status}, fault: {kind: error, status: 503, after: true}}"
REFUSED = "{on: {operation: create}, fault: {kind: error, status: 503}}"

HIDDEN = {
    "an error after a reset": (RESET, ERROR),
    "a reset after a reset": (RESET, RESET),
    "an answer after an error": (
        ERROR,
        "{on: {operation: status}, answer: {status: 200}}",
    ),
    "a limit after an error": (
        ERROR,
        "{on: {operation: status}, fault: {kind: quota, calls: 2, per: 1m}}",
    ),
    "a narrower one": (
        ERROR,
        "{on: {operation: status, phase: running, times: 2}, fault: {kind: html}}",
    ),
    "one with the same condition": (
        "{on: {phase: running}, fault: {kind: reset}}",
        "{on: {operation: status, phase: running}, fault: {kind: html}}",
    ),
    "a file after an error": (
        "{on: {operation: media}, fault: {kind: error, status: 404}}",
        "{on: {operation: media}, fault: {kind: zero-bytes}}",
    ),
    "a job that is refused": ("{job: {refuse: rate-limited}}", "{job: {slow: 2}}"),
    "a job that is never made": (REFUSED, "{job: {slow: 2}}"),
    "a delivery that is dropped": (
        "{shows_at: hourone, delivery: {drop: true}}",
        "{shows_at: hourone, delivery: {copies: 1}}",
    ),
    "an event that is dropped": (
        (
            "{on: {provider: hourone, event: [video.ready, video.failed]},"
            " delivery: {drop: true}}"
        ),
        "{on: {provider: hourone, event: video.ready}, delivery: {late: 5s}}",
    ),
}


@pytest.mark.parametrize("rules", HIDDEN.values(), ids=HIDDEN)
def test_a_rule_in_a_shadow_is_told(six: Stage, rules: tuple[str, str]) -> None:
    (warning,) = warned(six, *rules)

    assert (warning.rule, warning.place) == ("x/2", "x.yaml:3: rules/1")
    assert warning.why == "rule x/1 before it always acts and leaves nothing for it"
    assert warning.expected == "the other order, or a condition for that one"


SEEN = {
    "the other order of wide and narrow": (
        "{on: {operation: status, times: 2}, fault: {kind: reset}}",
        ERROR,
    ),
    "a delay before the end": (
        RESET,
        "{on: {operation: status}, fault: {kind: latency, delay: 1s}}",
    ),
    "a type of what is answered instead": (
        ERROR,
        "{on: {operation: status}, fault: {kind: content-type, type: text/plain}}",
    ),
    "another operation": (ERROR, REFUSED),
    "one more operation": (
        ERROR,
        "{on: {operation: [status, media]}, fault: {kind: html}}",
    ),
    "another condition": (
        "{on: {operation: status, phase: running}, fault: {kind: reset}}",
        "{on: {operation: status, phase: waiting}, fault: {kind: reset}}",
    ),
    "another provider": (
        "{on: {provider: hourone}, fault: {kind: reset}}",
        "{on: {provider: idomoo}, fault: {kind: reset}}",
    ),
    "a job whose answer is lost": (
        "{on: {operation: create}, fault: {kind: reset, after: true}}",
        "{job: {slow: 2}}",
    ),
    "a file that was served": (
        "{on: {operation: media}, fault: {kind: error, status: 404, after: true}}",
        "{on: {operation: media}, fault: {kind: zero-bytes}}",
    ),
    "an outage that ends": (
        "{on: {operation: status}, fault: {kind: outage, for: 1m}}",
        ERROR,
    ),
    "a first attempt that is dropped": (
        "{on: {attempt: 1}, shows_at: hourone, delivery: {drop: true}}",
        "{shows_at: hourone, delivery: {copies: 1}}",
    ),
    "another event": (
        "{on: {provider: hourone, event: video.failed}, delivery: {drop: true}}",
        "{on: {provider: hourone}, delivery: {copies: 1}}",
    ),
    "the wire of what changes the job": (
        "{on: {operation: create}, fault: {kind: reset, after: true}, job: {slow: 2}}",
        "{on: {operation: status}, fault: {kind: reset}}",
    ),
}


@pytest.mark.parametrize("rules", SEEN.values(), ids=SEEN)
def test_a_rule_in_the_light_is_not_told(six: Stage, rules: tuple[str, str]) -> None:
    assert warned(six, *rules) == []


def warned(six: Stage, first: str, second: str) -> list[Warned]:
    text = f"scenario: x\nrules: [{first},\n  {second}]"
    return six.warnings(six.check(Source.parse(text, "x.yaml")))
