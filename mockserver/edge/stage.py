"""Stage: where scenarios are read, dry-run and put to work in spaces."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from mockserver.engine.clock import monotonic_s
from mockserver.engine.spaces import Space
from mockserver.errors import ScenarioError
from mockserver.providers.discovery import known_slugs
from mockserver.providers.provider import Provider
from mockserver.providers.services import Services
from mockserver.scenarios.known import Catalogue, Known
from mockserver.scenarios.library import Library
from mockserver.scenarios.load import load
from mockserver.scenarios.magic import conjure
from mockserver.scenarios.match import fits
from mockserver.scenarios.model import Scenario
from mockserver.scenarios.problems import PROBLEMS
from mockserver.scenarios.rules import Loaded, RuleBook
from mockserver.scenarios.source import Place, Source
from mockserver.scenarios.warnings import Warned, warnings_of

__all__ = ["HANDSHAKES", "STAGE", "Asked", "Stage", "book_of", "known_of"]

Asked = str | Mapping[str, Any] | Scenario

START: Final = "start"
HANDSHAKES: Final = "_handshakes"
"""The space whose rules act on TLS handshakes; no user's can have that name."""

_MAGIC_MAX: Final = 512
_BODIED: Final = frozenset({"POST", "PUT", "PATCH", "DELETE", "QUERY"})


