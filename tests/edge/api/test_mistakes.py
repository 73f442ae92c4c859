"""What is wrong with a scenario, part by part, as editors mark it."""

from mockserver.edge.api.mistakes import mistake
from mockserver.errors import Mistake
from tests.edge.conftest import Running


async def test_each_mistake_has_its_place(server: Running) -> None:
    text = "scenario: mine\nrules:\n  - fault: {kind: eror}\n  - on: {nht: 2}\n"

    told = await server.post("/scenarios/mistakes", {"yaml": text, "file": "my.yaml"})

    first, *more = told["mistakes"]
    assert {**first, "expected": first["expected"][:7]} == {
        "message": first["message"],
        "line": 3,
        "column": 19,
        "path": "rules/0/fault/kind",
        "found": '"eror"',
        "expected": "'error'",
    }
    assert first["message"].startswith("my.yaml:3: rules/0/fault/kind: found")
    assert [(one["line"], one["column"]) for one in more][:1] == [(4, 10)]


async def test_what_can_be_used_has_none(server: Running) -> None:
    told = await server.post("/scenarios/mistakes", {"scenario": "status-blips"})

    assert told == {"mistakes": []}


async def test_what_is_no_yaml_has_its_line(server: Running) -> None:
    told = await server.post("/scenarios/mistakes", {"yaml": "a: [\n b: 1"})

    (one,) = told["mistakes"]
    assert (one["line"], one["path"]) == (2, "")
    assert one["found"].startswith("no readable YAML")


def test_what_never_was_a_text_has_no_line() -> None:
    one = Mistake("scenario", "1", "a list", 7, "rules")

    told = mistake(one, "scenario", "")

    assert told["message"] == "scenario:7: rules: found 1, expected a list"
    assert (told["line"], told["column"]) == (None, None)
    assert (told["path"], told["found"], told["expected"]) == ("rules", "1", "a list")


async def test_what_is_handed_to_an_included_one_has_its_line(server: Running) -> None:
    text = "scenario: mine\nincludes:\n  - {scenario: brownout, with: {nope: 7}}\n"

    told = await server.post("/scenarios/mistakes", {"yaml": text, "file": "my.yaml"})

    (one,) = told["mistakes"]
    assert (one["line"], one["path"]) == (3, "includes/0/with/nope")


def test_what_an_included_one_has_wrong_is_not_marked_in_this_one() -> None:
    """Its line is of another text; what is wrong is told all the same."""
    one = Mistake("other.yaml", "1", "2", 3, "rules/0", by=("my.yaml:3: includes/0",))

    told = mistake(one, "my.yaml", "scenario: mine\n\n\n")

    assert told["message"] == (
        "other.yaml:3: rules/0: found 1, expected 2, included by my.yaml:3: includes/0"
    )
    assert (told["line"], told["path"], told["found"]) == (None, "rules/0", "1")


async def test_a_body_that_names_no_scenario_is_a_mistake_without_a_place(
    server: Running,
) -> None:
    told = await server.post("/scenarios/mistakes", {"file": "my.yaml"})

    assert told == {
        "mistakes": [
            {
                "message": "body: found neither, expected scenario or yaml",
                "line": None,
                "column": None,
                "path": "",
                "found": "",
                "expected": "",
            }
        ]
    }


async def test_a_scenario_that_there_is_not_says_what_there_is(server: Running) -> None:
    told = await server.post("/scenarios/mistakes", {"scenario": "lossi"})

    (one,) = told["mistakes"]
    assert (one["line"], one["found"]) == (None, "'lossi'")
    assert one["expected"].startswith("'lossy'")
