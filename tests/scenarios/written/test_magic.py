"""Outcomes asked for by a suffix, through each provider's own client."""

from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.scenarios.written.magic import MAGIC, conjure
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player


def _with(customer: Player, document: Any) -> None:
    method, path, _ = customer.creation()
    customer.creation = lambda: (method, path, document)  # type: ignore[method-assign]  # this order only


def _digitalcarbon(document: Any, suffix: str) -> Any:
    params = {**document["template_params"], "template_id": f"ActiveListing1{suffix}"}
    return {**document, "template_params": params}


def _hourone(document: Any, suffix: str) -> Any:
    return {**document, "name": f"Spring{suffix}"}


def _idomoo(document: Any, suffix: str) -> Any:
    return {**document, "data": [{"key": "name", "val": f"Ada{suffix}"}]}


def _stupeflix(document: Any, suffix: str) -> Any:
    task = document["tasks"][0]
    return {**document, "tasks": [{**task, "meta": {"title": f"Spring{suffix}"}}]}


def _impossible(document: Any, suffix: str) -> Any:
    return {**document, "movie": f"welcome{suffix}"}


ORDERS = {
    "digitalcarbon": _digitalcarbon,
    "hourone": _hourone,
    "idomoo": _idomoo,
    "stupeflix": _stupeflix,
    "impossible": _impossible,
}


async def _log(player: Play, slug: str, suffix: str, **settings: Any) -> list[str]:
    customer = await player(slug, **settings)
    _with(customer, ORDERS[slug](customer.creation()[2], suffix))
    job = await customer.order()
    if job is not None:
        await customer.follow(job)
    return customer.log


@pytest.mark.parametrize(
    ("slug", "seen"),
    [
        ("digitalcarbon", ["create 200", "waiting", "running", "failed"]),
        ("hourone", ["create 201", "waiting", "running", "failed"]),
        ("idomoo", ["create 200", "waiting", "running", "failed"]),
        ("stupeflix", ["create 200", "waiting", "running", "failed"]),
        ("impossible", ["create 202", "running", "read 500", "gives up"]),
    ],
)
async def test_a_suffix_lets_the_job_fail(
    player: Play, slug: str, seen: list[str]
) -> None:
    assert await _log(player, slug, "__fail-at-60") == seen


@pytest.mark.parametrize(
    ("suffix", "seen"),
    [
        ("__stuck", "create 201 > waiting > running > gives up"),
        ("__queued", "create 201 > waiting > gives up"),
        ("__refuse-rate-limited", "create 429"),
        ("__status-500-2", "create 201 > read 500 > running > succeeded"),
        ("__vanish-1s", "create 201 > waiting > read 404"),
        ("__no-such-thing", "create 201 > waiting > running > succeeded"),
    ],
)
async def test_a_suffix_decides(player: Play, suffix: str, seen: str) -> None:
    assert await _log(player, "hourone", suffix) == seen.split(" > ")


async def test_a_suffix_is_about_its_own_job_only(player: Play) -> None:
    customer = await player("hourone")
    _with(customer, _hourone(customer.creation()[2], "__status-500-2"))
    magic = await customer.order()
    _with(customer, _hourone(customer.creation()[2], ""))
    plain = await customer.order()
    assert plain is not None
    assert magic is not None

    statuses = [
        (await customer.ask(*customer.reading(job)))[0] for job in (plain, magic)
    ]

    assert statuses == [200, 500]


@pytest.mark.parametrize("form", MAGIC)
def test_each_suffix_makes_a_scenario_for_every_provider(
    stage: Stage, form: str
) -> None:
    document = conjure(f"Spring{MAGIC[form].example}")

    assert document is not None
    assert len(stage.read(document).rules) >= 1


def test_underscores_stand_for_dashes_where_a_name_may_have_none() -> None:
    document = conjure("ada__fail_at_60")

    assert document is not None
    assert document["rules"] == [{"job": {"fail_at": 60}}]


def test_a_problem_may_have_underscores() -> None:
    document = conjure("Ada__refuse-render_failed")

    assert document is not None
    assert document["rules"] == [{"job": {"refuse": "render_failed"}}]


def test_a_suffix_may_stand_before_that_of_a_file() -> None:
    document = conjure("clip__fail-at-60.mp4")

    assert document == {
        "scenario": "__fail-at-60",
        "rules": [{"job": {"fail_at": 60}}],
    }