class _Known(Mapping[str, Known]):
    """What scenarios know about each provider, made when it is first looked at."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._known: dict[str, Known] = {}

    def __getitem__(self, slug: str) -> Known:
        known = self._known.get(slug)
        if known is None:
            known = self._known[slug] = known_of(self._providers[slug])
        return known

    def __contains__(self, slug: object) -> bool:
        return slug in self._providers

    def __iter__(self) -> Iterator[str]:
        return iter(self._providers)

    def __len__(self) -> int:
        return len(self._providers)


@dataclass(frozen=True, slots=True)
class _Start:
    """A scenario that spaces begin with, until a time on the monotonic clock."""

    scenario: Scenario
    source: str
    until_s: float | None = None


class Stage:
    """Puts scenarios to work.

    Args:
        services: The server's rooms.
        folder: Where the user keeps scenarios of their own.

    Attributes:
        library: All scenarios by name.
        catalogue: What they may speak of.
    """

    def __init__(self, services: Services, folder: Path | None = None) -> None:
        self._services = services
        self.library = Library(folder)
        self.catalogue: Catalogue = _Known(services.providers)
        self._starts: list[_Start] = []
        self._magic: dict[str, Scenario | None] = {}
        for space in services.spaces:
            self._begin(space)
        services.spaces.on_open(self._begin)

    def read(self, asked: Asked) -> Scenario:
        """Return a scenario that fits the providers of this server.

        Raises:
            ScenarioError: There is none, or something in it is wrong.
        """
        if isinstance(asked, Scenario):
            return asked
        return self.check(self.library.source(asked))

    def check(self, source: Source) -> Scenario:
        """Return a scenario from its source.

        Raises:
            ScenarioError: Something in it is wrong.
        """
        scenario = load(source, self.catalogue)
        if scenario.provider is not None and scenario.shows_at:
            right = f"none: it is for {scenario.provider} alone"
            source.root.at("shows_at").fail([*scenario.shows_at], right)
        self._check_slugs(scenario.shows_at, source.root)
        for rule in scenario.rules:
            self._check_slugs(rule.shows_at, rule.place or source.root)
        return scenario

    def warnings(self, asked: Asked) -> list[Warned]:
        """Return which of a scenario's rules can never act, and where not.

        Raises:
            ScenarioError: There is no such scenario, or something in it is wrong.
        """
        return warnings_of(self.read(asked), self.catalogue)

    def _check_slugs(self, slugs: Iterable[str], place: Place) -> None:
        """Refuse a provider that there is not; one that is not served here is fine.

        Raises:
            ScenarioError: Names the nearest one, or all.
        """
        for slug in slugs:
            if slug not in self.catalogue:
                place.at("shows_at").choose(slug, known_slugs())

    def shows_at(self, scenario: Scenario) -> list[str]:
        """Return the providers of this server at which a scenario shows."""
        named = scenario.shows_at or ((scenario.provider,) if scenario.provider else ())
        return [slug for slug in self.catalogue if not named or slug in named]

    def concerns(self, name: str) -> bool:
        """Say whether a scenario is for a provider of this server, or for all."""
        slug = self.provider_of(name)
        return slug is None or slug in self.catalogue

    def provider_of(self, name: str) -> str | None:
        """Return the provider that a scenario names; None if it cannot be read."""
        try:
            document = self.library.source(name).document
        except ScenarioError:
            return None
        slug = document.get("provider") if isinstance(document, Mapping) else None
        return None if slug is None else str(slug)

    def use(
        self,
        spaces: Sequence[Space],
        asked: Asked,
        *,
        source: str = "api",
        ttl_s: float | None = None,
    ) -> list[Loaded]:
        """Let a scenario act in spaces: in all of them, or in none.

        Raises:
            ScenarioError: There is none, or something in it is wrong.
        """
        scenario = self.read(asked)
        _refuse_handshakes(scenario)
        return [
            book_of(space).load(scenario, source=source, ttl_s=ttl_s)
            for space in spaces
        ]

    def start_with(
        self, asked: Asked, *, source: str = START, ttl_s: float | None = None
    ) -> Scenario:
        """Let every space begin with a scenario, those that are open too.

        Args:
            asked: The scenario.
            source: Who asks for it.
            ttl_s: Virtual seconds until it heals; spaces that are opened so many real
                seconds later begin without it.

        Raises:
            ScenarioError: There is none, or something in it is wrong.
        """
        scenario = self.read(asked)
        until_s = None if ttl_s is None else monotonic_s() + ttl_s
        self._open_for(scenario)
        self._starts.append(_Start(scenario, source, until_s))
        for space in self._services.spaces:
            if _is_for(space, scenario):
                book_of(space).load(scenario, source=source, ttl_s=ttl_s)
        return scenario

    def clear(self, spaces: Sequence[Space], name: str | None = None) -> list[Loaded]:
        """Let a scenario, by name or number, or all act no more in spaces."""
        return [one for space in spaces for one in book_of(space).clear(name)]

    def forget_starts(
        self, name: str | None = None, *, source: str | None = None
    ) -> None:
        """Let new spaces begin without a scenario, or without any of a source."""
        self._starts = [
            one
            for one in self._starts
            if name not in {None, one.scenario.name} or source not in {None, one.source}
        ]

    def files(self) -> list[Path]:
        """Return the files of the scenarios that act, as far as they have any."""
        acting = [one.scenario for one in self._starts]
        for space in self._services.spaces:
            acting += (one.scenario for one in book_of(space).loads())
        origins = dict.fromkeys(one.origin for one in acting)
        return [path for origin in origins if (path := Path(origin)).is_file()]

    def reload(self, path: Path) -> Scenario | None:
        """Read a file again, and replace what it was wherever it acts.

        Returns:
            What it is now, or None if nobody uses it.

        Raises:
            ScenarioError: Something in it is wrong; what acts goes on as it is.
        """
        scenario = load(self.library.source(str(path)), self.catalogue)
        was = {o.scenario.name for o in self._starts if _same(o.scenario, scenario)}
        self._starts = [
            replace(one, scenario=scenario) if one.scenario.name in was else one
            for one in self._starts
        ]
        is_used = bool(was)
        if is_used:
            self._open_for(scenario)
        for space in self._services.spaces:
            book = book_of(space)
            for old in [o for o in book.loads() if _same(o.scenario, scenario)]:
                book.clear(old.id)
                book.load(scenario, source=old.source)
                is_used = True
        return scenario if is_used else None

    def cue(self, space: Space, name: str) -> None:
        """Let a scenario that a header asks for act on the calls that carry it.

        Whoever may call a provider may send a header: it only names what is known
        by name, and opens no file by its path. What acts in the space already acts
        on the call without being loaded again.

        Raises:
            ScenarioError: There is none, or something in it is wrong.
        """
        book = book_of(space)
        loads = book.loads()
        if any(one.source == f"header {name}" for one in loads):
            return
        try:
            scenario = self.check(self.library.named(name))
        except ScenarioError:
            if any(one.scenario.name == name for one in loads):
                return
            raise
        _refuse_handshakes(scenario)
        book.load(scenario, source=f"header {name}", header=name)

    def _open_for(self, scenario: Scenario) -> None:
        """Open the space of handshakes once somebody needs it: others pay nothing."""
        if scenario.acts(on_handshakes=True):
            self._services.spaces.open(HANDSHAKES)

    def _begin(self, space: Space) -> None:
        book = book_of(space)
        book.begin(space, self.catalogue, self._conjure, partial(self.cue, space))
        now_s = monotonic_s()
        was = self._were(book) if space.is_restored else frozenset()
        for start in self._starts:
            if space.is_restored and (
                start.source != START or start.scenario.name in was
            ):
                continue
            if not _is_for(space, start.scenario):
                continue
            left_s = None if start.until_s is None else start.until_s - now_s
            if left_s is None or left_s > 0:
                book.load(start.scenario, source=start.source, ttl_s=left_s)

    def _were(self, book: RuleBook) -> frozenset[str]:
        """Return what a space of an earlier process began with and still would.

        What spaces begin with is said anew at each start; what somebody has put to work
        in a space goes on there.
        """
        names = {one.scenario.name for one in self._starts if one.source == START}
        for old in [one for one in book.record() if one.source == START]:
            if old.scenario.name not in names:
                book.clear(old.id)
        return frozenset(o.scenario.name for o in book.record() if o.source == START)

    def _conjure(self, text: str) -> Scenario | None:
        """Return what a magic text asks for; one that makes no sense is mere text."""
        if text not in self._magic:
            if len(self._magic) >= _MAGIC_MAX:
                self._magic.clear()
            self._magic[text] = self._read_magic(text)
        return self._magic[text]

    def _read_magic(self, text: str) -> Scenario | None:
        document = conjure(text)
        try:
            return None if document is None else self.read(document)
        except ScenarioError:
            return None


STAGE = web.AppKey("stage", Stage)


def book_of(space: Space) -> RuleBook:
    """Return the rules of a space."""
    script = space.script
    if not isinstance(script, RuleBook):
        raise TypeError(f"space {space.id} has no rules")
    return script


def known_of(provider: Provider) -> Known:
    """Return what scenarios may say about a provider."""
    operations: dict[str, set[str]] = {}
    routes = [*provider.routes]
    for route in routes:
        kinds = operations.setdefault(route.operation, set())
        kinds |= {"create"} if route.operation in provider.timelines else set()
        kinds |= {"media"} if route.answers_head else set()
        kinds |= {"status"} if route.polls else set()
    return Known(
        slug=provider.slug,
        operations={name: frozenset(kinds) for name, kinds in operations.items()},
        states=provider.states,
        timelines=provider.timelines,
        failure=provider.failure,
        problems={**PROBLEMS, **provider.problems},
        failures=provider.failures,
        labels=provider.labels,
        signed=_signed(provider),
        undated=provider.undated,
        tells=provider.notices is not None,
        named=frozenset(provider.named),
        about_jobs=frozenset(one.operation for one in routes if one.subject),
        bodied=frozenset(one.operation for one in routes if one.method in _BODIED),
        texts=provider.texts,
    )


def _signed(provider: Provider) -> tuple[str, ...]:
    """Return which of a provider's deliveries are signed: uploads to S3 always are."""
    if provider.signing is not None:
        return provider.labels
    return tuple(one for one in provider.labels if fits(one, "upload.s3"))


def _same(one: Scenario, other: Scenario) -> bool:
    return one.origin == other.origin or one.name == other.name


def _is_for(space: Space, scenario: Scenario) -> bool:
    return scenario.acts(on_handshakes=space.id == HANDSHAKES)


def _refuse_handshakes(scenario: Scenario) -> None:
    """Refuse to let TLS faults act in one space: a handshake is nobody's yet."""
    if scenario.acts(on_handshakes=True):
        raise ScenarioError(
            f"scenario: found {scenario.name!r}, whose TLS faults act before anybody"
            " knows whose space it is; expected it in all spaces: --scenario, or fault"
            " apply without --space"
        )
