"""The outbound guard's table: whatever is sent anywhere stays on this machine.

Twelve channels, each with 54 hosts that are elsewhere in some spelling. What Python
itself was asked to connect to, and to look up, is the witness.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pytest
from aiohttp import web

from mockserver.delivery.guard import read_address
from tests.deep import some
from tests.providers.conftest import Running, Serve
from tests.providers.digitalcarbon import conftest as digitalcarbon
from tests.providers.hourone import conftest as hourone
from tests.providers.stupeflix import conftest as stupeflix

ELSEWHERE = (
    # Plain, and what there is in any network
    "93.184.216.34", "93.184.216.34:8080", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "100.64.0.1", "169.254.169.254", "224.0.0.1", "255.255.255.255",
    "0.0.0.0", "0",  # noqa: S104 - nobody binds to it
    # Decimal, octal, hexadecimal, short
    "1572395042", "0135.0270.0330.042", "0x5db8d822", "0x5d.0xb8.0xd8.0x22",
    "93.12113954", "93.184.55330", "0x5d.184.0330.34",
    # IPv6, mapped, compatible, NAT64, 6to4, Teredo, local
    "[2606:2800:220:1:248:1893:25c8:1946]", "[::]", "[::ffff:93.184.216.34]",
    "[::ffff:5db8:d822]", "[::93.184.216.34]", "[64:ff9b::5db8:d822]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:5db8:d822::1]",
    "[2002:7f00:1::]", "[2001:0:5db8:d822::1]", "[fd00:ec2::254]", "[fe80::1]",
    "[fe80::1%25lo]", "[ff02::1]",
    # User information
    "localhost@93.184.216.34", "127.0.0.1:80@evil.example", "user:pass@evil.example",
    "[::1]@evil.example", "localhost%40@evil.example", "127.0.0.1\\@evil.example",
    # Trailing dots
    "93.184.216.34.", "evil.example.", "metadata.google.internal.",
    # Names, of which some lead back here for whoever asks
    "evil.example", "localtest.me", "127.0.0.1.nip.io", "localhost.evil.example",
    "127.0.0.1.evil.example", "0x7f.1.evil.example", "notlocalhost", "xn--e1afmkfd.com",
    "пример.example", "\N{FULLWIDTH DIGIT ONE}0.0.0.1",
    "evil\N{IDEOGRAPHIC FULL STOP}example", "evil.example%00.localhost.x",
)  # fmt: skip

EVENTS = ["video.ready", "video.failed"]


@dataclass(slots=True)
class Witness:
    """What Python was asked to connect to, and to look up, while it watches."""

    is_watching: bool = False
    connected: set[str] = field(default_factory=set)
    looked_up: set[str] = field(default_factory=set)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_watching:
            return
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            self.connected.add(str(arguments[1][0]))
        elif event == "socket.getaddrinfo":
            self.looked_up.add(str(arguments[0]))


@pytest.fixture(scope="session")
def _ears() -> Witness:
    """An audit hook cannot be taken away again."""
    ears = Witness()
    sys.addaudithook(ears.hear)
    return ears


@pytest.fixture
def witness(_ears: Witness) -> Iterator[Witness]:
    _ears.connected.clear()
    _ears.looked_up.clear()
    _ears.is_watching = True
    yield _ears
    _ears.is_watching = False


Channel = Callable[[Serve, tuple[str, ...]], Awaitable[Running]]


async def hourone_webhook(serve: Serve, hosts: tuple[str, ...]) -> Running:
    api = hourone.Api(await serve())
    for number, host in enumerate(hosts):
        hook = {"name": f"h{number}", "url": f"http://{host}/x", "events": EVENTS}
        await api.post("/webhooks", hook, hourone.TOKEN)
    await api.start()
    for _ in range(8):  # the whole ladder of retries
        await api.advance(3600)
    return api.running


async def _stupeflix(serve: Serve, *elements: str, before: str = "") -> Running:
    """Order a video with all uploads, or with a notification, and let it end."""
    running = await serve(
        providers=("stupeflix",),
        epoch="2023-11-14T22:13:20+00:00",
        wall=lambda: stupeflix.EPOCH_S,
    )
    api = stupeflix.Api(running)
    await api.render(stupeflix.profiles(*elements, before=before))
    for _ in range(len(elements) + 4):
        api.space.clock.advance(3600)
        await api.settle()
    return running


async def stupeflix_notify(serve: Serve, hosts: tuple[str, ...]) -> Running:
    running = await serve(
        providers=("stupeflix",),
        epoch="2023-11-14T22:13:20+00:00",
        wall=lambda: stupeflix.EPOCH_S,
    )
    api = stupeflix.Api(running)
    for number, host in enumerate(hosts):
        url = escape(f"http://{host}/x")
        xml = stupeflix.profiles(before=f'<notify url="{url}" statusRegexp=".*"/>')
        await api.define(f"clip{number}")
        await api.create(xml, f"clip{number}")
    for _ in range(4):
        api.space.clock.advance(3600)
        await api.settle()
    return running


async def stupeflix_put(serve: Serve, hosts: tuple[str, ...]) -> Running:
    return await _stupeflix(
        serve, *(f'<httpPUT url="{escape(f"http://{h}/x")}"/>' for h in hosts)
    )


async def stupeflix_post(serve: Serve, hosts: tuple[str, ...]) -> Running:
    return await _stupeflix(
        serve, *(f'<httpPOST url="{escape(f"http://{h}/x")}"/>' for h in hosts)
    )


async def stupeflix_s3(serve: Serve, hosts: tuple[str, ...]) -> Running:
    """A bucket's name is the beginning of a host's; a slash would end the host."""
    return await _stupeflix(serve, *(f'<s3 bucket="{escape(h)}/"/>' for h in hosts))


async def stupeflix_ftp(serve: Serve, hosts: tuple[str, ...]) -> Running:
    return await _stupeflix(
        serve, *(f'<ftp server="{escape(h)}" directory="a"/>' for h in hosts)
    )


async def stupeflix_callback(serve: Serve, hosts: tuple[str, ...]) -> Running:
    running = await serve(providers=("stupeflix",))
    tasks = [
        {"task_name": "video.thumb", "url_errback": f"http://{host}/x"}
        for host in hosts
    ]
    body = {"secret": stupeflix.SECRET, "tasks": tasks}
    await running.client.post("/stupeflix/v2/create", json=body)
    space = running.space("stupeflix", "main")
    for _ in range(4):
        space.clock.advance(3600)
        await running.settle(space)
    return running


async def _impossible(serve: Serve, destinations: list[dict[str, Any]]) -> Running:
    """Render once, with all uploads."""
    running = await serve(auth="open", providers=("impossible",))
    tasks = [{"extension": "png", "destination": one} for one in destinations]
    asked = asyncio.create_task(
        running.client.request(
            "POST",
            "/impossible/v2/render/demo-project",
            json={"movie": "welcome", "upload": tasks},
        )
    )
    await running.let_wait(asked)
    space = running.space("impossible", "public")
    space.clock.advance(3600)
    await asked
    await running.settle(space)
    return running


async def impossible_http(serve: Serve, hosts: tuple[str, ...]) -> Running:
    return await _impossible(
        serve, [{"type": "http", "url": f"http://{host}/x"} for host in hosts]
    )


async def impossible_s3(serve: Serve, hosts: tuple[str, ...]) -> Running:
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    return await _impossible(
        serve,
        [
            {"type": "s3", "bucket": "b", "filename": "f", "s3host": host, **keys}
            for host in hosts
        ],
    )


async def impossible_ftp(serve: Serve, hosts: tuple[str, ...]) -> Running:
    return await _impossible(
        serve, [{"type": "ftp", "url": f"ftp://{host}/x"} for host in hosts]
    )


async def digitalcarbon_upload(serve: Serve, hosts: tuple[str, ...]) -> Running:
    api = digitalcarbon.Api(await serve())
    path = f"/{digitalcarbon.FROZEN}3/results/upload-video"
    for host in hosts:
        await api.post(path, {"upload_url": f"http://{host}/x"})
    return api.running


async def digitalcarbon_inputs(serve: Serve, hosts: tuple[str, ...]) -> Running:
    settings = {"digitalcarbon": {"fetch_inputs": "head"}}
    api = digitalcarbon.Api(await serve(providers_settings=settings))
    for host in hosts:
        files = [{"url": f"http://{host}/image.jpg"}]
        await api.post("", {**digitalcarbon.LISTING, "files": files})
    return api.running


CHANNELS: dict[str, Channel] = {
    channel.__name__: channel
    for channel in (
        hourone_webhook, stupeflix_notify, stupeflix_put, stupeflix_post, stupeflix_s3,
        stupeflix_ftp, stupeflix_callback, impossible_http, impossible_s3,
        impossible_ftp, digitalcarbon_upload, digitalcarbon_inputs,
    )
}  # fmt: skip


def strangers(addresses: set[str]) -> list[str]:
    """Return which addresses are not on this machine."""
    found = {address: read_address(address) for address in addresses}
    return [a for a, read in found.items() if read is None or not read.is_loopback]


@dataclass(slots=True)
class Door:
    """An address here; nobody answers, but who comes is counted."""

    place: str = ""
    came: int = 0


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    opened = Door()

    async def come(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.came += 1
        writer.close()

    server = await asyncio.start_server(come, "127.0.0.1", 0)
    opened.place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield opened
    server.close()
    await server.wait_closed()


def test_the_table_is_as_large_as_it_says() -> None:
    assert (len(CHANNELS), len(set(ELSEWHERE))) == (12, 54)


@pytest.mark.ffmpeg
@pytest.mark.parametrize("channel", some(CHANNELS, of=4))
async def test_nothing_is_sent_elsewhere_and_no_refused_name_is_looked_up(
    serve: Serve, witness: Witness, channel: str
) -> None:
    await CHANNELS[channel](serve, ELSEWHERE)

    assert strangers(witness.connected) == []
    assert witness.looked_up <= {"127.0.0.1", "localhost"}


@pytest.mark.ffmpeg
@pytest.mark.parametrize("channel", sorted(CHANNELS.keys() - {"stupeflix_s3"}))
async def test_each_channel_would_send_to_a_host_that_may_be_reached(
    serve: Serve, door: Door, channel: str
) -> None:
    """Of Stupeflix's S3 nothing that a client names can be reached."""
    await CHANNELS[channel](serve, (door.place,))

    assert door.came > 0


@pytest.mark.ffmpeg
async def test_a_redirect_leads_nowhere_else(serve: Serve, witness: Witness) -> None:
    led: list[str] = []

    async def lead(request: web.Request) -> web.Response:
        led.append(request.path)
        host = ELSEWHERE[int(request.path[1:])]
        return web.Response(status=307, headers={"Location": f"http://{host}/x"})

    app = web.Application()
    app.router.add_route("*", "/{number}", lead)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    origin = "{}:{}".format(*runner.addresses[0][:2])
    hosts = tuple(f"{origin}/{number}#" for number in range(len(ELSEWHERE)))

    await digitalcarbon_upload(serve, hosts)
    await runner.cleanup()

    assert len(led) == len(ELSEWHERE)
    assert strangers(witness.connected) == []
    assert witness.looked_up <= {"127.0.0.1", "localhost"}
