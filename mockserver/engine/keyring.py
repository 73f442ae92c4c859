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

    __slots__ = ("_grants",)

    def __init__(self) -> None:
        self._grants: dict[tuple[str, str, str], Grant] = {}

    def add(self, grant: Grant) -> Grant:
        """Register a credential; one of the same kind and key is replaced."""
        self._grants[grant.slug, grant.kind, grant.key] = grant
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
        for grant in tuple(self._grants.values()):
            if slug in {None, grant.slug} and space in {None, grant.space}:
                yield grant

    def forget(self, space: str) -> None:
        """Remove the credentials of a space that came into being while we ran."""
        for key, grant in tuple(self._grants.items()):
            if grant.space == space and grant.origin not in _KEPT:
                del self._grants[key]
