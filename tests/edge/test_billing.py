"""What jobs cost at each provider: as its wire says it, or a world's price list."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from mockserver.edge.billing import Till, forget_bill
from mockserver.verdict.bill import Bill, money
from tests.scenarios.conftest import Play, naps, opened, player
from tests.scenarios.players import PLAYERS, Player

__all__ = ["naps", "opened", "player"]

# What a small honest client's one video costs, if anybody knows.
KNOWN: Mapping[str, str] = {
    "idomoo": "1.00 credits",
    "luma": "USD 0.7078",
    "runway": "USD 0.60",
}


FAILING = {
    "scenario": "day",
    "rules": [{"on": {"operation": "text-to-video"}, "job": {"fail_at": 50}}],
}


def bill(player: Player) -> Bill:
    return Till(player.running.instance.services, player.space).bill()


def told(player: Player) -> list[tuple[str, str, str, str]]:
    """Return currency, what was taken, what was given back, and the word for it."""
    return [
        (one.currency, str(one.charged.normalize()), str(one.refunded.normalize()),
         one.paid.value)
        for one in bill(player).charges
    ]  # fmt: skip


@pytest.mark.parametrize("slug", sorted(PLAYERS))
async def test_what_is_known_of_a_price_is_on_the_bill(player: Play, slug: str) -> None:
    """And of the others, nothing is made up."""
    client = await player(slug, pace="manual")
    await client.order()
    client.space.clock.advance(86_400)

    charges = bill(client).charges

    said = [money(one.net, one.currency) if one.currency else "" for one in charges]
    assert said == [KNOWN.get(slug, "")]


@pytest.mark.parametrize("slug", sorted(PLAYERS))
async def test_a_world_says_what_a_job_and_a_second_cost(
    player: Play, slug: str, tmp_path: Path
) -> None:
    world = tmp_path / "world.yaml"
    world.write_text(
        f"{slug}:\n  catalogue:\n    prices:\n      currency: EUR\n"
        '      charged: success\n      rates: [{per_job: "2", per_second: "0.25"}]\n'
    )
    client = await player(slug, pace="manual", world=(world,))
    await client.order()

    [before] = bill(client).charges
    client.space.clock.advance(86_400)
    [after] = bill(client).charges

    assert (before.currency, before.paid.value) == ("EUR", "pending")
    assert before.net == 0
    assert (after.net, after.paid.value) == (before.price, "charged")
    seconds = (after.price - 2) / after.price.from_float(0.25)
    assert 1 <= seconds <= 600


async def test_runway_takes_at_once_and_gives_back_what_fails(player: Play) -> None:
    client = await player("runway", FAILING, pace="manual")
    await client.order()

    before = told(client)
    client.space.clock.advance(86_400)

    assert before == [("USD", "0.6", "0", "charged")]
    assert told(client) == [("USD", "0.6", "0.6", "refunded")]


async def test_runway_keeps_the_money_of_what_moderation_stops(player: Play) -> None:
    client = await player("runway", pace="manual")
    client.title = "A boat __fail:SAFETY.INPUT.TEXT"
    await client.order()
    client.space.clock.advance(86_400)

    assert told(client) == [("USD", "0.6", "0", "charged")]


@pytest.mark.parametrize(("wait_s", "back"), [(0.0, "0.6"), (10.0, "0")])
async def test_who_takes_a_task_away_that_runs_has_paid_it(
    player: Play, wait_s: float, back: str
) -> None:
    client = await player("runway", pace="manual")
    job = await client.order()
    client.space.clock.advance(wait_s)
    await client.ask("DELETE", f"/v1/tasks/{job}")

    [gone] = bill(client).gone

    assert bill(client).charges == ()
    assert (gone.slug, gone.state, gone.jobs) == ("runway", "gone", 1)
    assert (str(gone.charged.normalize()), str(gone.refunded.normalize())) == (
        "0.6",
        back,
    )


async def test_luma_gives_back_what_fails(player: Play) -> None:
    client = await player("luma", pace="manual")
    client.title = "A tiger __fail:Job failed"
    await client.order()
    client.space.clock.advance(86_400)

    [one] = bill(client).charges

    assert one.is_assumed
    assert one.net == 0


async def test_a_job_whose_name_another_gets_was_paid_all_the_same(
    player: Play,
) -> None:
    """Idomoo's clients may name their renders, and name two alike."""
    client = await player("idomoo", pace="manual")
    method, path, body = client.creation()
    for _ in range(2):
        status, _ = await client.ask(method, path, {**body, "video_file_name": "me"})
        assert status == 200

    assert [one.job for one in bill(client).charges] == ["1234/0000/me"]
    assert [(one.jobs, str(one.net)) for one in bill(client).total] == [(2, "2.000000")]


async def test_a_bill_can_be_forgotten(player: Play) -> None:
    client = await player("idomoo", pace="manual")
    await client.order()
    [(_, job)] = [one for one in client.space.all_jobs() if one[1].ordinal >= 0]
    client.space.jobs("idomoo").delete(job)

    forget_bill(client.space, "idomoo")

    assert bill(client) == Bill()


async def test_replicate_has_a_price_where_its_model_says_one(
    player: Play, tmp_path: Path
) -> None:
    world = tmp_path / "world.yaml"
    world.write_text("replicate: {catalogue: {models: {google/veo-3.1: {price: 0.1}}}}")
    client = await player("replicate", pace="manual", world=(world,))
    await client.order()

    [one] = bill(client).charges
    assert money(one.net, one.currency) == "USD 0.80"
