"""Turns: a request is answered where its space is, here or by another worker."""

from collections.abc import Awaitable, Callable
from typing import Final, Self

from aiohttp import web

from mockserver.edge.instance import Instance
from mockserver.edge.routing.hops import SENT, hops_of
from mockserver.engine.store.directory import Directory
from mockserver.engine.store.reading import Reading
from mockserver.errors import SpaceElsewhereError, StoreError

__all__ = ["Serve", "Turns"]

TURNS_MAX: Final = 16

Serve = Callable[[bytes | None], Awaitable[web.StreamResponse]]


class Turns:
    """Serves requests, again from the start once it is known whose they are.

    Args:
        directory: Says which worker has which space.
        instance: The server; its `hand_over` lets other workers answer.
        reading: Reads large spaces that are only in a file.
    """

    def __init__(
        self,
        directory: Directory | None,
        instance: Instance,
        reading: Reading | None = None,
    ) -> None:
        self._directory = directory
        self._instance = instance
        self._reading = reading

    @classmethod
    def of(cls, instance: Instance) -> Self | None:
        """Return the turns of a server; None if all spaces are in its memory."""
        spaces = instance.services.spaces
        reading = None if spaces.ledger is None else spaces.ledger.reading
        if spaces.directory is None and reading is None:
            return None
        return cls(spaces.directory, instance, reading)

    async def answer(self, request: web.Request, serve: Serve) -> web.StreamResponse:
        """Return the answer of `serve`, or of the worker that has the space.

        Args:
            request: The request.
            serve: Answers it; gets the body as it was sent, if that has been read in
                an earlier turn.

        Raises:
            StoreError: Neither can be had.
        """
        sent: bytes | None = None
        directory = self._directory
        if directory is not None and not directory.is_current():
            await directory.beat()
        for _ in range(TURNS_MAX):
            try:
                return await serve(sent)
            except SpaceElsewhereError as error:
                sent = sent if error.sent is None else error.sent
                error.sent = sent
                if directory is None:
                    await self._read(error.space)
                    answered = None
                else:
                    answered = await self._follow(request, error, directory)
            if answered is not None:
                return answered
            sent = request.get(SENT, sent)
        raise StoreError(f"nobody would have it: {request.method} {request.path}")

    async def _read(self, space: str) -> None:
        """Have what the store has of a space at hand; then it is tried once more."""
        if self._reading is not None:
            await self._reading.read(space)

    async def _follow(
        self, request: web.Request, error: SpaceElsewhereError, directory: Directory
    ) -> web.StreamResponse | None:
        """Return another worker's answer; None if it is to be tried here once more."""
        if error.link:
            await directory.look(error.link)
            return None
        if hops_of(request):
            # Who has handed it over knows better than what was so a moment ago.
            directory.forget(error.space)
        worker = await directory.enter(error.space)
        if worker is None:
            return None
        hand_over = self._instance.hand_over
        if hand_over is None or not worker.address:
            raise StoreError(
                f"space {error.space} is with worker {worker.id}, which takes no"
                " requests from others"
            )
        answered = await hand_over(request, worker, error.sent)
        if answered is None:
            directory.forget(error.space)
        return answered
