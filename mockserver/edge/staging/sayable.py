"""Sayable: what scenarios may say about the providers that are served."""

from collections.abc import Iterator, Mapping
from typing import Final

from mockserver.providers.provider import Provider
from mockserver.scenarios.checks.known import Known
from mockserver.scenarios.problems import PROBLEMS
from mockserver.scenarios.written.match import fits

__all__ = ["Sayable"]

_BODIED: Final = frozenset({"POST", "PUT", "PATCH", "DELETE", "QUERY"})


class Sayable(Mapping[str, Known]):
    """What scenarios may say about each provider, made when it is first looked at.

    Args:
        providers: Who is served, by slug.
    """

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._known: dict[str, Known] = {}

    def __getitem__(self, slug: str) -> Known:
        """Return what they may say about one."""
        known = self._known.get(slug)
        if known is None:
            known = self._known[slug] = _known_of(self._providers[slug])
        return known

    def forget(self, slug: str) -> None:
        """Look at a provider again, which is another one now."""
        self._known.pop(slug, None)

    def __contains__(self, slug: object) -> bool:
        """Say whether a provider is served."""
        return slug in self._providers

    def __iter__(self) -> Iterator[str]:
        """Return who is served."""
        return iter(self._providers)

    def __len__(self) -> int:
        """Return how many are served."""
        return len(self._providers)


def _known_of(provider: Provider) -> Known:
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
        links_end=frozenset(provider.links_end),
        about_jobs=frozenset(one.operation for one in routes if one.subject),
        bodied=frozenset(one.operation for one in routes if one.method in _BODIED),
        texts=provider.texts,
    )


def _signed(provider: Provider) -> tuple[str, ...]:
    """Return which of a provider's deliveries are signed: uploads to S3 always are."""
    if provider.signing is not None:
        return provider.labels
    return tuple(one for one in provider.labels if fits(one, "upload.s3"))
