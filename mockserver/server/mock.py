"""MockServer: a server inside a Python process, in a thread or on the running loop."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mockserver.app import build
from mockserver.config import Config, with_settings
from mockserver.config.values import is_shared, shown
from mockserver.edge.instance import Instance
from mockserver.edge.staging.stage import STAGE, Asked, Given
from mockserver.engine.clock import Pace
from mockserver.engine.spaces import Space
from mockserver.errors import StartError
from mockserver.providers.worldfile import read_world
from mockserver.server.durations import Duration, seconds
from mockserver.server.face import Face
from mockserver.server.inboxes import Inbox, PostRoom
from mockserver.server.sockets.listener import Listener, bind, bind_secure
from mockserver.server.sockets.loops import LoopThread, OnLoop, SameLoop, maker
from mockserver.server.spaces import SpaceHandle
from mockserver.verdict.journal import Exchange

__all__ = ["AsyncMockServer", "MockServer"]

__tracebackhide__ = True

OWN_SPACE = "test"
OWN_INBOX = "all spaces"
PATIENCE = "1d"


class _Server(Face):
    """What both servers share; settings are parsed and checked at once."""

    def __init__(self, config: Config | None = None, **settings: object) -> None:
        self.config = _configured(config, settings)
        self._running: tuple[Instance, OnLoop, Listener] | None = None
        self._handles: dict[str, SpaceHandle] = {}
        self._post = PostRoom()

    @property
    def is_running(self) -> bool:
        """Whether it has been started, and not stopped since."""
        return self._running is not None

    @property
    def instance(self) -> Instance:
        """The parts of the server; not a stable interface.

        Raises:
            StartError: The server is not running.
        """
        return self._instance

    @property
    def space(self) -> SpaceHandle:
        """A space to make credentials for, when one is enough."""
        return self.open_space(OWN_SPACE)

    def open_space(
        self,
        name: str,
        *,
        pace: str | None = None,
        seed: int | None = None,
        world: Path | str | Mapping[str, Any] | None = None,
    ) -> SpaceHandle:
        """Return the space of that name, opened now if it is new.

        Args:
            name: Its name, which its draws depend on.
            pace: How the time of a new one passes, if not as the server says.
            seed: What the draws of a new one depend on, if not the server's.
            world: What a new one has of its own: a world file, or what is in one.

        Raises:
            ConfigError: There is no such pace, or the world does not fit.
        """
        parsed = None if pace is None else Pace.parse(pace)
        services = self._instance.services
        given = Path(world) if isinstance(world, str) else world or {}
        own = read_world(given, services.providers)
        self._loop.do(lambda: services.open_with(name, own, seed=seed, pace=parsed))
        if name not in self._handles:
            self._handles[name] = SpaceHandle(
                self._instance, self._loop, name, self._post
            )
        return self._handles[name]

    def close_space(self, name: str) -> None:
        """Forget a space with its jobs, keys and exchanges."""
        self._handles.pop(name, None)
        self._post.forget(name)
        services = self._instance.services
        self._loop.do(lambda: services.spaces.delete(name))
        self._loop.do(lambda: services.journal.clear(name))

    @contextmanager
    def fresh(
        self,
        scenario: str | Mapping[str, Any] | None = None,
        *,
        sleep: bool = False,
        patience: Duration = PATIENCE,
        **how: Any,
    ) -> Iterator[SpaceHandle]:
        """Lend a space that nobody has used, and forget it afterwards.

        Its name, and so all that is drawn in it, depends on the scenario alone: what
        Hypothesis tries again happens again.

            with mockserver_session.fresh(story, sleep=True) as space:
                MyClient(space.url_for("digitalcarbon"), ...)

        Args:
            scenario: What acts in it, as for `use`.
            sleep: Sleeps, dates and time-outs follow its clock, as with the fixture
                `mockserver_sleep`.
            patience: So much of its time may be slept away; then a sleep raises.
            how: What `open_space` takes: pace, seed, world.

        Raises:
            ConfigError: There is no such pace, or the world does not fit.
            ScenarioError: There is no such scenario, or something in it is wrong.
            AssertionError: There was a bug in video-mockserver meanwhile, or a client
                has slept for longer than there is patience.
        """
        name, bugs = self._unused(scenario), self.bug_count
        space = self.open_space(name, **how)
        try:
            if scenario is not None:
                space.use(scenario)
            with ExitStack() as stack:
                if sleep:
                    # Most servers replace no clock; what does is slow to load.
                    travelling = import_module("mockserver.server.travelling")
                    most_s = seconds(patience, "patience")
                    stack.enter_context(travelling.living_by(space, most_s))
                yield space
            if self.bug_count > bugs:
                raise AssertionError(f"bug in video-mockserver: {self.bugs[-1]}")
        finally:
            self.close_space(name)

    def _unused(self, scenario: str | Mapping[str, Any] | None) -> str:
        """Return a name for a space that only the scenario decides."""
        said = json.dumps(scenario, sort_keys=True, default=str).encode()
        name = f"fresh-{blake2b(said, digest_size=6).hexdigest()}"
        while name in self._handles:
            name += "-again"
        return name

    def __repr__(self) -> str:
        where = self.url if self._running else "not running"
        return f"<{type(self).__name__}: {where}>"

    @property
    def _instance(self) -> Instance:  # type: ignore[override]  # read-only here
        return self._parts()[0]

    @property
    def _loop(self) -> OnLoop:  # type: ignore[override]  # read-only here
        return self._parts()[1]

    def _parts(self) -> tuple[Instance, OnLoop, Listener]:
        if self._running is None:
            raise StartError(
                "the server is not running; use it as a context manager, or start it"
            )
        return self._running

    def _prepare(self) -> tuple[Instance, Listener]:
        if is_shared(self.config.store):
            # What tests do with spaces here does not ask first whose they are.
            raise StartError(
                f"store: found {shown(self.config.store)}, which servers of the command"
                " line share; expected memory, or sqlite: and a path, inside a program"
            )
        instance = build(self.config)
        # Time that moves before the first request has to move for somebody.
        instance.services.spaces.open(OWN_SPACE)
        sockets = bind(self.config.host, self.config.port)
        secure = bind_secure(self.config)
        return instance, Listener(instance, sockets, secure=secure)

    def _spaces(self) -> list[Space]:
        return list(self._instance.services.spaces)

    def _inbox(self) -> Inbox:
        return self._post.inbox(OWN_INBOX)

    def _known_inbox(self) -> Inbox | None:
        return self._post.known(OWN_INBOX)

    def _exchanges(self) -> list[Exchange]:
        return list(self._instance.services.journal.exchanges())

    def _use(self, scenario: Asked, given: Given, ttl_s: float | None) -> None:
        """Let a scenario act in spaces to come, too: any key may open one."""
        stage = self._instance.app[STAGE]
        stage.start_with(scenario, given, source="test", ttl_s=ttl_s)

    def _clear_faults(self, scenario: str | None) -> None:
        self._instance.app[STAGE].forget_starts(scenario)
        super()._clear_faults(scenario)

    def _reset(self) -> None:
        services = self._instance.services
        self._instance.app[STAGE].forget_starts(source="test")
        for space in services.spaces:
            services.spaces.reset(space.id)
        services.journal.clear()
        self._post.clear()
        self._instance.bugs.latest.clear()


class MockServer(_Server):
    """A server in a thread of its own, on a free port.

        with MockServer(pace="manual") as server:
            client = Client(server.url_for("idomoo"), ...)
            server.advance("2h")

    Args:
        config: All settings; defaults, but for pace `step` and a free port, if None.
        settings: Fields of `Config` to replace, such as `pace="manual"`.

    Raises:
        ConfigError: A setting, schema or fixture is wrong.
    """

    def start(self) -> Self:
        """Start the server, unless it is running.

        Raises:
            ConfigError: A setting is wrong.
            StartError: The port is in use.
        """
        if self._running is None:
            thread = LoopThread(maker(self.config.loop, is_alone=False))
            try:
                # There, the time is real whatever a test has done to it.
                instance, listener = thread.do(self._prepare)
                thread.wait(listener.start())
            except BaseException:
                thread.close()
                raise
            self._running = instance, thread, listener
        return self

    def stop(self) -> None:
        """Stop the server, if it is running, and free its port."""
        if self._running is None:
            return
        _, thread, listener = self._running
        self._running = None
        self._post.close()
        assert isinstance(thread, LoopThread)  # noqa: S101 - it is ours
        thread.wait(listener.close())
        thread.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class AsyncMockServer(_Server):
    """The same on the running event loop; its methods do not wait for anything.

    async with AsyncMockServer(pace="manual") as server:
        ...
    """

    async def start(self) -> Self:
        """Start the server, unless it is running.

        Raises:
            ConfigError: A setting is wrong.
            StartError: The port is in use.
        """
        if self._running is None:
            instance, listener = self._prepare()
            await listener.start()
            self._running = instance, SameLoop(), listener
        return self

    async def stop(self) -> None:
        """Stop the server, if it is running, and free its port."""
        if self._running is not None:
            _, _, listener = self._running
            self._running = None
            self._post.close()
            await listener.close()

    async def settle(self) -> None:  # type: ignore[override]  # waits without a thread
        """Wait until everything that is due by now has been sent."""
        await self._settle()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


def _configured(config: Config | None, settings: Mapping[str, object]) -> Config:
    base = config or Config(pace="step")
    return with_settings(base, {"port": 0, **settings}, Path.cwd())
