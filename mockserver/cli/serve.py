"""serve: start the server, say where it is, and stop it when told to."""

import asyncio
import gc
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import FrameType

from msgspec import Struct

from mockserver.app import build, ledger_of, load
from mockserver.cli import CANNOT_START, CLI_ERROR
from mockserver.cli.tools import logs
from mockserver.cli.tools.arguments import Parser, add_settings, flags_of
from mockserver.cli.tools.deadline import LIMIT_S, WORKER_S, Deadline
from mockserver.cli.tools.worker import opened, outlive_nobody
from mockserver.cli.tools.workers import Plan, Workers
from mockserver.config import SETTINGS, Config, load_config
from mockserver.config.values import is_shared, shown
from mockserver.edge.instance import Instance
from mockserver.edge.redactors import Redactors
from mockserver.edge.staging.stage import STAGE
from mockserver.engine.clock import Pace, pause
from mockserver.errors import MockserverError, StartError
from mockserver.scenarios.written.lengths import longest_s
from mockserver.server.sockets.listener import (
    Listener,
    bind,
    bind_secure,
    is_loopback,
    write_port,
)
from mockserver.server.sockets.loops import maker, tell_trouble
from mockserver.version import __version__

__all__ = ["News", "banner", "run", "serve", "settings"]

DRAIN_S = 2.0  # aiohttp waits twice: for the end, then for the cancelled to end
LONG_S = 60.0
SEEDS = 100_000_000
VERIFY_AFTER_S = 0.3  # whoever waits for the port is answered first
WARM_AFTER_S = 1.0  # most that are started by tests have ended by then


class News(Struct, frozen=True):
    """What was made up at start, and has to be told.

    Attributes:
        is_seed: The seed.
        is_token: The control token.
    """

    is_seed: bool
    is_token: bool


def run(verb: str, given: list[str]) -> int:
    """Serve until a signal (130, 143) or the control API (0) ends it.

    Raises:
        ConfigError: A setting, schema or fixture is wrong.
        StartError: The server cannot start.
    """
    config = settings(verb, given, os.environ, Path.cwd())
    lines = logs.configure(config.log_level, config.log_format)
    is_seed_new = "seed" not in config.sources
    if is_seed_new:
        # Who restarts must not be given yesterday's identifiers as new ones.
        config = replace(config, seed=secrets.randbelow(SEEDS))
    sockets = bind(config.host, config.port)
    is_token_new = not is_loopback(sockets) and config.control_token is None
    if is_token_new:
        config = replace(config, control_token=secrets.token_urlsafe(24))
    secure = bind_secure(config)
    new = News(is_seed=is_seed_new, is_token=is_token_new)
    if config.workers > 1:
        return _share(verb, given, config, sockets, secure, new)
    return serve(config, sockets, secure, lines, new)


def serve(
    config: Config,
    sockets: Sequence[socket.socket],
    secure: Sequence[socket.socket],
    lines: logs.Lines,
    new: News,
    name: str = "",
) -> int:
    """Serve on bound sockets until something ends it; return the exit code.

    Args:
        config: All settings.
        sockets: Where to listen; they are closed at the end.
        secure: Where to speak TLS; they are closed, too.
        lines: What logs go through, which hides secrets.
        new: What was made up, and has to be told.
        name: What this worker of several is called; made up if empty.

    Raises:
        ConfigError: A setting, schema or fixture is wrong.
        StartError: The server cannot start.
    """
    with ExitStack() as held:
        for bound in (*sockets, *secure):
            # To be closed even if there is no server to build.
            held.enter_context(bound)
        is_worker = is_shared(config.store)
        instance = build(config, ledger=ledger_of(config, name))
        lines.hide = Redactors(instance.services).text
        is_watched = logs.is_text(config.log_format, sys.stderr) and not config.quiet
        logs.follow(instance.services.journal, config.log_level, is_watched=is_watched)
        listener = Listener(
            instance, sockets, secure=secure, drain_s=DRAIN_S, shares_port=bool(name)
        )
        deadline = Deadline(WORKER_S if is_worker else LIMIT_S)
        held.callback(deadline.lift)
        make = maker(config.loop, is_alone=True)
        with asyncio.Runner(loop_factory=make) as runner:
            return runner.run(_serve(instance, listener, deadline, new))


