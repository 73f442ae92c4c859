"""Renewal: a provider that is a file is read again when the file has changed."""

import logging
from collections.abc import Callable
from pathlib import Path

from mockserver.errors import ConfigError
from mockserver.providers.discovery import Providers
from mockserver.providers.services import Services

__all__ = ["Renewal"]

_log = logging.getLogger("mockserver")


class Renewal:
    """Knows the files of providers, and when they were last changed.

    Args:
        services: The server's rooms.
        forget: Called with the slug of a provider that is another one now, by whoever
            remembers something about providers.
    """

    def __init__(self, services: Services, *forget: Callable[[str], None]) -> None:
        self._services, self._forget = services, forget
        providers = services.providers
        self._providers = providers if isinstance(providers, Providers) else None
        self._known: dict[str, dict[Path, int]] = {}
        for slug in () if self._providers is None else self._providers.files:
            self._known[slug] = self._changed(slug)

    def follow(self) -> list[str]:
        """Serve what has changed; return what was wrong with it."""
        wrong: list[str] = []
        if self._providers is None:
            return wrong
        for slug, known in self._known.items():
            now = {path: _changed_ns(path) for path in known}
            if now == known or 0 in now.values():
                continue
            try:
                self._providers.renew(slug)
            except ConfigError as error:
                self._known[slug] = now
                wrong.append(str(error))
                _log.warning("%s; the provider goes on as it is", error)
            else:
                self._known[slug] = self._changed(slug)
                self._serve(slug)
                _log.info("%s: read again", self._providers.files[slug])
        return wrong

    def _changed(self, slug: str) -> dict[Path, int]:
        files = [] if self._providers is None else self._providers.sources(slug)
        return {path: _changed_ns(path) for path in files}

    def _serve(self, slug: str) -> None:
        """Let nobody go on with what the provider was; its jobs and things stay."""
        self._services.forget(slug)
        for forget in self._forget:
            forget(slug)
        for space in self._services.spaces:
            if slug in space.slugs():
                space.take_up(slug)


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
