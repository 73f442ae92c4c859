"""What a server offers to its providers: settings, spaces, schemas, media, delivery."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import lru_cache, partial
from hashlib import blake2b
from importlib.resources.abc import Traversable
from typing import Any

from msgspec import Struct, structs
from msgspec.structs import replace

from mockserver import resources
from mockserver.delivery.delivery import DELIVERY
from mockserver.delivery.outbox import Outbox
from mockserver.engine.agenda import Due
from mockserver.engine.bugs import Bugs
from mockserver.engine.keyring import Grant
from mockserver.engine.notices import Conduct
from mockserver.engine.scheduler import Scheduler
from mockserver.engine.space import FURNISHED
from mockserver.engine.spaces import Space, Spaces
from mockserver.media.cache import MediaCache
from mockserver.providers.bodies import VALUES_MAX, ValidBodies
from mockserver.providers.handover import linked
from mockserver.providers.plugin import Plugin
from mockserver.providers.world import World, declare, furnish
from mockserver.providers.worldfile import WorldFile
from mockserver.providers.worlds import Worlds
from mockserver.validation import SchemaSet
from mockserver.verdict.journal import Journal

__all__ = ["Options", "Services"]


class Options(Struct, frozen=True):
    """Settings of the server that calls depend on.

    Attributes:
        auth: `open` accepts any non-empty key; `strict` only registered ones.
        external_url: Origin for the links that are handed out, if not the request's.
        trusts_forwarded: A proxy in front says which origin clients have found.
        limits: `off`, or `real` for the providers' documented rate limits.
        media_size: `small` or `full`: the size of videos that nobody asked for.
        handover: How results are handed over; see `providers/handover.py`.
        body_max_bytes: Largest body that is read.
        uploads_max_bytes: What the files that clients upload may take in a space, for
            one provider.
        json_values_max: Of how many values one JSON body may be made.
        idle_timeout_s: How long the sender of a body may be silent.
        delivery_timeout_s: How long an outgoing request may take.
        checks_replies: Our answers are validated, too: the test suite's switch.
        explain: `X-Mock-*` headers tell which job, state and rule an answer is about.
        dates: By whose clock answers are dated: `space` or `wall`.
        settings: Providers' switches, by slug and name.
        worlds: The users' own worlds, each over those before it.
    """

    auth: str = "open"
    external_url: str | None = None
    trusts_forwarded: bool = False
    limits: str = "off"
    media_size: str = "small"
    handover: str = "link"
    body_max_bytes: int = 64 * 1024 * 1024
    uploads_max_bytes: int = 256 * 1024 * 1024
    json_values_max: int = VALUES_MAX
    idle_timeout_s: float = 120.0
    delivery_timeout_s: float = 10.0
    checks_replies: bool = False
    explain: bool = False
    dates: str = "space"
    settings: Mapping[tuple[str, str], bool | int | float | str] | None = None
    worlds: tuple[WorldFile, ...] = ()


class Services:
    """One server's rooms, as providers see them.

    Args:
        options: Settings.
        providers: The providers that are served, by slug.
        make_spaces: Makes the spaces; gets the functions that say how a provider's
            jobs are dealt with in a space, and that furnish one.
        media: Renders and keeps clips.
        outbox: Sends what providers send.
        journal: Keeps every exchange.
        bugs: Counts errors of ours.

    Attributes:
        scheduler: Lets happen what is due, by the providers' `events` and the outbox.
        memos: What providers have worked out and may forget, by slug: bounded, and
            never the only place where something is known.
        valid: Bodies that have been found valid.
        renewals: How often a provider has become another one, for whoever remembers
            something about them.
    """

    def __init__(
        self,
        *,
        options: Options,
        providers: Mapping[str, Plugin[Any, "Services"]],
        make_spaces: Callable[
            [Callable[[Space, str], Conduct], Callable[[Space, str], None]], Spaces
        ],
        media: MediaCache,
        outbox: Outbox,
        journal: Journal,
        bugs: Bugs,
    ) -> None:
        self.options = options
        self.providers = providers
        self.media = media
        self.outbox = outbox
        self.journal = journal
        self.memos: dict[str, Any] = {}
        self.renewals = 0
        self.valid = ValidBodies()
        self._schemas: dict[str, SchemaSet] = {}
        # What the server says of each, however often it is asked.
        self._switches: dict[tuple[str, str], Any] = {}
        self.spaces = make_spaces(self._conduct, self._furnish)
        self._worlds = Worlds(providers, options.worlds, self.spaces.keyring)
        self.spaces.declare, self.spaces.serves = self._declared, self._serves
        self.scheduler = Scheduler(
            self.spaces, self._happen, {DELIVERY: outbox}, bugs=bugs
        )

    def schemas(self, slug: str) -> SchemaSet:
        """Return a provider's schemas, compiled at first use."""
        known = self._schemas.get(slug)
        if known is None:
            anchor = self.providers[slug].anchor
            folder = resources.schemas(slug, package=anchor)
            known = self._schemas[slug] = _compiled(folder)  # type: ignore[arg-type]  # a Path
        return known

    def forget(self, slug: str) -> None:
        """Read a provider's schemas and world again, which is another one now."""
        self.renewals += 1
        self.memos.pop(slug, None)
        self._schemas.pop(slug, None)
        self.valid.forget()
        self._switches.clear()
        self._worlds.forget(slug)

    def learn_keys(self, slug: str) -> None:
        """Register the keys of a provider's world, unless that has been done."""
        self.world(slug)

    def public_keys(self, slug: str) -> frozenset[str]:
        """Return what a provider's test credentials hold, which everybody may see."""
        return self._worlds.public(slug)

    def world(self, slug: str) -> World:
        """Return a provider's world; its keys are registered by then."""
        return self._worlds.get(slug)

    def world_in(self, slug: str, space: Space | None) -> World:
        """Return the world of one space: its own, or the provider's."""
        own: World | None = None if space is None else space.declared.get(slug)
        return self.world(slug) if own is None else own

    def open_with(self, space_id: str, world: WorldFile, **how: Any) -> Space:
        """Open a space with a world of its own, over the catalogue that all have.

        The keys of all its accounts open it, and everything that they have is in it.

        Args:
            space_id: The new space's name.
            world: Its world.
            how: Its seed and pace.

        Raises:
            ConfigError: Something in the world does not fit, or one of its keys opens
                another space already.
        """
        declared = self._worlds.of_space(space_id, world)
        said = deepcopy(structs.asdict(world)) if declared else None
        space = self.spaces.open(space_id, declared=declared, said=said, **how)
        for own in declared.values():
            for grant in own.own.keys if own.own is not None else ():
                self.spaces.keyring.add(replace(grant, origin="minted"))
        for slug in declared:
            space.furnish(slug)
        return space

    def setting(self, slug: str, name: str, space: Space | None = None) -> Any:
        """Return a provider's switch: the space's own, the server's, or its default."""
        if space is not None and space.settings and (slug, name) in space.settings:
            return space.settings[slug, name]
        if (slug, name) not in self._switches:
            known = self.options.settings or {}
            self._switches[slug, name] = (
                known[slug, name]
                if (slug, name) in known
                else self.providers[slug].setting(name).default
            )
        return self._switches[slug, name]

    def grant(self, slug: str, key: str, kind: str = "key") -> Grant | None:
        """Return what a registered credential opens; None if unknown or revoked."""
        self.learn_keys(slug)
        grant = self.spaces.keyring.find(slug, key, kind)
        return None if grant is None or grant.is_revoked else grant

    def register(
        self,
        slug: str,
        key: str,
        *,
        secret: str | None = None,
        space: str | None = None,
        kind: str = "key",
        origin: str = "config",
        account: str | None = None,
    ) -> Grant:
        """Let a credential open a space: the one named, or one of its own."""
        self.learn_keys(slug)
        account = account or blake2b(key.encode(), digest_size=4).hexdigest()
        space = space or f"{slug}.{account}"
        return self.spaces.keyring.add(
            Grant(slug, key, secret, account, space, kind, origin)
        )

    def space_of(self, grant: Grant) -> Space:
        """Return the space that a credential opens."""
        return self.spaces.open(grant.space)

    def owner(self, slug: str, kind: str, key: str) -> Space | None:
        """Return the space of a publicly readable thing, such as a job, or None."""
        space = self.spaces.owner(slug, kind, key)
        if space is None and self._open_accounts(slug):
            space = self.spaces.owner(slug, kind, key)
        return space

    def link(self, slug: str, base: str, operation: str, **parameters: str) -> str:
        """Return the link to the file that an operation serves.

        That is a link through the door of `base`, unless results are handed over in
        another way; see `providers/handover.py`.

        Args:
            slug: The provider.
            base: What stands before its own paths: of a call, or of the job that an
                event is about.
            operation: The operation.
            parameters: Path parameters, not yet encoded.
        """
        provider = self.providers[slug]
        if self.options.handover == "canonical" or not base:
            url = provider.home_url(operation, **parameters)
        else:
            url = provider.url(base, operation, **parameters)
        return linked(self.options.handover, url)

    def _open_accounts(self, slug: str) -> bool:
        """Open the spaces of a provider's fixtures; say whether any was closed.

        What has been furnished by some worker of a fleet need not be open here: its
        public things are known to all.
        """
        closed = False
        is_shared = self.spaces.directory is not None
        for name in self.world(slug).accounts:
            space_id = f"{slug}.{name}"
            if is_shared and self.spaces.store.owner(slug, FURNISHED, space_id):
                continue
            space = self.spaces.open(space_id)
            closed = closed or slug not in space.slugs()
            space.furnish(slug)
        return closed

    def _declared(self, space_id: str, said: Any) -> Mapping[str, World]:
        if said is None:
            return {}
        served = {k: v for k, v in said["sections"].items() if self._serves(k)}
        world = WorldFile(**{**said, "sections": served})
        return self._worlds.of_space(space_id, world)

    def _serves(self, slug: str) -> bool:
        return slug in self.providers

    def _conduct(self, space: Space, slug: str) -> Conduct:
        provider = self.providers[slug]
        notices = provider.notices
        if notices is not None:
            switches = partial(self.setting, slug, space=space)
            notices = partial(notices, switches)
        ending = provider.ending or provider.failure
        return Conduct(provider.new_id, ending, notices, provider.attached)

    async def _happen(self, space: Space, due: Due) -> None:
        """Do what is due and is no delivery: an event of its provider."""
        await self.providers[due.slug].events[due.kind](self, space, due)

    def _furnish(self, space: Space, slug: str) -> None:
        if self.spaces.directory is not None:
            space.store.publish(slug, FURNISHED, space.id, space.id)
        declare(self.providers[slug], self.world_in(slug, space), space)
        self.bring_jobs(space, slug)

    def bring_jobs(self, space: Space, slug: str) -> None:
        """Bring a provider's jobs into a space that are there from the start."""
        provider = self.providers[slug]
        furnish(provider, self.world_in(slug, space), space)
        if provider.populate is not None:
            provider.populate(self, space, slug)


@lru_cache(maxsize=32)
def _compiled(folder: Traversable) -> SchemaSet:
    """Return a folder's schemas; programs start servers of them by the hundred."""
    return SchemaSet.load(folder)
