"""The card of a film that was described in words, with a moving picture of its own."""

from collections.abc import Iterable
from math import gcd
from typing import Final

from msgspec.structs import replace

from mockserver.media.cards.card import Art, Card, Slot

__all__ = ["named_in", "prompt_card", "ratio_of", "with_model"]

_TITLE_MAX = 300
_SIMPLE = 32
# Nobody asks for a film of 7:3.
_CALLED: Final = {(7, 3): "21:9", (3, 7): "9:21"}


def prompt_card(
    prompt: str,
    model: str,
    size: tuple[int, int],
    *,
    seed: object = None,
    output: int = 0,
    inputs: Iterable[Slot] = (),
    lines: tuple[str, ...] = (),
) -> Card:
    """Return a card whose picture differs by prompt, model, seed and output.

    Args:
        prompt: What was asked for.
        model: Who was asked.
        size: Width and height that were asked for, in px.
        seed: The number that makes a difference, if one was sent.
        output: Which of several results, from 1; 0 where there is one.
        inputs: What was sent along.
        lines: What else there is to tell.
    """
    facts = (
        ("model", model),
        ("seed", "" if seed is None else str(seed)),
        ("ratio", ratio_of(*size)),
        ("output", str(output) if output else ""),
    )
    words = " ".join(prompt.split())
    return Card(
        title=_cut(words) or model,
        lines=lines,
        facts=tuple((name, value) for name, value in facts if value),
        slots=tuple(inputs),
        art=Art(words, f"{model} {'' if seed is None else seed} {output}"),
    )


def with_model(card: Card, model: str) -> Card:
    """Return a card that tells another model; none if that is empty."""
    told = [("model", model)] if model else []
    others = (fact for fact in card.facts if fact[0] != "model")
    return replace(card, facts=(*told, *others))


def _cut(words: str) -> str:
    """Return words that may be too long for a headline, to the last whole one."""
    if len(words) <= _TITLE_MAX:
        return words
    head, _, rest = words[: _TITLE_MAX - 1].rpartition(" ")
    return f"{head or rest}\N{HORIZONTAL ELLIPSIS}"


def ratio_of(width_px: int, height_px: int) -> str:
    """Return the form of a picture in small numbers, or its size."""
    common = gcd(width_px, height_px)
    wide, high = width_px // common, height_px // common
    if (wide, high) in _CALLED:
        return _CALLED[wide, high]
    if max(wide, high) <= _SIMPLE:
        return f"{wide}:{high}"
    return f"{width_px}x{height_px}"


def named_in(link: object) -> str:
    """Return what names a file in its address."""
    text = str(link or "")
    if text.startswith("data:"):
        return text.partition(";")[0].partition(",")[0]
    return text.split("?", 1)[0].rstrip("/").rpartition("/")[2] or text
