"""Templates that would hide each other are refused when they are registered."""

import pytest

from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes


async def nothing(call: Call) -> Reply:
    """Answer nothing."""
    return Reply(204, b"")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/jobs/{job}", "/jobs/{job_id}"),
        ("/{a}/{b}", "/{b}/{a}"),
        ("/files/{name:.+}", "/files/{path:.+}"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_templates_that_differ_only_in_names_are_refused(
    first: str, second: str, method: str
) -> None:
    table = Routes[Call]()
    table.get(first, "one")(nothing)

    with pytest.raises(ValueError, match=r"the same paths as"):
        table.add(method, second, "two")(nothing)


def test_the_same_template_may_have_several_methods() -> None:
    table = Routes[Call]()
    table.get("/jobs/{job}", "one")(nothing)
    table.delete("/jobs/{job}", "two")(nothing)

    match = table.match("DELETE", "/jobs/7")

    assert match.route is table.operation("two")
    assert match.parameters == {"job": "7"}
    assert match.allowed == ("GET", "DELETE")


def test_the_same_method_twice_is_refused() -> None:
    table = Routes[Call]()
    table.get("/jobs", "one")(nothing)

    with pytest.raises(ValueError, match="GET /jobs: registered twice"):
        table.get("/jobs", "two")(nothing)


def test_our_own_paths_are_refused() -> None:
    with pytest.raises(ValueError, match="belongs to the control API"):
        Routes[Call]().get("/_mock/jobs", "one")(nothing)


def test_of_two_templates_that_fit_the_first_wins() -> None:
    table = Routes[Call]()
    table.get("/jobs/{job:[0-9]+}", "number")(nothing)
    table.get("/jobs/{job}", "any")(nothing)

    assert table.match("GET", "/jobs/7").route is table.operation("number")
    assert table.match("GET", "/jobs/x").route is table.operation("any")


def test_parameters_are_decoded_after_the_match() -> None:
    table = Routes[Call]()
    table.get("/jobs/{job}/{part:.+}", "one")(nothing)

    match = table.match("GET", "/jobs/a%2Fb/c/d%20e")

    assert match.parameters == {"job": "a/b", "part": "c/d e"}


def test_head_is_answered_only_where_it_is_said() -> None:
    table = Routes[Call]()
    table.get("/a", "a", answers_head=True)(nothing)
    table.get("/b", "b")(nothing)

    assert table.match("HEAD", "/a").route is table.operation("a")
    assert table.match("HEAD", "/b").route is None
