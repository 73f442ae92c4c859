"""What a create asks for: which model, and whether the body fits it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.errors import InvalidPayloadError, Violation
from mockserver.providers import models
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.runway import wire
from mockserver.providers.runway.uris import inputs_of, problem_of
from mockserver.providers.wires.zod import Issue, custom_issue, issues

__all__ = ["known_models", "model_of", "prompt_of", "units", "wanted"]

_PRORES: Final = frozenset({"prores", "hdr_prores"})
_OBJECT: Final[Mapping[str, Any]] = {"type": "object"}


async def wanted(call: Call) -> tuple[Thing, dict[str, Any]]:
    """Return the model that a create names, and its body, which fits.

    Raises:
        UnreadableBodyError: The body is no JSON.
        InvalidPayloadError: It does not fit the model; all violations at once.

    Source: contract runway, sections 2 and 3.1, appendices A, B and C.
    """
    body = await call.document()
    if not isinstance(body, dict):
        raise _refused(issues([Violation((), "type", "object", body)], _OBJECT))
    model = model_of(call, body.get("model"))
    schema: Mapping[str, Any] = model["input"]
    violations = [*models.check(model, body), *_too_long(schema, body)]
    found = [*issues(violations, schema), *_rules(body)]
    if found:
        # Zod tells unknown keys after all that is wrong with the known ones.
        found.sort(key=lambda one: one["code"] == "unrecognized_keys")
        for violation in violations[:5]:
            call.note(f"{model['id']}: {violation.describe()}")
        raise _refused(found)
    _check_inputs(call, schema, body)
    return model, body


def model_of(call: Call, name: object) -> Thing:
    """Return the model of a name that the call's endpoint offers.

    Raises:
        InvalidPayloadError: It offers none of that name.

    Source: contract runway, section 10.
    """
    endpoint = wire.endpoint_of(call.operation)
    takes_legacy = bool(call.setting("legacy_models"))
    known = call.table("model").get(f"{endpoint}/{name}")
    if isinstance(name, str) and known and (takes_legacy or not known["legacy"]):
        model: Thing = known
        return model
    names = [
        str(model["id"]).removeprefix(f"{endpoint}/")
        for model in call.table("model").values()
        if str(model["id"]).startswith(f"{endpoint}/")
        and (takes_legacy or not model["legacy"])
    ]
    raise _refused(issues([Violation(("model",), "enum", names, name)]))


def known_models(call: Call) -> list[str]:
    """Return the names of all models, whichever endpoints offer them."""
    takes_legacy = bool(call.setting("legacy_models"))
    named = (
        str(model["id"]).partition("/")[2]
        for model in call.table("model").values()
        if takes_legacy or not model["legacy"]
    )
    return [*dict.fromkeys(named)]


def prompt_of(body: Mapping[str, Any]) -> str:
    """Return the prompt of a body, or an empty text."""
    prompt = body.get("promptText")
    return prompt if isinstance(prompt, str) else ""


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units, as JavaScript counts."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


def _too_long(
    schema: Mapping[str, Any], body: Mapping[str, Any]
) -> Iterator[Violation]:
    """Yield the texts that have too many UTF-16 code units."""
    for name, member in schema.get("properties", {}).items():
        most, text = member.get("x-utf16"), body.get(name)
        if most is not None and isinstance(text, str) and units(text) > most:
            yield Violation((name,), "maxLength", most, text)


def _rules(body: Mapping[str, Any]) -> Iterator[Issue]:
    """Yield what is wrong between the members of a body.

    Source: contract runway, section 3.1.
    """
    if "proresProfile" in body and body.get("outputFormat") not in _PRORES:
        text = "proresProfile is only valid when outputFormat is prores or hdr_prores"
        yield custom_issue(("proresProfile",), text)
    images = body.get("promptImage")
    places = (
        [one.get("position") for one in images if isinstance(one, dict)]
        if isinstance(images, list)
        else []
    )
    if places == ["last"]:
        text = "A last frame needs a first frame"
        yield custom_issue(("promptImage",), text)
    if len(places) > len({*places}) and None not in places:
        text = "Each position may be used only once"
        yield custom_issue(("promptImage",), text)


def _check_inputs(
    call: Call, schema: Mapping[str, Any], body: Mapping[str, Any]
) -> None:
    """Refuse URIs that cannot be used.

    Raises:
        InvalidPayloadError: There are some; all of them at once.
    """
    given = dict.fromkeys(inputs_of(schema, body))
    told = [(one, problem_of(call, one)) for one in given]
    found = [custom_issue(one.path, text) for one, text in told if text is not None]
    if found:
        raise _refused(found)


def _refused(found: list[Issue]) -> InvalidPayloadError:
    return InvalidPayloadError(issues=found)
