"""Rules that can never act are told, with the reason; those that may are not."""

from collections.abc import Mapping

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.scenarios.checks.warnings import Warned
from mockserver.scenarios.written.source import Source

# Rule, where it does nothing, which part says so, why, and what would work.
Told = tuple[str, str, str, str, str]
ALL = "digitalcarbon, hourone, idomoo, impossible, replicate, stupeflix"
REST = "digitalcarbon, idomoo, impossible, replicate, stupeflix"

DOUBTED: Mapping[str, Told] = {
    "never drawn": (
        "{on: {probability: 0}, fault: {kind: reset}}",
        ALL, "on/probability", "it is never drawn", "more than 0",
    ),
    "healed before": (
        "{on: {ttl: 0}, fault: {kind: reset}}",
        ALL, "on/ttl", "it has healed at once", "longer than 0s",
    ),
    "healed when its window opens": (
        "{on: {ttl: 5s, window: {from: 10s}}, fault: {kind: reset}}",
        ALL, "on/ttl", "it has healed when its window opens, 10s in",
        "longer than 10s",
    ),
    "an answer to no attempt": (
        "{on: {provider: hourone, attempt: 1, status: 5xx}, delivery: {drop: true}}",
        "hourone", "on/status", "before the first attempt nobody has answered any",
        "a later attempt",
    ),
    "counts that never meet": (
        "{on: {nth: 3, every: 2}, fault: {kind: reset}}",
        ALL, "on/nth", "after: 0 and every: 2 leave it no such call",
        "counts that meet",
    ),
    "one that is let through": (
        "{on: {nth: 2, after: 2}, fault: {kind: reset}}",
        ALL, "on/nth", "after: 2 and every: 1 leave it no such call",
        "counts that meet",
    ),
    "more times than calls": (
        '{on: {nth: "2..4", times: 5}, fault: {kind: reset}}',
        ALL, "on/times", "nth lets it act 3 times at most, so times bounds nothing",
        "3 or less, or none",
    ),
    "no operation of that name": (
        "{on: {operation: get-video}, fault: {kind: reset}}",
        REST, "on/operation", "there is no operation called get-video",
        "one of its own, or shows_at: [hourone]",
    ),
    "no jobs of that name": (
        "{on: {operation: create-video}, job: {slow: 2}}",
        REST, "on/operation",
        "there is no operation that makes jobs called create-video",
        "one of its own, or shows_at: [hourone]",
    ),
    "nothing is sent": (
        "{delivery: {drop: true}}",
        "idomoo", "delivery", "it sends no webhooks and no uploads",
        ("a provider that sends some, or shows_at: [digitalcarbon, hourone, impossible,"
        " replicate, stupeflix]"),
    ),
    "another provider's event": (
        ("{on: {event: onsuccess}, shows_at: [hourone, impossible],"
        " delivery: {drop: true}}"),
        "hourone", "on/event", "it never sends onsuccess",
        "video.ready or video.failed, or shows_at: [impossible]",
    ),
    "no signature": (
        ("{on: {provider: stupeflix, event: task.callback},"
        " delivery: {signature: wrong}}"),
        "stupeflix", "delivery/signature", "nothing of that is signed", "upload.s3",
    ),
    "no type by FTP": (
        ("{on: {provider: stupeflix, event: upload.ftp},"
        " delivery: {content_type: text/html}}"),
        "stupeflix", "delivery/content_type", "FTP tells no type",
        "an event of another protocol",
    ),
    "no time in a file": (
        "{on: {provider: digitalcarbon}, delivery: {skew: 5m}}",
        "digitalcarbon", "delivery/skew", "no time is written in that",
        "an event that tells a time",
    ),
    "no time in a webhook": (
        "{on: {provider: hourone}, delivery: {skew: 5m}}",
        "hourone", "delivery/skew", "no time is written in that",
        "an event that tells a time",
    ),
    "nothing that leaves early": (
        "{on: {provider: digitalcarbon}, delivery: {before_answer: true}}",
        "digitalcarbon", "delivery/before_answer",
        "nothing is sent but what a call asks for", "a provider with webhooks",
    ),
    "a later attempt before an answer": (
        "{on: {provider: hourone, attempt: 2}, delivery: {before_answer: true}}",
        "hourone", "on/attempt", "before an answer there is but one attempt", "1",
    ),
    "an end before an answer": (
        ("{on: {provider: hourone, phase: succeeded},"
        " delivery: {before_answer: true}}"),
        "hourone", "on/phase", "before an answer a job is in its first state",
        "running or waiting",
    ),
    "a state before an answer": (
        ("{on: {provider: hourone, state: ready},"
        " delivery: {before_answer: true}}"),
        "hourone", "on/state", "before an answer a job is in its first state",
        "in_progress or started",
    ),
    "a job that is there once": (
        "{on: {operation: create}, job: {copies: 1}}",
        "idomoo, impossible", "job/copies",
        "a job has the name that its call gives it, and is there once",
        (
            "a provider that names jobs by itself, or shows_at: [digitalcarbon,"
            " hourone, replicate, stupeflix]"
        ),
    ),
    "an early end of what never ends": (
        "{shows_at: [hourone, stupeflix], media: {link_early: 1h}}",
        "hourone", "media/link_early",
        "its links never end, so that they cannot end early",
        "link_for beside it, or shows_at: [stupeflix]",
    ),
    "links that never end": (
        "{on: {provider: hourone, link: expired}, fault: {kind: reset}}",
        "hourone", "on/link", "its links never end", "media: {link_for: 1h}, too",
    ),
    "a state before there is a job": (
        ("{on: {provider: idomoo, operation: generate-scenes, phase: running},"
        " fault: {kind: reset}}"),
        "idomoo", "on/phase",
        "generate-scenes is about no job that is there already",
        "an operation about one, such as status",
    ),
    "a past before there is a job": (
        ("{on: {provider: idomoo, operation: generate-scenes,"
        " since: {event: job.failed, per: job}}, fault: {kind: reset}}"),
        "idomoo", "on/since",
        "generate-scenes is about no job that is there already",
        "an operation about one, such as status",
    ),
    "reads that are not counted": (
        "{on: {provider: replicate, operation: media, poll: 2}, fault: {kind: reset}}",
        "replicate", "on/poll",
        "media reads no state, and only such reads are counted", "operation: status",
    ),
    "a phase that no job comes to": (
        "{on: {phase: cancelled}, fault: {kind: reset}}",
        "digitalcarbon, idomoo, stupeflix", "on/phase",
        "none of its jobs is ever cancelled",
        ("failed, running, succeeded or waiting, or shows_at: [hourone, impossible,"
        " replicate]"),
    ),
    "another provider's state": (
        ("{on: {state: VIDEO_AVAILABLE}, shows_at: [idomoo, digitalcarbon],"
        " fault: {kind: reset}}"),
        "digitalcarbon", "on/state", "it has no state VIDEO_AVAILABLE",
        "queued, processing, completed or failed, or shows_at: [idomoo]",
    ),
    "a state of another phase": (
        ("{on: {provider: hourone, state: ready, phase: [waiting, running]},"
        " fault: {kind: reset}}"),
        "hourone", "on/phase", "a job that is ready is succeeded", "succeeded",
    ),
    "more than all": (
        '{on: {progress: ">100"}, fault: {kind: reset}}',
        ALL, "on/progress", "no job comes so far", "at most 100",
    ),
    "no progress": (
        '{on: {progress: ">50"}, fault: {kind: reset}}',
        "digitalcarbon, idomoo", "on/progress", "its jobs have no progress",
        ("phase, state, age or poll, or shows_at: [hourone, impossible, replicate,"
        " stupeflix]"),
    ),
    "longer than a job lives": (
        ('{on: {provider: hourone, phase: running, age: ">200"},'
        " fault: {kind: reset}}"),
        "hourone", "on/age", "jobs are at their end after 195s, if not by an order",
        "less than 195s",
    ),
    "reads long after the end": (
        ('{on: {provider: hourone, operation: status, age: ">1000"},'
        " fault: {kind: reset}}"),
        "hourone", "on/age", "jobs are at their end after 195s, if not by an order",
        "less than 195s",
    ),
    "a body of a read": (
        ("{on: {provider: hourone, operation: get-video, body: {a: 1}},"
        " fault: {kind: reset}}"),
        "hourone", "on/body", "get-video has no body in a request",
        "header, query or job",
    ),
    "a text of a read": (
        ("{on: {provider: hourone, operation: get-video, text: x},"
        " fault: {kind: reset}}"),
        "hourone", "on/text", "get-video has no body in a request",
        "header, query or job",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "slugs", "part", "why", "expected"),
    DOUBTED.values(),
    ids=DOUBTED,
)
def test_a_rule_that_can_never_act_is_told(
    six: Stage, rule: str, slugs: str, part: str, why: str, expected: str
) -> None:
    (warning,) = warned(six, rule)

    assert ", ".join(warning.providers) == slugs
    assert warning.place.removeprefix("x.yaml:2: rules/0/") == part
    assert (warning.why, warning.expected) == (why, expected)


