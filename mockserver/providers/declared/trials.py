"""Trials: the calls with which people begin, from what a provider's file says."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.providers.declared import auth
from mockserver.providers.declared.model import Definition, JobKind, Operation
from mockserver.providers.facts import Trial
from mockserver.scenarios.written.expressions import Expression, Template

__all__ = ["trials"]

_PARAMETER: Final = re.compile(r"\{(\w+)(?::((?:[^{}]|\{\d+(?:,\d*)?\})+))?\}")
_PLAIN: Final = re.compile(r"[\w.-]+")
_ENDED: Final = ("succeeded", "failed", "cancelled")
_ID: Final = re.compile(r"job\.id")
_STATE: Final = re.compile(r"moment\.state")
_LINK: Final = re.compile(r"link\.")
_VIEW: Final = re.compile(r"view")


def trials(definition: Definition) -> tuple[Trial, ...]:
    """Return what makes a job, what looks at it, and what fetches or ends it.

    Whatever of that the file does not say is left out.
    """
    name, body = definition.start
    makes = definition.operations.get(name)
    if makes is None:
        return ()
    kind = definition.jobs[makes.of]
    job = next(_places(_told(makes.body, kind.view), _ID), None)
    first = Trial(
        about="Make a job",
        body=body,
        keeps={} if job is None else {"job": job},
        **_asked(definition, makes),
    )
    if job is None:
        return (first,)
    shows = _first(definition, kind, "shows")
    looks, film = ([], "") if shows is None else _look(definition, kind, shows)
    return (first, *looks, *_last(definition, kind, film))


def _look(
    definition: Definition, kind: JobKind, shows: Operation
) -> tuple[list[Trial], str]:
    """Return what looks at a job until it has ended, and where its film is told."""
    done = next(s for s in reversed(kind.life.steps) if s.phase.value in _ENDED).state
    answer = _told(shows.body, kind.view_in(done))
    state = next(_places(answer, _STATE), None)
    film = next(_places(answer, _LINK), "")
    words = tuple(w for w, phase in kind.states.items() if phase.value in _ENDED)
    look = Trial(
        about="Look at it" + (" until it has ended" if state else ""),
        until=None if state is None else (state, words),
        keeps={"film": film} if film and state else {},
        **_asked(definition, shows),
    )
    return [look], film if state else ""


def _last(definition: Definition, kind: JobKind, film: str) -> Iterator[Trial]:
    if film:
        yield Trial(about="Fetch its film", path="{film}", saves="film.mp4")
        return
    for verb, about in (("cancels", "Cancel it"), ("removes", "Delete it")):
        operation = _first(definition, kind, verb)
        if operation is not None:
            yield Trial(about=about, **_asked(definition, operation))
            return


def _first(definition: Definition, kind: JobKind, verb: str) -> Operation | None:
    """Return the first operation that does something to one job alone."""
    for one in definition.operations.values():
        if (one.verb, one.of) == (verb, kind.name) and one.parameter:
            return one
    return None


def _asked(definition: Definition, operation: Operation) -> dict[str, Any]:
    """Return how an operation is called, as fields of a trial."""
    headers, query, is_basic = auth.told(definition.auth)

    def usual(found: re.Match[str]) -> str:
        if found[1] == operation.parameter and operation.verb != "makes":
            return "{job}"
        known = _PLAIN.match(found[2] or "")
        return known[0] if known else "1"

    return {
        "method": operation.method.upper(),
        "path": _PARAMETER.sub(usual, operation.path) + query,
        "headers": headers,
        "is_basic": is_basic,
    }


def _told(document: Any, view: Any) -> Any:
    """Return an answer's document, with what is told of a job in its place."""
    if _is(document, _VIEW):
        return view
    if isinstance(document, Mapping):
        return {name: _told(one, view) for name, one in document.items()}
    if isinstance(document, list):
        return [_told(one, view) for one in document]
    return document


def _places(document: Any, value: re.Pattern[str], at: str = "") -> Iterator[str]:
    """Yield the pointers to where nothing but a value stands."""
    if _is(document, value):
        yield at
    elif isinstance(document, Mapping):
        for name, one in document.items():
            if not name.startswith("$"):
                yield from _places(one, value, f"{at}/{name.removesuffix('?')}")
    elif isinstance(document, list):
        for number, one in enumerate(document):
            yield from _places(one, value, f"{at}/{number}")


def _is(document: Any, value: re.Pattern[str]) -> bool:
    if not isinstance(document, Template) or len(document.pieces) > 1:
        return False
    only = document.pieces[0]
    return isinstance(only, Expression) and bool(value.fullmatch(only.name))
