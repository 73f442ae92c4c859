"""Redactors: what hides the credentials of each provider, and of each space."""

from typing import Final

from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.verdict.journal import Exchange
from mockserver.verdict.redact import Redactor

__all__ = ["Redactors"]

_MADE_MAX: Final = 100


class Redactors:
    """Makes redactors from the registry that authentication itself uses.

    Args:
        services: The server's rooms.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._made: dict[tuple[str, str, int], Redactor] = {}

    def of(self, exchange: Exchange) -> Redactor:
        """Return what hides an exchange's credentials."""
        space = self._services.spaces.find_here(exchange.space)
        if space is None or not exchange.job:
            return self.get(exchange.slug, exchange.space)
        return self.about(space, exchange.slug, exchange.job)

    def get(self, slug: str, space: str) -> Redactor:
        """Return what hides a provider's credentials; of all if `slug` is empty."""
        key = slug, space, self._services.renewals
        known = self._made.get(key)
        if known is None:
            if len(self._made) >= _MADE_MAX:
                self._made.clear()
            known = self._made[key] = self._make(slug, space)
        return known

    def about(self, space: Space, slug: str, job_id: str) -> Redactor:
        """Return what also hides the secrets that a job was given."""
        job = space.jobs(slug).find(job_id) if job_id else None
        redactor = self.get(slug, space.id)
        return redactor if job is None else redactor.knowing(job.data)

    def text(self, text: str) -> str:
        """Return a text that may be about any provider with what is secret hidden."""
        return self.get("", "").text(text)

    def _make(self, slug: str, space: str) -> Redactor:
        providers = self._services.providers
        chosen = [providers[slug]] if slug in providers else providers.values()
        secrets = [provider.secrets for provider in chosen]
        keyring = self._services.spaces.keyring
        return Redactor(
            [name for one in secrets for name in one.headers],
            [name for one in secrets for name in one.query],
            [name for one in secrets for name in one.body],
            [grant.proof for grant in keyring.grants(space=space)] if space else (),
            [prefix for one in secrets for prefix in one.paths],
            keyring.has_secret,
        )
