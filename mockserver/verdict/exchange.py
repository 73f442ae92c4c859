"""Exchange: one request and what was answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import Final

from multidict import CIMultiDict, CIMultiDictProxy, MultiDict

from mockserver.engine.jobs import Job, Life, lead

__all__ = ["BODY_MAX", "Exchange"]

JOBS_MAX = 100
BODY_MAX = 256 * 1024
HEADERS_MAX = 32 * 1024
NOTES_MAX = 32
NOTE_MAX = 1024
# What an exchange takes beside its texts: itself, its headers' names and structure.
OVERHEAD = 2048

_ANY_CASE: Final = (CIMultiDictProxy, CIMultiDict)

Headers = Iterable[tuple[str, str]]


class Exchange:
    """One request and what was answered, kept by reference until somebody reads it.

    Attributes:
        number: Its number on this server, from 1.
        space: The space it belongs to; empty when none was found.
        slug: The provider; empty for a request that no provider was found for.
        operation: The operation; empty when the path has none.
        method, target: As on the request line.
        at: The space's time when the answer was ready, in seconds since 1970.
        wall_at: Real time then.
        elapsed_s: Real seconds that it took.
        request_headers, request_body: As received; None if it was not read.
        request_bytes: Length of the request's body, of which less may be kept.
        status, response_headers, response_body: As sent; None when nothing, or a
            file or stream, was sent.
        size_bytes: Length of the answer's body, of which less may be kept.
        kept_bytes: About how much memory it takes; 0 until it is in a journal.
        job: Identifier of the job that it was about; empty if none. Of several, the
            one that it brought about, or that was to change next.
        jobs: Identifiers of all of them, as far as they are kept.
        is_poll: It was a status read, whoever has answered it.
        state: The job's state at that time; empty if none.
        fault: The rule whose fault was applied; empty if none.
        notes: What the wire does not say: schema path, reason.
        hint: Of a refusal, what was looked for, what is known, what would allow it.
        origin: Where the client has found us: the scheme of its connection, or a whole
            origin if a proxy in front has told of one.
        version: Of HTTP, as the request has it.
        role: What it was in the life of its job, if not a poll: `submit` if it
            brought the job about, `download` if it asked for a file.
    """

    __slots__ = ("_asked_at", "_job", "_jobs", "_request_headers",
                 "_response_headers", "at", "elapsed_s", "fault", "hint", "is_poll",
                 "kept_bytes", "method", "notes", "number", "operation", "origin",
                 "request_body", "request_bytes", "response_body", "role",
                 "size_bytes", "slug", "space", "status", "target", "version",
                 "wall_at")  # fmt: skip

    def __init__(  # noqa: PLR0913, PLR0917 - a record of what happened
        self,
        method: str,
        target: str,
        request_headers: Mapping[str, str],
        status: int,
        response_headers: Mapping[str, str],
        response_body: bytes | None,
        size_bytes: int,
        wall_at: float,
        elapsed_s: float,
        request_body: bytes | None = None,
        slug: str = "",
        operation: str = "",
        space: str = "",
        at: float = 0.0,
        job: Job | None = None,
        jobs: Sequence[Job] = (),
        is_poll: bool = False,  # noqa: FBT001, FBT002 - one of many
        fault: str = "",
        notes: Iterable[str] = (),
        hint: str = "",
        role: str = "",
        asked_at: float | None = None,
        origin: str = "http",
        version: tuple[int, int] = (1, 1),
    ) -> None:
        self.number = 0
        self.method = method
        self.target = target
        self._request_headers = request_headers
        self.status = status
        self._response_headers = response_headers
        self.response_body = response_body
        self.size_bytes = size_bytes
        self.wall_at = wall_at
        self.elapsed_s = elapsed_s
        self.request_body = request_body
        self.request_bytes = len(request_body or b"")
        self.kept_bytes = 0
        self.slug = slug
        self.operation = operation
        self.space = space
        self.at = at
        self._job = None if job is None else Life(job)
        is_alone = not jobs or (len(jobs) == 1 and jobs[0] is job)
        self._jobs = () if is_alone else tuple(map(Life, jobs[:JOBS_MAX]))
        self.is_poll = is_poll
        self.fault = fault
        self.notes = notes
        self.hint = hint
        self.role = role
        self._asked_at = asked_at
        self.origin = origin
        self.version = version

    def again(
        self,
        response_headers: Mapping[str, str],
        at: float,
        wall_at: float,
        elapsed_s: float,
    ) -> "Exchange":
        """Return an exchange in which the same was asked and answered later."""
        # Made more often than anything else: what is the same is not copied.
        other = _Again.__new__(_Again)
        other._first = self  # noqa: SLF001 - one of its own
        other._response_headers = response_headers  # noqa: SLF001 - one of its own
        other.at = at
        other.wall_at = wall_at
        other.elapsed_s = elapsed_s
        # What is read of each as soon as it is kept, or looked for.
        other.space, other.kept_bytes = self.space, self.kept_bytes
        other.slug, other.operation = self.slug, self.operation
        other.status = self.status
        return other

    def cut(self) -> None:
        """Let go what is longer than a journal keeps, and weigh the rest."""
        asked, told = self._request_headers, self._response_headers
        # One text of them all: to add up the length of each takes twice as long.
        size = len("".join([*asked, *asked.values(), *told, *told.values()]))
        if size > HEADERS_MAX:
            self._request_headers, of_asked = _cut(asked)
            self._response_headers, of_told = _cut(told)
            size = of_asked + of_told
        size += OVERHEAD + len(self.target)
        if self.request_body is not None:
            self.request_body = self.request_body[:BODY_MAX]
            size += len(self.request_body)
        if self.response_body is not None:
            self.response_body = self.response_body[:BODY_MAX]
            size += len(self.response_body)
        if self.notes:
            some = islice(self.notes, NOTES_MAX)
            self.notes = tuple(map(_cut_text, some))
            size += sum(map(len, self.notes))
        if self.hint:
            self.hint = _cut_text(self.hint)
            size += len(self.hint)
        self.kept_bytes = size

    def remember(self, job: Life | None, jobs: Sequence[Life]) -> None:
        """Be about jobs as they were, of which the first may be one of the others."""
        self._job = job
        self._jobs = tuple(jobs)

    @property
    def asked_at(self) -> float:
        """The space's time when it came: at pace `step`, before it moved the clock."""
        return self.at if self._asked_at is None else self._asked_at

    @property
    def request_headers(self) -> Headers:
        """Names and values, as received."""
        return self._request_headers.items()

    @property
    def response_headers(self) -> Headers:
        """Names and values, as sent."""
        return self._response_headers.items()

    @property
    def job(self) -> str:
        """Identifier of the job that it was about, or an empty text."""
        found = self._lead
        return "" if found is None else found.id

    @property
    def jobs(self) -> tuple[str, ...]:
        """Identifiers of the jobs that it was about: of at most a hundred."""
        found = (self._job, *self._jobs)
        return tuple(dict.fromkeys(job.id for job in found if job is not None))

    @property
    def state(self) -> str:
        """The job's state at that time, or an empty text."""
        found = self._lead
        return "" if found is None else found.state_at(self.at)

    def state_of(self, job_id: str) -> str:
        """Return the state of one of its jobs at that time, or an empty text."""
        life = self.life_of(job_id)
        return "" if life is None else life.at(self.at).step.state

    def is_about(self, job_id: str) -> bool:
        """Say whether it was about a job, alone or among others."""
        if self._job is not None and self._job.id == job_id:
            return True
        return bool(self._jobs) and any(one.id == job_id for one in self._jobs)

    def is_called(self, is_meant: Callable[[str], bool]) -> bool:
        """Say whether the identifier of one of its jobs is meant."""
        job = self._job
        if job is not None and is_meant(job.id):
            return True
        others = self._jobs
        return bool(others) and any(is_meant(one.id) for one in others)

    def says(self, name: str, value: str) -> bool:
        """Say whether its request had a header, whose name is in lower case."""
        headers = self._request_headers
        if isinstance(headers, _ANY_CASE):
            return value in headers.getall(name, ())
        pairs = headers.items()
        return any(said == value and known.lower() == name for known, said in pairs)

    def life_of(self, job_id: str) -> Life | None:
        """Return the life of one of its jobs as it was then; None if it is not one."""
        for job in (self._job, *self._jobs):
            if job is not None and job.id == job_id:
                return job
        return None

    @property
    def _lead(self) -> Life | None:
        return self._job or lead(self._jobs, self.at)

    @property
    def is_unmatched(self) -> bool:
        """Whether no provider, or none of its operations, was meant."""
        return not self.operation


