"""The worlds of a server: the fixtures, and the users' files over or instead."""

from collections.abc import Mapping
from typing import Any

from mockserver import resources
from mockserver.engine.keyring import Grant, Keyring
from mockserver.errors import ConfigError, FixtureError
from mockserver.providers.plugin import AnyPlugin
from mockserver.providers.world import World, laid_over, read_section, world_of
from mockserver.providers.worldfile import WorldFile

__all__ = ["Worlds"]


class Worlds:
    """What the spaces of each provider begin with.

    Args:
        providers: Those that are served, by slug.
        files: The users' own worlds, each over those before it.
        keyring: Where the keys of accounts are registered.
    """

    def __init__(
        self,
        providers: Mapping[str, AnyPlugin],
        files: tuple[WorldFile, ...],
        keyring: Keyring,
    ) -> None:
        self._providers = providers
        self._files = files
        self._keyring = keyring
        self._worlds: dict[str, World] = {}
        self._sections: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._public: dict[str, frozenset[str]] = {}

    def get(self, slug: str) -> World:
        """Return a provider's world, read and its keys registered at first use.

        Raises:
            FixtureError: Something in it does not fit.
        """
        known = self._worlds.get(slug)
        if known is None:
            place, section = self._section(slug)
            known = world_of(self._providers[slug], section, place)
            self._worlds[slug] = known
            for account in known.accounts.values():
                for grant in account.keys:
                    if self._keyring.find(slug, grant.key, grant.kind) is None:
                        self._keyring.add(grant)
        return known

    def forget(self, slug: str) -> None:
        """Read a provider's world again; keys that are registered stay so."""
        self._worlds.pop(slug, None)
        self._sections.pop(slug, None)
        self._public.pop(slug, None)

    def public(self, slug: str) -> frozenset[str]:
        """Return what the keys of a provider's own fixtures hold: no secrets.

        Users' worlds may hold what is one.
        """
        known = self._public.get(slug)
        if known is not None:
            return known
        folder = resources.fixtures(slug, package=self._providers[slug].anchor)
        file = folder / "world.yaml"
        world = world_of(self._providers[slug], read_section(file), str(file))
        grants = [one for account in world.accounts.values() for one in account.keys]
        held = [(one.key, one.secret) for one in grants]
        known = frozenset(value for pair in held for value in pair if value)
        self._public[slug] = known
        return known

    def of_space(self, space_id: str, world: WorldFile) -> dict[str, World]:
        """Return what one space has of its own, by slug.

        Raises:
            ConfigError: Something does not fit, or a key opens another space already.
        """
        found: dict[str, World] = {}
        for slug, section in world.sections.items():
            below = {} if world.is_alone else self._section(slug)[1]
            whole = laid_over({"catalogue": below.get("catalogue") or {}}, section)
            try:
                own = world_of(self._providers[slug], whole, world.name, space=space_id)
            except FixtureError as error:
                raise ConfigError(str(error)) from error
            self.get(slug)
            for grant in own.own.keys if own.own is not None else ():
                self._refuse_taken(grant, world.name)
            found[slug] = own
        return found

    def _refuse_taken(self, grant: Grant, place: str) -> None:
        known = self._keyring.find(grant.slug, grant.key, grant.kind)
        if known is not None and known.space != grant.space:
            raise ConfigError(
                f"{place}: {grant.slug}/accounts/{grant.account}/keys: found a key that"
                f" opens the space {known.space!r}, expected one that is not taken"
            )

    def _section(self, slug: str) -> tuple[str, Mapping[str, Any]]:
        """Return a provider's section of the server's world, and where it stands."""
        known = self._sections.get(slug)
        if known is not None:
            return known
        folder = resources.fixtures(slug, package=self._providers[slug].anchor)
        file = folder / "world.yaml"
        is_alone = any(one.is_alone for one in self._files)
        place, section = str(file), {} if is_alone else read_section(file)
        for one in self._files:
            if slug in one.sections:
                place, section = one.name, laid_over(section, one.sections[slug])
        self._sections[slug] = place, section
        return place, section
