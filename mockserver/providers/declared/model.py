"""Model: a provider's file as it has been read, part by part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.jobs import DELIVERED, MediaLife
from mockserver.engine.quotas import RateLimit
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.facts import Setting
from mockserver.scenarios.written.source import Place

__all__ = [
    "Check",
    "Credentials",
    "Definition",
    "Field",
    "File",
    "Form",
    "JobKind",
    "Limit",
    "Operation",
    "Page",
    "Row",
    "Sign",
    "ThingKind",
    "Upload",
    "Webhook",
]

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that a finished job has; what is not said is None, or a document."""

    name: str
    path: str
    kind: Any = "mp4"
    width: Any = None
    height: Any = None
    resolution: Any = None
    aspect_ratio: Any = None
    seconds: Any = None
    fps: Any = None
    at: Any = None
    sound: bool = False
    says: Any = None
    voice: Any = None
    language: Any = None
    speed: Any = None
    music: Any = None
    volume: Any = None
    fade_in: Any = None
    fade_out: Any = None
    title: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of jobs.

    Attributes:
        name: What the file calls it.
        life: Its default life.
        failed: The step that a job goes into when it fails.
        cancelled: The step of one that is cancelled, if there is such a word.
        failures: Codes of what may be wrong, by the names of scenarios.
        reasons: What is said of each code.
        keep: What it remembers.
        texts: Pointers to texts of a request for magic suffixes.
        files: Its files, by name.
        media: How they live.
        view: What is told of it.
        views: The same in those states that have a view of their own.
        names: Other names under which its files are served.
    """

    name: str
    life: Timeline
    failed: Step
    cancelled: Step | None
    failures: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    reasons: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    keep: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    texts: tuple[str, ...] = ()
    files: Mapping[str, File] = field(default_factory=lambda: _NOTHING)
    media: MediaLife = DELIVERED
    view: Any = None
    views: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    names: Any = None

    @property
    def states(self) -> dict[str, Phase]:
        """The phase of each of its words."""
        ends = [self.failed, self.cancelled]
        more = {step.state: step.phase for step in ends if step is not None}
        return {**self.life.states(), **more}

    def view_in(self, state: str) -> Any:
        """Return what is told of it in a state."""
        return self.views.get(state, self.view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How the bytes of a thing come in a form; members that say what they are."""

    part: str
    type: str = ""
    size: str = ""
    name: str = ""
    sets: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """How the bytes of a thing come."""

    path: str
    method: str = "put"
    type: Any = None
    size: Any = None
    for_s: float = 3600.0
    status: int = 200
    form: Form | None = None
    makes: str = ""
    origin: Any = None
    sets: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingKind:
    """A kind of things that are no jobs."""

    name: str
    about: str = ""
    id: Any = None
    keep: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    view: Any = None
    upload: Upload | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How a list comes in pages."""

    by: str
    query: str
    limit: str = "limit"
    default: int = 20
    most: int = 100
    newest_first: bool = True
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A rule that a request has to keep; its schemas have names of their own."""

    name: str
    fits: bool = False
    refuses: bool = False
    python: str = ""
    error: tuple[str, str] = ("invalid", "")
    text: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """How often an operation may be called, with all others of the same name."""

    name: str
    rate: RateLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation.

    Attributes:
        name: What it is called.
        method: HTTP method.
        path: Its path template.
        verb: What it does.
        of: To what: a kind, or the function that answers.
        parameter: The path parameter that holds an id, if there is one.
        about: One sentence.
        request: Whether its body has a schema.
        checks: What else a request has to keep.
        only: When it may be done.
        limit: How often it may be called.
        sets: What a thing remembers from now on; None if the request says that.
        page: How a list comes in pages.
        status: The status of its answer.
        headers: Headers of its answer.
        body: Its answer.
        has_body: Whether there is one.
    """

    name: str
    method: str
    path: str
    verb: str
    of: str
    parameter: str
    about: str
    request: bool
    checks: tuple[Check, ...]
    only: Any
    limit: Limit | None
    sets: Mapping[str, Any] | None
    page: Page
    status: int
    headers: Mapping[str, Any]
    body: Any
    has_body: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How a webhook is signed."""

    scheme: str
    secret: Any
    header: str = ""
    also: tuple[str, ...] = ()
    encoding: str = "hex"
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """What is told to an address about jobs."""

    name: str
    of: str
    on: Mapping[str, str]
    to: Any
    body: Any
    each: str = ""
    wants: Any = None
    headers: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    sign: Sign | None = None
    retry: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """How one kind of error looks."""

    kind: str
    code: str
    status: int
    text: str
    own: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A part of a credential."""

    name: str
    prefix: str = ""
    length: int = 32


@dataclass(frozen=True, slots=True)
class Credentials:
    """What new credentials look like."""

    key: Field
    secret: Field | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A provider's file."""

    place: Place
    folder: Path
    slug: str
    title: str
    hosts: tuple[str, ...]
    roots: Mapping[str, str]
    python: str
    auth: tuple[str, ...]
    credentials: Credentials
    ids: Any
    settings: tuple[Setting, ...]
    clients: Mapping[str, str]
    start: tuple[str, Any]
    headers: Mapping[str, Any]
    error_body: Any
    error_code: Any
    rows: tuple[Row, ...]
    schemas: Mapping[str, Any]
    jobs: Mapping[str, JobKind]
    things: Mapping[str, ThingKind]
    operations: Mapping[str, Operation]
    webhooks: Mapping[str, Webhook]
    world: Mapping[str, Any] = field(default_factory=dict)
    prices: Mapping[str, Any] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
