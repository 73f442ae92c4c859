"""Sent: the pictures and films that come with a request, as a job remembers them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mockserver.media.cards.card import Slot
from mockserver.media.cards.prompts import named_in
from mockserver.media.sent import bytes_of
from mockserver.providers import assets
from mockserver.providers.call import Call

__all__ = ["SENT", "Input", "of_links", "slots", "told"]

SENT: Final = "sent"
"""Under which name a job remembers them."""

_INPUTS_MAX: Final = 12
_NAME_MAX: Final = 100
_LINK_MAX: Final = 2000
_FILMS: Final = (".mp4", ".mov", ".webm", ".m4v", ".mkv", ".avi")
_SOUNDS: Final = (".mp3", ".wav", ".m4a", ".ogg", ".flac", ".aac")


@dataclass(frozen=True, slots=True)
class Input:
    """One picture or film that came with a request.

    Attributes:
        name: What stands for it where it cannot be shown.
        kind: What it is: `image`, `video` or `audio`.
        data: Its bytes, if they came.
        link: Where it is otherwise: elsewhere, in a `data:` link, or uploaded here.
    """

    name: str
    kind: str = "image"
    data: bytes | None = None
    link: str = ""


async def told(call: Call, inputs: Iterable[Input]) -> dict[str, Any]:
    """Return what a job remembers of what came; nothing of nothing.

    What came as bytes, in this request or an earlier upload, is kept here and shown;
    what is elsewhere may be fetched when it is to be shown.
    """
    found = [await _kept(call, one) for one in [*inputs][:_INPUTS_MAX]]
    return {SENT: found} if found else {}


def slots(kept: Sequence[Sequence[str]]) -> Iterator[Slot]:
    """Yield where what a job remembers is to be seen."""
    for number, (name, kind, link) in enumerate(kept, 1):
        yield Slot(name, number, kind, url=link)


def of_links(links: Iterable[tuple[str, str]]) -> Iterator[Input]:
    """Yield the pictures and films that links lead to, each with its member's name."""
    for name, link in links:
        path = link[:_LINK_MAX].partition("?")[0].lower()
        is_sound = path.endswith(_SOUNDS) or link.startswith("data:audio/")
        is_film = path.endswith(_FILMS) or link.startswith("data:video/")
        kind = "video" if is_film or "video" in name else "image"
        if link.startswith(("http://", "https://", "data:")):
            shown = f"{name}: {named_in(link[:_LINK_MAX])}"
            yield Input(shown, "audio" if is_sound else kind, link=link)


async def _kept(call: Call, one: Input) -> list[str]:
    """Return name and kind of what came, and where it can be had from now on."""
    name, data, link = one.name, one.data, ""
    if data is None and one.link.startswith("data:"):
        data = bytes_of(one.link)
    asset = assets.find(call, one.link) if data is None else None
    if asset is not None and asset.is_there(call.now):
        data = assets.read(call, asset)
        name = f"{name.partition(':')[0]}: {asset.name or asset.id}"
    if data is not None and one.kind != "audio":
        link = await call.services.media.sent.keep(data)
    elif one.link.startswith(("http://", "https://")) and len(one.link) <= _LINK_MAX:
        link = one.link
    return [name[:_NAME_MAX], one.kind, link]
