"""bill: the verb shows what jobs cost, and its exit code keeps a budget."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.server.mock import MockServer
from tests.server.test_bills import listed, ordered

Tell = Callable[..., Any]


@pytest.fixture
def ask(tell: Tell, server: MockServer, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Return `tell` in an environment that names the server."""
    monkeypatch.setenv("MOCKSERVER_URL", server.url)
    return tell


def test_nothing_ordered_is_an_empty_bill(ask: Tell) -> None:
    said = ask("bill", "--at-most", "0")

    assert (said.code, said.err) == (0, "")


def test_a_bill_is_a_table_of_sums_and_one_of_jobs(
    ask: Tell, server: MockServer
) -> None:
    job = ordered(server)
    listed(server)

    lines = [line.split() for line in ask("bill").out.splitlines()]

    assert ["test", "digitalcarbon", "queued", "1"] in lines
    money = ["USD", "0.60", "0.00", "0.60", "0.00"]
    assert ["test", "runway", "PENDING", "1", *money] in lines
    paid = ["charged", "USD", "0.60", "0.60"]
    assert [job.id, "runway", "gen4.5", "PENDING", *paid] in lines
    assert ["total", "USD", "0.60,", "1", "jobs"] in lines
    assert ["no", "price", "known:", "1", "jobs", "of", "digitalcarbon"] in lines


def test_more_than_the_budget_ends_with_1(ask: Tell, server: MockServer) -> None:
    ordered(server)

    within = ask("bill", "--at-most", "0.60", "--currency", "USD")
    beyond = ask("bill", "--at-most", "0.59", "--json")

    assert (within.code, beyond.code) == (0, 1)
    told = json.loads(beyond.out)
    assert told["failures"] == ["1 job cost USD 0.60, expected at most USD 0.59"]
    assert told["total"][0]["net"] == "0.60"


def test_the_budget_of_a_job_is_an_assertion(ask: Tell, server: MockServer) -> None:
    job = ordered(server)

    said = ask("jobs", "assert", job.id, "--costs-at-most", "0.50")

    assert said.code == 1
    assert said.out.startswith("1 job cost USD 0.60, expected at most USD 0.50\n")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (("--at-most", "lots"), "found 'lots', expected an amount such as 1.50"),
        (("--currency", "USD"), "--currency belongs to --at-most"),
        (("--provider", "runwy"), "runway"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    ask: Tell, given: tuple[str, ...], error: str
) -> None:
    said = ask("bill", *given)

    assert said.code == 2
    assert error in said.err
