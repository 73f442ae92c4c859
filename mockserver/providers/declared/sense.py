"""Sense: what is written well in a provider's file and yet names what there is not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.providers.declared.auth import SCHEMES
from mockserver.providers.declared.model import (
    Definition,
    JobKind,
    Operation,
    ThingKind,
    Webhook,
)
from mockserver.providers.declared.words import DRAWS, draw
from mockserver.scenarios.written.expressions import Expression, Template
from mockserver.scenarios.written.mistakes import Mistakes
from mockserver.scenarios.written.source import Place

__all__ = ["check"]

Kind = JobKind | ThingKind | None

_NAMED: Final = frozenset({"header", "query", "scheme", "python"})
_BARE: Final = frozenset({"bearer", "basic"})


def check(definition: Definition, functions: Iterable[str] | None) -> None:
    """Refuse a definition whose parts do not go together.

    Args:
        definition: It.
        functions: Those of its module; None if it names no module.

    Raises:
        ScenarioError: One line for each mistake.
    """
    mistakes = Mistakes()
    root = definition.place
    for number, way in enumerate(definition.auth):
        with mistakes:
            _check_way(way, root.at("auth", number), root.at("auth"))
    for place, name in _functions(definition):
        with mistakes:
            if functions is None:
                place.fail(name, "also `python: FILE.py` at the top of the file")
            place.choose(name, functions, "a function of the module")
    for place, document, kind in _documents(definition):
        for at, one in _asked(document, place):
            with mistakes:
                _check_one(definition, one, at, kind)
    for name, operation in definition.operations.items():
        with mistakes:
            _check_operation(definition, operation, root.at("operations", name))
    with mistakes:
        _check_signs(definition, root)
    for name in definition.examples:
        with mistakes:
            root.at("examples", name).choose(name, definition.operations, "operation")
    mistakes.tell()


def _check_way(way: str, place: Place, whole: Place) -> None:
    kind, _, name = way.partition(" ")
    at = whole if not isinstance(whole.source.document.get("auth"), list) else place
    if not ((kind in _BARE and not name) or (kind in _NAMED and name.strip())):
        at.fail(way, f"one of: {', '.join(SCHEMES)}")


def _functions(definition: Definition) -> Iterator[tuple[Place, str]]:
    """Yield the functions of the module that the file names."""
    root = definition.place
    for way in definition.auth:
        kind, _, name = way.partition(" ")
        if kind == "python":
            yield root.at("auth"), name
    for place, document, _ in _documents(definition):
        yield from _named(document, place)
    for name, operation in definition.operations.items():
        place = root.at("operations", name)
        if operation.verb == "calls":
            yield place.at("calls"), operation.of
        for number, one in enumerate(operation.checks):
            if one.python:
                yield place.at("checks", number, "python"), one.python


def _documents(definition: Definition) -> Iterator[tuple[Place, Any, Kind]]:
    """Yield every part that holds templates, with what it is about."""
    root = definition.place
    yield root.at("errors", "body"), definition.error_body, None
    yield root.at("headers"), definition.headers, None
    yield root.at("ids"), definition.ids, None
    for name, kind in definition.jobs.items():
        place = root.at("jobs", name)
        yield place.at("keep"), kind.keep, None
        yield place.at("view"), kind.view, kind
        yield place.at("names"), kind.names, kind
        for state, view in kind.views.items():
            yield place.at("in", state), view, kind
        for key, file in kind.files.items():
            parts = ("kind", "width", "height", "resolution", "aspect_ratio", "seconds",
                     "fps", "at", "title")  # fmt: skip
            for part in parts:
                yield place.at("files", key, part), getattr(file, part), kind
    yield from _of_things(definition)
    known: Mapping[str, Kind] = {**definition.jobs, **definition.things}
    for name, one in definition.operations.items():
        place, about = root.at("operations", name), known.get(one.of)
        is_alone = one.verb in {"lists", "says", "calls"}
        yield place.at("body"), one.body, None if is_alone else about
        yield place.at("headers"), one.headers, None if is_alone else about
        yield place.at("set"), one.sets, about
    for name, hook in definition.webhooks.items():
        place, job = root.at("webhooks", name), definition.jobs[hook.of]
        target = definition.things[hook.each] if hook.each else job
        yield place.at("body"), hook.body, job
        yield place.at("headers"), hook.headers, job
        yield place.at("to"), hook.to, target
        yield place.at("wants"), hook.wants, target
        yield place.at("sign", "secret"), hook.sign and hook.sign.secret, target


def _named(document: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Yield the functions that a document names."""
    if isinstance(document, Mapping):
        if "$python" in document:
            yield place.at("$python"), document["$python"]
        for name, inner in document.items():
            yield from _named(inner, place.at(name))
    elif isinstance(document, list):
        for at, inner in enumerate(document):
            yield from _named(inner, place.at(at))


