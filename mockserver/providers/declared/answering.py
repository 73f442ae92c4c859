"""Answering: reads what a request says, holds it against its rules, and answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from mockserver.errors import ConflictError, ProviderError, RateLimitError
from mockserver.providers.call import Call
from mockserver.providers.declared.documents import shown
from mockserver.providers.declared.errors import error_of
from mockserver.providers.declared.model import Definition, Operation
from mockserver.providers.declared.scenes import line, of_call
from mockserver.providers.declared.words import LIMITED, Scene
from mockserver.providers.reply import Reply

__all__ = [
    "Desk",
    "Function",
    "answer",
    "asked",
    "called",
    "check",
    "count",
    "headers_of",
    "refuse_unless",
    "said",
]

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """One operation where it is served.

    Attributes:
        definition: Its provider's file.
        operation: The operation.
        functions: Those of the module that the file names.
        words: What its answers tell of a job, by state, as far as that was asked for.
    """

    definition: Definition
    operation: Operation
    functions: Mapping[str, Function]
    words: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)


async def asked(call: Call, desk: Desk) -> Any:
    """Return the body of a request, which keeps the rules of its operation.

    Raises:
        InvalidPayloadError: It does not.
        UnreadableBodyError: It is no JSON.
        ProviderError: What a function of the module says of it.
    """
    operation = desk.operation
    document = await (call.payload() if operation.request else call.document())
    await check(call, desk, document)
    return document


async def check(call: Call, desk: Desk, document: Any) -> None:
    """Hold a body against the checks of its operation.

    Raises:
        ProviderError: It does not pass one, with that one's error.
    """
    operation = desk.operation
    schemas = call.services.schemas(desk.definition.slug)
    for one in operation.checks:
        text: Any = None
        if one.fits or one.refuses:
            if schemas.is_valid(one.name, document) == one.fits:
                continue
            text = one.text or f"{one.name} does not hold"
        else:
            text = desk.functions[one.python](call, document)
            text = await text if isawaitable(text) else text
        if text:
            raise _refused(one.error, str(text))


def count(call: Call, operation: Operation) -> None:
    """Count a call against the limit of its operation.

    Raises:
        RateLimitError: The limit is enforced, and has been reached.
    """
    if operation.limit is None:
        return
    rate, name, quotas = operation.limit.rate, operation.limit.name, call.space.quotas
    name = f"{call.provider.slug} {name}"
    if call.services.options.limits == "real":
        wait_s = quotas.take(name, rate, call.now)
        if wait_s is not None:
            raise RateLimitError(round(wait_s, 3))
        used = quotas.used(name, rate, call.now)
    else:
        used = quotas.count(name, rate, call.now)
    call.request[LIMITED] = rate.calls, max(0, rate.calls - used)


def answer(call: Call, desk: Desk, scene: Scene) -> Reply:
    """Return the answer of an operation."""
    operation = desk.operation
    headers = headers_of(operation.headers, scene)
    if not operation.has_body:
        return Reply.empty(operation.status, headers)
    return call.reply(shown(operation.body, scene), operation.status, headers)


def headers_of(headers: Mapping[str, Any], scene: Scene) -> dict[str, str]:
    """Return headers with the values of a scene; what is null is left out."""
    told = {name: shown(one, scene) for name, one in headers.items()}
    return {name: line(one) for name, one in told.items() if one is not None}


async def called(call: Call, desk: Desk) -> Reply:
    """Answer as a function of the module says: a reply, or a document."""
    found = desk.functions[desk.operation.of](call)
    found = await found if isawaitable(found) else found
    if isinstance(found, Reply):
        return found
    operation = desk.operation
    headers = headers_of(operation.headers, of_call(call, desk.definition))
    if operation.has_body:
        scene = of_call(call, desk.definition, found)
        return call.reply(shown(operation.body, scene), operation.status, headers)
    return call.reply(found, operation.status, headers)


async def said(call: Call, desk: Desk) -> Reply:
    """Answer what stands in the file."""
    has_rules = desk.operation.request or desk.operation.checks
    document = await asked(call, desk) if has_rules else None
    return answer(call, desk, of_call(call, desk.definition, document))


def refuse_unless(holds: bool, code: str, **detail: object) -> None:  # noqa: FBT001 - it reads so
    """Refuse what the state of something forbids.

    Raises:
        ConflictError: It does not hold.
    """
    if not holds:
        raise ConflictError(code, **detail)


def _refused(error: tuple[str, str], text: str) -> ProviderError:
    kind, code = error
    return error_of(kind, code, message=text)
