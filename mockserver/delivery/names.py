"""Names: hosts are looked up in threads of their own, few at once and not for long."""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["AT_ONCE", "LIMIT_S", "Names"]

AT_ONCE: Final = 8
LIMIT_S: Final = 5.0

LookUp = Callable[[str], Sequence[str]]
_Outcome = list[str] | OSError


def _ask_system(name: str) -> list[str]:
    """Return the addresses of a name; may take as long as the system likes.

    Raises:
        OSError: It has none.
        ValueError: It is no name.
    """
    infos = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in infos]


class Names:
    """Looks names up.

    A look-up cannot be broken off. One that hangs keeps its thread and its place, so
    that there are never more than `at_once`, but neither a caller nor the end of the
    process waits for it, and no other work shares its threads.

    Args:
        look_up: Returns the addresses of a name, in a thread.
        at_once: How many may be under way.
        limit_s: How many real seconds a caller waits, for a place and the answer.
    """

    __slots__ = ("_limit_s", "_look_up", "_places")

    def __init__(
        self,
        look_up: LookUp = _ask_system,
        *,
        at_once: int = AT_ONCE,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._look_up = look_up
        self._places = asyncio.Semaphore(at_once)
        self._limit_s = limit_s

    async def addresses(self, name: str) -> list[str]:
        """Return the addresses of a name, each once, in order.

        Raises:
            OSError: It has none, or none was found in time.
        """
        try:
            async with asyncio.timeout(self._limit_s):
                await self._places.acquire()
                answer = self._begin(name)
                return list(dict.fromkeys(await answer))
        except TimeoutError as error:
            raise OSError(f"no address within {self._limit_s:g} s") from error

    def _begin(self, name: str) -> asyncio.Future[list[str]]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[str]] = loop.create_future()

        def tell(outcome: _Outcome) -> None:
            self._places.release()
            if answer.done():
                return
            if isinstance(outcome, OSError):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)

        def work() -> None:
            outcome = self._outcome(name)
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, outcome)

        threading.Thread(target=work, name="mockserver-name", daemon=True).start()
        return answer

    def _outcome(self, name: str) -> _Outcome:
        try:
            return list(self._look_up(name))
        except OSError as error:
            return error
        except ValueError as error:
            return OSError(str(error))
