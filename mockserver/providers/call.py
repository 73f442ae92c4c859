"""Call: one request being served; all that a route may use."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from copy import copy
from functools import partial
from inspect import isawaitable
from sys import intern
from typing import TYPE_CHECKING, Any

from mockserver.engine.chance import Chance
from mockserver.engine.jobengine import JobEngine
from mockserver.engine.jobs import DELIVERED, Job, MediaLife, Queued, Request, lead
from mockserver.engine.keyring import Grant
from mockserver.engine.queueing import Standing
from mockserver.engine.spaces import Space
from mockserver.engine.store.protocol import Table
from mockserver.engine.timeline import Moment, Timeline
from mockserver.errors import NotFoundError, ProviderError, UnauthorizedError
from mockserver.media.files import MediaFile
from mockserver.media.spec import MediaSpec
from mockserver.providers.asked import Asked
from mockserver.providers.door import origin_of
from mockserver.providers.expiry import expiring
from mockserver.providers.handover import INSIDE, inside
from mockserver.providers.opening import opened
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Found, Route
from mockserver.providers.world import World

if TYPE_CHECKING:
    from mockserver.scenarios.book.firings import Firing

__all__ = ["Call"]

Headers = Mapping[str, str]


class Call(Asked):
    """One emulated request, with everything that its route may use.

    Attributes:
        grant: The credential, once it has been read.
        several: The jobs that the call is about, if it may be about more than one.
        fault: Name of the rule whose fault was applied, if any.
        firings: The rules that have acted on it, or on jobs that it has made.
        makes: It has made a job, or several.
        asked_at: The space's time when it came, if it has moved the clock since.
        is_fleeting: What it is answered holds the time.
        told: What its route has answered, if that lasts.
    """

    grant: Grant | None = None
    several: list[Job] | None = None
    fault: str | None = None
    firings: "tuple[Firing, ...]" = ()
    makes: bool = False
    asked_at: float | None = None
    is_fleeting = False
    told: Reply | None = None
    _space: Space | None = None
    _jobs: JobEngine | None = None
    _lead: Job | None = None
    _base: str | None = None

    # Who calls

    @property
    def space(self) -> Space:
        """The space that the credentials, or the public thing, opened.

        Raises:
            NotFoundError: The call has none.
        """
        if self._space is None:
            raise NotFoundError("space")
        return self._space

    @property
    def known_space(self) -> Space | None:
        """The space, or None."""
        return self._space

    def enter(self) -> None:
        """Find the space: by credentials, or by the public thing that is asked for.

        Raises:
            UnauthorizedError: The credentials do not open one.
        """
        route = self.route
        if (
            route is None
            or route.public is None
            or (route.answers_head and self.services.options.handover == "content")
        ):
            self.grant = self.provider.authenticate(self)
            self._space = self.services.space_of(self.grant)
        elif callable(route.public):
            self._space = route.public(self)
        else:
            self._space = self.services.owner(
                self.provider.slug, "job", self.parameters.get(route.public, "")
            )

    async def find_subject(self) -> None:
        """Find the jobs that the call is about; if it is a poll, let it happen.

        The edge does that once, before rules match and the handler runs.
        """
        route, space = self.route, self._space
        if route is None or route.subject is None or space is None:
            return
        jobs = self._jobs = space.jobs(self.provider.slug)
        if isinstance(route.subject, str):
            found: Found = jobs.find(self.parameters[route.subject])
        else:
            asked = route.subject(self)
            found = await asked if isawaitable(asked) else asked
        if found is None or isinstance(found, Job):
            self._lead = found
        else:
            self.several = [*found]
        # Asked here, too: what a poll costs is paid more often than anything else.
        if route.polls and space.clock.pace.is_stepping:
            self.asked_at = space.clock.now()
            goal = partial(
                space.script.next_read_at, self.provider.slug, self.operation
            )
            self._lead = jobs.poll(self.subject, goal) or self._lead

    def open_key(self, key: str, **more: Any) -> Grant:
        """Return what a credential opens; `opened` has the same keywords.

        Raises:
            UnauthorizedError: Code `unknown`; the key is unknown or revoked.
        """
        grant = opened(self.services, self.provider.slug, key, **more)
        if grant is None:
            raise UnauthorizedError("unknown")
        return grant

    # Jobs and time

    @property
    def world(self) -> World:
        """What the call's space has from the start."""
        return self.services.world_in(self.provider.slug, self._space)

    def setting(self, name: str) -> Any:
        """Return one of the provider's switches, as this space has it."""
        return self.services.setting(self.provider.slug, name, self._space)

    @property
    def now(self) -> float:
        """The space's time in seconds since 1970."""
        return self.space.clock.now()

    @property
    def jobs(self) -> JobEngine:
        """The provider's jobs in this space."""
        if self._jobs is None:
            self._jobs = self.space.jobs(self.provider.slug)
        return self._jobs

    @property
    def chance(self) -> Chance:
        """The source of the provider's draws in this space."""
        return self.space.chance(self.provider.slug)

    def table(self, kind: str) -> Table[Any]:
        """Return the provider's things of one kind in this space."""
        return self.space.table(self.provider.slug, kind)

    @property
    def job(self) -> Job | None:
        """The job that the call is about, as it is now; None if it is about none.

        Of several, it is the first that the call has made, or the one that changes
        next: at pace `step` the one whose change the call brought about.
        """
        if self._lead is None and self.several:
            self._lead = lead(self.several, self.now)
        return None if self._lead is None else self.jobs.latest(self._lead)

    @property
    def subject(self) -> Sequence[Job]:
        """The jobs that the call is about: that its route names, or it has made."""
        if self.several is not None:
            return self.several
        return () if self._lead is None else (self._lead,)

    @property
    def known_lead(self) -> Job | None:
        """What `job` is, unless that would have to be found among several."""
        # A poll changes no job, and there are many.
        is_same = self._lead is None or (self.route is not None and self.route.polls)
        return self._lead if is_same else self.job

    def submit(
        self,
        data: Mapping[str, Any],
        *,
        payload: Any = None,
        timeline: Timeline | None = None,
        media: MediaLife = DELIVERED,
        job_id: str | None = None,
        queued: Queued | None = None,
    ) -> Job:
        """Accept a job, which the call is about from now on.

        Args:
            data: What to keep of the request; JSON-able and small.
            payload: The client's payload, for scenarios and magic inputs.
            timeline: Its life, if not the operation's default.
            media: How its file and its links live.
            job_id: An identifier that the client chose.
            queued: The queue in which it waits for a slot, if it has to.
        """
        engine = self.jobs
        request = Request(
            self.operation,
            data,
            timeline or self.provider.timelines[self.operation],
            media,
            job_id,
            payload,
            intern(self.base),
            queued,
        )
        rewrite = self.space.script.rewrite(self.provider.slug)
        self.space.make_room()
        try:
            job = engine.submit(request, rewrite)
        except ProviderError as error:
            self._blame(rewrite)
            if error.undoes:
                self._undo(rewrite)
            raise
        if self.makes:
            self.several = [*self.subject] if self.several is None else self.several
            self.several.append(job)
        else:
            self.makes, self._lead, self.several = True, job, None
        # Whoever reads the journal wants to know which rules have changed the job.
        for firing in getattr(rewrite, "applied", ()):
            firing.complete(job.id)
            self.firings += (firing,)
            self.note(f"rule {firing.rule} changed the job")
        return job

    def _blame(self, rewrite: object) -> None:
        """Tell the journal which rule refused a job, if one did."""
        self.fault = getattr(rewrite, "refused_by", None)
        if self.fault is not None:
            self.firings += tuple(getattr(rewrite, "applied", ()))
            self.note(f"rule {self.fault} refused the job")

    def _undo(self, rewrite: object) -> None:
        """Take back the jobs that the call has made, and tell nobody."""
        made = self.subject if self.makes else ()
        self._lead, self.several = None, []
        for job in made:
            self.jobs.delete(job, quietly=True)
        undo = getattr(rewrite, "undo", None)
        if undo is not None:
            undo([job.ordinal for job in made])
        self.note(f"{len(made)} jobs of this call were taken back")

    def find_job(self, code: str = "job") -> Job:
        """Return the job that the call is about.

        Raises:
            NotFoundError: It is about none, or that is gone; with the given code.
        """
        job = self.job if self._lead is None else self._lead
        known = None if job is None else self.jobs.find(job.id)
        if job is None or known is None or known.ordinal != job.ordinal:
            raise NotFoundError(code)
        return known

    def moment(self, job: Job) -> Moment:
        """Return where a job is now."""
        return job.at(self.space.clock.now())

    # What is answered

    def reply(
        self, document: Any, status: int = 200, headers: Headers | None = None
    ) -> Reply:
        """Return a JSON answer."""
        return Reply.json(document, status, headers)

    def lasting(
        self,
        reply: Reply,
        *jobs: Job,
        parts: float = 0,
        standing: Standing | None = None,
    ) -> Reply:
        """Return an answer to a read, of which all is told by what is named here.

        It may be given again, as it is, to whoever asks the same while that lasts.

        Args:
            reply: What follows from the request, the jobs, the space's time and its
                switches, and from nothing else.
            jobs: The jobs, all of them the call's subject.
            parts: In how many parts their progress is told: 100 for whole percent.
            standing: Where the job stands in its queue, if that is told.
        """
        # Asked only if it is given again, which most answers are not.
        told_of = () if self.is_fleeting else jobs
        reply.until_s = partial(_same_until, self.now, told_of, parts, standing)
        if standing is not None:
            reply.is_same = standing.is_same
        return reply

    def url_for(self, operation: str, **parameters: str) -> str:
        """Return the absolute URL of an operation, back through the same door."""
        return self.provider.url(self.base, operation, **parameters)

    async def link(self, operation: str, **parameters: str) -> str:
        """Return what stands in an answer for the file that an operation serves.

        That is a link through the same door, unless results are handed over in
        another way; see `providers/handover.py`.
        """
        services, slug = self.services, self.provider.slug
        mode = services.options.handover
        if mode not in INSIDE:
            url = services.link(slug, self.base, operation, **parameters)
            if not self.provider.links_per_read:
                return url
            self.is_fleeting = True
            return expiring(url, self.job, self.now)
        route = self.provider.routes.operation(operation)
        inner = copy(self)
        inner.turn_to(route, parameters)
        await inner.find_subject()
        reply = await route.handler(inner)
        data = reply.body if reply.file is None else await to_thread(reply.file.read)
        return inside(mode, data, reply.content_type)

    def turn_to(self, route: Route[Any], parameters: dict[str, str]) -> None:
        """Be a call of another operation, about whatever that names."""
        self.route, self.parameters = route, parameters
        self.several, self._lead, self.makes = None, None, False

    @property
    def base(self) -> str:
        """What stands before the provider's own paths, such as `http://h:1/idomoo`."""
        if self._base is None:
            options = self.services.options
            if options.external_url is not None:
                self._base = f"{options.external_url.rstrip('/')}/{self.provider.slug}"
            else:
                origin = origin_of(self.request, trusts=options.trusts_forwarded)
                self._base = f"{origin}{self.door.prefix}"
        return self._base

    async def render(self, spec: MediaSpec) -> MediaFile:
        """Return the file of a spec, made now; raise `MediaError` if it cannot be."""
        return await self.services.media.get(spec)


def _same_until(
    now: float, jobs: Sequence[Job], parts: float, standing: Standing | None
) -> float:
    """Return until when nothing changes that is told of jobs; `now` of none."""
    until = min((job.same_until(now, parts) for job in jobs), default=now)
    return until if standing is None else min(until, standing.until_s)
