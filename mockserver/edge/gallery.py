"""Gallery: files of jobs for people to look at, by a door that is not the provider's.

What is fetched here is in no journal, is no read of a job, moves no clock and meets no
rule: a page that is merely open takes nothing away from a client.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

from aiohttp import web
from msgspec.structs import replace
from yarl import URL

from mockserver.edge.answering.respond import respond
from mockserver.edge.answering.sandbox import sandboxed
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.errors import NotFoundError, ProviderError
from mockserver.providers.call import Call
from mockserver.providers.door import Door
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services

__all__ = ["PREFIX", "Gallery"]

PREFIX: Final = "/_mock/media/"


class Gallery:
    """Shows what a provider calls the preview of a job.

    Args:
        services: The server's rooms.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def links(self, space: Space, slug: str, job: Job) -> dict[str, str]:
        """Return where a job's files can be looked at on this server, by their name."""
        place = "/".join(quote(part, safe="") for part in (space.id, slug, job.id))
        return {
            name: f"{PREFIX}{place}/{name}{_ending(link)}"
            for name, link in self._previews(space, slug, job).items()
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a `GET` or `HEAD` below the prefix."""
        try:
            call = self._call(request)
            reply = await _shown(call)
        except ProviderError:
            gone = Reply.json({"error": "media: there is no such file now"}, 404)
            return await respond(request, gone)
        return await respond(request, sandboxed(call, reply))

    def _call(self, request: web.Request) -> Call:
        """Return the call that a client would make for the file.

        Raises:
            NotFoundError: There is no such file.
        """
        space, slug, job, name = self._find(request.rel_url.raw_path)
        link = self._previews(space, slug, job).get(name)
        if link is None:
            raise NotFoundError("media")
        provider = self._services.providers[slug]
        url = URL(f"/{slug}{link}" if link.startswith("/") else link, encoded=True)
        path = url.raw_path.removeprefix(f"/{slug}")
        match = provider.routes.match("GET", path)
        if match.route is None:
            raise NotFoundError("route")
        return Call(
            request.clone(rel_url=url),
            services=self._services,
            provider=provider,
            door=Door("path", f"/{slug}"),
            path=path,
            route=replace(match.route, polls=False),
            parameters=match.parameters,
        )

    def _find(self, raw_path: str) -> tuple[Space, str, Job, str]:
        parts = [unquote(part) for part in raw_path.removeprefix(PREFIX).split("/")]
        if len(parts) != 4 or parts[1] not in self._services.providers:
            raise NotFoundError("media")
        space = self._services.spaces.find(parts[0])
        job = None if space is None else space.jobs(parts[1]).find(parts[2])
        if space is None or job is None:
            raise NotFoundError("job", id=parts[2])
        return space, parts[1], job, parts[3].partition(".")[0]

    def _previews(self, space: Space, slug: str, job: Job) -> Mapping[str, str]:
        preview = self._services.providers[slug].preview
        return {} if preview is None else preview(self._services, space, job)


async def _shown(call: Call) -> Reply:
    call.enter()
    await call.find_subject()
    if call.route is None:
        raise NotFoundError("route")
    return await call.route.handler(call)


def _ending(link: str) -> str:
    """Return the ending of a link's last segment, which tells people what it is."""
    name = URL(link, encoded=True).raw_path.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""