def _share(
    verb: str,
    given: list[str],
    config: Config,
    sockets: Sequence[socket.socket],
    secure: Sequence[socket.socket],
    new: News,
) -> int:
    """Let several processes serve on bound sockets."""
    plan = Plan(
        verb=verb,
        given=given,
        sockets=[bound.fileno() for bound in sockets],
        secure=[bound.fileno() for bound in secure],
        seed=config.seed,
        token=config.control_token,
        store=config.store,
        is_seed_new=new.is_seed,
        is_token_new=new.is_token,
    )
    ports = [bound.getsockname()[1] for bound in (*sockets[:1], *secure[:1])]
    # Each worker is forked from here: it has everything loaded then.
    load(config)
    # All of that stays, and is shared as long as nobody looks through it for garbage.
    gc.collect()
    gc.freeze()
    fleet = Workers(plan, config.workers, config.port_file, ports, _worker)
    with ExitStack() as held:
        for bound in (*sockets, *secure):
            held.enter_context(bound)
        return fleet.run()


def _worker(plan: Plan) -> int:
    """Be one worker of several, on sockets that have been bound for all."""
    outlive_nobody()
    said = settings(plan.verb, plan.given, os.environ, Path.cwd())
    config = replace(said, seed=plan.seed, control_token=plan.token, port_file=None)
    lines = logs.configure(config.log_level, config.log_format)
    new = News(is_seed=plan.is_seed_new, is_token=plan.is_token_new)
    sockets, secure = opened(plan.sockets), opened(plan.secure)
    try:
        return serve(config, sockets, secure, lines, new, plan.name)
    except MockserverError as error:
        sys.stderr.write(f"mockserver: {' '.join(str(error).split())}\n")
        return CANNOT_START if isinstance(error, StartError) else CLI_ERROR


def settings(
    verb: str, given: list[str], environ: Mapping[str, str], cwd: Path
) -> Config:
    """Return the settings of a command line.

    Raises:
        UsageError: A flag is unknown.
        ConfigError: A setting is wrong.
    """
    parser = Parser(
        verb,
        "Start the server. The first line on stdout is its URL; logs go"
        " to stderr. Each setting is a flag, an environment variable (in brackets)"
        " and a key of mockserver.toml; flags win over variables, variables over the"
        " file.",
    )
    add_settings(parser, SETTINGS)
    options = parser.parse(given)
    file = Path(options.config) if options.config else None
    return load_config(flags_of(options, SETTINGS), environ, cwd, file)


def banner(instance: Instance, new: News) -> str:
    """Return what a person wants to know once the server runs."""
    config, url = instance.config, instance.config.external_url or instance.urls[0]
    services = instance.services
    width = max(map(len, services.providers), default=0)
    again = f" (new; --seed {config.seed} repeats it)" if new.is_seed else ""
    lines = [
        f"video-mockserver {__version__}",
        f"pace {config.pace}, seed {config.seed}{again}, auth {config.auth}",
        *(f"  {slug:<{width}}  {url}/{slug}" for slug in services.providers),
        *_secure(instance),
        *_kept(instance),
        f"Web page: {url}/_mock/",
        *_long_scenarios(instance),
        *_idle_rules(instance),
    ]
    if new.is_token:
        lines.append(f"Control token (shown once): {config.control_token}")
    elif config.control_token is not None:
        lines.append("Control API: asks for the token that was given.")
    return "\n".join(
        [*lines, "Ctrl-C stops it; mockserver -h shows what else there is."]
    )


def _secure(instance: Instance) -> Iterator[str]:
    """Say where TLS is spoken."""
    if instance.tls_port is not None:
        yield (
            f"TLS: port {instance.tls_port}, for each provider's own host;"
            " mockserver ca prints whom clients have to trust."
        )


