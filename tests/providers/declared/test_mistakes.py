"""Mistakes in a provider's file: all at once, with their lines and what is right."""

from pathlib import Path

import pytest

from mockserver.errors import ConfigError
from mockserver.providers.declared.loading import load, mistakes

GOOD = """\
provider: acme
title: Acme
hosts: [api.acme.example]
auth: bearer
errors:
  body: {error: "${error.text}"}
jobs:
  film:
    life:
      - {waiting: waiting, for: 5s}
      - {succeeded: done}
      - {failed: torn}
    keep: {title: "${call.body/title}"}
    view: {id: "${job.id}"}
operations:
  shoot: {post: /films, makes: film, body: "${view}"}
  film: {get: "/films/{id}", shows: film, body: "${view}"}
"""


def told(tmp_path: Path, text: str) -> list[str]:
    """Return what is wrong with a file of some text."""
    file = tmp_path / "acme.yaml"
    file.write_text(text, "utf-8")
    return [line.replace(f"{tmp_path}/", "") for line in mistakes(file)]


def test_nothing_is_wrong_with_what_fits(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD) == []


HOOK = "of: film, on: {done: x}, to: a, body: {}"
REFUSED = [
    ("title: Acme", "titel: Acme", 'acme.yaml:2: titel: found "titel", expected'),
    ("provider: acme", "provider: A B", "lower-case letters, digits and single dashes"),
    (
        "auth: bearer",
        "auth: bearr",
        'acme.yaml:4: auth: found "bearr", expected one of',
    ),
    ("for: 5s", "for: 5", "a length such as 20s, or a range such as 10s..30s"),
    ("for: 5s", "for: 9s..5s", "the shorter one first: 5s..9s"),
    ("      - {failed: torn}\n", "", "also a state that is failed"),
    ("{failed: torn}", "{failed: torn, for: 1s}", "no length: it is an end"),
    ("waiting, for: 5s}", "waiting}", "also 'for'"),
    ("{succeeded: done}", "{succeeded: done, failed: x}", "exactly one of: waiting"),
    ("${error.text}", "${error.txt}", "'error.text', the nearest known name"),
    ("${job.id}", "${link.reel}", "a file of the job: one of: nothing, there is none"),
    ("${job.id}", "${kept/titel}", "what is kept: 'title', the nearest known name"),
    ("${job.id}", "${setting.x}", "a setting: one of: nothing, there is none"),
    ("${job.id}", "${new.hex}", "new.uuid, new.hex-LENGTH"),
    ('"${call.body/title}"', '"${view}"', "what has a `view`"),
    ("makes: film", "makes: flim", "a kind of jobs or things: 'film'"),
    ("shows: film", "shows: film, set: {a: 1}", "it with changes only"),
    ("shows: film", "shows: film, lists: film", "exactly one of: makes, shows"),
    ("shows: film", "cancels: film", "also a state of film that is cancelled"),
    ("shows: film", "shows: film, only: uploaded", "of an upload only"),
    ("shows: film", "shows: film, page: {by: token}", "it with lists only"),
    ('get: "/films/{id}"', "get: /films", "a path with a parameter for the id"),
    ('get: "/films/{id}"', "get: /films, post: /films", "exactly one of: get, post"),
    ("post: /films", "post: films", "a path that begins with /"),
    ('get: "/films/{id}"', "get: /films/{id}", "quote what has {, } or ?"),
    ("makes: film", "makes: film, request: flim", "a schema: one of: nothing"),
    ("makes: film", "makes: film, request: ./no.json", "a file with a JSON Schema"),
    ("makes: film", "makes: film, request: {type: objekt}", "JSON Schemas"),
    ("makes: film", "makes: film, checks: {python: f}", "also `python: FILE.py`"),
    ("makes: film", "makes: film, checks: {fits: {}, error: bad}", "a kind of error"),
    ("errors:", "python: nowhere.py\nerrors:", "nowhere.py: found no such file"),
    ("errors:", "errors:\n  rows: {lost: {status: 404}}", "a kind of error: "),
    (
        "errors:",
        "examples: {shot: {a: {}}}\nerrors:",
        "operation: 'shoot', the nearest",
    ),
    (
        "errors:",
        "start: {film: {}}\nerrors:",
        "an operation that makes a job: one of: shoot",
    ),
    (
        "hosts: [api.acme.example]",
        "hosts: [{a.example: x}]",
        "a path that begins with /",
    ),
    (
        "operations:",
        "webhooks: {w: {of: film, on: {dne: x}, to: a, body: {}}}\noperations:",
        "a state: 'done', the nearest known name",
    ),
    (
        "operations:",
        f"webhooks: {{w: {{{HOOK}, sign: {{scheme: hmac, secret: a}}}}}}\noperations:",
        "a header",
    ),
    ("view: {id", "in: {dne: {}}\n    view: {id", "state: 'done', the nearest known"),
    ("view: {id", "files: {f: {path: /f.mp4}}\n    view: {id", "a path such as /files"),
    ("view: {id", "keep: {}\n    view: {id", "found 'keep' twice"),
    (
        "operations:",
        "things: {a: {upload: {path: '/up/{t}/{id}/{seal}', for: 1m}}}\noperations:",
        "a path such as /uploads/{id}/{seal}",
    ),
    ('{id: "${job.id}"}', "{$each: [], x: 1}", "$each with $show, $pick with $from"),
]


