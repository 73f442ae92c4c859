"""Card: what one still picture of a clip shows, as plain frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from msgspec import NODEFAULT, Struct

from mockserver.records import members

__all__ = [
    "Align",
    "Art",
    "Card",
    "Layout",
    "Overlay",
    "Picture",
    "Presenter",
    "Sign",
    "Slot",
    "plain",
]


class Layout(StrEnum):
    """How the things on a card are arranged."""

    SLIDE = "slide"
    TITLE = "title"
    LIST = "list"
    SPLIT = "split"
    PHOTO = "photo"
    PRESENTER = "presenter"
    END = "end"


class Align(StrEnum):
    """On which side the lines of a text begin; AUTO is as the layout likes it."""

    AUTO = "auto"
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that somebody has sent.

    Attributes:
        digest: Hexadecimal MD5 of its file, by which it is compared.
        data: Its file.
    """

    digest: str
    data: bytes = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a picture or film that was sent; its name stands in for it.

    Attributes:
        name: Its file name, or what else tells which it is.
        number: Which of them, from 1; 0 shows none.
        kind: What it is: `image`, `video`, `logo`.
        picture: The picture itself, where there is one.
        url: Where it can be had, if it was sent as a link.
    """

    name: str
    number: int = 0
    kind: str = "image"
    picture: Picture | None = None
    url: str = field(default="", compare=False)


class Overlay(Struct, frozen=True):
    """What lies over a card: a logo, a watermark.

    Attributes:
        slot: What it is.
        x: Its centre, as a share of the width.
        y: Its centre, as a share of the height.
        share: Its width, as a share of the width.
    """

    slot: Slot
    x: float = 0.88
    y: float = 0.1
    share: float = 0.16


class Presenter(Struct, frozen=True):
    """A person who speaks, as a silhouette.

    Attributes:
        side: `left`, `center` or `right`.
        share: Its height, as a share of the height of the picture.
        is_round: It stands in a circle.
        name: Who it is.
    """

    side: str = "right"
    share: float = 0.8
    is_round: bool = False
    name: str = ""


class Art(Struct, frozen=True):
    """A moving abstract picture; other words give another one.

    Attributes:
        prompt: What was asked for.
        seed: What else makes a difference, as text.
    """

    prompt: str
    seed: str = ""


class Sign(Struct, frozen=True):
    """What the edge of each frame tells about where it comes from.

    Attributes:
        maker: The provider, as people write it.
        job: The job's identifier.
    """

    maker: str
    job: str = ""


class Card(Struct, frozen=True):
    """One still picture of a clip.

    Any text is allowed; what cannot be shown is replaced, what is too long is cut.

    Attributes:
        lines: Visible texts, one paragraph each, in order of importance.
        title: The headline.
        color: Background as `#rrggbb` or a CSS name; otherwise by the card's position.
        seconds: How long it stays; otherwise the cards share what is left, evenly.
        picture: What is seen instead of the background.
        layout: How all of it is arranged.
        label: A few small words above the headline.
        ink: Colour of the text; otherwise one that can be read on the background.
        accent: Colour of what decorates; otherwise one that is seen there.
        align: Where lines begin.
        scale: Size of the text, as a multiple of the usual one.
        facts: Names and values, as a table.
        fact_looks: Colour and side of the first of these values; "" is the usual one.
        fact_scales: Their sizes, as multiples of the usual one.
        slots: Pictures and films that were sent.
        overlays: What lies over everything.
        presenter: Who speaks.
        caption: What is said, burnt in at the bottom.
        art: A moving picture instead of the background.
    """

    lines: tuple[str, ...] = ()
    title: str = ""
    color: str | None = None
    seconds: float | None = None
    picture: Picture | None = None
    layout: Layout = Layout.SLIDE
    label: str = ""
    ink: str | None = None
    accent: str | None = None
    align: Align = Align.AUTO
    scale: float = 1.0
    facts: tuple[tuple[str, str], ...] = ()
    fact_looks: tuple[tuple[str, Align], ...] = ()
    fact_scales: tuple[float, ...] = ()
    slots: tuple[Slot, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    presenter: Presenter | None = None
    caption: str = ""
    art: Art | None = None


def plain(value: object) -> object:
    """Return a card, or what it is made of, as JSON; a file is its digest."""
    if isinstance(value, Picture):
        return value.digest
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if members(type(value)):
        return [type(value).__name__, *_told(value)]
    return value


def _told(value: Any) -> Iterator[object]:
    """Yield names and values of what was said, so that new fields change no digest."""
    for name, default in _compared(value.__class__):
        said = getattr(value, name)
        if said != default:
            yield [name, plain(said)]


@cache
def _compared(kind: Any) -> tuple[tuple[str, object], ...]:
    """Return names and defaults of what makes a difference between two of a kind."""
    if is_dataclass(kind):
        return tuple((one.name, one.default) for one in fields(kind) if one.compare)
    names, defaults = kind.__struct_fields__, kind.__struct_defaults__
    needed = (NODEFAULT,) * (len(names) - len(defaults))
    return tuple(zip(names, (*needed, *defaults), strict=True))