def _kept(instance: Instance) -> Iterator[str]:
    """Say where everything is kept, and how much is there from before."""
    ledger = instance.services.spaces.ledger
    if ledger is not None and ledger.directory is not None:
        where, me = shown(instance.config.store), ledger.directory.me.id
        yield f"Store: {where}, which others may share; this is worker {me}."
    elif ledger is not None:
        count = len(ledger.spaces())
        before = f"{count} space{'' if count == 1 else 's'} from before go on"
        yield f"Store: {instance.config.store}; {before if count else 'new'}."


def _long_scenarios(instance: Instance) -> Iterator[str]:
    """Name the scenarios that nobody may want to sit and wait for."""
    pace, stage = Pace.parse(instance.config.pace), instance.app[STAGE]
    for asked in instance.config.scenarios if pace.rate else ():
        scenario = stage.read(asked)
        took_s = longest_s(scenario, stage.catalogue, pace.job_s) / pace.rate
        if took_s > LONG_S:
            yield (
                f"Scenario {scenario.name} takes up to {timedelta(seconds=int(took_s))}"
                f" at pace {pace.name}; mockserver time advance skips what is too long."
            )


def _idle_rules(instance: Instance) -> Iterator[str]:
    """Name the rules that can never act, and where not."""
    stage = instance.app[STAGE]
    for asked in instance.config.scenarios:
        yield from (f"Warning: {one.message}" for one in stage.warnings(asked))


async def _serve(
    instance: Instance, listener: Listener, deadline: Deadline, new: News
) -> int:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(tell_trouble)
    ended: asyncio.Future[int] = loop.create_future()
    _on_signals(ended, deadline)
    await listener.start()
    file = instance.config.port_file
    tasks: list[asyncio.Task[None]] = []
    try:
        if file is not None:
            write_port(file, listener.port, instance.tls_port)
        _announce(instance, new)
        tasks = [
            asyncio.create_task(_verify(instance, ended)),
            asyncio.create_task(_obey(instance, ended)),
            asyncio.create_task(_warm(instance)),
        ]
        return await ended
    finally:
        deadline.begin()
        for task in tasks:
            task.cancel()
        if file is not None:
            with suppress(OSError):
                file.unlink(missing_ok=True)
        await listener.drain()
        await listener.close()


async def _verify(instance: Instance, ended: asyncio.Future[int]) -> None:
    """Load all providers, schemas and worlds; end the server if one is bad.

    That happens between requests: doing it first would keep everybody waiting for what
    is nearly always fine.
    """
    services = instance.services
    try:
        for slug in services.providers:
            services.providers[slug]
            await pause(0)
        await pause(VERIFY_AFTER_S)
        for slug in services.providers:
            services.schemas(slug)
            services.world(slug)
            await pause(0)
    except MockserverError as error:
        if not ended.done():
            ended.set_exception(error)


async def _warm(instance: Instance) -> None:
    """Get ready to make media, once whoever waited for the port has been answered."""
    await pause(WARM_AFTER_S)
    await instance.services.media.warm()


async def _obey(instance: Instance, ended: asyncio.Future[int]) -> None:
    """End the server when the control API says so."""
    await instance.stop.wait()
    if not ended.done():
        ended.set_result(0)


def _on_signals(ended: asyncio.Future[int], deadline: Deadline) -> None:
    """Let the first signal end the server kindly, and the second one at once."""
    loop = asyncio.get_running_loop()

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        deadline.begin(number)
        loop.call_soon_threadsafe(_settle(ended, number))

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)


def _settle(ended: asyncio.Future[int], number: int) -> Callable[[], None]:
    return lambda: None if ended.done() else ended.set_result(128 + number)


def _announce(instance: Instance, new: News) -> None:
    said = [instance.urls[0]]
    if not instance.config.quiet:
        said.append(banner(instance, new))
    elif new.is_token:
        said.append(f"Control token (shown once): {instance.config.control_token}")
    sys.stdout.write("\n".join(said) + "\n")
    sys.stdout.flush()
