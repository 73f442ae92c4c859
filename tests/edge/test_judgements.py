"""Judgements: nothing is judged twice, and nothing that has changed is missed."""

import pytest

from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule
from tests.edge.conftest import KEY, OTHER_KEY, Running


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the spaces whose repeated orders have been looked for, each time."""
    asked: list[str] = []
    findings = Rule.findings

    def noting(rule: Rule, case: Case) -> object:
        if rule.id == "submit-twice":
            asked.append(case.space)
        return findings(rule, case)

    monkeypatch.setattr(Rule, "findings", noting)
    return asked


async def _rules(server: Running, **query: str) -> list[str]:
    found = (await server.get("/findings", **query))["findings"]
    return [one["rule"] for one in found]


async def test_only_the_space_with_something_new_is_judged_again(
    server: Running, judged: list[str]
) -> None:
    for key in (KEY, KEY, OTHER_KEY):
        await server.draw(key)
    first = await _rules(server)
    assert sorted(judged) == ["", "sketch.main", "sketch.other"]
    judged.clear()

    again = await _rules(server)
    assert judged == []
    await server.draw(OTHER_KEY)
    after = await _rules(server)

    assert first == again == ["submit-twice"]
    assert after == ["submit-twice", "submit-twice"]
    assert judged == ["sketch.other"]


async def test_rules_that_were_ignored_are_asked_later(server: Running) -> None:
    await server.draw()
    await server.draw()

    without = await _rules(server, ignore="submit-twice")

    assert without == []
    assert await _rules(server) == ["submit-twice"]


async def test_exchanges_that_are_forgotten_show_nothing_more(server: Running) -> None:
    await server.draw()
    await server.draw()
    await server.client.get("/sketch/nowhere")
    assert await _rules(server) == ["unknown-path", "submit-twice"]

    await server.post("/exchanges/clear")

    assert await _rules(server) == []


async def test_time_alone_shows_that_a_job_was_left(
    server: Running, judged: list[str]
) -> None:
    """Nothing else happens: but whoever has never looked has missed its end."""
    await server.draw()
    assert await _rules(server) == []
    judged.clear()

    await server.post("/spaces/sketch.main/clock/advance", {"by": 1})
    assert await _rules(server) == []
    assert judged == []
    await server.post("/spaces/sketch.main/clock/advance", {"by": 3600})

    assert await _rules(server) == ["never-polled"]


async def test_a_space_that_began_anew_has_nothing(server: Running) -> None:
    await server.draw()
    await server.draw()
    assert await _rules(server) == ["submit-twice"]

    await server.post("/spaces/sketch.main/reset")

    assert await _rules(server) == []
