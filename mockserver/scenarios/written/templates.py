"""Templates: texts of scenarios that hold values of the call, such as `${job.id}`."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from mockserver.engine.clock import http_date, iso
from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Moment
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.written import expressions
from mockserver.scenarios.written.expressions import Name, Template, Words, filled
from mockserver.scenarios.written.pointers import MISSING, find, parts
from mockserver.scenarios.written.shapes import Shape
from mockserver.scenarios.written.source import Place

__all__ = [
    "FILLED",
    "TEMPLATE",
    "Scene",
    "Template",
    "compiled",
    "filled",
    "reads_body",
]


class Scene(Struct, frozen=True):
    """What templates may show of one call; nothing else can be reached.

    Attributes:
        facts: The call as rules see it.
        path: Its path below the provider's own.
        host: What the client has called this server.
        space: Name of the space.
        number: How often the rule has acted, from 1.
    """

    facts: Facts
    path: str
    host: str
    space: str
    number: int


def _of_job(get: Callable[[Job], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.facts.job is None else get(scene.facts.job)


def _of_moment(get: Callable[[Moment], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.facts.moment is None else get(scene.facts.moment)


def _now(scene: Scene) -> float:
    return scene.facts.now


def _age_s(scene: Scene) -> float | None:
    job = scene.facts.job
    return None if job is None else scene.facts.now - job.created_at


def _in_body(scene: Scene, pointer: str) -> Any:
    found = find(scene.facts.document, parts(f"/{pointer}"))
    return None if found is MISSING else found


_WORDS: Final[Words[Scene]] = Words(
    names=MappingProxyType(
        {
            "call.provider": Name(lambda scene: scene.facts.slug),
            "call.operation": Name(lambda scene: scene.facts.operation),
            "call.method": Name(lambda scene: scene.facts.method),
            "call.path": Name(lambda scene: scene.path),
            "call.host": Name(lambda scene: scene.host),
            "call.number": Name(lambda scene: scene.number, counts=True),
            "job.id": Name(_of_job(lambda job: job.id)),
            "job.number": Name(_of_job(lambda job: job.ordinal + 1), counts=True),
            "job.operation": Name(_of_job(lambda job: job.operation)),
            "job.created": Name(
                _of_job(lambda job: job.created_at), counts=True, write=iso
            ),
            "moment.state": Name(_of_moment(lambda at: at.step.state)),
            "moment.phase": Name(_of_moment(lambda at: at.step.phase.value)),
            "moment.progress": Name(_of_moment(lambda at: at.progress), counts=True),
            "moment.age": Name(_age_s, counts=True),
            "space.name": Name(lambda scene: scene.space),
            "space.now": Name(_now, counts=True, write=iso),
            "space.unix": Name(_now, counts=True, write=int),
            "space.date": Name(_now, counts=True, write=http_date),
        }
    ),
    keyed=MappingProxyType(
        {
            "call.query.": lambda scene, name: scene.facts.query.get(name),
            "call.header.": lambda scene, name: scene.facts.headers.get(name.lower()),
            "call.body/": _in_body,
        }
    ),
)


def compiled(raw: Any, place: Place) -> Any:
    """Return a value of a scenario with all texts that hold `${...}` as templates.

    Raises:
        ScenarioError: One of them names what there is not, or is not well formed.
    """
    return expressions.compiled(raw, place, _WORDS)


def reads_body(value: Any) -> bool:
    """Say whether a template somewhere in a value shows part of the request's body."""
    return any(one.name == "call.body/" for one in expressions.expressions(value))


def _template(raw: Any, place: Place) -> str | Template[Scene]:
    if not isinstance(raw, str) or not raw:
        place.fail(raw, "a text")
    read: str | Template[Scene] = compiled(raw, place)
    return read


FILLED: Final = Shape({}, compiled)
"""The shape of JSON whose texts may hold values."""
TEMPLATE: Final = Shape({"type": "string", "minLength": 1}, _template)
"""The shape of a text that may hold values."""
