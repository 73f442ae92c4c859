"""Patience: letting real time pass while a client waits, for as long as it does."""

from collections.abc import Awaitable, Callable

from aiohttp import ClientConnectionResetError, web

from mockserver.engine.clock import pause

__all__ = ["Patience"]

SLICE_S = 0.25


class Patience:
    """Waits on behalf of faults.

    Args:
        pause: Lets real seconds pass.
        is_over: Says that the server stops: nobody waits any longer.
    """

    def __init__(
        self,
        pause: Callable[[float], Awaitable[None]] = pause,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._pause = pause
        self._is_over = is_over

    async def wait(self, request: web.Request, seconds: float) -> None:
        """Let real time pass; infinite time until the client leaves.

        What is negative, or not a number, is no time at all.

        Raises:
            ClientConnectionResetError: The client has left.
        """
        left_s = seconds
        while left_s > 0 and not self._is_over():
            slice_s = min(left_s, SLICE_S)
            await self._pause(slice_s)
            left_s -= slice_s
            transport = request.transport
            if transport is None or transport.is_closing():
                raise ClientConnectionResetError("the client has left")
