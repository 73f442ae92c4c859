"""What the gallery shows of cards themselves: each layout, form, look and script."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from mockserver.media.cards.card import (
    Align,
    Card,
    Layout,
    Overlay,
    Presenter,
    Sign,
    Slot,
)
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import gif, mp4
from mockserver.media.spec import MediaSpec

__all__ = ["Sample", "samples"]

_SIGN: Final = Sign("Gallery", "0000-sample")
_FORMS: Final = {"wide": (640, 360), "square": (480, 480), "upright": (360, 640)}
_LINE: Final = "A bright house of three bedrooms, with a garden that faces south"
_LAYOUTS: Final = {
    "slide": Card(title="Autumn sale", label="Slide 3 of 8", lines=(_LINE,)),
    "title": Card(
        title="Your year in numbers", layout=Layout.TITLE, lines=("Ann Example",)
    ),
    "list": Card(
        title="Policy renewal",
        layout=Layout.LIST,
        facts=(
            ("name", "Ann Example"),
            ("premium", "$ 1,204.00"),
            ("agent", "Bob Longname von Hohenstein"),
            ("renewal date", "12 March 2027"),
        ),
    ),
    "split": Card(
        title="Kitchen",
        label="Scene 2 of 5",
        layout=Layout.SPLIT,
        lines=(_LINE,),
        slots=(Slot("kitchen-large.jpg", 2),),
    ),
    "photo": Card(
        title="Kitchen with island",
        label="Photo 7 of 30",
        layout=Layout.PHOTO,
        slots=(Slot("IMG_2041.jpg", 7),),
    ),
    "photos": Card(
        title="What was sent",
        layout=Layout.PHOTO,
        slots=tuple(Slot(f"photo-{number}.jpg", number) for number in range(1, 7)),
    ),
    "presenter": Card(
        title="Welcome",
        lines=("To our new office",),
        layout=Layout.PRESENTER,
        presenter=Presenter("right", 0.85, name="character-a"),
        caption="Hello and welcome to this short tour of our new office.",
    ),
    "presenter, round": Card(
        title="Welcome",
        layout=Layout.PRESENTER,
        presenter=Presenter("left", 0.5, is_round=True),
        slots=(Slot("office.mp4", 1, "video"),),
        caption="Hello and welcome.",
    ),
    "end": Card(
        title="Call us",
        layout=Layout.END,
        lines=("Ann Example", "+1 555 0100", "ann@example.com"),
        overlays=(Overlay(Slot("logo.png", kind="logo")),),
    ),
    "much text": Card(title="Everything about it", lines=(f"{_LINE}. " * 9,)),
}
_LOOKS: Final = {
    "asked colours": Card(
        title="As it was asked for", color="#ffe9c7", ink="#7a1f3d", accent="#d1495b",
        align=Align.RIGHT, lines=("Right, in wine on cream",),
    ),
    "light": Card(title="Nothing asked on white", color="#ffffff", lines=(_LINE,)),
    "grey": Card(title="Nothing asked on grey", color="#777777", lines=(_LINE,)),
    "yellow": Card(title="Nothing asked on yellow", color="#ffd500", lines=(_LINE,)),
    "large": Card(title="Twice the size", scale=2.0),
    "small": Card(title="Half the size", scale=0.5, lines=(_LINE,)),
}  # fmt: skip
_SCRIPTS: Final = {
    "Latin": "Ünïcödé naïve façade: Łódź, Zażółć gęślą jaźń",
    "Greek": "Καλημέρα κόσμε, τι κάνεις;",
    "Cyrillic": "Привет, мир! Съешь ещё этих булок",
    "Arabic": "مرحبا بالعالم، كيف حالك اليوم؟",
    "Hebrew": "שלום עולם, מה שלומך היום?",
    "Chinese": "今天天气很好。我们去公园散步。",
    "Japanese": "こんにちは世界、カタカナと漢字",
    "Korean": "안녕하세요 세계, 오늘 날씨가 좋네요",
    "Devanagari": "नमस्ते दुनिया, हिन्दी में क्षत्रिय शक्ति",
    "Thai": "สวัสดีชาวโลก ยินดีต้อนรับ น้ำใจ",
    "Emoji": "Launch 🚀 party 🎉 heart ❤ thumb 👍",
    "Mixed": "Order שלום 123 مرحبا done 你好 ok",
}
_PROMPTS: Final = (
    "A lighthouse at dusk, slow drone shot",
    "A cat that surfs on a wave of neon light",
    "Rain on a window, macro",
    "Time lapse of clouds over mountains",
    "A paper boat in a gutter",
    "Dancing robots in a ballroom",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One film or picture of the gallery.

    Attributes:
        section: Where it stands.
        name: What it is.
        spec: What is in it.
    """

    section: str
    name: str
    spec: MediaSpec


def samples() -> Iterator[Sample]:
    """Yield each layout in each form, looks, scripts, and moving pictures."""
    for name, card in _LAYOUTS.items():
        for form, size in _FORMS.items():
            yield Sample("Layouts", f"{name}, {form}", _film(card, size))
    for name, card in _LOOKS.items():
        yield Sample("Looks", name, _film(card, _FORMS["wide"]))
    for name, text in _SCRIPTS.items():
        card = Card(title=text, label=name, lines=(f"{text} {text}",))
        yield Sample("Scripts", name, _film(card, _FORMS["wide"]))
    for seed, prompt in enumerate(_PROMPTS):
        for form, size in _FORMS.items():
            card = prompt_card(prompt, "a-model", size, seed=seed)
            yield Sample("Prompts", f"{prompt}, {form}", _film(card, size))
    few = (_LAYOUTS["title"], replace(_LAYOUTS["slide"], label=""))
    loop = gif(320, 180, seconds=4, fps=10, cards=few, sign=_SIGN)
    yield Sample("Formats", "GIF", loop)
    tiny = mp4(256, 144, seconds=6, cards=few, sign=_SIGN)
    yield Sample("Formats", "the smallest usual size", tiny)


def _film(card: Card, size: tuple[int, int]) -> MediaSpec:
    return mp4(*size, seconds=6, fps=24, cards=(card,), sign=_SIGN, silent_track=False)
