"""Stage: where scenarios are read, dry-run and put to work in spaces."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from mockserver.edge.staging.sayable import Sayable
from mockserver.edge.staging.starts import START, Starts
from mockserver.engine.spaces import Space
from mockserver.errors import ScenarioError
from mockserver.providers.discovery import known_slugs
from mockserver.providers.services import Services
from mockserver.scenarios.book.rules import Loaded, RuleBook
from mockserver.scenarios.written.library import Library
from mockserver.scenarios.written.magic import conjure
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.parameters import split
from mockserver.scenarios.written.source import Place, Source

if TYPE_CHECKING:
    from mockserver.scenarios.checks.warnings import Warned

__all__ = ["HANDSHAKES", "STAGE", "Asked", "Given", "Stage", "book_of"]

Asked = str | Mapping[str, Any] | Scenario
Given = Mapping[str, Any]

HANDSHAKES: Final = "_handshakes"
"""The space whose rules act before any call, such as on TLS handshakes; no user's can
have that name."""

_MAGIC_MAX: Final = 512
_CUES_MAX: Final = 100
_NOTHING: Final[Given] = MappingProxyType({})


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
        self.catalogue = Sayable(services.providers)
        self._starts = Starts(services.spaces, self.catalogue, self._open_for)
        self._magic: dict[str, Scenario | None] = {}
        for space in services.spaces:
            self._begin(space)
        services.spaces.on_open(self._begin)
        self._starts.take_up()

    def read(self, asked: Asked, given: Given = _NOTHING) -> Scenario:
        """Return a scenario that fits the providers of this server.

        Args:
            asked: A name or the path of a file, both also with values of parameters as
                in `rate-limited; limit=3`; or the scenario itself.
            given: Values of parameters.

        Raises:
            ScenarioError: There is none, or something in it is wrong.
        """
        if isinstance(asked, Scenario):
            return asked
        if isinstance(asked, str):
            asked, said = split(asked)
            given = {**said, **given}
        return self.check(self.library.source(asked), given)

    def check(self, source: Source, given: Given = _NOTHING) -> Scenario:
        """Return a scenario from its source.

        Raises:
            ScenarioError: Something in it is wrong.
        """
        # Most servers never read a scenario, and start sooner without the language.
        language = import_module("mockserver.scenarios.written.load")
        scenario: Scenario = language.load(source, self.catalogue, self.library, given)
        if scenario.provider is not None and scenario.shows_at:
            right = f"none: it is for {scenario.provider} alone"
            source.root.at("shows_at").fail([*scenario.shows_at], right)
        self._check_slugs(scenario.shows_at, source.root)
        for rule in scenario.rules:
            self._check_slugs(rule.shows_at, rule.place or source.root)
        return scenario

    def warnings(self, asked: Asked) -> "list[Warned]":
        """Return which of a scenario's rules can never act, and where not.

        Raises:
            ScenarioError: There is no such scenario, or something in it is wrong.
        """
        scenario, checks = self.read(asked), "mockserver.scenarios.checks.warnings"
        found: list[Warned] = import_module(checks).warnings_of(
            scenario, self.catalogue
        )
        return found

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
        given: Given = _NOTHING,
        *,
        source: str = "api",
        ttl_s: float | None = None,
    ) -> list[Loaded]:
        """Let a scenario act in spaces: in all of them, or in none.

        Raises:
            ScenarioError: There is none, or something in it is wrong.
        """
        scenario = self.read(asked, given)
        _refuse_early(scenario)
        return [
            book_of(space).load(scenario, source=source, ttl_s=ttl_s)
            for space in spaces
        ]

    def start_with(
        self,
        asked: Asked,
        given: Given = _NOTHING,
        *,
        source: str = START,
        ttl_s: float | None = None,
        name: str = "",
    ) -> Scenario:
        """Let every space begin with a scenario, those that are open too.

        Args:
            asked: The scenario.
            given: Values of its parameters.
            source: Who asks for it.
            ttl_s: Virtual seconds until it heals; spaces that are opened so many real
                seconds later begin without it.
            name: What `keep_start` knows it by, if it is to be kept.

        Raises:
            ScenarioError: There is none, or something in it is wrong.
        """
        scenario = self.read(asked, given)
        self._open_for(scenario)
        self._starts.add(scenario, source, ttl_s, name)
        for space in self._services.spaces:
            if _is_for(space, scenario):
                book_of(space).load(scenario, source=source, ttl_s=ttl_s)
        return scenario

    def keep_start(self, name: str) -> None:
        """Let spaces of other workers, and of later ones, begin with it as well."""
        self._starts.keep(name)

    def clear(self, spaces: Sequence[Space], name: str | None = None) -> list[Loaded]:
        """Let a scenario, by name or number, or all act no more in spaces."""
        return [one for space in spaces for one in book_of(space).clear(name)]

    def forget_starts(
        self, name: str | None = None, *, source: str | None = None
    ) -> None:
        """Let new spaces begin without a scenario, or without any of a source."""
        self._starts.forget(name, source=source)

    def files(self) -> list[Path]:
        """Return the files of the scenarios that act, as far as they have any."""
        acting = [one.scenario for one in self._starts]
        for space in self._services.spaces:
            acting += (one.scenario for one in book_of(space).loads())
        origins = dict.fromkeys(origin for one in acting for origin in one.origins)
        return [path for origin in origins if (path := Path(origin)).is_file()]

    def reload(self, path: Path) -> Scenario | None:
        """Read a file again, and replace what it was wherever it acts.

        What includes the scenario of the file is read again, too.

        Returns:
            What it is now, or None if nobody uses it.

        Raises:
            ScenarioError: Something in it is wrong; what acts goes on as it is.
        """
        source = self.library.source(str(path))
        used = [one.scenario for one in self._starts]
        for space in self._services.spaces:
            used += (one.scenario for one in book_of(space).loads())
        renewed = {id(one): self._renewed(one, source) for one in used}
        found = [one for one in renewed.values() if one is not None]
        self._starts.renew(renewed)
        for scenario in found:
            self._open_for(scenario)
        for space in self._services.spaces:
            for old in book_of(space).loads():
                _renew(space, old, renewed.get(id(old.scenario)))
        return found[0] if found else None

    def _renewed(self, was: Scenario, source: Source) -> Scenario | None:
        """Return a scenario as a file that has changed makes it, if it does."""
        if was.origin == source.name or was.name == source.document["scenario"]:
            return self.check(source, was.given)
        if source.name not in was.origins:
            return None
        if Path(was.origin).is_file():
            return self.check(self.library.source(was.origin), was.given)
        return self.check(Source.of(was.document, was.origin), was.given)

    def cue(self, space: Space, text: str) -> None:
        """Let a scenario that a header asks for act on the calls that carry it.

        Whoever may call a provider may send a header: it only names what is known
        by name, and opens no file by its path. What acts in the space already acts
        on the call without being loaded again.

        Raises:
            ScenarioError: There is none, or something in it is wrong.
        """
        book = book_of(space)
        loads = book.loads()
        if any(one.source == f"header {text}" for one in loads):
            return
        name, given = split(text)
        try:
            scenario = self.check(self.library.named(name), given)
        except ScenarioError:
            if any(one.scenario.name == text for one in loads):
                return
            raise
        _refuse_early(scenario)
        if sum(one.header is not None for one in loads) >= _CUES_MAX:
            raise ScenarioError(
                f"scenario: found {_CUES_MAX} different values of the header in space"
                f" {space.id!r}, expected fewer; DELETE /_mock/api/spaces/{space.id}"
                "/faults forgets them"
            )
        book.load(scenario, source=f"header {text}", header=text)

    def _open_for(self, scenario: Scenario) -> None:
        """Open the space of handshakes once somebody needs it: others pay nothing."""
        if scenario.acts(early=True):
            self._services.spaces.open(HANDSHAKES)

    def _begin(self, space: Space) -> None:
        book = book_of(space)
        book.begin(space, self.catalogue, self._conjure, partial(self.cue, space))
        was = self._were(book) if space.is_restored else frozenset()
        for start in self._starts:
            if space.is_restored and (
                start.source != START or start.scenario.name in was
            ):
                continue
            if not _is_for(space, start.scenario):
                continue
            left_s = start.left_s
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


def _renew(space: Space, old: Loaded, scenario: Scenario | None) -> None:
    """Let a scenario act in place of what it was, for the same calls and as long."""
    if scenario is None:
        return
    until_s = old.until_s
    book = book_of(space)
    book.clear(old.id)
    book.load(
        scenario,
        source=old.source,
        ttl_s=None if until_s is None else until_s - space.clock.now(),
        header=old.header,
        scope=old.scope,
        slug=old.slug,
    )


def _is_for(space: Space, scenario: Scenario) -> bool:
    return scenario.acts(early=space.id == HANDSHAKES)


def _refuse_early(scenario: Scenario) -> None:
    """Refuse to let early faults act in one space: a connection is nobody's yet."""
    if scenario.acts(early=True):
        raise ScenarioError(
            f"scenario: found {scenario.name!r}, whose faults act on connections before"
            " anybody knows whose space it is; expected it in all spaces: --scenario,"
            " or fault apply without --space"
        )
