"""Composition root: a Config in, one aiohttp application out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from aiohttp import hdrs, web

from mockserver.config import Config, Credential, with_settings
from mockserver.config.values import MEMORY
from mockserver.delivery.guard import Guard
from mockserver.delivery.outbox import Outbox
from mockserver.delivery.send import Client
from mockserver.edge.answering.patience import Patience
from mockserver.edge.billing import keep_bills
from mockserver.edge.fetching import sent_pictures
from mockserver.edge.instance import INSTANCE, Instance
from mockserver.edge.layers.envelope import honest
from mockserver.edge.layers.front import Front
from mockserver.edge.layers.recorder import Recorder
from mockserver.edge.own import HANDLER, Own
from mockserver.edge.redactors import Redactors
from mockserver.edge.routing.destinations import Destinations
from mockserver.edge.routing.doors import Doors
from mockserver.edge.routing.forwarding import forwarded
from mockserver.edge.routing.hops import HOP
from mockserver.edge.routing.proxying import Proxying
from mockserver.edge.routing.refusals import no_tunnel, unexpected
from mockserver.edge.routing.turns import Turns
from mockserver.edge.sealing import seal
from mockserver.edge.staging.renewal import Renewal
from mockserver.edge.staging.stage import STAGE, Stage
from mockserver.edge.staging.watching import watch
from mockserver.edge.storing.upkeep import mend, purge
from mockserver.edge.tampering import tamper
from mockserver.engine.bugs import Bugs
from mockserver.engine.clock import Pace, pause, wall_s
from mockserver.engine.notices import Conduct
from mockserver.engine.sharing import Sharing
from mockserver.engine.spaces import Space, Spaces, SpaceSettings
from mockserver.engine.store.directory import Directory
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.memory import MemoryStore
from mockserver.errors import ConfigError, starting
from mockserver.media.cache import MediaCache
from mockserver.media.render import FfmpegRenderer
from mockserver.providers.discovery import discover
from mockserver.providers.provider import Provider
from mockserver.providers.services import Options, Services
from mockserver.providers.signing import Signing
from mockserver.providers.worldfile import WorldFile, read_world
from mockserver.scenarios.book.rules import RuleBook
from mockserver.scenarios.book.vanishing import Lost
from mockserver.verdict.journal import Journal

__all__ = ["build", "bury", "create_app", "ledger_of", "load"]

WOKEN_MAX: Final = 1000


def create_app(config: Config | None = None, **settings: Any) -> web.Application:
    """Return the application, ready for `aiohttp_client` or a runner.

    Args:
        config: All settings; the defaults if None.
        settings: Fields of `Config` to replace, such as `pace="step"`.

    Raises:
        ConfigError: A setting, fixture or schema is wrong.
    """
    return build(config, **settings).app


def build(
    config: Config | None = None,
    *,
    wall: Callable[[], float] = wall_s,
    pause: Callable[[float], Awaitable[None]] = pause,
    served: Mapping[str, Provider] | None = None,
    checks_replies: bool = False,
    ledger: Ledger | None = None,
    **settings: object,
) -> Instance:
    """Put a server together without starting it.

    Args:
        config: All settings; the defaults if None.
        wall: Where real time comes from.
        pause: Lets real time pass, for faults.
        served: Who is served, if not those that are found.
        checks_replies: Hold our own answers against their schemas.
        ledger: Where what changes is kept, if not where the setting says.
        settings: Fields of `Config` to replace, typed or as flags have them.

    Raises:
        ConfigError: A setting, fixture or schema is wrong.
        ScenarioError: A scenario to start with is.
    """
    config = with_settings(config or Config(), settings, Path.cwd())

    def hide(text: str) -> str:
        return redactors.text(text)

    bugs, lost = Bugs(hide), Lost()
    with starting():
        services = _services(
            config,
            served or discover(config.providers),
            wall,
            bugs,
            lost,
            checks_replies=checks_replies,
            ledger=ledger_of(config) if ledger is None else ledger,
        )
    keep_bills(services)
    for credential in config.credentials:
        _register(services, credential)
    redactors = Redactors(services)
    app = web.Application(client_max_size=config.body_max_bytes)
    doors = Doors(services.providers)
    destinations = Destinations(doors, config)
    instance = app[INSTANCE] = Instance(config, services, bugs, app, destinations)
    _mount(instance, Patience(pause, instance.stop.is_set), lost, doors)
    stage = app[STAGE] = Stage(services, Path.cwd() / "scenarios")
    for scenario in config.scenarios:
        stage.start_with(scenario)
    app.cleanup_ctx.append(_running)
    return instance


def _services(
    config: Config,
    providers: Mapping[str, Provider],
    wall: Callable[[], float],
    bugs: Bugs,
    lost: Lost,
    *,
    checks_replies: bool,
    ledger: Ledger | None,
) -> Services:
    def make_spaces(
        conduct: Callable[[Space, str], Conduct],
        furnish: Callable[[Space, str], None],
    ) -> Spaces:
        return Spaces(
            SpaceSettings(
                pace=Pace.parse(config.pace),
                seed=config.seed,
                epoch_s=_epoch_s(config),
                wall=wall,
                jobs_max=config.jobs_max,
                keep_s=config.jobs_keep_s,
            ),
            store=MemoryStore(ledger),
            conduct=conduct,
            make_script=partial(RuleBook, lost=lost),
            populate=furnish,
            most=config.spaces_max,
        )

    directory = None if ledger is None else ledger.directory
    if directory is not None:
        wall = partial(_shared_wall, directory, wall)

    def signing_of(slug: str) -> Signing | None:
        # Asked for late: it takes longer to load all providers than to start.
        provider = providers.get(slug)
        return None if provider is None else provider.signing

    client = Client(Guard(config.allow_hosts), keeps=config.delivery_keep_alive)
    return Services(
        options=_options(config, providers, checks_replies=checks_replies),
        providers=providers,
        make_spaces=make_spaces,
        media=_media(config),
        outbox=Outbox(
            client,
            bugs=bugs,
            tamper=partial(tamper, signing_of),
            seal=partial(seal, signing_of),
        ),
        journal=Journal(
            config.journal_max,
            config.journal_bytes,
            None if directory is None else directory.number,
        ),
        bugs=bugs,
    )


def _shared_wall(directory: Directory, wall: Callable[[], float]) -> float:
    """Return the time of the store: that of other machines may differ from ours."""
    return wall() + directory.offset_s


def ledger_of(config: Config, name: str = "") -> Ledger | None:
    """Return where everything is kept, if it is.

    Args:
        config: All settings.
        name: What a worker of several is called; made up if empty.

    Raises:
        StartError: The store cannot be opened.
    """
    if config.store == MEMORY:
        return None
    stores = _stores()
    ledger: Ledger = stores.open_ledger(
        config.store, config.lease_s, name, config.journal_bytes
    )
    return ledger


def load(config: Config) -> None:
    """Load all that a server with a store needs, for processes that are forked.

    Raises:
        ConfigError: A provider cannot be loaded.
    """
    if config.store != MEMORY:
        _stores().load(config.store)
        for room in ("storing.archiving", "api"):
            import_module(f"mockserver.edge.{room}")
    providers = discover(config.providers)
    for slug in providers:
        providers[slug]


async def bury(store: str, worker: str) -> None:
    """Let others have at once what a worker of a shared store had that has ended.

    Raises:
        StoreError: The store cannot be reached; then its lease ends by itself.
    """
    await _stores().bury(store, worker)


def _stores() -> Any:
    # Most servers keep nothing, and start sooner.
    return import_module("mockserver.edge.storing.stores")


def _options(
    config: Config, providers: Mapping[str, Provider], *, checks_replies: bool
) -> Options:
    settings = {}
    for slug, values in config.providers_settings.items():
        if slug not in providers:
            raise ConfigError(f"{slug}: no such provider; there are: {[*providers]}")
        for name, raw in values.items():
            place = config.sources.get(f"providers.{slug}.{name}", f"{slug}.{name}")
            parsed = providers[slug].setting(name).parse(raw, place=place)
            settings[slug, name] = parsed
    return Options(
        auth=config.auth,
        external_url=config.external_url,
        trusts_forwarded=config.trust_forwarded,
        limits=config.limits,
        media_size=config.media_size,
        handover=config.handover,
        body_max_bytes=config.body_max_bytes,
        uploads_max_bytes=config.uploads_max_bytes,
        json_values_max=config.json_values_max,
        idle_timeout_s=config.idle_timeout_s,
        delivery_timeout_s=config.delivery_timeout_s,
        checks_replies=checks_replies,
        explain=config.explain,
        dates=config.dates,
        settings=settings,
        worlds=_worlds(config, providers),
    )


def _worlds(config: Config, providers: Mapping[str, Provider]) -> tuple[WorldFile, ...]:
    if not config.world:
        return ()
    # What is declared of providers that are not served just now is no mistake.
    known = frozenset(discover())
    return tuple(read_world(one, providers, known=known) for one in config.world)


def _media(config: Config) -> MediaCache:
    return MediaCache(
        config.media_folder,
        max_bytes=config.media_max_bytes,
        memory_bytes=config.media_memory_bytes,
        renderer=FfmpegRenderer(),
        sent=sent_pictures(config),
    )


def _epoch_s(config: Config) -> float | None:
    return None if config.epoch == "auto" else config.epoch_s(now_s=wall_s())


def _register(services: Services, credential: Credential) -> None:
    slug = credential.slug
    if slug not in services.providers:
        known = [*services.providers]
        raise ConfigError(f"credential: found {slug!r}, expected one of {known}")
    services.providers[slug].check_key(credential.key, credential.secret)
    services.register(slug, credential.key, secret=credential.secret)


def _mount(instance: Instance, patience: Patience, lost: Lost, doors: Doors) -> None:
    """Let our own pages answer only where no provider's host is meant."""
    services = instance.services
    turns = Turns.of(instance)
    front = Front(services, instance.bugs, patience, lost, doors, turns)
    own = Own(instance, front.unmatched)
    proxying = Proxying(
        instance.destinations, Recorder(services), instance.config.idle_timeout_s
    )

    async def answer(request: web.Request) -> web.StreamResponse:
        if hdrs.EXPECT in request.headers and HOP not in request:
            refused = await unexpected(instance, request)
            if refused is not None:
                return refused
        entry = front.entry(request)
        if entry.is_proxied:
            if request.method == hdrs.METH_CONNECT:
                return no_tunnel(instance, request)
            if not proxying.is_ours(request):
                return await proxying.answer(request)
            entry = doors.enter_here(request)
        if entry.forwards_by:
            trusts = instance.config.trust_forwarded
            request, entry = forwarded(request, entry, doors, trusts=trusts)
        if entry.provider is not None:
            return await front.answer(request, entry)
        return await own.answer(request)

    everything = instance.app[HANDLER] = honest(answer, instance.bugs)
    # For whoever serves the application without our listener.
    instance.app.router.add_route(
        "*", r"/{path:[\s\S]*}", everything, expect_handler=_later
    )
    instance.app.on_shutdown.append(own.close)
    instance.app.on_cleanup.append(lambda _: proxying.close())


