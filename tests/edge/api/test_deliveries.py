"""Deliveries over the control API: how they are signed, and sending them again."""

from typing import Any

import pytest

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from tests.edge.conftest import KEY, OTHER_KEY, Running, Serve


@pytest.fixture
async def signed(serve_real: Serve) -> Running:
    """Return a server that has sent a webhook of Replicate, which is signed."""
    server = await serve_real(auth="open")
    response = await server.client.post(
        "/replicate/v1/models/google/veo-3.1/predictions",
        json={
            "input": {"prompt": "a house"},
            "webhook": server.hook,
            "webhook_events_filter": ["completed"],
        },
        headers={"Authorization": "Bearer r8_of_a_test"},
    )
    job = (await response.json())["id"]
    await server.post(f"/jobs/{job}/finish")
    return server


async def _only(server: Running) -> dict[str, Any]:
    (delivery,) = (await server.get("/deliveries"))["deliveries"]
    assert isinstance(delivery, dict)
    return delivery


async def test_it_says_how_it_is_signed_and_with_which_kind_of_secret(
    signed: Running,
) -> None:
    assert (await _only(signed))["signature"] == {
        "header": "webhook-signature",
        "timestamp": "webhook-timestamp",
        "about": "v1, and HMAC-SHA256 in base64, of webhook-id, webhook-timestamp and"
        " the body with dots between them; its key is the base64 after whsec_ of the"
        " endpoint's secret",
    }


async def test_what_nothing_signs_has_no_signature(filled: Running) -> None:
    assert (await _only(filled))["signature"] is None


async def test_a_delivery_that_is_over_is_not_sent_again_by_itself(
    filled: Running,
) -> None:
    assert (await _only(filled))["next_at"] is None


async def test_it_is_late_if_asked_and_says_when_it_is_sent(filled: Running) -> None:
    delivery = await _only(filled)

    late = await filled.post(f"/deliveries/{delivery['id']}/resend", {"fault": "late"})

    assert (late["state"], late["next_at"]) == ("pending", "2030-01-01T00:00:40.000Z")
    assert len(filled.received) == 1
    await filled.post("/clock/advance", {"by": "10s"})
    assert len(filled.received) == 2
    assert (await _only(filled))["next_at"] is None


async def test_how_late_it_is_may_be_said(filled: Running) -> None:
    path = f"/deliveries/{(await _only(filled))['id']}/resend"

    late = await filled.post(path, {"fault": "late", "delay": "2m"})

    assert late["next_at"] == "2030-01-01T00:02:30.000Z"
    assert await filled.refused("POST", path, {"fault": "twice", "delay": "2m"}) == (
        400,
        "body/delay: found it with twice, expected fault late",
    )
    status, error = await filled.refused("POST", path, {"fault": "late", "delay": "x"})
    assert status == 400
    assert error.startswith("body/delay: ")


async def test_it_comes_twice_if_asked(filled: Running) -> None:
    delivery = await _only(filled)

    twice = await filled.post(
        f"/deliveries/{delivery['id']}/resend", {"fault": "twice"}
    )

    assert [one["is_copy"] for one in twice["attempts"]] == [False, False, True]
    assert len(filled.received) == 3


async def test_what_it_has_met_is_in_the_record_and_over(filled: Running) -> None:
    delivery = await _only(filled)

    await filled.post(f"/deliveries/{delivery['id']}/resend", {"fault": "twice"})
    await filled.post(f"/deliveries/{delivery['id']}/resend")

    (fault,) = (await filled.get("/faults"))["faults"]
    assert (fault["scenario"], fault["state"]) == ("resent-twice", "healed")
    (firing,) = fault["rules"][0]["firings"]
    assert firing["delivery"] == delivery["id"]
    assert len(filled.received) == 4


