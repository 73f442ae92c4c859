"""Which credential opens which space."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

__all__ = ["Grant", "Keyring"]

# They were there before their space, and open it anew.
_KEPT: Final = frozenset({"fixture", "config"})


@dataclass(frozen=True, slots=True)
class Grant:
    """One credential and what it opens.

    Attributes:
        slug: The provider that it is for.
        key: What names the credential: an API key, an account id, an access key.
        secret: What proves it, where the provider has such a thing.
        account: The account that it belongs to.
        space: The space that it opens.
        kind: Which of a provider's kinds of credential, such as `bearer`.
        origin: `fixture`, `config`, `minted`, `open` (first use) or `client` (made
            through the provider's own API).
        is_revoked: It no longer opens anything.
    """

    slug: str
    key: str
    secret: str | None
    account: str
    space: str
    kind: str = "key"
    origin: str = "fixture"
    is_revoked: bool = False

    @property
    def is_pinned(self) -> bool:
        """Whether the provider's own API may not revoke it."""
        return self.origin in {"fixture", "config", "minted", "open"}


class Keyring:
    """All credentials that the server knows."""

    __slots__ = ("_by_space", "_grants")

    def __init__(self) -> None:
        self._grants: dict[tuple[str, str, str], Grant] = {}
        self._by_space: dict[str, dict[tuple[str, str, str], None]] = {}

    def add(self, grant: Grant) -> Grant:
        """Register a credential; one of the same kind and key is replaced."""
        key = grant.slug, grant.kind, grant.key
        old = self._grants.get(key)
        if old is not None and old.space != grant.space:
            self._remove(key, old.space)
        self._grants[key] = grant
        self._by_space.setdefault(grant.space, {})[key] = None
        return grant

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
        keys = self._grants if space is None else self._by_space.get(space, ())
        for grant in [self._grants[key] for key in keys]:
            if slug in {None, grant.slug}:
                yield grant

    def forget(self, space: str) -> None:
        """Remove the credentials of a space that came into being while we ran."""
        for key in tuple(self._by_space.get(space, ())):
            if self._grants[key].origin not in _KEPT:
                self._remove(key, space)

    def _remove(self, key: tuple[str, str, str], space: str) -> None:
        del self._grants[key]
        held = self._by_space[space]
        del held[key]
        if not held:
            del self._by_space[space]
