"""When a rule acts, and how often."""

from typing import Any

import pytest

from mockserver.edge.staging.stage import book_of
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

FAULT = {"kind": "error", "status": 503}


def _rule(**on: Any) -> dict[str, Any]:
    return {"scenario": "x", "rules": [{"on": on, "fault": FAULT}]}


async def _reads(customer: Player, job: str, count: int) -> list[Any]:
    return [(await customer.ask(*customer.reading(job)))[0] for _ in range(count)]


async def _ready(player: Play, rule: dict[str, Any]) -> tuple[Player, str]:
    customer = await player("digitalcarbon", pace="manual")
    customer.use({**rule, "provider": "digitalcarbon"})
    job = await customer.order()
    assert job is not None
    return customer, job


BOUNDS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "times": ({"times": 2}, [503, 503, 200, 200, 200, 200]),
    "after": ({"after": 2, "times": 1}, [200, 200, 503, 200, 200, 200]),
    "every": ({"every": 3}, [200, 200, 503, 200, 200, 503]),
    "every after": ({"every": 2, "after": 1}, [200, 200, 503, 200, 503, 200]),
    "nth": ({"nth": 2}, [200, 503, 200, 200, 200, 200]),
    "nth and more": ({"nth": ">=5"}, [200, 200, 200, 200, 503, 503]),
    "nth in a range": ({"nth": "2..3"}, [200, 503, 503, 200, 200, 200]),
    "poll": ({"poll": "<3"}, [503, 503, 200, 200, 200, 200]),
    "never": ({"probability": 0}, [200, 200, 200, 200, 200, 200]),
    "always": ({"probability": 1}, [503, 503, 503, 503, 503, 503]),
    "some of them": ({"probability": 0.2}, [200, 503, 200, 200, 503, 200]),
    "another state": ({"state": "processing"}, [200] * 6),
    "its state": ({"state": ["queued", "processing"]}, [503] * 6),
    "its phase": ({"phase": "waiting"}, [503] * 6),
    "the first job": ({"job": 1}, [503] * 6),
    "the second job": ({"job": 2}, [200] * 6),
    "an old job": ({"age": ">10"}, [200] * 6),
    "a header": ({"header": {"X-API-Key": "digitalcarbon-*"}}, [503] * 6),
    "another header": ({"header": {"X-API-Key": "other"}}, [200] * 6),
    "no header": ({"header": {"X-Retry": None}}, [503] * 6),
    "a query": ({"query": {"verbose": "*"}}, [200] * 6),
    "a file": ({"file": "absent"}, [503] * 6),
    "a link": ({"link": "expired"}, [200] * 6),
}


@pytest.mark.parametrize("case", BOUNDS)
async def test_a_rule_is_bound_by(player: Play, case: str) -> None:
    on, expected = BOUNDS[case]
    customer, job = await _ready(player, _rule(operation="status", **on))

    assert await _reads(customer, job, 6) == expected


async def test_a_rule_heals_after_its_time(player: Play) -> None:
    customer, job = await _ready(player, _rule(operation="status", ttl="10s"))
    early = await _reads(customer, job, 1)

    customer.space.clock.advance(10)

    assert early + await _reads(customer, job, 1) == [503, 200]


async def test_a_rule_acts_in_its_window(player: Play) -> None:
    window = {"from": "5s", "to": "10s"}
    customer, job = await _ready(player, _rule(operation="status", window=window))
    answers = []

    for _ in range(4):
        answers += await _reads(customer, job, 1)
        customer.space.clock.advance(4)

    assert answers == [200, 200, 503, 200]


async def test_a_rule_sees_progress(player: Play) -> None:
    customer = await player("hourone", _rule(operation="status", progress=">=50"))

    log = await customer.play()

    assert log == ["create 201", "waiting", "running", "read 503", "gives up"]


async def test_a_rule_that_has_healed_leaves_an_idle_book(player: Play) -> None:
    customer, job = await _ready(player, _rule(operation="status", times=1))
    book = book_of(customer.space)
    busy = book.is_idle

    await _reads(customer, job, 1)

    assert (busy, book.is_idle) == (False, True)
    assert book.loads() == []


async def test_a_body_is_matched_in_part(player: Play) -> None:
    body = {"template_params": {"template_id": "Active*"}}
    customer = await player("digitalcarbon", _rule(operation="create", body=body))

    await customer.order()

    assert customer.log == ["create 503"]


