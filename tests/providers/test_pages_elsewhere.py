"""Pages of other origins may read media: a real browser fetches, plays and looks."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.clients.programs import tool
from tests.edge.room.browser import Tab, driving
from tests.providers.conftest import Running, Serve

pytestmark = pytest.mark.browser
VIDEO = "/digitalcarbon/media/00000000-0000-4000-8000-000000000003.mp4"
READ = """
(async () => {
  const whole = await fetch(LINK)
  const part = await fetch(LINK, {headers: {Range: 'bytes=4-7'}})
  const head = await fetch(LINK, {method: 'HEAD'})
  return {
    origin: location.origin,
    statuses: [whole.status, part.status, head.status],
    part: await part.text(),
    size: head.headers.get('Content-Length') - (await whole.blob()).size,
    tags: whole.headers.get('ETag') === part.headers.get('ETag'),
    range: part.headers.get('Content-Range').startsWith('bytes 4-7/'),
  }
})()
"""
LOOK = """
(async () => {
  const video = document.createElement('video')
  video.crossOrigin = 'anonymous'
  video.muted = true
  video.src = LINK
  await new Promise((go, fail) => {
    video.onerror = () => fail(new Error(video.error.message))
    video.requestVideoFrameCallback(go)
    video.play()
  })
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  const paper = canvas.getContext('2d')
  paper.drawImage(video, 0, 0)
  const [red, green, blue] = paper.getImageData(1, canvas.height - 2, 1, 1).data
  return {size: [canvas.width, canvas.height], color: red + green + blue > 0}
})()
"""


@pytest.fixture
async def elsewhere() -> AsyncIterator[Tab]:
    """Return a page of another origin, in a browser."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="<title>elsewhere</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", answer)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(TestServer(app))
        driver = stack.enter_context(driving(tool("chromium")))
        url = str(site.make_url("/"))
        tab = await driver.open(url, width=800, height=600, scheme="light")
        yield tab
        await driver.close(tab)


@pytest.fixture
async def link(serve: Serve) -> str:
    running: Running = await serve(providers=("digitalcarbon",))
    return f"{running.origin}{VIDEO}"


@pytest.mark.deep
async def test_a_page_fetches_files_parts_and_heads(elsewhere: Tab, link: str) -> None:
    told = await elsewhere.value(READ.replace("LINK", repr(link)))

    assert not link.startswith(told.pop("origin"))
    assert told == {
        "statuses": [200, 206, 200],
        "part": "ftyp",
        "size": 0,
        "tags": True,
        "range": True,
    }


async def test_a_page_draws_a_frame_and_reads_it_back(
    elsewhere: Tab, link: str
) -> None:
    told = await elsewhere.value(LOOK.replace("LINK", repr(link)))

    assert told == {"size": [480, 480], "color": True}
