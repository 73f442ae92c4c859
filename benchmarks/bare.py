"""What our server is measured against: a bare aiohttp application, same bytes."""

import json
import ssl
import sys
from pathlib import Path

from aiohttp import web


def make(clip: Path | None) -> web.Application:
    """Return the application that most people would write for the same job."""
    app = web.Application()

    async def status(request: web.Request) -> web.Response:
        return web.json_response({"status": "queued"}, dumps=compact)

    async def create(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response(
            {"job_id": "3f0c9a52-5d0e-4b7e-9a3c-0e6f6f0d9b11"}, dumps=compact
        )

    async def file(request: web.Request) -> web.FileResponse:
        return web.FileResponse(clip)

    app.router.add_get("/v1-beta/generate-video/{job_id}/status", status)
    app.router.add_post("/v1-beta/generate-video", create)
    app.router.add_get("/media/{name}", file)
    return app


def answering(told: dict) -> web.Application:
    """Return the same for other documents: `{"poll": [path, document], "create": ...}`."""
    app = web.Application()
    (poll_at, polled), (create_at, created) = told["poll"], told["create"]

    async def poll(request: web.Request) -> web.Response:
        return web.json_response(polled, dumps=compact)

    async def create(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response(created, dumps=compact)

    app.router.add_get(poll_at, poll)
    app.router.add_post(create_at, create)
    return app


def compact(document: object) -> str:
    return json.dumps(document, separators=(",", ":"))


async def started(app: web.Application) -> None:
    pass


def main() -> None:
    """Serve on a free port and print it."""
    import asyncio

    async def serve() -> None:
        clip, pem = [Path(each) if each else None for each in sys.argv[1:3]]
        told = json.loads(sys.argv[3]) if sys.argv[3:] else None
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if pem else None
        if tls:
            tls.load_cert_chain(pem)
        runner = web.AppRunner(answering(told) if told else make(clip), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        print(site._server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