async def test_a_body_is_matched_by_pointer(player: Play) -> None:
    body = {"/files/0/url": "https://example.com/image1.jpg", "/files/1": "*"}
    customer = await player("digitalcarbon", _rule(operation="create", body=body))

    await customer.order()

    assert customer.log == ["create 200"]


async def test_a_body_is_matched_as_text(player: Play) -> None:
    rule = _rule(operation="create", text="*video.create*")
    customer = await player("stupeflix", rule)

    await customer.order()

    assert customer.log == ["create 503"]


async def test_silent_retries_count_as_one_call(player: Play) -> None:
    rule = _rule(operation="create", times=1, count="calls")
    customer = await player("digitalcarbon", rule)
    method, path, listing = customer.creation()
    other = {**listing, "files": listing["files"] * 2}

    again = [(await customer.ask(method, path, listing))[0] for _ in range(4)]
    new = (await customer.ask(method, path, other))[0]

    assert again == [503, 503, 503, 503]
    assert new == 200


async def test_a_first_try_is_told_by_the_clients_own_header(player: Play) -> None:
    rule = _rule(operation="create", times=1, count="calls")
    customer = await player("digitalcarbon", rule)
    statuses = []

    for retry in ("0", "1", "0"):
        response = await customer.running.client.post(
            "/digitalcarbon/v1-beta/generate-video",
            json=customer.creation()[2],
            headers={**customer.headers(), "x-stainless-retry-count": retry},
        )
        statuses.append(response.status)

    assert statuses == [503, 503, 200]


async def test_an_answer_is_patched(player: Play) -> None:
    answer = {"status": 202, "headers": {"X-New": "1"}, "set": {"/status": "odd"}}
    rule = {"on": {"operation": "status"}, "answer": answer}
    customer = await player("digitalcarbon", {"scenario": "x", "rules": [rule]})
    job = await customer.order()
    assert job is not None

    response = await customer.send(*customer.reading(job))

    assert response.status == 202
    assert response.headers["X-New"] == "1"
    assert await response.json() == {"status": "odd"}


async def test_two_spaces_do_not_share_rules(player: Play) -> None:
    customer = await player("digitalcarbon", "offline")

    response = await customer.running.client.post(
        "/digitalcarbon/v1-beta/generate-video",
        json=customer.creation()[2],
        headers={"X-API-Key": "digitalcarbon-other-key"},
    )

    assert response.status == 200


async def test_a_rule_is_named_in_the_journal(player: Play) -> None:
    customer = await player("digitalcarbon", "status-blips", "slow-render")
    job = await customer.order()
    assert job is not None

    await customer.follow(job)

    journal = customer.running.instance.services.journal
    exchanges = list(journal.exchanges(customer.space.id))
    assert [*exchanges[0].notes] == ["rule slow-render/1 changed the job"]
    assert [one.fault for one in exchanges][:4] == [
        "",
        "status-blips/1",
        "status-blips/1",
        "",
    ]


async def test_a_header_asks_for_a_scenario(player: Play) -> None:
    customer = await player("digitalcarbon")
    path = "/digitalcarbon/v1-beta/generate-video"
    asking = {**customer.headers(), "X-Mock-Scenario": "render-fails"}

    asked = await customer.running.client.post(
        path, json=customer.creation()[2], headers=asking
    )
    plain = await customer.order()
    failing = (await asked.json())["job_id"]

    assert plain is not None
    assert await customer.follow(plain)
    assert not await customer.follow(failing)


async def test_a_header_that_names_nothing_is_told(player: Play) -> None:
    customer = await player("digitalcarbon")

    response = await customer.running.client.post(
        "/digitalcarbon/v1-beta/generate-video",
        json=customer.creation()[2],
        headers={**customer.headers(), "X-Mock-Scenario": "render-fals"},
    )

    assert response.status == 400
    assert "expected 'render-fails'" in (await response.json())["error"]


async def test_a_thousand_rules_for_other_operations_are_not_looked_at(
    player: Play,
) -> None:
    rule = {"on": {"operation": "results"}, "fault": FAULT}
    customer = await player("digitalcarbon", {"scenario": "x", "rules": [rule] * 1000})
    book = book_of(customer.space)

    assert book.wants("digitalcarbon", "status") is None
    assert book.wants("digitalcarbon", "results") is not None