async def test_it_is_wrongly_signed_if_asked_once(signed: Running) -> None:
    delivery = await _only(signed)
    path = f"/deliveries/{delivery['id']}/resend"

    wrong = await signed.post(path, {"fault": "wrong-signature"})
    right = await signed.post(path)

    assert [one["is_tampered"] for one in wrong["attempts"]] == [False, True]
    assert [one["is_tampered"] for one in right["attempts"]] == [False, True, False]


async def test_what_nothing_signs_cannot_be_wrongly_signed(filled: Running) -> None:
    delivery = await _only(filled)
    path = f"/deliveries/{delivery['id']}/resend"

    status, error = await filled.refused("POST", path, {"fault": "wrong-signature"})

    assert status == 409
    assert error == (
        f"delivery: found {delivery['id']!r}, which nothing signs, expected one that is"
        " signed"
    )
    assert len(filled.received) == 1


async def test_a_fault_that_there_is_not_is_refused(filled: Running) -> None:
    delivery = await _only(filled)
    path = f"/deliveries/{delivery['id']}/resend"

    status, error = await filled.refused("POST", path, {"fault": "never"})

    assert status == 400
    assert "never" in error


async def test_what_is_about_a_job_that_is_gone_meets_its_fault_too(
    filled: Running,
) -> None:
    delivery = await _only(filled)
    await filled.ask("DELETE", f"/jobs/{delivery['job']}")

    await filled.post(f"/deliveries/{delivery['id']}/resend", {"fault": "twice"})

    assert len(filled.received) == 3


async def _pages(server: Running, **query: Any) -> list[list[str]]:
    pages: list[list[str]] = []
    after: dict[str, str] = {}
    while True:
        page = await server.get("/deliveries", **query, **after)
        pages.append([one["job"] for one in page["deliveries"]])
        if page["next"] is None:
            return pages
        after = {"after": page["next"]}


@pytest.fixture
async def busy(server: Running) -> tuple[Running, list[str], list[str]]:
    """Return a server that has sent three webhooks in each of two spaces."""
    first = [await server.draw(KEY, hook=server.hook) for _ in range(3)]
    second = [await server.draw(OTHER_KEY, hook=server.hook) for _ in range(3)]
    await server.post("/clock/advance", {"by": "1h"})
    return server, first, second


async def test_pages_follow_each_other(
    busy: tuple[Running, list[str], list[str]],
) -> None:
    """Also from one space to the next one."""
    server, first, second = busy

    pages = await _pages(server, limit=2)

    assert pages == [first[:2], [first[2], second[0]], second[1:]]


async def test_pages_go_from_the_latest_to_the_first(
    busy: tuple[Running, list[str], list[str]],
) -> None:
    server, first, second = busy

    pages = await _pages(server, limit=4, newest_first="true")

    assert pages == [[*second[::-1], first[2]], [first[1], first[0]]]


async def test_pages_are_of_what_fits(
    busy: tuple[Running, list[str], list[str]],
) -> None:
    server, first, _ = busy

    pages = await _pages(server, limit=2, space="sketch.main", state="delivered")

    assert pages == [first[:2], first[2:]]
    assert await _pages(server, limit=2, state="failed") == [[]]


async def test_after_what_is_unknown_nothing_follows(filled: Running) -> None:
    page = await filled.get("/deliveries", after="nobody")

    assert page == {"deliveries": [], "next": None}


async def test_a_signature_that_no_provider_makes_cannot_be_forged(
    server: Running,
) -> None:
    """It was answered as a bug of ours."""
    await server.draw()
    space = server.instance.services.spaces.find("sketch.main")
    assert space is not None
    message = Message("POST", "https://h.example/", headers=(("X-Signature", "ab"),))
    one = Delivery(slug="sketch", label="drawn", message=message)
    planned = server.instance.services.outbox.plan(space, one, space.clock.now() + 9)

    refused = await server.refused(
        "POST", f"/deliveries/{planned.id}/resend", {"fault": "wrong-signature"}
    )

    status, said = refused
    assert status == 409
    assert 'found "wrong", expected no signature: sketch does not sign' in said
