"""Provider: the plug-in value; its fields are the whole plug-in interface."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mockserver.engine.agenda import Due
from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, NewId
from mockserver.engine.keyring import Grant
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import ConfigError, ProviderError
from mockserver.patterns import pattern
from mockserver.providers.kinds import WorldPart
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.providers.signing import Signing

if TYPE_CHECKING:
    from mockserver.providers.call import Call
    from mockserver.providers.services import Services

__all__ = [
    "Credential",
    "Provider",
    "Secrets",
    "Setting",
    "uuid_id",
    "world_setting",
]

Switches = Callable[[str], Any]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Setting:
    """A switch of a provider, set by `--set slug.name=value` or for one space.

    Attributes:
        name: Its name.
        default: Its value when nobody says otherwise; gives its type, too.
        about: One sentence on what it changes.
        choices: The only values that are accepted, if not all of that type.
        is_pattern: It is a regular expression, or empty.
        formerly: Names that it had; whoever uses one is told the new one.
    """

    name: str
    default: bool | float | str
    about: str
    choices: tuple[bool | int | float | str, ...] = ()
    is_pattern: bool = False
    formerly: tuple[str, ...] = ()

    def parse(self, raw: object, *, place: str) -> bool | int | float | str:
        """Return a raw value as this setting's type.

        Raises:
            ConfigError: It is of another type, not among the choices or no pattern.
        """
        value = _convert(raw, type(self.default))
        if value is None or (self.choices and value not in self.choices):
            right = self.choices or type(self.default).__name__
            raise ConfigError(f"{place}: found {raw!r}, expected {right}")
        if self.is_pattern:
            try:
                pattern(str(value))
            except ValueError as error:
                raise ConfigError(f"{place}: {error}") from error
        return value


@dataclass(frozen=True, slots=True)
class Credential:
    """What a client is configured with, and how new ones are made.

    Attributes:
        fields: The values by name, in the order in which clients ask for them,
            such as `{"api_key": ...}` or `{"access_key": ..., "secret_key": ...}`.
        key: The one that names the credential.
        secret: The one that proves it, if any.
    """

    fields: Mapping[str, str]
    key: str
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where credentials travel; these are hidden, and what is commonly called a secret.

    Attributes:
        headers: Header names, lower case.
        query: Query parameters.
        body: Members of a JSON body, fields of a form, elements and attributes of XML,
            at any depth; `element@attribute` for an attribute of one element only.
        paths: What stands before a segment that is a secret, such as `/upload/`.
    """

    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def world_setting(*formerly: str) -> Setting:
    """Return the switch that says what happens to ids that nobody has declared.

    Args:
        formerly: Names that the provider's switch had.
    """
    return Setting(
        "world",
        default="lenient",
        about="Ids that nobody has declared: come to be on first use (lenient), or are"
        " refused as the provider does (strict).",
        choices=("lenient", "strict"),
        formerly=formerly,
    )


