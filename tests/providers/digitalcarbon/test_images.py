"""Which image URLs are called invalid."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from mockserver.providers.digitalcarbon.images import is_image_url
from tests.providers.conftest import Serve
from tests.providers.digitalcarbon.conftest import Api


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/image1.jpg",
        "HTTP://example.com/IMAGE.JPEG",
        "https://example.com/a.webp?x=1#y",
        "https://example.com/download?id=7.pdf",
        "https://example.com",
        "https://example.com/",
        "https://example.com/a.b/photo",
        "http://127.0.0.1:8080/a.png",
        "http://[::1]:65535/a.png",
        "http://localhost/a%20b.png",
        "https://example.com/" + "a" * 2059 + ".jpg",
    ],
)
def test_these_can_be_pictures(url: str) -> None:
    assert is_image_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nope",
        "kitchen.jpg",
        "//example.com/a.jpg",
        "ftp://example.com/a.jpg",
        "file:///a.jpg",
        "data:image/png;base64,AAAA",
        "s3://bucket/a.jpg",
        "https:///a.jpg",
        "https://example.com/a b.jpg",
        "https://example.com/a\n.jpg",
        "https://example.com/a\x7f.jpg",
        "https://example.com:0/a.jpg",
        "https://example.com:65536/a.jpg",
        "https://example.com:port/a.jpg",
        "https://example.com:/a.jpg",
        "http://[::1/a.jpg",
        "https://example.com/plan.pdf",
        "https://example.com/a.gif",
        "https://example.com/a.jpg.exe",
        "https://example.com/" + "a" * 2060 + ".jpg",
    ],
)
def test_these_cannot(url: str) -> None:
    assert not is_image_url(url)


async def test_urls_can_be_called_invalid_by_a_pattern(serve: Serve) -> None:
    settings = {"digitalcarbon": {"invalid_images": "private"}}
    api = Api(await serve(providers_settings=settings))
    urls = ["https://example.com/private/1.jpg", "https://example.com/2.jpg"]

    response = await api.post(
        "",
        {
            "files": [{"url": url} for url in urls],
            "template_params": {"template_id": "x"},
        },
    )

    assert await response.json() == {
        "detail": "Invalid image URLs: ['https://example.com/private/1.jpg']"
    }


@pytest.mark.parametrize("probe", ["head", "get"])
async def test_urls_can_really_be_asked_for(serve: Serve, probe: str) -> None:
    api = Api(
        await serve(providers_settings={"digitalcarbon": {"fetch_inputs": probe}})
    )

    async def answer(request: web.Request) -> web.Response:
        kinds = {"/a.jpg": "image/jpeg", "/b.jpg": "text/html"}
        kind = kinds.get(request.path)
        return web.Response(
            status=200 if kind else 404, headers={"Content-Type": kind or "x/y"}
        )

    app = web.Application()
    app.router.add_get("/{name}", answer)
    async with TestServer(app) as server:
        urls = [str(server.make_url(name)) for name in ("a.jpg", "b.jpg", "c.jpg")]
        files = [{"url": url} for url in urls]

        response = await api.post(
            "", {"files": files, "template_params": {"template_id": "x"}}
        )

    assert await response.json() == {"detail": f"Invalid image URLs: {urls[1:]!r}"}
