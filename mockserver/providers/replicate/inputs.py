"""What a create asks for: which model, with which input, until when."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mockserver.errors import InvalidPayloadError, NotFoundError, Violation
from mockserver.providers import models, things
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.replicate import trained
from mockserver.providers.replicate.world import NO_VERSION

__all__ = [
    "check_input",
    "deadline_s",
    "echoed",
    "model_of_name",
    "model_of_version",
    "wait_s",
    "webhook_of",
]

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_WAIT: Final = re.compile(r"wait(?:=([1-9]|[1-9][0-9]))?")
_LONGEST_WAIT_S: Final = 60
_DEADLINE: Final = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s?)?")
_SOONEST_S, _LATEST_S = 5, 24 * 3600
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_USUAL_EVENTS: Final = ("output", "completed")
_HIDDEN: Final = "[redacted]"


def model_of_name(call: Call, key: str) -> Thing:
    """Return the official model of a name, for predictions by it.

    Raises:
        NotFoundError: There is none, or it runs by its version only.

    Source: contract replicate, section 3 and appendix A.
    """
    model = things.find(call, "model", key)
    if model is None or not model["official"]:
        raise NotFoundError("model")
    return model


def model_of_version(call: Call, told: str) -> tuple[Thing, str]:
    """Return the model that a version is of, and the version that is told of it.

    That may be 64 hexadecimal digits, those behind a name, or the name of an official
    model. A version that nobody has declared is one of the model before it, or of
    one that comes to be for it.

    Raises:
        InvalidPayloadError: Code `version`; there is no such version.

    Source: contract replicate, section 3.1.
    """
    name, colon, number = told.rpartition(":")
    if not colon and _HASH.fullmatch(told) is None:
        name, number = told, ""
    elif _HASH.fullmatch(number) is None or number == NO_VERSION:
        raise InvalidPayloadError(code="version")
    model = _declared(call, number) if number else None
    if trained.is_forgotten(call, number):
        raise InvalidPayloadError(code="version")
    if model is None:
        model = things.find(call, "model", name or f"community/{number[:12]}")
    is_of_name = not name or (model is not None and model["id"] == name)
    is_named = bool(number) or (model is not None and model["official"])
    if model is None or not is_of_name or not is_named:
        raise InvalidPayloadError(code="version")
    is_known = (
        number in {"", model["version"]}
        or things.is_born(model)
        or trained.model_of(call, number) is not None
    )
    if not is_known and call.setting("world") == "strict":
        raise InvalidPayloadError(code="version")
    is_hidden = model["official"] and (not number or number == model["version"])
    return model, "hidden" if is_hidden else number


def _declared(call: Call, version: str) -> Thing | None:
    found: Thing
    for found in call.table("model").values():
        if found["version"] == version:
            return found
    return trained.model_of(call, version)


def check_input(model: Thing, said: Mapping[str, Any]) -> None:
    """Hold an input against its model's schema.

    Raises:
        InvalidPayloadError: It breaks it; all violations at once.

    Source: contract replicate, section 3.1 and appendix C.
    """
    found = [*models.check(model, said), *_no_uris(model, said)]
    if found:
        raise InvalidPayloadError(
            tuple(
                Violation(("input", *one.path), one.keyword, one.expected, one.found)
                for one in found
            )
        )


def _no_uris(model: Thing, said: Mapping[str, Any]) -> list[Violation]:
    """Return what should be a link and is none, in lists as well."""
    known: Mapping[str, Any] = model["input"].get("properties", {})
    found = []
    for name, value in said.items():
        schema = known.get(name, {})
        listed = schema.get("items", {}) if isinstance(value, list) else {}
        if schema.get("format") == "uri":
            found += _no_uri((name,), value)
        elif isinstance(listed, dict) and listed.get("format") == "uri":
            for number, one in enumerate(value):
                found += _no_uri((name, number), one)
    return found


def _no_uri(path: tuple[str | int, ...], value: Any) -> list[Violation]:
    if not isinstance(value, str) or _URI.match(value) is not None:
        return []
    return [Violation(path, "format", "uri", value)]


def webhook_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to remember of whom a create wants to be told, and of what.

    Source: contract replicate, section 3.1.
    """
    url = body.get("webhook") or body.get("webhook_completed")
    if not url:
        return {}
    usual = [*_USUAL_EVENTS] if body.get("webhook") else ["completed"]
    return {
        "webhook": url,
        "webhook_events_filter": body.get("webhook_events_filter") or usual,
    }


def echoed(call: Call, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return an input as it is kept and told: without the token.

    One client of the field sends itself, token and all, as the input.

    Source: contract replicate, section 8, point 12.
    """
    token = call.grant.key if call.grant is not None else None
    return {k: _HIDDEN if v == token else v for k, v in said.items()}


def wait_s(call: Call) -> float | None:
    """Return for how long a create waits, by its `Prefer`; None if it does not.

    Source: contract replicate, section 3.1.
    """
    found = _WAIT.fullmatch(call.headers.get("Prefer", ""))
    if found is None:
        return None
    seconds = int(found[1] or _LONGEST_WAIT_S)
    return float(seconds) if seconds <= _LONGEST_WAIT_S else None


def deadline_s(call: Call) -> float | None:
    """Return the seconds after which a prediction ends, by its `Cancel-After`.

    Raises:
        InvalidPayloadError: Code `deadline`; it is none, or out of bounds.

    Source: contract replicate, section 3.1.
    """
    told = call.headers.get("Cancel-After")
    if told is None:
        return None
    found = _DEADLINE.fullmatch(told.strip())
    parts = found.groups() if found is not None else ()
    units = zip(parts, (3600, 60, 1), strict=False)
    total = sum(int(number or 0) * unit_s for number, unit_s in units)
    if not _SOONEST_S <= total <= _LATEST_S:
        raise InvalidPayloadError(code="deadline", found=told)
    return float(total)
