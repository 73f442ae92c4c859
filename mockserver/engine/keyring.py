"""Which credential opens which space."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mockserver.engine.store.log import Log
from mockserver.engine.store.shelf import GONE, Row

__all__ = ["GRANT", "Grant", "Keyring"]

# They were there before their space, and open it anew.
_Place = tuple[str, str, str]  # slug, kind, key
GRANT: Final = "grant"
_KEPT: Final = frozenset({"fixture", "config"})


class Grant(Struct, frozen=True):
    """One credential and what it opens.

    Attributes:
        slug: The provider that it is for.
        key: What names the credential: an API key, an account id, an access key.
        secret: What proves it, where the provider has such a thing.
        account: The account that it belongs to.
        space: The space that it opens.
        kind: Which of a provider's kinds of credential, such as `bearer`.
        origin: `fixture`, `config`, `minted`, `registered` (by the
            control API), `open` (first use) or `client` (made
            through the provider's own API).
        is_revoked: It no longer opens anything.
        label: What people call it; empty if nobody has named it.
    """

    slug: str
    key: str
    secret: str | None
    account: str
    space: str
    kind: str = "key"
    origin: str = "fixture"
    is_revoked: bool = False
    label: str = ""

    @property
    def proof(self) -> str:
        """What nobody else may see: the secret, or the key where that is all."""
        return self.secret or self.key

    @property
    def is_pinned(self) -> bool:
        """Whether the provider's own API may not revoke it."""
        return self.origin in {"fixture", "config", "minted", "registered", "open"}


class Keyring:
    """All credentials that the server knows.

    What fixtures and settings say is not kept in a store, only that it was revoked.
    """

    __slots__ = ("_by_space", "_grants", "_log", "_secrets")

    def __init__(self) -> None:
        self._log: Log | None = None
        self._grants: dict[_Place, Grant] = {}
        self._by_space: dict[str, dict[_Place, Grant]] = {}
        self._secrets: set[str] = set()

    def add(self, grant: Grant) -> Grant:
        """Register a credential; one of the same kind and key is replaced."""
        place = grant.slug, grant.kind, grant.key
        known = self._grants.get(place)
        if known is not None and known.space != grant.space:
            self._drop(place)
        elif known is not None:
            self._secrets.discard(known.proof)
        self._grants[place] = grant
        self._by_space.setdefault(grant.space, {})[place] = grant
        self._secrets.add(grant.proof)
        self._note(grant)
        return grant

    def keep(self, log: Log, *, is_known: bool = False) -> None:
        """Note all credentials, and what becomes of them, in a log.

        Args:
            log: The log.
            is_known: Only what becomes of them from now on.
        """
        self._log = log
        for grant in () if is_known else self._grants.values():
            self._note(grant)

    def restore(self, rows: Iterable[Row]) -> None:
        """Know the credentials that a store has kept."""
        for _, grant in rows:
            self.add(grant)

    def fold(self, rows: Iterable[Row], *, whole: bool = False) -> None:
        """Know what others have made and revoked, and note nothing of it.

        Args:
            rows: Credentials, and `GONE` for those that have gone.
            whole: What would be noted and is not among them has gone, too.
        """
        log, self._log = self._log, None
        seen = {place[1:]: value for place, value in rows}
        gone = [place for place, value in seen.items() if value is GONE]
        if whole:
            gone += [
                place
                for place, grant in self._grants.items()
                if place not in seen and _is_noted(grant)
            ]
        for slug, kind, key in gone:
            self._drop((slug, kind, key))
        for grant in seen.values():
            if grant is not GONE:
                self.add(grant)
        self._log = log

    def find(self, slug: str, key: str, kind: str = "key") -> Grant | None:
        """Return the credential, even a revoked one, or None."""
        return self._grants.get((slug, kind, key))

    def revoke(self, grant: Grant) -> None:
        """Let a credential open nothing any more."""
        self.add(replace(grant, is_revoked=True))

    def grants(
        self, *, slug: str | None = None, space: str | None = None
    ) -> Iterator[Grant]:
        """Return the credentials of a provider, a space, both, or all."""
        known = self._grants if space is None else self._by_space.get(space, {})
        for grant in tuple(known.values()):
            if slug in {None, grant.slug}:
                yield grant

    def has_secret(self, text: str) -> bool:
        """Say whether a text is what proves some credential, in whatever space."""
        return text in self._secrets

    def forget(self, space: str) -> None:
        """Remove the credentials of a space that came into being while we ran."""
        for place, grant in tuple(self._by_space.get(space, {}).items()):
            if grant.origin not in _KEPT:
                self._drop(place)

    def _drop(self, place: _Place) -> None:
        known = self._grants.pop(place, None)
        if known is None:
            return
        self._secrets.discard(known.proof)
        if self._log is not None:
            self._log.note((GRANT, *place), GONE)
        held = self._by_space[known.space]
        del held[place]
        if not held:
            del self._by_space[known.space]

    def _note(self, grant: Grant) -> None:
        if self._log is not None and _is_noted(grant):
            self._log.note((GRANT, grant.slug, grant.kind, grant.key), grant)


def _is_noted(grant: Grant) -> bool:
    return grant.is_revoked or grant.origin not in _KEPT
