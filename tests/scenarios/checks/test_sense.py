"""What cannot be meant is refused, and all that is wrong is told at once."""

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.source import Source

REFUSED = {
    "no times": ("{on: {times: 0}, fault: {kind: reset}}", "from 1"),
    "the zeroth": ("{on: {nth: 0}, fault: {kind: reset}}", "counted from 1"),
    "less than the first": ('{on: {poll: "<1"}, fault: {kind: reset}}', "from 1"),
    "every zeroth": ("{on: {every: 0}, fault: {kind: reset}}", "from 1"),
    "more than all": ("{job: {fail_at: 160}}", "0 to 100"),
    "more than all of it": ("{job: {stuck_at: 101}}", "0 to 100"),
    "an inverted window": (
        "{on: {window: {from: 9s, to: 5s}}, fault: {kind: reset}}",
        "'from' earlier than 'to'",
    ),
    "an inverted range": (
        '{on: {age: "9..5"}, fault: {kind: reset}}',
        'the smaller number first: "5..9"',
    ),
    "no unit": ("{fault: {kind: latency, delay: 500}}", "500ms, 500s or 500m"),
    "a file of a status": (
        "{on: {operation: status}, fault: {kind: zero-bytes}}",
        "an operation that serves files",
    ),
    "a state of one in the life of all": (
        "{timeline: [{state: VIDEO_AVAILABLE, for: 5s}, {phase: failed}]}",
        "a phase, or on: {provider: idomoo}, whose state it is",
    ),
    "a status that is none": (
        "{fault: {kind: quota, calls: 2, per: 1m, status: 99}}",
        "an HTTP status from 200 to 599",
    ),
    "another status that is none": (
        "{fault: {kind: concurrency, most: 2, status: 700}}",
        "an HTTP status from 200 to 599",
    ),
    "an age with a unit": (
        "{on: {age: 10s}, fault: {kind: reset}}",
        "seconds without a unit",
    ),
    "an end that never comes": (
        "{on: {until: never}, fault: {kind: reset}}",
        "client-gives-up, or {quiet_for: 10s}",
    ),
    "an instant that lasts": (
        "{job: {instant: true, stuck_in: running}}",
        "one of them",
    ),
    "forwards": ("{job: {progress_backwards: {from: 30, to: 70}}}", "greater"),
    "an event that nobody tells": (
        "{on: {event: video.raedy}, delivery: {drop: true}}",
        "'video.ready', the nearest known name",
    ),
    "an event of another provider": (
        "{on: {provider: stupeflix, event: video.ready}, delivery: {drop: true}}",
        "one of: notify.queued",
    ),
    "an event of a provider that tells none": (
        "{on: {provider: idomoo, event: video.ready}, delivery: {drop: true}}",
        "none: idomoo sends nothing",
    ),
    "no event of a form": (
        '{on: {event: "webhook.*"}, delivery: {drop: true}}',
        "'webhook', the nearest known name",
    ),
    "a status of a handshake": (
        "{on: {operation: status}, fault: {kind: tls-expired}}",
        "handshake, or none: tls-expired is of handshakes",
    ),
    "a status of a connection": (
        "{on: {operation: status}, fault: {kind: slow-accept, delay: 2s}}",
        "connection, or none: slow-accept is of connections",
    ),
    "a connection for others": (
        "{on: {operation: connection}, fault: {kind: reset}}",
        "a fault that acts on connections alone, such as connection-refused",
    ),
    "a lookup for others": (
        "{on: {operation: lookup}, fault: {kind: tls-reset}}",
        "handshake, or none: tls-reset is of handshakes",
    ),
    "a phase of a lookup": (
        "{on: {phase: running}, fault: {kind: dns-failure}}",
        "for lookups only: ",
    ),
    "a handshake for others": (
        "{on: {operation: handshake}, fault: {kind: reset}}",
        "a fault that acts on handshakes alone, such as tls-expired",
    ),
    "a handshake for jobs": (
        "{on: {operation: handshake}, job: {instant: true}}",
        "a fault that acts on handshakes alone",
    ),
    "a header before there is one": (
        "{on: {header: {a: b}}, fault: {kind: tls-reset}}",
        "for handshakes only: after, every, nth",
    ),
    "a job before there is one": (
        "{on: {per: job}, fault: {kind: tls-reset}}",
        "provider or space: there is no job by then",
    ),
    "an answer after no handshake": (
        "{fault: {kind: tls-reset}, answer: {status: 503}}",
        "a rule of its own: tls-reset stands alone",
    ),
    "no signature": (
        "{on: {provider: idomoo}, delivery: {signature: wrong}}",
        "idomoo does not sign",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused(stage: Stage, case: str) -> None:
    rule, right = REFUSED[case]
    source = Source.parse(f"scenario: x\nrules: [{rule}]", "day.yaml")

    with pytest.raises(ScenarioError, match=f"day.yaml:2: rules/0.* found .*{right}"):
        stage.check(source)


def test_two_rules_of_a_name_are_refused(stage: Stage) -> None:
    rule = {"name": "twin", "fault": {"kind": "reset"}}

    with pytest.raises(ScenarioError, match='rules/1/name: found "twin", expected a'):
        stage.read({"scenario": "x", "rules": [rule, rule]})


def test_all_mistakes_are_told(stage: Stage) -> None:
    rules = [
        {"on": {"times": 0, "nth": 0}, "fault": {"kind": "reset"}},
        {"fault": {"kind": "latency", "delay": 500}},
    ]

    with pytest.raises(ScenarioError) as refused:
        stage.read({"scenario": "x", "rules": rules})

    assert [line.split(": ")[1] for line in str(refused.value).splitlines()] == [
        "rules/0/on/times",
        "rules/0/on/nth",
        "rules/1/fault/delay",
    ]


def test_what_is_written_wrong_hides_nothing_of_what_cannot_be_meant(
    stage: Stage,
) -> None:
    """Of one file people are told all, in the order of its lines."""
    text = """scenario: x
rules:
  - on: {event: video.redy}
    delivery: {drop: true}
  - fault: {kind: latency, delay: 500}
  - job: {instant: true, stuck_in: running}
  - on: {operation: status, state: WAITNG, provider: idomoo}
    fault: {kind: reset}
"""

    with pytest.raises(ScenarioError) as refused:
        stage.check(Source.parse(text, "day.yaml"))

    assert [line.split(": found")[0] for line in str(refused.value).splitlines()] == [
        "day.yaml:3: rules/0/on/event",
        "day.yaml:5: rules/1/fault/delay",
        "day.yaml:6: rules/2/job",
        "day.yaml:7: rules/3/on/state",
    ]


def test_a_state_that_a_wrong_rule_makes_up_is_no_mistake_of_others(
    stage: Stage,
) -> None:
    rules = [
        {"job": {"unknown_word": {"word": "ON_HOLD", "at": 160}}},
        {"on": {"state": "ON_HOLD"}, "fault": {"kind": "reset"}},
    ]

    with pytest.raises(ScenarioError) as refused:
        stage.read({"scenario": "x", "rules": rules})

    assert [line.split(": ")[1] for line in str(refused.value).splitlines()] == [
        "rules/0/job/unknown_word/at"
    ]


def test_an_on_that_became_true_is_explained(stage: Stage) -> None:
    """What a YAML 1.1 parser of one's own makes of a bare `on`."""
    document = {"scenario": "x", "rules": [{True: {}, "fault": {"kind": "reset"}}]}

    with pytest.raises(ScenarioError, match=r"'on': YAML 1\.1 reads it as true"):
        stage.read(document)


@pytest.mark.parametrize(
    "event", ["video.ready", "video.*", "upload*", "upload.mine", "notify.available"]
)
def test_events_that_some_provider_tells_are_good(stage: Stage, event: str) -> None:
    """Types of ImpossibleFX's destinations are whatever the client calls them."""
    rule = {"on": {"event": event}, "delivery": {"drop": True}}

    scenario = stage.read({"scenario": "x", "rules": [rule]})

    assert scenario.rules[0].target.events == (event,)
