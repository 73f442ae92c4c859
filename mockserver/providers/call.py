"""Call: one request being served; all that a route may use."""

from asyncio import to_thread
from collections.abc import Mapping
from functools import partial
from inspect import isawaitable
from sys import intern
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDictProxy, MultiMapping

from mockserver.engine.chance import Chance
from mockserver.engine.jobengine import JobEngine
from mockserver.engine.jobs import DELIVERED, Job, MediaLife, Request, lead
from mockserver.engine.keyring import Grant
from mockserver.engine.spaces import Space
from mockserver.engine.store.protocol import Table
from mockserver.engine.timeline import Moment, Timeline
from mockserver.errors import (
    InvalidPayloadError,
    NotFoundError,
    ProviderError,
    UnauthorizedError,
    UnreadableBodyError,
)
from mockserver.media.files import MediaFile
from mockserver.media.spec import MediaSpec
from mockserver.providers import incoming
from mockserver.providers.bodies import off_loop, parse_json
from mockserver.providers.door import Door
from mockserver.providers.handover import INSIDE, inside
from mockserver.providers.hints import Hint
from mockserver.providers.opening import opened
from mockserver.providers.provider import Provider
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Found, Route
from mockserver.providers.services import Services
from mockserver.providers.world import World

if TYPE_CHECKING:
    from aiohttp import web

    from mockserver.scenarios.firings import Firing

__all__ = ["Call"]


