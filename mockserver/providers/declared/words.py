"""Words: what the templates of a declared provider may show of a call or a job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import ascii_letters, ascii_lowercase, digits
from types import MappingProxyType
from typing import Any, Final

from aiohttp import web

from mockserver.engine.chance import Chance
from mockserver.engine.clock import http_date, iso
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Moment
from mockserver.errors import ProviderError
from mockserver.providers.call import Call
from mockserver.providers.services import Services
from mockserver.providers.wires.errors import Told
from mockserver.providers.wires.requests import request_chance
from mockserver.providers.wires.statuses import phrase
from mockserver.scenarios.written.expressions import Name, Words
from mockserver.scenarios.written.pointers import MISSING, find, parts

__all__ = ["DRAWS", "LIMITED", "WORDS", "Listed", "Scene", "Thing", "draw"]

_LONGEST: Final = 128
LIMITED: Final = web.RequestKey("declared limit", tuple[int, int])
"""How often the operation may be called, and how often it still may be."""
_CHANCE: Final = web.RequestKey("declared chance", Chance)
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of a space that is no job, such as an endpoint or an upload.

    Attributes:
        id: Its name.
        number: Its number among those of its kind, from 0.
        created_at: When it came to be, in seconds since 1970.
        changed_at: When it was changed last.
        kept: What is known of it.
        size_bytes: How many bytes it has been given; None if none have come.
        url: Where its bytes go to, if it is uploaded.
        until: Until when they may come.
    """

    id: str
    number: int
    created_at: float
    changed_at: float
    kept: Mapping[str, Any]
    size_bytes: int | None = None
    url: str | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list.

    Attributes:
        items: What is on it, as views.
        next: What a client sends to get the page after it.
        total: How many there are in all.
        limit: How many were asked for.
        offset: How many come before it.
    """

    items: list[Any]
    next: str | None
    total: int
    limit: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What templates may show; nothing else can be reached.

    Attributes:
        services: The server's rooms.
        slug: The provider.
        now: The space's time in seconds since 1970.
        space: The space, if there is one.
        call: The call, if it is about one.
        document: The body of the request.
        job: The job that it is about.
        reasons: What is said of each error of a job.
        thing: The thing that it is about.
        links: Returns the link to a file of the job.
        view: Returns the view of what it is about.
        listed: The page of a list.
        told: What is said of an error; and the error.
        error: The error.
        chance: Where new identifiers come from, if not from the request.
        functions: Those of the provider's module.
        maker: The provider, as people write it.
        event: What a webhook tells.
        item: One of several, with its place among them.
        trail: Places of the items that it is inside of.
    """

    services: Services
    slug: str
    now: float
    space: Space | None = None
    call: Call | None = None
    document: Any = None
    job: Job | None = None
    reasons: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    thing: Thing | None = None
    links: Callable[[str], str | None] | None = None
    view: "Callable[[Scene], Any] | None" = None
    listed: Listed | None = None
    told: Told | None = None
    error: ProviderError | None = None
    chance: Chance | None = None
    functions: Mapping[str, Callable[..., Any]] = field(
        default_factory=lambda: _NOTHING
    )
    maker: str = ""
    event: str | None = None
    item: Any = None
    trail: tuple[int, ...] = ()

    @property
    def moment(self) -> Moment | None:
        """Where the job is now."""
        return None if self.job is None else self.job.at(self.now)


_LETTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hex": "0123456789abcdef",
        "base62": ascii_letters + digits,
        "lower": ascii_lowercase + digits,
        "digits": digits,
    }
)
DRAWS: Final = ("uuid", *(f"{name}-LENGTH" for name in _LETTERS))
"""What can be drawn: `${new.uuid}`, `${new.hex-24}`, also with a name behind `/`."""


def draw(chance: Chance, key: str, *trail: int) -> str | None:
    """Return something new of a form; None if there is no such form.

    The same key draws the same again: `hex-8/owner` and `hex-8/plan` differ.
    """
    form, _, _ = key.partition("/")
    purpose = "/".join((key, *map(str, trail)))
    if form == "uuid":
        return chance.uuid(purpose)
    name, _, length = form.rpartition("-")
    if name not in _LETTERS or not (length.isascii() and length.isdigit()):
        return None
    if len(length) > 3 or not 1 <= int(length) <= _LONGEST:
        return None
    return chance.word(purpose, int(length), _LETTERS[name])


