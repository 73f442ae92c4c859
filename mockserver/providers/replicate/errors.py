"""What Replicate says of errors: problem objects."""

from collections.abc import Iterator
from math import ceil
from typing import Any, Final

import orjson

from mockserver.errors import (
    ConflictError,
    ForbiddenError,
    InvalidPayloadError,
    MethodNotAllowedError,
    NotFoundError,
    NotReadyError,
    PayloadTooLargeError,
    ProviderError,
    RateLimitError,
    UnauthorizedError,
    UnavailableError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told
from mockserver.providers.wires.problems import PROBLEM

__all__ = ["render_error"]

_UNAUTHENTICATED: Final = "Unauthenticated"
_INVALID: Final = "Input validation failed"
_CREDIT: Final = (
    "You have insufficient credit to run this model. Go to"
    " https://replicate.com/account/billing#billing to purchase credit. Once you"
    " purchase credit, please wait a few minutes before trying again."
)
_NO_VERSION: Final = (
    "The specified version does not exist (or perhaps you don't have permission to use"
    " it?)"
)
_LITTLE: Final = (
    "Request was throttled. Your rate limit for prediction creation is reduced to 6"
    " requests per minute with a burst of 1 requests while you have less than $5.0 in"
    " credit. Your rate limit resets in ~{seconds}s."
)
_ERRORS: Final = ErrorTable(  # contract replicate, sections 2, 3 and 7
    {
        UnauthorizedError: (401, "Invalid or expired API token.", _UNAUTHENTICATED),
        (UnauthorizedError, "missing"): (
            401,
            "You did not pass an authentication token",
            _UNAUTHENTICATED,
        ),
        ForbiddenError: (403, "Forbidden"),
        (ForbiddenError, "credits"): (402, _CREDIT, "Insufficient credit"),
        (ForbiddenError, "signature"): (
            403,
            "The signature of this link is not valid.",
        ),
        (ForbiddenError, "model"): (
            403,
            "Only private models without versions can be deleted.",
        ),
        (ForbiddenError, "version"): (
            403,
            "Only versions of private models can be deleted.",
        ),
        NotFoundError: (404, "The requested resource could not be found."),
        MethodNotAllowedError: (405, "Method Not Allowed"),
        ConflictError: (409, "Conflict"),
        (ConflictError, "model"): (409, "A model with that name and owner exists."),
        (ConflictError, "deployment"): (409, "A deployment with that name exists."),
        NotReadyError: (409, "Conflict"),
        PayloadTooLargeError: (413, "Request Entity Too Large"),
        UnreadableBodyError: (400, "The request body is not valid JSON."),
        (UnreadableBodyError, "form"): (400, "The request body is not a valid form."),
        InvalidPayloadError: (422, "- input: Invalid input\n", _INVALID),
        (InvalidPayloadError, "version"): (
            422,
            _NO_VERSION,
            "Invalid version or not permitted",
        ),
        (InvalidPayloadError, "deadline"): (
            422,
            "Cancel-After must be between 5s and 24h, found {found}",
            "Invalid Cancel-After",
        ),
        (InvalidPayloadError, "date"): (422, "{name} is not a date", _INVALID),
        (InvalidPayloadError, "cursor"): (400, "Invalid cursor"),
        RateLimitError: (
            429,
            "Request was throttled. Your rate limit resets in ~{seconds}s.",
        ),
        (RateLimitError, "little"): (
            429,
            _LITTLE,
            "Request was throttled",
        ),
        UnavailableError: (500, "Internal server error"),
    }
)
_GIVEN: Final = {
    dict: "object", list: "array", str: "string", bool: "boolean", int: "integer",
    float: "number", type(None): "null",
}  # fmt: skip
_BOUNDS: Final = {  # contract replicate, appendix C
    "minimum": ("number_gte", "Must be greater than or equal to {}"),
    "maximum": ("number_lte", "Must be less than or equal to {}"),
    "multipleOf": ("multiple_of", "Must be a multiple of {}"),
    "minLength": ("string_gte", "String length must be greater than or equal to {}"),
    "maxLength": ("string_lte", "String length must be less than or equal to {}"),
    "minItems": ("array_min_items", "Array must have at least {} items"),
    "maxItems": ("array_max_items", "Array must have at most {} items"),
    "format": ("format", "Does not match format '{}'"),
    "pattern": ("pattern", "Does not match pattern '{}'"),
    "required": ("required", "{} is required"),
}


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as `{"title"?, "detail", "status", "invalid_fields"?}`.

    Source: contract replicate, sections 2, 3 and 7, appendix C.
    """
    del call
    wait_s = error.retry_after_s if isinstance(error, RateLimitError) else 0.0
    return _ERRORS.reply(
        error, lambda told: _written(told, error), values={"seconds": ceil(wait_s)}
    )


def _written(told: Told, error: ProviderError) -> Reply:
    violations = error.violations if isinstance(error, InvalidPayloadError) else ()
    if violations and told.status == 422:
        document = _invalid(violations)
    elif told.status == 429 and told.code is None:
        document = {"detail": told.text}
    else:
        title = {} if told.code is None else {"title": told.code}
        document = {**title, "detail": told.text, "status": told.status}
    reply = Reply.json(document)
    reply.content_type = PROBLEM
    return reply


def _invalid(violations: tuple[Violation, ...]) -> dict[str, Any]:
    """Return what is said of everything that is wrong, all at once.

    Source: contract replicate, section 3.1 and appendix C.
    """
    fields = [entry for violation in violations for entry in _entries(violation)]
    lines = (
        f"- {one['field']}: {one['description']}\n"
        if one["field"]
        else f"- {one['description']}\n"
        for one in fields
    )
    return {
        "detail": "".join(lines),
        "status": 422,
        "title": _INVALID,
        "invalid_fields": fields,
    }


def _entries(violation: Violation) -> Iterator[dict[str, str]]:
    field = ".".join(str(part) for part in violation.path)
    keyword, expected = violation.keyword, violation.expected
    if keyword == "additionalProperties" and isinstance(violation.found, dict):
        for name in violation.found:
            text = f"Additional property {name} is not allowed"
            yield _entry("additional_property_not_allowed", field, text)
    elif keyword in _BOUNDS:
        kind, text = _BOUNDS[keyword]
        yield _entry(kind, field, text.format(expected))
    elif keyword == "enum" and isinstance(expected, list):
        choices = ", ".join(orjson.dumps(one).decode() for one in expected)
        name = violation.path[-1] if violation.path else "(root)"
        text = f"{name} must be one of the following: {choices}"
        yield _entry("enum", field, text)
    elif keyword == "type":
        wanted = ",".join(expected) if isinstance(expected, list) else str(expected)
        given = _GIVEN.get(type(violation.found), "string")
        yield _entry(
            "invalid_type", field, f"Invalid type. Expected: {wanted}, given: {given}"
        )
    else:
        yield _entry(keyword, field, "Must validate the schema")


def _entry(kind: str, field: str, description: str) -> dict[str, str]:
    return {"type": kind, "field": field, "description": description}
