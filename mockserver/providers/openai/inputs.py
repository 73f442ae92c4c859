"""What a create asks for: read from a form or from JSON, one mistake told at a time."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from PIL import Image, UnidentifiedImageError

from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.media.cards.prompts import named_in
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.openai.world import CHARACTERS
from mockserver.providers.wires import forms
from mockserver.providers.wires.brackets import nested
from mockserver.providers.wires.sent import Input

__all__ = ["PROMPT_MAX", "Wish", "check_prompt", "length", "model_of", "payload",
           "sent_in", "text_of", "wish"]  # fmt: skip

PROMPT_MAX: Final = 32_000
CHARACTERS_MAX: Final = 2
_IMAGE_URL_MAX: Final = 20_971_520
_MODEL: Final = "sora-2"
_SIZE: Final = "720x1280"
_SECONDS: Final = "4"
_KNOWN: Final = frozenset({"prompt", "model", "seconds", "size", "input_reference",
                           "characters", "video"})  # fmt: skip
_SPEC_SECONDS: Final = ("4", "8", "12")
_ANY_SIZE: Final = re.compile(r"([1-9]\d{1,3})x([1-9]\d{1,3})")
_SIDES_PX: Final = (64, 4096)
_LONGEST_S: Final = 60
_SHOWN_SIZES: Final = ("720x1280", "1280x720", "1024x1792", "1792x1024")
_ARTICLES: Final = {
    str: "a string", bool: "a boolean", int: "an integer", float: "a decimal number",
    list: "an array", dict: "an object", type(None): "null",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """A video that is asked for, with what nobody has said filled in.

    Attributes:
        prompt: What it is to show.
        model: Its model, as it was sent.
        seconds: Its length, as it was sent.
        width_px: Its width.
        height_px: Its height.
        is_pro: Its model takes longer.
    """

    prompt: str
    model: str
    seconds: str
    width_px: int
    height_px: int
    is_pro: bool

    @property
    def size(self) -> str:
        """Its size, as requests have it."""
        return f"{self.width_px}x{self.height_px}"


async def payload(call: Call) -> dict[str, Any]:
    """Return the body, a form or JSON, as one document; files are `forms.Part`.

    Raises:
        UnreadableBodyError: It is neither.
        InvalidPayloadError: It is no object.

    Source: contract openai, section 3.1.
    """
    if forms.is_form(call):
        parts = await forms.parts(call)
        return nested((part.name, _value(part)) for part in parts)
    if _is_plain_form(call):
        text = (await call.body()).decode("utf-8", "replace")
        return nested(parse_qsl(text, keep_blank_values=True, max_num_fields=1000))
    document = await call.document()
    if document is None:
        document = {}
    if not isinstance(document, dict):
        found = _article(document)
        raise InvalidPayloadError(
            code="type", param=None, expected="an object", found=found
        )
    return document


def _is_plain_form(call: Call) -> bool:
    told = call.headers.get("Content-Type", "").partition(";")[0]
    return told.strip().lower() == "application/x-www-form-urlencoded"


def _value(part: forms.Part) -> Any:
    return part if part.file_name is not None else part.data.decode("utf-8", "replace")


def wish(call: Call, body: Mapping[str, Any]) -> Wish:
    """Return what a create asks for.

    Raises:
        InvalidPayloadError: Something is missing or wrong: the first of it.
        NotFoundError: There is no such model, file or character.

    Source: contract openai, sections 2 and 3.1, appendices A and B.
    """
    _check_known(call, body)
    prompt = check_prompt(body)
    name = text_of(body, "model", _MODEL)
    model = model_of(call, name)
    seconds = length(call, body, model)
    width, height = _size(body, model)
    _check_reference(call, body, (width, height))
    _check_characters(call, body)
    return Wish(prompt, name, seconds, width, height, bool(model.get("pro")))


def sent_in(body: Mapping[str, Any]) -> Iterator[Input]:
    """Yield the picture or film that a body brings or links to.

    Source: contract openai, sections 3.1 and 3.4.
    """
    for name, kind in (("input_reference", "image"), ("video", "video")):
        said = body.get(name)
        if isinstance(said, forms.Part):
            is_film = (said.content_type or "").startswith("video/")
            shown = said.file_name or name
            yield Input(shown, "video" if is_film else kind, data=said.data)
        elif isinstance(said, Mapping) and said.get("image_url"):
            link = str(said["image_url"])
            yield Input(f"{name}: {named_in(link[:200])}", kind, link=link)
        elif isinstance(said, Mapping) and said.get("file_id"):
            yield Input(str(said["file_id"]), kind)


def check_prompt(body: Mapping[str, Any]) -> str:
    """Return the prompt.

    Raises:
        InvalidPayloadError: It is missing, empty or too long.
    """
    if "prompt" not in body:
        raise InvalidPayloadError(code="missing", param="prompt")
    prompt = text_of(body, "prompt", "")
    if not prompt:
        raise InvalidPayloadError(code="short", param="prompt")
    if len(prompt) > PROMPT_MAX:
        raise InvalidPayloadError(
            code="long", param="prompt", limit=PROMPT_MAX, length=len(prompt)
        )
    return prompt


def text_of(body: Mapping[str, Any], name: str, usual: str) -> str:
    """Return a text of a body, or what it is when nobody says so.

    Raises:
        InvalidPayloadError: It is none.
    """
    value = body.get(name)
    if value is None:
        return usual
    if not isinstance(value, str):
        raise _mistyped(name, "a string", value)
    return value


def model_of(call: Call, name: str) -> Thing:
    """Return the model of a name; any, unless only listed ones are to be known.

    Raises:
        NotFoundError: Code `model`.

    Source: contract openai, appendix A.
    """
    if call.setting("models") == "listed" and call.table("model").get(name) is None:
        raise NotFoundError("model", model=name)
    model = things.find(call, "model", name)
    if model is None:
        raise NotFoundError("model", model=name)
    return model


def length(call: Call, body: Mapping[str, Any], model: Thing) -> str:
    """Return the length that is asked for: a text, never a number.

    Raises:
        InvalidPayloadError: It is another one than its model makes.

    Source: contract openai, section 3.1 and appendix A.
    """
    seconds, listed = body.get("seconds"), model.get("seconds")
    if listed and call.setting("seconds_enum") == "spec":
        listed = [one for one in listed if one in _SPEC_SECONDS]
    if seconds is None:
        return _SECONDS
    if not isinstance(seconds, str):
        told = _named(_SPEC_SECONDS, "or") if listed else "a string"
        expected = f"one of {told}" if listed else told
        raise _mistyped("seconds", expected, seconds)
    is_whole = seconds.isascii() and seconds.isdigit() and len(seconds) <= 2
    is_known = (
        seconds in listed if listed else is_whole and (1 <= int(seconds) <= _LONGEST_S)
    )
    if not is_known:
        expected = _named(_SPEC_SECONDS if listed else ("1", "60"), "and")
        raise InvalidPayloadError(
            code="value", param="seconds", found=seconds[:100], expected=expected
        )
    return seconds


def _size(body: Mapping[str, Any], model: Thing) -> tuple[int, int]:
    size, listed = text_of(body, "size", _SIZE), model.get("sizes")
    found = _ANY_SIZE.fullmatch(size)
    sides = (int(found[1]), int(found[2])) if found is not None else (0, 0)
    low, high = _SIDES_PX
    is_even = all(low <= side <= high and side % 2 == 0 for side in sides)
    if (size not in listed) if listed else not is_even:
        raise InvalidPayloadError(
            code="value",
            param="size",
            found=size[:100],
            expected=_named(_SHOWN_SIZES, "and"),
        )
    return sides


def _check_known(call: Call, body: Mapping[str, Any]) -> None:
    if call.setting("unknown_fields") == "ignore":
        return
    for name in body:
        if name not in _KNOWN:
            raise InvalidPayloadError(code="unknown", param=name)


def _check_reference(
    call: Call, body: Mapping[str, Any], sides: tuple[int, int]
) -> None:
    """Refuse a reference that is none, or of another size if that is asked for.

    Source: contract openai, sections 3.1 and 5.
    """
    said = body.get("input_reference")
    if said is None:
        return
    if isinstance(said, forms.Part):
        if call.setting("check_reference_size") and _sides(said.data) not in {
            None, sides,
        }:  # fmt: skip
            raise InvalidPayloadError(code="size")
        return
    if not isinstance(said, Mapping):
        raise _mistyped("input_reference", "an object", said)
    named = [name for name in ("image_url", "file_id") if said.get(name)]
    if len(named) != 1:
        raise InvalidPayloadError(
            code="said",
            param="input_reference",
            message="Exactly one of 'image_url' or 'file_id' must be provided.",
        )
    value = said[named[0]]
    if not isinstance(value, str):
        raise _mistyped(f"input_reference.{named[0]}", "a string", value)
    if named == ["file_id"]:
        file = things.find(call, "file", value)
        if file is None:
            raise NotFoundError("file", id=value[:200])
    elif len(value) > _IMAGE_URL_MAX:
        raise InvalidPayloadError(
            code="long",
            param="input_reference.image_url",
            limit=_IMAGE_URL_MAX,
            length=len(value),
        )


def _sides(data: bytes) -> tuple[int, int] | None:
    """Return the size of a picture by its header; None if it is none that we know."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            return image.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


