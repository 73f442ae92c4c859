"""Pages under /_mock/: files without data; the page asks the control API for that."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from aiohttp import hdrs, web

from mockserver.edge.answering.respond import SERVER

__all__ = ["POLICY", "routes"]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
_TYPES: Final[Mapping[str, str]] = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}
_INDEX: Final = "index.html"
_HEADERS: Final[Mapping[str, str]] = {
    hdrs.SERVER: SERVER,
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    hdrs.CACHE_CONTROL: "no-cache",
}


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes() -> Iterable[web.RouteDef]:
    """Return the routes of the page and its files, and of what leads to it."""
    yield web.get("/", _to_page)
    yield web.get("/_mock", _to_page)
    folder = files("mockserver.edge") / "static"
    yield web.get("/_mock/", _file(folder / _INDEX))
    for name, file in _found(folder):
        if name != _INDEX:
            yield web.get(f"/_mock/static/{name}", _file(file))


def _found(folder: Traversable, below: str = "") -> Iterator[tuple[str, Traversable]]:
    """Yield the page's files, each with its path."""
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.is_dir():
            yield from _found(file, f"{below}{file.name}/")
        elif file.name.rpartition(".")[2] in _TYPES:
            yield f"{below}{file.name}", file


async def _to_page(request: web.Request) -> web.StreamResponse:  # noqa: ARG001 - a handler
    return web.Response(status=302, headers={**_HEADERS, hdrs.LOCATION: "/_mock/"})


def _file(file: Traversable) -> Handler:
    content_type = _TYPES[file.name.rpartition(".")[2]]
    headers = {**_HEADERS, hdrs.CONTENT_TYPE: f"{content_type}; charset=utf-8"}
    kept: list[tuple[bytes, str]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        if not kept:
            # Read once, of a few kilobytes: not worth a thread.
            body = file.read_bytes()
            kept.append((body, f'"{blake2b(body, digest_size=8).hexdigest()}"'))
        body, tag = kept[0]
        tagged = {**headers, hdrs.ETAG: tag}
        if request.headers.get(hdrs.IF_NONE_MATCH) == tag:
            return web.Response(status=304, headers=tagged)
        return web.Response(body=body, headers=tagged)

    return answer