def _of_call(get: Callable[[Call], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.call is None else get(scene.call)


def _of_job(get: Callable[[Job], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.job is None else get(scene.job)


def _of_moment(get: Callable[[Moment], Any]) -> Callable[[Scene], Any]:
    def found(scene: Scene) -> Any:
        moment = scene.moment
        return None if moment is None else get(moment)

    return found


def _of_thing(get: Callable[[Thing], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.thing is None else get(scene.thing)


def _of_page(get: Callable[[Listed], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.listed is None else get(scene.listed)


def _of_told(get: Callable[[Told], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.told is None else get(scene.told)


def _in(document: Any, pointer: str) -> Any:
    found = find(document, parts(f"/{pointer}"))
    return None if found is MISSING else found


def _kept(scene: Scene, pointer: str) -> Any:
    if scene.thing is not None:
        return _in(dict(scene.thing.kept), pointer)
    return None if scene.job is None else _in(scene.job.data, pointer)


def _link(scene: Scene, name: str) -> str | None:
    return None if scene.links is None else scene.links(name)


def _setting(scene: Scene, name: str) -> Any:
    return scene.services.setting(scene.slug, name, scene.space)


def _new(scene: Scene, key: str) -> str | None:
    chance = scene.chance
    if chance is None and scene.call is not None:
        chance = _of_request(scene.call)
    return None if chance is None else draw(chance, key, *scene.trail)


def _own(scene: Scene, key: str) -> str | None:
    """Return what is drawn once for a space, such as an owner."""
    return None if scene.space is None else draw(scene.space.chance(scene.slug), key)


def _limited(at: int) -> Callable[[Scene], int | None]:
    def found(scene: Scene) -> int | None:
        known = None if scene.call is None else scene.call.request.get(LIMITED)
        return None if known is None else known[at]

    return found


def _of_request(call: Call) -> Chance:
    """Return where what is new in one answer comes from: the same for all of it."""
    known = call.request.get(_CHANCE)
    if known is None:
        known = call.request[_CHANCE] = request_chance(call)
    return known


def _since(scene: Scene) -> float | None:
    """Return when the job entered the state in which it is."""
    moment, job = scene.moment, scene.job
    return None if moment is None or job is None else job.entered_at(moment.position)


def _ended(scene: Scene) -> float | None:
    moment = scene.moment
    is_over = moment is not None and moment.step.phase.is_terminal
    return _since(scene) if is_over else None


def _reason(scene: Scene) -> str | None:
    moment = scene.moment
    error = None if moment is None else moment.step.error
    return None if error is None else scene.reasons.get(error, error)


def _view(scene: Scene) -> Any:
    return None if scene.view is None else scene.view(scene)


WORDS: Final[Words[Scene]] = Words(
    names=MappingProxyType(
        {
            "call.operation": Name(_of_call(lambda call: call.operation)),
            "call.method": Name(_of_call(lambda call: call.request.method)),
            "call.path": Name(_of_call(lambda call: call.path)),
            "call.body": Name(lambda scene: scene.document),
            "job.id": Name(_of_job(lambda job: job.id)),
            "job.number": Name(_of_job(lambda job: job.ordinal + 1), counts=True),
            "job.created": Name(
                _of_job(lambda job: job.created_at), counts=True, write=iso
            ),
            "job.ended": Name(_ended, counts=True, write=iso),
            "moment.state": Name(_of_moment(lambda at: at.step.state)),
            "moment.phase": Name(_of_moment(lambda at: at.step.phase.value)),
            "moment.progress": Name(_of_moment(lambda at: at.progress), counts=True),
            "moment.since": Name(_since, counts=True, write=iso),
            "moment.age": Name(
                lambda scene: scene.job and scene.now - scene.job.created_at,
                counts=True,
            ),
            "moment.error": Name(_of_moment(lambda at: at.step.error)),
            "moment.reason": Name(_reason),
            "thing.id": Name(_of_thing(lambda thing: thing.id)),
            "thing.number": Name(_of_thing(lambda thing: thing.number + 1)),
            "thing.created": Name(
                _of_thing(lambda thing: thing.created_at), counts=True, write=iso
            ),
            "thing.changed": Name(
                _of_thing(lambda thing: thing.changed_at), counts=True, write=iso
            ),
            "thing.size": Name(_of_thing(lambda thing: thing.size_bytes)),
            "thing.url": Name(_of_thing(lambda thing: thing.url)),
            "thing.until": Name(
                _of_thing(lambda thing: thing.until), counts=True, write=iso
            ),
            "view": Name(_view),
            "page.items": Name(_of_page(lambda page: page.items)),
            "page.next": Name(_of_page(lambda page: page.next)),
            "page.more": Name(_of_page(lambda page: page.next is not None)),
            "page.count": Name(_of_page(lambda page: len(page.items))),
            "page.total": Name(_of_page(lambda page: page.total)),
            "page.limit": Name(_of_page(lambda page: page.limit)),
            "page.offset": Name(_of_page(lambda page: page.offset)),
            "error.status": Name(_of_told(lambda told: told.status)),
            "error.phrase": Name(_of_told(lambda told: phrase(told.status))),
            "error.text": Name(_of_told(lambda told: told.text)),
            "error.code": Name(_of_told(lambda told: told.code)),
            "limit.calls": Name(_limited(0)),
            "limit.left": Name(_limited(1)),
            "event.name": Name(lambda scene: scene.event),
            "item": Name(lambda scene: scene.item),
            "space.name": Name(lambda scene: scene.space and scene.space.id),
            "space.now": Name(lambda scene: scene.now, counts=True, write=iso),
            "space.unix": Name(lambda scene: scene.now, counts=True, write=int),
            "space.date": Name(lambda scene: scene.now, counts=True, write=http_date),
        }
    ),
    keyed=MappingProxyType(
        {
            "call.query.": lambda scene, name: (
                None if scene.call is None else scene.call.query.get(name)
            ),
            "call.header.": lambda scene, name: (
                None if scene.call is None else scene.call.headers.get(name)
            ),
            "call.parameter.": lambda scene, name: (
                None if scene.call is None else scene.call.parameters.get(name)
            ),
            "call.body/": lambda scene, pointer: _in(scene.document, pointer),
            "kept/": _kept,
            "item/": lambda scene, pointer: _in(scene.item, pointer),
            "link.": _link,
            "setting.": _setting,
            "new.": _new,
            "own.": _own,
            "error.detail.": lambda scene, name: (
                None if scene.error is None else scene.error.detail.get(name)
            ),
        }
    ),
)
"""All of them."""