async def _later(request: web.Request) -> None:
    """Leave what a client expects to the handler."""


def _wake(instance: Instance) -> None:
    """Open what a store has of the spaces in which something is to happen, and others.

    Raises:
        StartError: Not all of it can be read.
    """
    with starting(instance.config.store):
        instance.services.spaces.wake(WOKEN_MAX)


async def _running(app: web.Application) -> AsyncIterator[None]:
    """Let deliveries go out while the application runs."""
    services = app[INSTANCE].services
    sharing = Sharing.of(services.spaces)
    archivist = None
    if services.spaces.ledger is not None:
        room = import_module("mockserver.edge.storing.archiving")
        archivist = app[INSTANCE].archivist = room.archiving(services)
        for slug in services.providers:
            services.learn_keys(slug)
        _wake(app[INSTANCE])
    if services.spaces.directory is not None:
        await services.spaces.directory.start(app[INSTANCE].inner)
    mending = mend(services.spaces) if sharing is None else sharing.run()
    tasks = [
        asyncio.create_task(services.scheduler.run()),
        asyncio.create_task(mending),
    ]
    if archivist is not None:
        tasks.append(asyncio.create_task(archivist.run()))
    if app[INSTANCE].config.jobs_keep_s is not None:
        tasks.append(asyncio.create_task(purge(services.spaces)))
    if app[INSTANCE].config.watch:
        stage = app[STAGE]
        forgetful = app[INSTANCE].destinations.forget, stage.catalogue.forget
        renewal = Renewal(services, *forgetful)
        tasks.append(asyncio.create_task(watch(stage, renewal)))
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await services.spaces.waking.stop()
    await services.outbox.close()
    if archivist is not None:
        await archivist.close()
    if services.spaces.ledger is not None:
        await services.spaces.ledger.close()
