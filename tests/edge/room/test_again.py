"""What was seen, to run again; and webhooks, sent again in ways that hurt."""

from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.providers.provider import Provider
from mockserver.providers.signing import Signing
from mockserver.providers.wires.standard_webhooks import sign
from tests.edge.conftest import KEY, Running, Serve
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    ("way", "told"),
    [("pytest", "def test_job_"), ("scenario", "timeline:"), ("curl", "curl -sSgi")],
)
async def test_a_job_becomes_what_runs(
    filled: Running, visit: Visit, way: str, told: str
) -> None:
    (job,) = (await filled.get("/jobs"))["jobs"]
    tab = await visit(filled, f"#/jobs/{job['space']}/sketch/{job['id']}")

    await tab.see(
        tab.page.get_by_role("tablist", name="To run again")
        .get_by_role("tab", name=way, exact=True)
        .click()
    )

    await tab.shows(".detail .replay pre", told)


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("curl", "-H 'X-Sketch-Key: sketch-test-key'"),
        ("httpx", 'os.environ["SECRET"]'),
        ("fetch", "process.env.SECRET"),
    ],
)
async def test_a_call_becomes_code_with_what_it_needs(
    server: Running, visit: Visit, way: str, told: str
) -> None:
    await server.draw()
    tab = await visit(server, "#/exchanges/1")

    await tab.click("tab", way)

    await tab.shows(".detail .replay pre", told)
    await tab.shows(".detail .replay", "Set SECRET in the environment")


@pytest.mark.parametrize("way", ["curl", "httpx", "fetch"])
async def test_what_is_copied_of_a_call_has_no_secret_in_it(
    server: Running, visit: Visit, way: str
) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.planted-s3cr3t"
    await server.client.post(
        f"/sketch/drawings?token={token}&note={token}",
        headers={
            "X-Sketch-Key": KEY,
            "Authorization": f"Bearer {token}",
            "Cookie": f"session={token}",
            "X-Webhook-Signing-Key": "planted-s3cr3t",
        },
        json={"note": token, "signing_secret": "planted-s3cr3t"},
    )
    tab = await visit(server, "#/exchanges/1")

    await tab.click("tab", way)

    await tab.shows(".detail .replay pre", "drawings")
    copied = await tab.text(".detail .replay pre")
    assert "planted" not in copied
    assert "planted" not in await tab.value("document.documentElement.outerHTML")


async def test_what_a_client_has_written_stays_text(
    server: Running, visit: Visit
) -> None:
    await server.draw(what=EVIL)
    tab = await visit(server, "#/exchanges/1")

    await tab.see(
        tab.page.get_by_role("tablist", name="To run again")
        .get_by_role("tab", name="pytest", exact=True)
        .click()
    )

    await tab.shows(".detail .replay pre", "onerror")
    assert await tab.value("document.querySelectorAll('img[src=x]').length") == 0


async def test_a_webhook_is_sent_twice_from_its_page(
    filled: Running, visit: Visit
) -> None:
    (delivery,) = (await filled.get("/deliveries"))["deliveries"]
    tab = await visit(filled, f"#/deliveries/{delivery['space']}/{delivery['id']}")

    await tab.see(tab.page.get_by_label("How to send it again").select_option("twice"))
    await tab.click("button", "Send again")

    await tab.counts(".attempts li", 3)
    await tab.shows(".attempts", "a copy by a fault")
    assert len(filled.received) == 3


async def test_what_cannot_be_forged_says_why(filled: Running, visit: Visit) -> None:
    (delivery,) = (await filled.get("/deliveries"))["deliveries"]
    tab = await visit(filled, f"#/deliveries/{delivery['space']}/{delivery['id']}")

    label = tab.page.get_by_label("How to send it again")
    await tab.see(label.select_option("wrong-signature"))
    await tab.click("button", "Send again")

    await tab.shows(".detail [role=alert]", "which nothing signs")


async def test_a_late_webhook_arrives_when_its_time_has_come(
    filled: Running, visit: Visit
) -> None:
    (delivery,) = (await filled.get("/deliveries"))["deliveries"]
    tab = await visit(filled, f"#/deliveries/{delivery['space']}/{delivery['id']}")
    await tab.counts(".attempts li", 1)

    await tab.see(tab.page.get_by_label("How to send it again").select_option("late"))
    await tab.see(tab.page.get_by_label("How late").fill("30s"))
    await tab.click("button", "Send again")
    await tab.shows(".detail header .badge", "pending")
    await tab.shows(".detail", "next try")
    assert len(filled.received) == 1

    await filled.post("/spaces/sketch.main/clock/advance", {"by": 31})

    await tab.counts(".attempts li", 2)
    await tab.shows(".detail header .badge", "delivered")
    assert [body for _, body in filled.received] == [b"{}", b"{}"]


async def test_a_wrong_signature_arrives_where_the_right_one_did(
    serve: Serve, sketch: Provider, visit: Visit
) -> None:
    signing = Signing("x-signature", sign, lambda _: ("whsec_AAAA",), "x-date")
    server = await serve(provider=replace(sketch, signing=signing, labels=("drawn",)))
    signatures: list[str] = []

    async def take(request: web.Request) -> web.Response:
        signatures.append(request.headers["X-Signature"])
        return web.Response(status=401 if len(signatures) == 2 else 200)

    app = web.Application()
    app.router.add_post("/hook", take)
    async with TestServer(app) as receiver:
        await server.draw()
        space = server.instance.services.spaces.find("sketch.main")
        assert space is not None
        message = Message(
            "POST",
            str(receiver.make_url("/hook")),
            headers=(("X-Signature", "0123456789abcdef"),),
            body=b"{}",
        )
        one = Delivery(slug="sketch", label="drawn", message=message)
        planned = server.instance.services.outbox.plan(space, one, space.clock.now())
        await server.instance.services.scheduler.settle(space)
        tab = await visit(server, f"#/deliveries/sketch.main/{planned.id}")
        await tab.counts(".attempts li", 1)

        way = tab.page.get_by_label("How to send it again")
        await tab.see(way.select_option("wrong-signature"))
        await tab.click("button", "Send again")

        await tab.counts(".attempts li", 2)
        await tab.shows(".attempts li:nth-child(2)", "401")
        await tab.shows(".attempts li:nth-child(2)", "changed by a fault")
    assert signatures == ["0123456789abcdef", "fedcba9876543210"]
