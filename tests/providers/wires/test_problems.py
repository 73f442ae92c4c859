"""Problem details, byte for byte."""

from mockserver.errors import NotFoundError
from mockserver.providers.wires.errors import ErrorTable
from mockserver.providers.wires.problems import problem


def test_a_problem_of_a_status_only() -> None:
    reply = problem(404)

    assert reply.status == 404
    assert reply.content_type == "application/problem+json"
    assert reply.body == b'{"title":"Not Found","status":404}'


def test_a_whole_problem() -> None:
    reply = problem(
        403,
        kind="https://example.com/probs/out-of-credit",
        title="You do not have enough credit.",
        detail="Your current balance is 30, but that costs 50.",
        instance="/account/12345/msgs/abc",
        balance=30,
    )

    assert reply.body == (
        b'{"type":"https://example.com/probs/out-of-credit",'
        b'"title":"You do not have enough credit.","status":403,'
        b'"detail":"Your current balance is 30, but that costs 50.",'
        b'"instance":"/account/12345/msgs/abc","balance":30}'
    )


def test_a_problem_of_an_error_table_follows_its_status() -> None:
    table = ErrorTable({NotFoundError: (404, "No such film")})

    reply = table.reply(
        NotFoundError().with_status(502), lambda told: problem(told.status)
    )

    assert reply.status == 502
    assert reply.body == b'{"title":"Bad Gateway","status":502}'
