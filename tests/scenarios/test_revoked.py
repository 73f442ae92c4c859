"""A credential that is revoked stays so, whatever is asked with it."""

import pytest

from tests.scenarios.conftest import Open, Play
from tests.scenarios.players import PLAYERS, HourOne, Player


class Other(HourOne):
    """The same customer with another key of the same account."""

    key = ""

    def headers(self) -> dict[str, str]:
        return {"api-key": self.key or "hourone-test-key"}


async def _revoked(customer: Player) -> str:
    job = await customer.order()
    assert job is not None
    await customer.follow(job)
    assert customer.log[-1] == "read 401"
    return job


@pytest.mark.parametrize("slug", ["digitalcarbon", "hourone"])
async def test_a_revoked_key_orders_nothing(player: Play, slug: str) -> None:
    customer = await player(slug, "key-expires")
    await _revoked(customer)

    status, _ = await customer.ask(*customer.creation())

    assert status == 401


async def test_a_revoked_key_is_no_good_again(player: Play) -> None:
    """The job's end, which the rule is not about, is refused, too."""
    customer = await player("hourone", "key-expires")
    job = await _revoked(customer)
    customer.space.clock.advance(86_400)

    status, _ = await customer.ask(*customer.reading(job))

    assert status == 401


async def test_another_key_of_the_account_works(player: Play) -> None:
    customer = await player("hourone", "key-expires")
    await _revoked(customer)
    other = Other(customer.running)
    services = customer.running.instance.services
    grant = services.spaces.keyring.find("hourone", "hourone-test-key", "key")
    assert grant is not None
    services.register("hourone", "second-key", account=grant.account)
    other.key = "second-key"

    status, _ = await other.ask(*other.creation())

    assert status == 201


async def test_a_cleared_rule_gives_the_key_back(opened: Open) -> None:
    customer = PLAYERS["hourone"](await opened())
    customer.use("key-expires")
    job = await _revoked(customer)
    customer.space.script.clear()  # type: ignore[attr-defined]  # a RuleBook

    status, _ = await customer.ask(*customer.reading(job))

    assert status == 200
