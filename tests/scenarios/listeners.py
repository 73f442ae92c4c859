"""Customers that are told things by webhooks, callbacks or uploads."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.delivery.sink import Sink
from tests.providers.digitalcarbon.conftest import FROZEN, KEY
from tests.providers.hourone.conftest import TOKEN
from tests.providers.hourone.conftest import Api as HourOne
from tests.providers.stupeflix.conftest import EPOCH_S, SECRET, profiles
from tests.providers.stupeflix.conftest import Api as Stupeflix
from tests.scenarios.players import Player

__all__ = ["LISTENERS", "settings"]

Listen = Callable[[Player, Sink], Awaitable[None]]

LONG_S = 400


def settings(slug: str, sink: Sink) -> dict[str, Any]:
    """Return what a server needs whose customer of a provider listens."""
    if slug == "digitalcarbon":
        return {"pace": "step"}
    if slug != "stupeflix":
        return {"pace": "manual"}
    return {
        "pace": "manual",
        "epoch": "2023-11-14T22:13:20+00:00",
        "wall": lambda: EPOCH_S,
        "providers_settings": {"stupeflix": {"s3_endpoint": sink.url("")}},
    }


async def _digitalcarbon(customer: Player, sink: Sink) -> None:
    """Let a finished video be uploaded."""
    path = f"/v1-beta/generate-video/{FROZEN}3/results/upload-video"
    url = f"{customer.running.origin}/digitalcarbon{path}"
    document = {"upload_url": sink.url()}
    await customer.running.client.session.post(url, json=document, headers=KEY)


async def _fal(customer: Player, sink: Sink) -> None:
    """Let a webhook be told of two requests."""
    method, path, order = customer.creation()
    for _ in range(2):
        await customer.send(method, f"{path}?fal_webhook={sink.url()}", order)
    await _wait(customer)


async def _google(customer: Player, sink: Sink) -> None:
    """Let a webhook of the project be told of two operations."""
    hook = {"subscribed_events": ["video.generated"], "uri": sink.url()}
    await customer.send("POST", "/v1/webhooks", hook)
    await customer.order()
    await customer.order()
    await _wait(customer)


async def _hourone(customer: Player, sink: Sink) -> None:
    """Let a webhook be told of two videos."""
    body = {"name": "ci", "events": ["video.ready"], "url": sink.url()}
    await HourOne(customer.running).post("/webhooks", body, TOKEN)
    await customer.order()
    await customer.order()
    await _wait(customer)


async def _impossible(customer: Player, sink: Sink) -> None:
    """Let a still be put into a bucket, and be called back."""
    destination: dict[str, Any] = {
        "bucket": "b",
        "filename": "1.png",
        "s3host": f"127.0.0.1:{sink.port}",
        "aws_access_key_id": "AK",
        "aws_secret_access_key": "SK",
    }
    upload: dict[str, Any] = {"extension": "png", "destination": destination}
    upload |= {"async": True, "onsuccess": sink.url()}
    order = {"movie": "m", "upload": upload}
    await customer.send("POST", "/v2/render/demo-project", order)
    await _wait(customer)


async def _luma(customer: Player, sink: Sink) -> None:
    """Let a callback be told of two generations."""
    method, path, order = customer.creation()
    order |= {"callback_url": sink.url()}
    await customer.send(method, path, order)
    await customer.send(method, path, order)
    await _wait(customer)


async def _heygen(customer: Player, sink: Sink) -> None:
    """Let an endpoint be told of two videos."""
    hook = {"url": sink.url(), "events": ["avatar_video.success"]}
    await customer.send("POST", "/v3/webhooks/endpoints", hook)
    await customer.order()
    await customer.order()
    await _wait(customer)


async def _mux(customer: Player, sink: Sink) -> None:
    """Let the address of the dashboard be told of two assets."""
    customer.space.settings["mux", "webhook_url"] = sink.url()
    await customer.order()
    await customer.order()
    await _wait(customer)


async def _shotstack(customer: Player, sink: Sink) -> None:
    """Let a callback be told of two renders."""
    method, path, order = customer.creation()
    order |= {"callback": sink.url()}
    await customer.send(method, path, order)
    await customer.send(method, path, order)
    await _wait(customer)


async def _openai(customer: Player, sink: Sink) -> None:
    """Let an endpoint be told of two videos."""
    fixture = "/v1/webhook_endpoints/we_000000000000000000000001"
    await customer.send("DELETE", fixture, None)
    kinds = ["video.completed", "video.failed"]
    hook = {"name": "ci", "url": sink.url(), "event_types": kinds}
    await customer.send("POST", "/v1/webhook_endpoints", hook)
    await customer.order()
    await customer.order()
    await _wait(customer)


async def _replicate(customer: Player, sink: Sink) -> None:
    """Let a webhook be told of two predictions."""
    method, path, order = customer.creation()
    order |= {"webhook": sink.url(), "webhook_events_filter": ["start", "completed"]}
    await customer.send(method, path, order)
    await customer.send(method, path, order)
    await _wait(customer)


async def _stupeflix(customer: Player, sink: Sink) -> None:
    """Let a profile be put into a bucket, and a task call back."""
    method, path, order = customer.creation()
    order["tasks"][0]["url_callback"] = sink.url()
    await customer.send(method, path, {**order, "secret": SECRET})
    api = Stupeflix(customer.running)
    bucket = '<s3 bucket="b" accesskey="a" secretkey="s"/>'
    await api.render(profiles(bucket, name="mobile-small"))
    await _wait(customer)


async def _wait(customer: Player) -> None:
    """Wait until everything is over: step by step, as one thing follows on another."""
    for _ in range(8):
        customer.space.clock.advance(LONG_S)
        await customer.running.settle(customer.space)


LISTENERS: Mapping[str, Listen] = {
    "digitalcarbon": _digitalcarbon,
    "fal": _fal,
    "google": _google,
    "hourone": _hourone,
    "impossible": _impossible,
    "luma": _luma,
    "heygen": _heygen,
    "mux": _mux,
    "openai": _openai,
    "shotstack": _shotstack,
    "replicate": _replicate,
    "stupeflix": _stupeflix,
}
