"""Patches: what a rule changes about an answer, about a file's life, or a delivery."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.scenarios.written.pointers import removed, replaced
from mockserver.scenarios.written.templates import Scene, Template, filled

__all__ = ["AnswerPatch", "DeliveryPatch", "MediaPatch"]

_LINKS = ("http://", "https://", "data:")


class AnswerPatch(Struct, frozen=True, kw_only=True):
    """What is changed about an answer that the provider has given.

    Headers, what is set and what replaces the body may hold templates; they are filled
    before anything is changed.

    Attributes:
        status: The status instead.
        headers: Headers that are set; those that are None are taken away.
        sets: Steps into the JSON body, and what stands there instead.
        removes: Steps to what is taken out of the JSON body.
        drops_links: Each member that holds a link is taken out.
        replaces: Whether `document` or `text` replaces the whole body.
        document: The JSON body instead.
        text: The body instead, as it is.
    """

    status: int | None = None
    headers: Mapping[str, str | Template[Scene] | None] = field(
        default_factory=lambda: MappingProxyType({})
    )
    sets: tuple[tuple[tuple[str, ...], Any], ...] = ()
    removes: tuple[tuple[str, ...], ...] = ()
    drops_links: bool = False
    replaces: bool = False
    document: Any = None
    text: str | Template[Scene] | None = None

    def filled(self, scene: Scene) -> "AnswerPatch":
        """Return the patch with a scene's values in it; headers stay as they are."""
        text = filled(self.text, scene)
        return replace(
            self,
            sets=tuple((steps, filled(value, scene)) for steps, value in self.sets),
            document=filled(self.document, scene),
            text=None if self.text is None else str(text),
        )

    @property
    def changes_document(self) -> bool:
        """Whether a JSON body would look different."""
        return bool(self.sets or self.removes or self.drops_links)

    def change(self, document: Any) -> Any:
        """Return a JSON body as it is to be said; the one given stays as it is."""
        if self.replaces:
            return self.document
        if self.drops_links:
            document = _without_links(document)
        for steps in self.removes:
            document = removed(document, steps)
        for steps, value in self.sets:
            document = replaced(document, steps, value)
        return document


class MediaPatch(Struct, frozen=True, kw_only=True):
    """What is changed about the life of a job's file; None leaves it as it is.

    Attributes:
        lag_s: Seconds from success until the file exists.
        keep_s: Seconds that the file is kept.
        link_s: Seconds that a link is valid.
        link_early_s: Seconds by which a link ends before its time.
        issued_at_submit: Whether links are handed out before there is a file.
    """

    lag_s: float | None = None
    keep_s: float | None = None
    link_s: float | None = None
    link_early_s: float | None = None
    issued_at_submit: bool | None = None


class DeliveryPatch(Struct, frozen=True, kw_only=True):
    """What is changed about something that is sent to a customer.

    Attributes:
        drops: It is never sent.
        copies: How many more are sent.
        again_s: Virtual seconds after which it is sent once more.
        skew_s: Seconds that the clock is fast of which times in it are.
        late_s: Virtual seconds that it is late.
        overtakes: It waits for no other, and lets others pass.
        before_answer: It is sent before the call that made the job is answered.
        signature: `wrong`, `expired` or `missing`.
        content_type: What it says it is.
        pads_to_bytes: The body is filled up to this length.
        body: The body instead.
    """

    drops: bool = False
    copies: int = 0
    again_s: float | None = None
    skew_s: float = 0.0
    late_s: float = 0.0
    overtakes: bool = False
    before_answer: bool = False
    signature: str | None = None
    content_type: str | None = None
    pads_to_bytes: int = 0
    body: str | None = None


def _without_links(document: Any) -> Any:
    if isinstance(document, dict):
        return {
            name: _without_links(value)
            for name, value in document.items()
            if not _is_link(value)
        }
    if isinstance(document, list):
        return [_without_links(one) for one in document if not _is_link(one)]
    return document


def _is_link(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_LINKS)
