"""What Google says of errors: two envelopes, chosen by what was called."""

from collections.abc import Mapping
from typing import Any, Final

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
)
from mockserver.providers.call import Call
from mockserver.providers.google import access, exhausted, wire
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told

__all__ = ["NO_FILE", "render_error"]

_TYPES: Final = "type.googleapis.com/google.rpc."
_NO_CALLER: Final = (
    "Method doesn't allow unregistered callers (callers without established identity)."
    " Please use API Key or other form of API consumer identity to call this API."
)
_BAD_KEY: Final = "API key not valid. Please pass a valid API key."
_NOBODY: Final = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token,"
    " login cookie or other valid authentication credential. See"
    " https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_NO_MODEL: Final = (
    "models/{model} is not found for API version {version}, or is not supported for"
    " {method}. Call ListModels to see the list of available models and their"
    " supported methods."
)
_RETIRED: Final = (
    "This model models/{model} is no longer available. Please update your code to use"
    " models/gemini-omni-1.1-flash for the latest features and improvements. We"
    " recommend you to use the Interactions API"
    " (https://ai.google.dev/gemini-api/docs/get-started)."
)
NO_FILE: Final = (
    "You do not have permission to access the File {id} or it may not exist."
)
_OVERLOADED: Final = "The model is overloaded. Please try again later."
_UNKNOWN: Final = (
    "Invalid JSON payload received. Unknown name \"{name}\" at '{place}': Cannot find"
    " field."
)
_INTERNAL: Final = (
    "An internal error has occurred. Please retry or report in"
    " https://developers.generativeai.google/guide/troubleshooting"
)
_DEADLINE: Final = "The deadline expired before the operation could complete."

