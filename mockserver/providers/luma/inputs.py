"""What a create says, held against its schema and the rules for its words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.errors import InvalidPayloadError, Violation
from mockserver.providers import things
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.luma import clips, wire
from mockserver.providers.luma.errors import SAID
from mockserver.providers.luma.requests import REQUESTS, said_in
from mockserver.providers.wires.urls import url_problem

__all__ = ["lines_of", "model_of", "refused", "said_of", "seconds_of"]

_PROMPT_MIN, _PROMPT_MAX = 3, 5000
_SECONDS: Final = re.compile(r"([1-9]\d{0,2})s")
_SECONDS_MAX: Final = 600
_REFERENCES: Final = ("image_ref", "style_ref", "character_ref", "modify_image_ref")


async def said_of(call: Call) -> dict[str, Any]:
    """Return what of a create's body anybody knows.

    Raises:
        InvalidPayloadError: It breaks the schema, all violations at once; or, with
            code `said`, a rule for its words.

    Source: contract luma, sections 2 and 3, appendix C.
    """
    document = await call.document()
    violations: tuple[Violation, ...] = ()
    try:
        size = len(await call.body())
        await off_loop(size, call.check, document, f"{call.operation}.request")
    except InvalidPayloadError as error:
        violations = error.violations
    body: Mapping[str, Any] = document if isinstance(document, dict) else {}
    violations = (*violations, *_unknown_model(call, body), *_no_address(body))
    if violations:
        raise InvalidPayloadError(violations)
    said = said_in(call.operation, body)
    usual = REQUESTS[call.operation]["generation_type"]
    if said.get("generation_type", usual) != usual:
        raise refused("Unknown request type")
    _check_prompt(call.operation, said)
    _check_concepts(call, said)
    return said


def model_of(call: Call, said: Mapping[str, Any]) -> Thing:
    """Return the model that a create names, or that is usual for it."""
    name = said.get("model", REQUESTS[call.operation]["model"])
    model: Thing | None = call.table("model").get(name)
    if model is None:  # a world may be without the usual one
        raise InvalidPayloadError(tuple(_unknown_model(call, {"model": name})))
    return model


def seconds_of(said: Mapping[str, Any]) -> float:
    """Return how long a video is to be, by a `duration` such as `5s`.

    Raises:
        InvalidPayloadError: Code `said`; it is none, or too long for us.

    Source: contract luma, section 3.2.
    """
    told = said.get("duration", REQUESTS["create-video"]["duration"])
    found = _SECONDS.fullmatch(told)
    seconds = int(found[1]) if found else 0
    if not 0 < seconds <= _SECONDS_MAX:
        raise refused(f"Duration is not supported: {told[:100]}")
    return float(seconds)


def lines_of(said: Mapping[str, Any]) -> int | None:
    """Return how many lines a video is to have; None if nobody says.

    Raises:
        InvalidPayloadError: Code `said`; it is no resolution.

    Source: contract luma, section 3.2.
    """
    told = said.get("resolution")
    if told is None:
        return None
    lines = clips.lines_px(told)
    if lines is None:
        raise refused(f"Resolution is not supported: {told[:100]}")
    return lines


def refused(message: str) -> InvalidPayloadError:
    """Return a refusal in these words.

    Source: contract luma, appendix C.
    """
    return InvalidPayloadError(code=SAID, message=message)


def _unknown_model(call: Call, body: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield that there is no such model, for what the call makes."""
    name = body.get("model")
    if not isinstance(name, str) or "model" not in REQUESTS[call.operation]:
        return
    makes = "image" if call.operation in wire.PICTURES else "video"
    takes_legacy = bool(call.setting("legacy_models"))
    names = [
        one["id"]
        for one in call.table("model").values()
        if one["makes"] == makes and (takes_legacy or not one["legacy"])
    ]
    if name not in names:
        yield Violation(("model",), "enum", names, name)


def _no_address(body: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield that a callback's address is none."""
    url = body.get("callback_url")
    if isinstance(url, str) and url_problem(url) is not None:
        yield Violation(("callback_url",), "format", "uri", url)


def _check_prompt(operation: str, said: Mapping[str, Any]) -> None:
    """Raise what is wrong with a prompt, or with there being none."""
    prompt = said.get("prompt")
    if prompt is None:
        if _needs_prompt(operation, said):
            raise refused("Prompt is required")
        return
    if len(prompt) < _PROMPT_MIN:
        raise refused("Prompt is too short, minimum length is 3 characters")
    if len(prompt) > _PROMPT_MAX:
        raise refused("Prompt is too long, maximum length is 5000 characters")


def _needs_prompt(operation: str, said: Mapping[str, Any]) -> bool:
    """Say whether there is nothing else that says what to make."""
    if operation == "create-image":
        return not any(said.get(name) for name in _REFERENCES)
    if operation != "create-video":
        return False
    frames = (said.get("keyframes") or {}).values()
    is_empty = "keyframes" in said and not any(frames)
    return not is_empty and not any(one and one["type"] == "image" for one in frames)


def _check_concepts(call: Call, said: Mapping[str, Any]) -> None:
    """Raise that a model takes no concepts, or that there is none of a key.

    Source: contract luma, sections 2 and 3.2.
    """
    keys = [one["key"] for one in said.get("concepts") or ()]
    if keys and not model_of(call, said)["concepts"]:
        raise refused("concepts are not supported for this model")
    for key in keys:
        if things.find(call, "concept", key) is None:
            raise refused(f"Concept is not supported: {key[:100]}")