class _Again(Exchange):
    """An exchange in which the same was asked and answered as in an earlier one."""

    __slots__ = ("_first",)

    _first: Exchange

    @property
    def asked_at(self) -> float:
        """The space's time when it came: no clock is moved by what lasts."""
        return self.at


def _of_the_first(names: Iterable[str]) -> None:
    """Let what an exchange has in common with the first one be read there."""
    for name in names:
        setattr(_Again, name, property(attrgetter(f"_first.{name}")))


_OWN: Final = frozenset(
    {
        *("_asked_at", "_response_headers", "at", "elapsed_s", "kept_bytes", "number"),
        *("operation", "slug", "space", "status", "wall_at"),
    }
)
_of_the_first({*Exchange.__slots__} - _OWN)


def _cut_text(text: str) -> str:
    """Return what is kept of a note, cut between words: half a secret is not known."""
    if len(text) <= NOTE_MAX:
        return text
    return f"{text[:NOTE_MAX].rpartition(' ')[0]}..."


def _cut(headers: Mapping[str, str]) -> tuple[Mapping[str, str], int]:
    """Return what is kept of headers, and how long that is."""
    size = sum(len(name) + len(value) for name, value in headers.items())
    if size <= HEADERS_MAX:
        return headers, size
    kept, left = MultiDict[str](), HEADERS_MAX
    for name, value in headers.items():
        if len(name) > left:
            break
        is_whole = len(name) + len(value) <= left
        # The beginning of a secret is none that anybody knows, and would be shown.
        kept.add(name, value if is_whole else "...")
        left -= len(name) + len(value)
    kept.add("...", f"{len(headers) - len(kept)} more, and the last one's value")
    return kept, HEADERS_MAX
