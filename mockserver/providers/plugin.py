"""Plugin: the plug-in value; its fields are the whole plug-in interface."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from mockserver.engine.agenda import Due
from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, NewId
from mockserver.engine.keyring import Grant
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import ConfigError, ProviderError
from mockserver.media.spec import MediaSpec
from mockserver.providers.facts import (
    Credential,
    Secrets,
    Setting,
    Switches,
    Trial,
    uuid_id,
)
from mockserver.providers.kinds import WorldPart
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.providers.signing import Signing
from mockserver.verdict.prices import Quote

__all__ = ["AnyPlugin", "Plugin"]

C = TypeVar("C")
S = TypeVar("S")

_NOTHING: Mapping[str, Any] = MappingProxyType({})


# Without slots: `Provider(...)`, a generic alias, could not make one with them.
@dataclass(frozen=True, kw_only=True)
class Plugin(Generic[C, S]):
    """Everything that is known about one provider.

    It knows neither the calls nor the services that it is made for: for ours it is
    called `Provider`.

    Attributes:
        slug: Its short name: first segment of its paths, folder of its data.
        title: Its name for people.
        hosts: Its real host names; `*` stands for one or more characters.
        roots: Of the hosts that serve files and pages, the path that their root
            is: `{"v.acme.example": "/media"}`. Canonical links name the first of
            them that has the path. With `{"v.acme.example": "/v.acme.example"}` the
            paths themselves say which host they are on, and all links do.
        routes: Its operations.
        authenticate: Reads the credentials of a call; returns what they open, or
            raises `UnauthorizedError`.
        render_error: Words an error on the provider's wire, under the error's
            `status` if it has one; see `wires/errors.py`. The call has no space
            when none could be found.
        credential: Draws a new credential from a chance.
        secrets: Where credentials travel.
        key_forms: Patterns of a key and of its secret, where users may not register
            others.
        timelines: The default life of the jobs that an operation makes.
        failure: The step that a job goes into when it is made to fail.
        ending: The step that an unfinished job goes into when it is taken away;
            `failure` if the provider has no other word for that.
        notices: What has to happen because of where a job is: an upload, a webhook.
            A pure function of the provider's settings in the space, by name, and
            the job. It is asked again whenever the job's life changes, so that
            what is told stays true; a kind of notice is a kind of event.
        attached: Tables in which it keeps more about a job, by the job's identifier;
            that goes with the job.
        states: The phase of each state word, with those that no default
            timeline passes through.
        new_id: How job identifiers look.
        settings: Its switches.
        world: What its part of a world file may hold.
        populate: Furnishes a new space beyond what its world says.
        events: What to do when something falls due, by kind.
        labels: What its deliveries tell; `*` stands for what a client chooses.
        undated: Those of them, beside uploads, that hold no time of day.
        named: Operations whose jobs are called as the client, or its call, says: none
            of them can be accepted twice.
        links_end: Operations whose jobs have links that end by themselves.
        decorate: Changes each answer, such as adding CORS headers; the call has
            no route when the path has none.
        clean_path: Brings a raw path into the form that the routes have.
        forwarding: The path below its root to which clients send what another server
            passes on for them, and the header in which they name the real address.
        herald: The header by which clients are known that take a host and no path:
            with it, requests to our own root are for the provider.
        preview: Absolute or door-relative links to a finished job's video and
            thumbnail, for people.
        signing: How its webhooks are signed, if they are.
        poll_s: Least real seconds between two reads of a job's state: as it asks for,
            or its own clients wait.
        poll_header: Of its answers, the header that says in how many milliseconds to
            ask again, lower case; empty if there is none.
        links_per_read: Each read of a job hands out new links, not the job's own.
        link_issued: Tells when the link that a call follows was handed out, where links
            say so in the provider's own way; None for one that does not.
        texts: Texts of a payload that a magic suffix may stand in.
        problems: The provider's errors by canonical name, for scenarios.
        failures: What is wrong with its failed jobs, as `Step.error` has it, by the
            names that scenarios use.
        reasons: What is said of each of those, where that is more than its name.
        server: What its answers call their server, if not us.
        start: The calls with which people begin: the first makes a job, the next looks
            at it, the last fetches its film, or what there is of it.
        clients: How to point each real client at us, by its name, with `{base}` for its
            base URL, `{key}` and `{secret}` for a credential.
        anchor: Package that ships its schemas and fixtures; a provider from
            another distribution names its own. Or the folder that holds them.
        body_max_bytes: Largest body, where that is less than `--body-max`.
        prices: What its jobs cost, where its world does not say so: a list that fits
            `SCHEMA` in `verdict/prices.py`.
        quote: What it takes for a job by its own rules, in its credits; None for one
            of which nobody knows.
        makes: The files that a job makes, for prices that depend on them.
    """

    slug: str
    title: str
    hosts: tuple[str, ...]
    routes: Routes[C]
    authenticate: Callable[[C], Grant]
    render_error: Callable[[C, ProviderError], Reply]
    credential: Callable[[Chance], Credential]
    secrets: Secrets
    timelines: Mapping[str, Timeline]
    failure: Step
    states: Mapping[str, Phase]
    roots: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    ending: Step | None = None
    notices: Callable[[Switches, Job], Iterable[Notice]] | None = None
    attached: tuple[str, ...] = ()
    new_id: NewId = uuid_id
    settings: tuple[Setting, ...] = ()
    key_forms: tuple[str, str] | None = None
    world: WorldPart = field(default_factory=WorldPart)
    populate: Callable[[S, Space, str], None] | None = None
    events: Mapping[str, Callable[[S, Space, Due], Awaitable[None]]] = field(
        default_factory=lambda: _NOTHING
    )
    labels: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    links_end: tuple[str, ...] = ()
    decorate: Callable[[C, Reply], Reply] | None = None
    clean_path: Callable[[str], str] | None = None
    forwarding: tuple[str, str] | None = None
    herald: str = ""
    preview: Callable[[S, Space, Job], Mapping[str, str]] | None = None
    signing: Signing | None = None
    poll_s: float = 0.5
    poll_header: str = ""
    links_per_read: bool = False
    link_issued: Callable[[C], float | None] | None = None
    texts: Callable[[Any], Iterable[str]] | None = None
    problems: Mapping[str, Callable[[], ProviderError]] = field(
        default_factory=lambda: _NOTHING
    )
    failures: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    reasons: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    server: str = ""
    start: tuple[Trial, ...] = ()
    clients: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    anchor: str | Traversable = "mockserver"
    body_max_bytes: int | None = None
    prices: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    quote: Callable[[S, Space, Job], Quote | None] | None = None
    makes: Callable[[S, Space, Job], Iterable[MediaSpec]] | None = None

    def url(self, base: str, operation: str, **parameters: str) -> str:
        """Return the URL of an operation below a base.

        Whoever has come to one of the provider's own hosts stays there: the others
        may not lead to us. Only paths that begin with a host's name are on that.

        Args:
            base: What stands before the provider's own paths, such as
                `http://127.0.0.1:7357/acme` or `https://api.acme.example`.
            operation: The operation.
            parameters: Path parameters, not yet encoded.
        """
        url = self.routes.url_for(base, operation, **parameters)
        if not self.roots:
            return url
        scheme, _, authority = base.partition("://")
        host, colon, port = authority.partition(":")
        if host not in self.hosts:
            return url
        path = url.removeprefix(base)
        if path.split("/", 2)[1] not in self.roots and not self._is_named(host):
            return url
        return f"{scheme}://{self._sited(path, f'{colon}{port}')}"

    def _is_named(self, host: str) -> bool:
        """Say whether the paths of a host begin with its name."""
        return self.roots.get(host) == f"/{host}"

    def home_url(self, operation: str, **parameters: str) -> str:
        """Return the URL that an operation has on the provider's own hosts.

        Args:
            operation: The operation.
            parameters: Path parameters, not yet encoded.
        """
        path = self.routes.url_for("", operation, **parameters)
        return f"https://{self._sited(path, '')}"

    def _sited(self, path: str, port: str) -> str:
        """Return a path of the provider's with the host that has it."""
        for host, root in self.roots.items():
            if path.startswith(f"{root}/"):
                return f"{host}{port}{path.removeprefix(root)}"
        first = next(host for host in self.hosts if host not in self.roots)
        return f"{first.replace('*', 'www')}{port}{path}"

    def check_key(self, key: str, secret: str | None) -> None:
        """Hold a credential that users register against the provider's forms.

        Raises:
            ConfigError: Its key or its secret has another form.
        """
        found = (("key", key), ("secret", secret or ""))
        for (name, text), form in zip(found, self.key_forms or (), strict=False):
            if re.fullmatch(form, text) is None:
                raise ConfigError(
                    f"{self.slug}: {name}: found {len(text)} characters, expected"
                    f" {form}"
                )

    def setting(self, name: str) -> Setting:
        """Return a setting.

        Raises:
            ConfigError: The provider has no such setting.
        """
        known_setting = self._by_name.get(name)
        if known_setting is not None:
            return known_setting
        for setting in self.settings:
            if name in setting.formerly:
                now = f"{self.slug}.{setting.name}"
                right = f" ({', '.join(map(str, setting.choices))})"
                raise ConfigError(f"{self.slug}.{name}: is called {now} now{right}")
        known = ", ".join(setting.name for setting in self.settings) or "none"
        raise ConfigError(f"{self.slug}.{name}: no such setting; there are: {known}")

    @cached_property
    def _by_name(self) -> Mapping[str, Setting]:
        return {setting.name: setting for setting in self.settings}


AnyPlugin = Plugin[Any, Any]