def warned(six: Stage, *rules: str) -> list[Warned]:
    text = f"scenario: x\nrules: [{', '.join(rules)}]"
    return six.warnings(six.check(Source.parse(text, "x.yaml")))


MAY_ACT = {
    "a state that a rule makes up": (
        "{job: {unknown_word: ON_HOLD}}",
        "{on: {state: ON_HOLD}, fault: {kind: reset}}",
    ),
    "a state that a timeline has": (
        "{on: {provider: hourone}, timeline: [{state: ODD, phase: running}]}",
        "{on: {provider: hourone, state: ODD}, fault: {kind: reset}}",
    ),
    "one of two operations": (
        (
            "{on: {provider: hourone, operation: [get-video, create-video],"
            " phase: running}, fault: {kind: reset}}"
        ),
    ),
    "an age of jobs that never end": (
        "{job: {stuck_in: running}}",
        '{on: {operation: status, age: ">9000"}, fault: {kind: reset}}',
    ),
    "an age of jobs that take longer": (
        "{job: {slow: 100}}",
        '{on: {provider: hourone, phase: running, age: ">1000"}, fault: {kind: reset}}',
    ),
    "an age of files": (
        '{on: {operation: media, age: ">9000"}, fault: {kind: reset}}',
    ),
    "an age of jobs that are done": (
        '{on: {phase: succeeded, age: ">9000"}, fault: {kind: reset}}',
    ),
    "an age of jobs that are ready": (
        '{on: {provider: hourone, state: ready, age: ">9000"}, fault: {kind: reset}}',
    ),
    "progress that a rule tells": (
        "{job: {stuck_in: {state: running, progress: 60}}}",
        '{on: {progress: ">50"}, fault: {kind: reset}}',
    ),
    "as many times as calls": ('{on: {nth: "2..4", times: 3}, fault: {kind: reset}}',),
    "times of calls without end": (
        '{on: {nth: ">3", times: 9}, fault: {kind: reset}}',
    ),
    "a body of one of two": (
        (
            "{on: {provider: stupeflix, operation: tasks-status, text: x},"
            " fault: {kind: reset}}"
        ),
    ),
    "a handshake": ("{fault: {kind: tls-expired}}",),
    "a draw": ("{on: {probability: 0.01}, fault: {kind: reset}}",),
    "a window in its life": (
        "{on: {ttl: 20s, window: {from: 10s}}, fault: {kind: reset}}",
    ),
    "links that a rule lets end": (
        "{media: {link_for: 1h}}",
        "{on: {link: expired}, fault: {kind: reset}}",
    ),
    "links that end by themselves": (
        "{on: {provider: stupeflix, link: expired}, fault: {kind: reset}}",
    ),
    "an early end of what ends": ("{media: {link_for: 2h, link_early: 1h}}",),
    "a file that ends": ("{media: {keep_for: 1m, link_for: 1s, late: 1s}}",),
    "an upload to S3": (
        "{on: {provider: impossible, event: upload.s3}, delivery: {signature: wrong}}",
    ),
}


@pytest.mark.parametrize("rules", MAY_ACT.values(), ids=MAY_ACT)
def test_a_rule_that_may_act_is_not_told(six: Stage, rules: tuple[str, ...]) -> None:
    assert warned(six, *rules) == []