class Call:
    """One emulated request, with everything that its route may use.

    Attributes:
        request: The request as aiohttp has it.
        services: The house.
        provider: Whom the request is for.
        route: The operation; None when there is none for this path and method.
        parameters: Percent-decoded path parameters.
        path: The raw path below the provider's root.
        grant: The credential, once it has been read.
        subject: The jobs that the call is about: those that its route names, or
            those that it has made.
        notes: What the journal says beyond the wire.
        hints: Why the call was refused, and what would allow it.
        fault: Name of the rule whose fault was applied, if any.
        firings: The rules that have acted on it, or on jobs that it has made.
    """

    __slots__ = ("_body", "_lead", "_makes", "_space", "door", "fault", "firings",
                 "grant", "hints", "notes", "parameters", "path", "provider",
                 "request", "route",
                 "services", "subject")  # fmt: skip

    def __init__(
        self,
        request: "web.Request",
        *,
        services: Services,
        provider: Provider,
        door: Door,
        path: str,
        route: Route | None = None,
        parameters: dict[str, str] | None = None,
    ) -> None:
        self.request = request
        self.services = services
        self.provider = provider
        self.door = door
        self.path = path
        self.route = route
        self.parameters = parameters or {}
        self.grant: Grant | None = None
        self.subject: list[Job] = []
        self.notes: list[str] | None = None
        self.hints: tuple[Hint, ...] = ()
        self.fault: str | None = None
        self.firings: tuple[Firing, ...] = ()
        self._space: Space | None = None
        self._body: bytes | None = None
        self._lead: Job | None = None
        self._makes = False

    # Who calls

    @property
    def operation(self) -> str:
        """Name of the operation, or an empty text."""
        return "" if self.route is None else self.route.operation

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        """The request's headers."""
        return self.request.headers

    @property
    def query(self) -> MultiMapping[str]:
        """The request's decoded query parameters."""
        return self.request.query

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
        is_locked = self.services.options.handover == "content"
        if route is None or route.public is None or (is_locked and route.answers_head):
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
        route = self.route
        if route is None or route.subject is None or self._space is None:
            return
        if isinstance(route.subject, str):
            found: Found = self.jobs.find(self.parameters[route.subject])
        else:
            asked = route.subject(self)
            found = await asked if isawaitable(asked) else asked
        if isinstance(found, Job):
            self._lead, self.subject = found, [found]
        elif found is not None:
            self.subject = [*found]
        if route.polls and self.subject:
            script, slug = self._space.script, self.provider.slug
            goal = partial(script.next_read_at, slug, self.operation)
            self._lead = self.jobs.poll(self.subject, goal) or self._lead

    def open_key(self, key: str, **more: Any) -> Grant:
        """Return what a credential opens; `opened` has the same keywords.

        Raises:
            UnauthorizedError: Code `unknown`; the key is unknown or revoked.
        """
        grant = opened(self.services, self.provider.slug, key, **more)
        if grant is None:
            raise UnauthorizedError("unknown")
        return grant

    # What is asked

    async def body(self) -> bytes:
        """Return the whole body.

        Raises:
            PayloadTooLargeError: It is longer than `body_max_bytes`.
            UnreadableBodyError: It is not encoded as its headers say.
        """
        if self._body is None:
            try:
                self._body = await incoming.read_body(
                    self.request,
                    self.body_max_bytes,
                    patience_s=self.services.options.idle_timeout_s,
                )
            except UnreadableBodyError as error:
                self.note(str(error.detail["message"]))
                raise
        return self._body

    @property
    def body_max_bytes(self) -> int:
        """How long a body may be: as the provider's is, within the server's own."""
        most = self.services.options.body_max_bytes
        return min(most, self.provider.body_max_bytes or most)

    @property
    def read_body(self) -> bytes | None:
        """The body if it has been read, for the journal."""
        return self._body

    async def payload(self, schema: str | None = None) -> Any:
        """Return the JSON body, valid against the operation's request schema.

        Raises:
            UnreadableBodyError: It is not JSON.
            InvalidPayloadError: It breaks the schema.
        """
        name, document = schema or f"{self.operation}.request", await self.document()
        await off_loop(len(await self.body()), self.check, document, name)
        return document

    async def document(self) -> Any:
        """Return the JSON body, whatever it says; None for no body.

        Raises:
            PayloadTooLargeError: It has too many values.
            UnreadableBodyError: It is not JSON.
        """
        body = await self.body()
        return await off_loop(len(body), self.parse, body)

    def parse(self, text: bytes) -> Any:
        """Return some JSON that has been sent; errors are those of `document`."""
        return parse_json(text, self.services.options.json_values_max)

    def check(self, document: Any, schema: str) -> None:
        """Validate a document against one of the provider's schemas.

        Raises:
            InvalidPayloadError: It breaks the schema.
        """
        violations = self.services.schemas(self.provider.slug).check(schema, document)
        if violations:
            for violation in violations[:5]:
                self.note(f"{schema}: {violation.describe()}")
            raise InvalidPayloadError(violations)

    @property
    def world(self) -> World:
        """What the call's space has from the start."""
        slug = self.provider.slug
        if self._space is None:
            return self.services.world(slug)
        return self.services.world_in(slug, self._space)

    def setting(self, name: str) -> Any:
        """Return one of the provider's switches, as this space has it."""
        return self.services.setting(self.provider.slug, name, self._space)

    def note(self, text: str) -> None:
        """Tell the journal something that the wire does not say."""
        if self.notes is None:
            self.notes = []
        self.notes.append(text)

    def hint(self, hint: Hint) -> None:
        """Say why the call will be refused, and what would allow it."""
        self.hints = (*self.hints, hint)

    # Jobs and time

    @property
    def now(self) -> float:
        """The space's time in seconds since 1970."""
        return self.space.clock.now()

    @property
    def jobs(self) -> JobEngine:
        """The provider's jobs in this space."""
        return self.space.jobs(self.provider.slug)

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
        if self._lead is None and self.subject:
            self._lead = lead(self.subject, self.now)
        return None if self._lead is None else self.jobs.latest(self._lead)

    @property
    def known_lead(self) -> Job | None:
        """What `job` is, unless that would have to be found among several."""
        return None if self._lead is None else self.job

    def submit(
        self,
        data: Mapping[str, Any],
        *,
        payload: Any = None,
        timeline: Timeline | None = None,
        media: MediaLife = DELIVERED,
        job_id: str | None = None,
    ) -> Job:
        """Accept a job, which the call is about from now on.

        Args:
            data: What to keep of the request; JSON-able and small.
            payload: The client's payload, for scenarios and magic inputs.
            timeline: Its life, if not the operation's default.
            media: How its file and its links live.
            job_id: An identifier that the client chose.
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
        )
        plan = self.space.script.plan(self.provider.slug)
        try:
            job = engine.submit(request, plan)
        except ProviderError:
            self._blame(plan)
            raise
        if not self._makes:
            self._makes, self._lead, self.subject = True, job, []
        self.subject.append(job)
        # Whoever reads the journal wants to know which rules have changed the job.
        for firing in getattr(plan, "applied", ()):
            firing.complete(job.id)
            self.firings += (firing,)
            self.note(f"rule {firing.rule} changed the job")
        return job

    def _blame(self, plan: object) -> None:
        """Tell the journal which rule refused a job, if one did."""
        self.fault = getattr(plan, "refused_by", None)
        if self.fault is not None:
            self.firings += tuple(getattr(plan, "applied", ()))
            self.note(f"rule {self.fault} refused the job")

    def find_job(self, code: str = "job") -> Job:
        """Return the job that the call is about.

        Raises:
            NotFoundError: It is about none, or that is gone; with the given code.
        """
        job = self.job
        if job is None or self.jobs.find(job.id) is not job:
            raise NotFoundError(code)
        return job

    def moment(self, job: Job) -> Moment:
        """Return where a job is now."""
        return job.at(self.space.clock.now())

    # What is answered

    def reply(
        self,
        document: Any,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Return a JSON answer."""
        return Reply.json(document, status, headers)

    def url_for(self, operation: str, **parameters: str) -> str:
        """Return the absolute URL of an operation, back through the same door."""
        return self.provider.routes.url_for(self.base, operation, **parameters)

    async def link(self, operation: str, **parameters: str) -> str:
        """Return what stands in an answer for the file that an operation serves.

        That is a link through the same door, unless results are handed over in
        another way; see `providers/handover.py`.
        """
        services, slug = self.services, self.provider.slug
        mode = services.options.handover
        if mode not in INSIDE:
            return services.link(slug, self.base, operation, **parameters)
        route = self.provider.routes.operation(operation)
        inner = Call(
            self.request,
            services=services,
            provider=self.provider,
            door=self.door,
            path=self.path,
            route=route,
            parameters=parameters,
        )
        inner._space = self._space
        await inner.find_subject()
        reply = await route.handler(inner)
        file = reply.file
        data = reply.body if file is None else await to_thread(file.read)
        return inside(mode, data, reply.content_type)

    @property
    def base(self) -> str:
        """What stands before the provider's own paths, such as `http://h:1/idomoo`."""
        external = self.services.options.external_url
        if external is not None:
            return f"{external.rstrip('/')}/{self.provider.slug}"
        return f"{self.request.scheme}://{self.request.host}{self.door.prefix}"

    async def render(self, spec: MediaSpec) -> MediaFile:
        """Return the file of a spec, made now if it is new.

        Raises:
            MediaError: It cannot be made.
        """
        return await self.services.media.get(spec)