def uuid_id(chance: Chance, ordinal: int) -> str:  # noqa: ARG001 - a NewId
    """Return a lower-case version-4 UUID."""
    return chance.uuid("id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Everything that the house knows about one provider.

    Attributes:
        slug: Its short name: first segment of its paths, folder of its data.
        title: Its name for people.
        hosts: Its real host names; `*` stands for one or more characters.
        routes: Its operations.
        authenticate: Reads the credentials of a call; returns what they open, or
            raises `UnauthorizedError`.
        render_error: Words an error on the provider's wire, under the error's
            `status` if it has one; see `wires/errors.py`. The call has no space
            when none could be found.
        credential: Draws a new credential from a chance.
        secrets: Where credentials travel.
        timelines: The default life of the jobs that an operation makes.
        failure: The step that a job goes into when it is made to fail.
        ending: The step that an unfinished job goes into when it is taken away;
            `failure` if the provider has no other word for that.
        notices: What has to happen because of where a job is: an upload, a webhook.
            A pure function of the provider's settings in the space, by name, and
            the job. It is asked again whenever the job's life changes, so that
            what is told stays true; a kind of notice is a kind of event.
        states: The phase of each state word, with those that no default
            timeline passes through.
        new_id: How job identifiers look.
        settings: Its switches.
        world: What its part of a world file may hold.
        populate: Furnishes a new space beyond what its world says.
        events: What to do when something falls due, by kind.
        decorate: Changes each answer, such as adding CORS headers; the call has
            no route when the path has none.
        clean_path: Brings a raw path into the form that the routes have.
        preview: Absolute or door-relative links to a finished job's video and
            thumbnail, for people.
        signing: How its webhooks are signed, if they are.
        links_per_read: Each read of a job hands out new links, not the job's own.
        texts: Texts of a payload that a magic suffix may stand in.
        problems: The provider's errors by canonical name, for scenarios.
        failures: What is wrong with its failed jobs, as `Step.error` has it, by the
            names that scenarios use.
        start: One curl command that makes a job, with `{base}` for its base URL,
            `{key}` and `{secret}` for a credential, for the landing page.
        clients: How to point each real client at us, by its name, with the same
            placeholders.
        anchor: Package that ships its schemas and fixtures; a provider from
            another distribution names its own.
        body_max_bytes: Largest body, where that is less than `--body-max`.
    """

    slug: str
    title: str
    hosts: tuple[str, ...]
    routes: Routes
    authenticate: Callable[["Call"], Grant]
    render_error: Callable[["Call", ProviderError], Reply]
    credential: Callable[[Chance], Credential]
    secrets: Secrets
    timelines: Mapping[str, Timeline]
    failure: Step
    states: Mapping[str, Phase]
    ending: Step | None = None
    notices: Callable[[Switches, Job], Iterable[Notice]] | None = None
    new_id: NewId = uuid_id
    settings: tuple[Setting, ...] = ()
    world: WorldPart = field(default_factory=WorldPart)
    populate: Callable[["Services", Space, str], None] | None = None
    events: Mapping[str, Callable[["Services", Space, Due], Awaitable[None]]] = field(
        default_factory=lambda: _NOTHING
    )
    decorate: Callable[["Call", Reply], Reply] | None = None
    clean_path: Callable[[str], str] | None = None
    preview: Callable[["Services", Space, Job], Mapping[str, str]] | None = None
    signing: Signing | None = None
    links_per_read: bool = False
    texts: Callable[[Any], Iterable[str]] | None = None
    problems: Mapping[str, Callable[[], ProviderError]] = field(
        default_factory=lambda: _NOTHING
    )
    failures: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    start: str = ""
    clients: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    anchor: str = "mockserver"
    body_max_bytes: int | None = None

    def setting(self, name: str) -> Setting:
        """Return a setting.

        Raises:
            ConfigError: The provider has no such setting.
        """
        for setting in self.settings:
            if setting.name == name:
                return setting
        for setting in self.settings:
            if name in setting.formerly:
                now = f"{self.slug}.{setting.name}"
                right = f" ({', '.join(map(str, setting.choices))})"
                raise ConfigError(f"{self.slug}.{name}: is called {now} now{right}")
        known = ", ".join(setting.name for setting in self.settings) or "none"
        raise ConfigError(f"{self.slug}.{name}: no such setting; there are: {known}")


_WORDS = {"true": True, "yes": True, "on": True, "1": True,
          "false": False, "no": False, "off": False, "0": False}  # fmt: skip


def _convert(raw: object, kind: type) -> bool | int | float | str | None:
    if kind is bool:
        return raw if isinstance(raw, bool) else _WORDS.get(str(raw).lower())
    if kind is str:
        return raw if isinstance(raw, str) else None
    try:
        return _whole(raw) if kind is int else _finite(raw)
    except (ValueError, OverflowError):
        return None


def _whole(raw: object) -> int | None:
    # Not by way of a float, which rounds large numbers.
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() else None
    return int(str(raw))


def _finite(raw: object) -> float | None:
    number = float(str(raw))
    return number if isfinite(number) else None
