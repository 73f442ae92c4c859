"""An end that somebody brings about is told at once, and only once."""

import pytest

from tests.providers.impossible.conftest import Api, Customer


async def _waiting(api: Api, origin: str) -> str:
    """Order a render with an upload that nobody waits for; return the token."""
    wanted = {
        "extension": "png",
        "destination": {"bucket": "b", "filename": "f"},
        "async": True,
        "onsuccess": f"{origin}/done",
        "onerror": f"{origin}/failed",
    }
    return await api.rendering({"movie": "m", "upload": wanted})


def _called(customer: Customer) -> list[str]:
    return [called.path for called in customer.received]


@pytest.mark.parametrize(("method", "verb"), [("POST", "/fail"), ("DELETE", "")])
async def test_a_token_that_is_failed_or_deleted_calls_back_now(
    api: Api, customer: Customer, method: str, verb: str
) -> None:
    token = await _waiting(api, customer.origin)

    answer = await api.running.client.request(method, f"/_mock/api/jobs/{token}{verb}")
    now = _called(customer)
    api.advance(86_400)
    await api.deliveries()

    assert answer.status == 200
    assert now == ["/failed?msg=Render%20failed"]
    assert _called(customer) == now


async def test_a_client_that_drops_a_token_is_never_called_back(
    api: Api, customer: Customer
) -> None:
    """Token and work are dropped (contract impossible, section 3.6)."""
    token = await _waiting(api, customer.origin)

    await api.call("DELETE", f"/v2/token/{token}")
    api.advance(86_400)

    assert await api.deliveries() == []
    assert customer.received == []


async def test_nothing_is_left_of_a_held_token_that_is_deleted(api: Api) -> None:
    """A token that nobody has fetched goes with what it would have become."""
    token = await api.token()
    before = len(api.space().table("impossible", "held"))

    await api.running.client.delete(f"/_mock/api/jobs/{token}")

    assert before == 1
    assert len(api.space().table("impossible", "held")) == 0