def _check_characters(call: Call, body: Mapping[str, Any]) -> None:
    said = body.get("characters")
    if said is None:
        return
    if not isinstance(said, list):
        raise _mistyped("characters", "an array", said)
    if len(said) > CHARACTERS_MAX:
        raise InvalidPayloadError(
            code="said",
            param="characters",
            message="Invalid 'characters': array too long. Expected an array with"
            f" maximum length {CHARACTERS_MAX}, but got an array with length"
            f" {len(said)} instead.",
        )
    for at, one in enumerate(said):
        name = one.get("id") if isinstance(one, Mapping) else None
        if not isinstance(name, str):
            raise InvalidPayloadError(code="missing", param=f"characters[{at}].id")
        if call.table(CHARACTERS).get(name) is None:
            raise NotFoundError("character", id=name[:200])


def _mistyped(name: str, expected: str, found: object) -> InvalidPayloadError:
    return InvalidPayloadError(
        code="type", param=name, expected=expected, found=_article(found)
    )


def _article(found: object) -> str:
    if isinstance(found, forms.Part):
        return "a file"
    return _ARTICLES.get(type(found), "an object")


def _named(words: tuple[str, ...], last: str) -> str:
    *first, end = (f"'{word}'" for word in words)
    return f"{', '.join(first)}, {last} {end}"
