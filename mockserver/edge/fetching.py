"""Fetches pictures that requests link to, where outgoing calls may go."""

from typing import Final

from mockserver.config import Config
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import Message
from mockserver.delivery.send import Client
from mockserver.errors import DeliveryError
from mockserver.media.sent import SentPictures
from mockserver.media.shelf import Shelf

__all__ = ["Fetcher", "sent_pictures"]

_BODY_MAX_BYTES: Final = 8 << 20
_PATIENCE_S: Final = 5.0
_REDIRECTS: Final = 3


def sent_pictures(config: Config) -> SentPictures:
    """Return what shows pictures that were sent; links are followed if that is wanted.

    Those that came in requests lie beside the media that is made.
    """
    folder = config.media_folder
    fetch = Fetcher(Guard(config.allow_hosts)) if config.shows_sent else None
    shelf = None if folder is None else Shelf(folder, config.media_max_bytes)
    return SentPictures(fetch, shelf)


class Fetcher:
    """Reads what links lead to; opens connections only where the guard lets it.

    Args:
        guard: Who may be reached.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def __call__(self, url: str) -> bytes | None:
        """Return a file, or None if it cannot be had or is too large."""
        client = Client(self._guard, body_max_bytes=_BODY_MAX_BYTES)
        message = Message("GET", url, {"Accept": "image/*, video/*"})
        try:
            answer = await client.send(
                message,
                connect_timeout_s=_PATIENCE_S,
                timeout_s=_PATIENCE_S,
                redirects=_REDIRECTS,
                follows_all=True,
            )
        except DeliveryError:
            return None
        finally:
            # They are few: each has a connection of its own, that nobody has to end.
            await client.close()
        return answer.body if answer.status == 200 and not answer.is_cut else None