@pytest.mark.parametrize(("was", "now", "expected"), REFUSED)
def test_it_is_refused_with_its_line(
    tmp_path: Path, was: str, now: str, expected: str
) -> None:
    found = told(tmp_path, GOOD.replace(was, now, 1))

    assert [line for line in found if expected in line], found
    assert all("acme.yaml" in line or "nowhere.py" in line for line in found)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = (
        GOOD.replace("auth: bearer", "auth: bearr")
        .replace("${call.body/title}", "${new.hxe-3}")
        .replace("${job.id}", "${kept/titel}")
    )

    assert [line.partition(", expected ")[0] for line in told(tmp_path, wrong)] == [
        'acme.yaml:4: auth: found "bearr"',
        'acme.yaml:13: jobs/film/keep/title: found "new.hxe-3"',
        'acme.yaml:14: jobs/film/view/id: found "titel"',
    ]


def test_a_provider_has_jobs(tmp_path: Path) -> None:
    head = GOOD.partition("jobs:")[0]

    found = told(tmp_path, f"{head}jobs: {{}}\noperations: {{}}\n")

    assert found == ["acme.yaml:7: jobs: found {}, expected at least one kind of jobs"]


def test_a_path_whose_pattern_is_none_is_refused(tmp_path: Path) -> None:
    [found] = told(tmp_path, GOOD.replace('"/films/{id}"', '"/films/{id:[}"'))

    assert found.startswith('acme.yaml:17: operations/film/get: found "/films/{id:[}"')


def test_two_paths_that_are_one_are_refused(tmp_path: Path) -> None:
    twice = '  other: {get: "/films/{key}", shows: film}\n'

    assert "matches the same paths as" in told(tmp_path, GOOD + twice)[0]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("os.no_such_thing", "AttributeError: module 'os' has no attribute"),
        ("{}['key']", "KeyError: 'key'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise RuntimeError('no key')", "RuntimeError: no key"),
        ("def", "SyntaxError: invalid syntax"),
    ],
)
def test_a_module_that_does_not_load_says_at_which_line(
    tmp_path: Path, line: str, why: str
) -> None:
    (tmp_path / "acme.py").write_text(f"import os\n\n{line}\n", "utf-8")

    [found] = told(tmp_path, f"python: acme.py\n{GOOD}")

    assert found.startswith(f"acme.py:3: found a module that does not load: {why}")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"none\.yaml: found no readable file: No such"
    ):
        load(tmp_path / "none.yaml", "none.yaml")


def test_a_server_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(
        GOOD.replace("bearer", "bearr").replace("job.id", "kept/x"), "utf-8"
    )

    with pytest.raises(
        ConfigError, match=r"acme\.yaml:4: .*; acme\.yaml:14: "
    ) as error:
        load(file, "acme.yaml")

    assert "\n" not in str(error.value)