# The third of each row: the status word of gRPC, and that of Interactions and webhooks.
_ERRORS: Final = ErrorTable(  # contract google, sections 2, 3, 7 and appendix C
    {
        UnauthorizedError: (400, _BAD_KEY, ("INVALID_ARGUMENT", "")),
        (UnauthorizedError, "missing"): (403, _NO_CALLER, ("PERMISSION_DENIED", "")),
        (UnauthorizedError, "token"): (401, _NOBODY, ("UNAUTHENTICATED", "")),
        ForbiddenError: (
            403,
            "The caller does not have permission",
            ("PERMISSION_DENIED", "permission_denied"),
        ),
        (ForbiddenError, "file"): (
            403,
            NO_FILE,
            ("PERMISSION_DENIED", "permission_denied"),
        ),
        (ForbiddenError, "credits"): (
            429,
            exhausted.SHORT,
            ("RESOURCE_EXHAUSTED", "resource_exhausted"),
        ),
        NotFoundError: (
            404,
            "Requested entity was not found.",
            ("NOT_FOUND", "not_found"),
        ),
        (NotFoundError, "model"): (404, _NO_MODEL, ("NOT_FOUND", "model_not_found")),
        (NotFoundError, "retired"): (404, _RETIRED, ("NOT_FOUND", "model_not_found")),
        (NotFoundError, "said"): (404, "{message}", ("NOT_FOUND", "not_found")),
        MethodNotAllowedError: (
            404,
            "Requested entity was not found.",
            ("NOT_FOUND", "not_found"),
        ),
        NotReadyError: (
            400,
            "The File {id} is not in an ACTIVE state and usage is not allowed.",
            ("FAILED_PRECONDITION", "invalid_request"),
        ),
        ConflictError: (
            409,
            "Requested entity already exists",
            ("ALREADY_EXISTS", "conflict"),
        ),
        PayloadTooLargeError: (
            400,
            "Request payload size exceeds the limit: {limit} bytes.",
            ("INVALID_ARGUMENT", "invalid_request"),
        ),
        UnreadableBodyError: (
            400,
            "Invalid JSON payload received. {message}",
            ("INVALID_ARGUMENT", "invalid_request"),
        ),
        InvalidPayloadError: (
            400,
            "Request contains an invalid argument.",
            ("INVALID_ARGUMENT", "invalid_request"),
        ),
        (InvalidPayloadError, "said"): (
            400,
            "{message}",
            ("INVALID_ARGUMENT", "invalid_request"),
        ),
        (InvalidPayloadError, "unknown"): (
            400,
            _UNKNOWN,
            ("INVALID_ARGUMENT", "invalid_request"),
        ),
        (InvalidPayloadError, "cursor"): (
            400,
            "The page token is invalid.",
            ("INVALID_ARGUMENT", "invalid_request"),
        ),
        RateLimitError: (429, "", ("RESOURCE_EXHAUSTED", "resource_exhausted")),
        UnavailableError: (
            500,
            _INTERNAL,
            ("INTERNAL", "internal"),
        ),
        (UnavailableError, "overloaded"): (
            503,
            _OVERLOADED,
            ("UNAVAILABLE", "unavailable"),
        ),
        (UnavailableError, "deadline"): (
            504,
            _DEADLINE,
            ("DEADLINE_EXCEEDED", "deadline_exceeded"),
        ),
    }
)
# Contract google, section 2
_NO_PLACE: Final = (
    "a POST to the bare base URL: Google's clients do that for Vertex when project or"
    " location is missing; name both, or use an API key"
)
_OF_FILES: Final = ("get-file", "delete-file", "download-file")
_WORDS: Final[Mapping[int, tuple[str, str]]] = {  # contract google, appendix C
    400: ("INVALID_ARGUMENT", "invalid_request"),
    401: ("UNAUTHENTICATED", "unauthenticated"),
    403: ("PERMISSION_DENIED", "permission_denied"),
    404: ("NOT_FOUND", "not_found"),
    409: ("ABORTED", "conflict"),
    429: ("RESOURCE_EXHAUSTED", "resource_exhausted"),
    499: ("CANCELLED", "cancelled"),
    500: ("INTERNAL", "internal"),
    503: ("UNAVAILABLE", "unavailable"),
    504: ("DEADLINE_EXCEEDED", "deadline_exceeded"),
}


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as `{"error": {"code", "message", "status", "details"}}`.

    Interactions and webhooks say `code` in letters, and no `status`; who is not known
    there is told so in numbers.

    Source: contract google, section 10 and appendix C.
    """
    error = _of_file(call, error)
    if call.request.method == "POST" and call.path in {"", "/"}:
        call.note(_NO_PLACE)
    values: dict[str, object] = {
        "id": call.parameters.get("file_id", "?"),
        "model": call.parameters.get("model", "?"),
        "version": call.parameters.get("version", "v1beta"),
        "method": _method(call),
        "message": "Unexpected token.",
        "limit": call.services.options.body_max_bytes,
    }
    in_letters = _is_in_letters(call) and not isinstance(error, UnauthorizedError)
    write = _in_letters if in_letters else _in_numbers
    reply = _ERRORS.reply(
        error, lambda told: Reply.json(write(call, error, told)), values=values
    )
    reply.content_type = wire.JSON
    return reply


def _of_file(call: Call, error: ProviderError) -> ProviderError:
    """Return what is said where a file is not there: nobody is told which."""
    if not isinstance(error, NotFoundError) or error.code in {"route", "space"}:
        return error
    if call.operation not in _OF_FILES:
        return error
    denied = ForbiddenError("file", id=call.parameters.get("file_id", "?"))
    denied.status = error.status
    return denied


def _method(call: Call) -> str:
    is_talk = call.operation == wire.INTERACTION
    return "createInteraction" if is_talk else "predictLongRunning"


def _is_in_letters(call: Call) -> bool:
    parts = call.path.split("/")
    named = {part.partition(":")[0] for part in parts}
    return "interactions" in named or (len(parts) > 2 and "webhooks" in named)


def _words(told: Told) -> tuple[str, str]:
    known = _WORDS.get(told.status)
    if told.code and (known is None or told.status in {400, 404, 409}):
        in_numbers, in_letters = told.code
        return in_numbers, in_letters
    if known is not None:
        return known
    return ("INTERNAL", "internal") if told.status >= 500 else _WORDS[400]


def _in_numbers(call: Call, error: ProviderError, told: Told) -> Any:
    text = told.text
    details: list[dict[str, Any]] = []
    if isinstance(error, RateLimitError) and told.status == 429:
        text, details = exhausted.told(error, call)
    elif isinstance(error, UnauthorizedError) and told.status == 400:
        details = _key_details(told.text, is_vertex=access.is_vertex(call))
    document = {"code": told.status, "message": text, "status": _words(told)[0]}
    return {"error": {**document, "details": details} if details else document}


def _in_letters(call: Call, error: ProviderError, told: Told) -> Any:
    text = told.text
    if isinstance(error, RateLimitError) and told.status == 429:
        text, _ = exhausted.told(error, call)
    return {"error": {"message": text, "code": _words(told)[1]}}


def _key_details(text: str, *, is_vertex: bool) -> list[dict[str, Any]]:
    service = "aiplatform.googleapis.com" if is_vertex else wire.HOME
    return [
        {
            "@type": f"{_TYPES}ErrorInfo",
            "reason": "API_KEY_INVALID",
            "domain": "googleapis.com",
            "metadata": {"service": service},
        },
        {"@type": f"{_TYPES}LocalizedMessage", "locale": "en-US", "message": text},
    ]
