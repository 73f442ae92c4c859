"""What is wrong with a scenario, part by part, as editors mark it."""

from mockserver.edge.api.mistakes import mistake
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
    told = mistake("scenario: rules: found 1, expected a list", "scenario", "")

    assert (told["line"], told["column"]) == (None, None)
    assert (told["path"], told["found"], told["expected"]) == ("rules", "1", "a list")
