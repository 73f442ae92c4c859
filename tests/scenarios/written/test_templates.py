"""Templates: what `${...}` may say, what it shows, and what is refused at load."""

from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import ScenarioError
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.written.source import Source
from mockserver.scenarios.written.templates import (
    Scene,
    Template,
    compiled,
    filled,
    reads_body,
)

NOW_S = 1893456000.0
JOB = Job(
    id="abc",
    space="checkout",
    ordinal=2,
    operation="make",
    created_at=NOW_S - 15,
    timeline=Timeline(
        (
            Step("QUEUED", Phase.WAITING, 10.0),
            Step("BUSY", Phase.RUNNING, 20.0, progress=(0.0, 100.0)),
            Step("DONE", Phase.SUCCEEDED),
        )
    ),
    ends=(10.0, 30.0),
    packed=b"{}",
)
SCENE = Scene(
    Facts(
        slug="acme",
        operation="look",
        kinds=frozenset(),
        method="GET",
        headers={"x-trace": "t1"},
        query={"page": "2&x"},
        now=NOW_S,
        document={"movie": {"id": 7}},
        job=JOB,
        moment=JOB.at(NOW_S),
    ),
    path="/look/abc",
    host="localhost:80",
    space="checkout",
    number=3,
)
NOBODY = Scene(
    Facts("acme", "look", frozenset(), "GET", {}, {}, NOW_S), "/", "", "checkout", 1
)


def read(text: Any) -> Any:
    """Return what a value of a scenario is compiled to."""
    return compiled(text, Source.of(text, "t.yaml").root.at("answer"))


SHOWN = [
    ("${call.provider} ${call.operation} ${call.method}", "acme look GET"),
    ("${call.host}${call.path}", "localhost:80/look/abc"),
    ("${call.number}", 3),
    ("${call.query.page}", "2&x"),
    ("${call.query.size or 10}", 10),
    ("${call.header.X-Trace}", "t1"),
    ("${call.body/movie/id}", 7),
    ('${call.body/movie/title or "none"}', "none"),
    ("${job.id}/${job.number}/${job.operation}", "abc/3/make"),
    ("${job.created}", "2029-12-31T23:59:45Z"),
    ("${moment.state} ${moment.phase}", "BUSY running"),
    ("${moment.progress}", 25),
    ("${moment.progress + 0.5}", 25.5),
    ("${moment.age - 5}", 10),
    ("${space.name}", "checkout"),
    ("${space.now - 1h}", "2029-12-31T23:00:00Z"),
    ("${space.unix + 5m}", 1893456300),
    ("${space.date}", "Tue, 01 Jan 2030 00:00:00 GMT"),
    ("costs $5, $${job.id}", "costs $5, ${job.id}"),
    ("$${a} and ${job.id}", "${a} and abc"),
]


@pytest.mark.parametrize(("text", "expected"), SHOWN)
def test_a_template_shows(text: str, expected: object) -> None:
    assert filled(read(text), SCENE) == expected


def test_a_missing_value_is_null_alone_and_nothing_in_a_text() -> None:
    found = filled(read(["${job.id}", "job ${job.id}.", "${moment.age + 1}"]), NOBODY)

    assert found == [None, "job .", None]


def test_texts_are_filled_however_deep_they_stand() -> None:
    document = {"a": [{"b": "${job.number}", "c": 1}], "d": "plain"}

    assert filled(read(document), SCENE) == {"a": [{"b": 3, "c": 1}], "d": "plain"}


def test_no_value_leaves_its_part_of_a_url() -> None:
    template = read("http://cdn${job.number}.test${call.path}?page=${call.query.page}")

    assert isinstance(template, Template)
    assert template.head == "http://cdn"
    assert template.fill_url(SCENE) == "http://cdn3.test/look/abc?page=2%26x"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("${job.id}", False), ({"a": ["x", "${call.body/a}"]}, True), ("text", False)],
)
def test_only_what_shows_the_body_reads_it(value: Any, expected: bool) -> None:
    assert reads_body(read(value)) is expected


REFUSED = [
    ("${jbo.id}", "'job.id', the nearest known name"),
    ("${job.id", "'}' after it; $${ stands for ${ itself"),
    ("${}", '${NAME}, ${NAME + 5}, ${NAME - 30s} or ${NAME or "text"}'),
    ("${job.number * 2}", '${NAME}, ${NAME + 5}, ${NAME - 30s} or ${NAME or "text"}'),
    ("${job.id + 1}", "nothing added to job.id"),
    ("${space.now + soon}", "a number, or a duration such as 30s, after the sign"),
    ("${space.now + nan}", "a number with an end"),
    ("${job.id or none}", "a number, true, false, null or \"text\" after 'or'"),
    ("${job.id or [1]}", "a number, true, false, null or \"text\" after 'or'"),
    ("${job.id or 1e999}", "a number, true, false, null or \"text\" after 'or'"),
    ("${call.body/}", "'call.body/NAME', the nearest known name"),
    ("${job.__class__}", "expected"),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_it_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ScenarioError, match=r"^t\.yaml: answer: found ") as told:
        read(text)

    assert expected in str(told.value)


def test_many_braces_are_read_in_linear_time() -> None:
    text = "$${" * 100_000 + "${job.id}"

    assert filled(read(text), SCENE) == "${" * 100_000 + "abc"


def test_a_mistake_in_what_is_set_names_the_member(stage: Stage) -> None:
    text = (
        "scenario: t\nrules:\n  - answer:\n      set:\n        /a: 1\n"
        "        /b: {c: '${jbo.id}'}\n"
    )
    with pytest.raises(ScenarioError) as told:
        stage.check(Source.parse(text, "t.yaml"))

    assert str(told.value) == (
        "t.yaml:6: rules/0/answer/set//b/c: found \"jbo.id\", expected 'job.id', the"
        " nearest known name"
    )