def _of_things(definition: Definition) -> Iterator[tuple[Place, Any, Kind]]:
    for name, kind in definition.things.items():
        place = definition.place.at("things", name)
        yield place.at("keep"), kind.keep, None
        yield place.at("view"), kind.view, kind
        if kind.upload is not None:
            yield place.at("upload", "type"), kind.upload.type, kind
            yield place.at("upload", "size"), kind.upload.size, kind
            yield place.at("upload", "from"), kind.upload.origin, kind
            yield place.at("upload", "set"), kind.upload.sets, kind
            if kind.upload.form is not None:
                at = place.at("upload", "form", "set")
                yield at, kind.upload.form.sets, kind


def _asked(value: Any, place: Place) -> Iterator[tuple[Place, Expression[Any]]]:
    """Yield the expressions in a document, each with its place."""
    if isinstance(value, Template):
        for piece in value.pieces:
            one: Any = piece
            while isinstance(one, Expression):
                yield place, one
                one = one.otherwise
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _asked(inner, place.at(name))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _asked(inner, place.at(at))


def _check_one(
    definition: Definition, one: Expression[Any], place: Place, kind: Kind
) -> None:
    if one.name == "setting.":
        names = [setting.name for setting in definition.settings]
        place.choose(one.key, names, "a setting")
    elif one.name in {"new.", "own."} and draw(Chance("any"), one.key) is None:
        right = ", ".join(f"{one.name}{form}" for form in DRAWS)
        place.fail(f"{one.name}{one.key}", right)
    elif one.name == "link.":
        files = kind.files if isinstance(kind, JobKind) else {}
        place.choose(one.key, files, "a file of the job")
    elif one.name == "kept/":
        _check_kept(definition, one.key.split("/")[0], place, kind)
    elif one.name == "view" and (kind is None or kind.view is None):
        place.fail("view", "what has a `view`")


def _check_kept(definition: Definition, name: str, place: Place, kind: Kind) -> None:
    if kind is None:
        place.fail(f"kept/{name}", "it of a job, or of a thing, only")
    names = {one.removesuffix("?") for one in kind.keep}
    for operation in definition.operations.values():
        if operation.verb == "changes" and operation.of == kind.name:
            names |= {one.removesuffix("?") for one in operation.sets or ()}
    upload = kind.upload if isinstance(kind, ThingKind) else None
    names |= {*(upload.sets if upload is not None else ())}
    place.choose(name, sorted(names), "what is kept")


def _check_operation(
    definition: Definition, operation: Operation, place: Place
) -> None:
    if operation.verb == "cancels" and definition.jobs[operation.of].cancelled is None:
        right = f"also a state of {operation.of} that is cancelled"
        place.at("cancels").fail(operation.of, right)
    if operation.verb == "lists":
        known: Mapping[str, Kind] = {**definition.jobs, **definition.things}
        kind = known[operation.of]
        if kind is None or kind.view is None:
            place.at("lists").fail(operation.of, "what has a `view`")


def _check_signs(definition: Definition, root: Place) -> None:
    """Refuse two ways to sign: whoever verifies has to know which it is."""
    known: Webhook | None = None
    for name, hook in definition.webhooks.items():
        if hook.sign is None:
            continue
        if known is None or known.sign is None:
            known = hook
        own, other = hook.sign, known.sign
        is_alike = other is not None and (own.scheme, own.header, own.encoding) == (
            other.scheme, other.header, other.encoding
        )  # fmt: skip
        if not is_alike:
            place = root.at("webhooks", name, "sign")
            place.fail(own.scheme, f"the same as of {known.name}")
