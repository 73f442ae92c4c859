"""SpaceHandle: one space of a running server, as a test uses it."""

from collections.abc import Callable
from typing import Self, TypeVar

from mockserver.edge.instance import Instance
from mockserver.engine.clock import Clock, Pace, wall_s
from mockserver.engine.spaces import Space
from mockserver.errors import ConfigError
from mockserver.server.credentials import ClientCredential
from mockserver.server.face import Face
from mockserver.server.inboxes import Inbox, PostRoom
from mockserver.server.sockets.loops import OnLoop
from mockserver.verdict.journal import Exchange

__all__ = ["SpaceHandle"]

__tracebackhide__ = True

T = TypeVar("T")


class SpaceHandle(Face):
    """One private world; made by a server, not by hand.

    Attributes:
        id: Its name, which its draws depend on.
    """

    _is_whole = False

    def __init__(
        self, instance: Instance, loop: OnLoop, space_id: str, post: PostRoom
    ) -> None:
        self.id = space_id
        self._instance, self._loop, self._post = instance, loop, post
        self._credentials: dict[str, ClientCredential] = {}

    def __repr__(self) -> str:
        return f"<space {self.id}>"

    @property
    def space(self) -> Self:
        """This space: a space and a server are asked for it in the same way."""
        return self

    @property
    def seed(self) -> int:
        """What its draws depend on, beside its name."""
        return self._loop.do(lambda: self._open().seed)

    @property
    def now(self) -> float:
        """Its time in seconds since 1970."""
        return self._loop.do(self._now)

    @property
    def clock(self) -> Clock:
        """Its clock, to be read from any thread; not a stable interface."""
        return self._open().clock

    @property
    def pace(self) -> str:
        """How its time passes."""
        return self._loop.do(lambda: self._open().clock.pace.name)

    def exclusively(self, action: Callable[[], T]) -> T:
        """Carry out an action while the server does nothing; not a stable interface."""
        return self._loop.do(action)

    def change_pace(self, pace: str) -> None:
        """Let time pass in another way from now on.

        Raises:
            ConfigError: There is no such pace.
        """
        parsed = Pace.parse(pace)
        self._loop.do(lambda: self._open().clock.change_pace(parsed))

    def credential(self, slug: str) -> ClientCredential:
        """Return a credential of a provider that opens this space; always the same.

        It can be used as the key that it is; further values are its attributes:

            credential = server.space.credential("stupeflix")
            Client(credential.access_key, credential.secret_key)

        Raises:
            ConfigError: No such provider is served.
        """
        if slug not in self._credentials:
            self._credentials[slug] = self._loop.do(lambda: self._mint(slug))
        return self._credentials[slug]

    def switch(self, slug: str, name: str, value: bool | float | str) -> None:  # noqa: FBT001 - any value of a setting
        """Set one of a provider's settings for this space.

        Raises:
            ConfigError: There is no such provider or setting, or not that value.
        """
        provider = self._instance.services.providers.get(slug)
        if provider is None:
            known = list(self._instance.services.providers)
            raise ConfigError(f"provider: found {slug!r}, expected one of {known}")
        parsed = provider.setting(name).parse(value, place=f"{slug}.{name}")
        self._loop.do(lambda: self._open().settings.update({(slug, name): parsed}))

    def _mint(self, slug: str) -> ClientCredential:
        self.url_for(slug)
        services = self._instance.services
        made = services.providers[slug].credential(
            self._open().chance(slug).fork("credential", 0)
        )
        found = ClientCredential(slug, made.fields, made.key, made.secret)
        services.register(
            slug, found, secret=found.secret, space=self.id, origin="minted"
        )
        return found

    def _now(self) -> float:
        return self._open().clock.now()

    def _open(self) -> Space:
        return self._instance.services.spaces.open(self.id)

    def _spaces(self) -> list[Space]:
        return [self._open()]

    def _inbox(self) -> Inbox:
        inbox = self._post.inbox(self.id)
        inbox.now = self._arrival_s
        return inbox

    def _known_inbox(self) -> Inbox | None:
        return self._post.known(self.id)

    def _arrival_s(self) -> float:
        space = self._instance.services.spaces.find(self.id)
        return wall_s() if space is None else space.clock.now()

    def _exchanges(self) -> list[Exchange]:
        return list(self._instance.services.journal.exchanges(self.id))

    def _reset(self) -> None:
        self._instance.services.spaces.reset(self.id)
        self._instance.services.journal.clear(self.id)
        self._post.empty(self.id)
