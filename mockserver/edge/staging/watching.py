"""Watching: files of scenarios, and of providers, are read again when they change."""

import logging
from pathlib import Path
from typing import Final

from mockserver.edge.staging.renewal import Renewal
from mockserver.edge.staging.stage import Stage
from mockserver.engine.clock import pause
from mockserver.errors import ScenarioError

__all__ = ["Watch", "watch"]

EVERY_S: Final = 0.5

_log = logging.getLogger("mockserver")


class Watch:
    """Knows which files of scenarios act, and when they were last changed.

    Args:
        stage: Where the scenarios act.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._known: dict[Path, int] = {}
        self.look()

    def look(self) -> list[Path]:
        """Return the files that have changed since the last look."""
        now = {path: _changed_ns(path) for path in self._stage.files()}
        changed = [
            path
            for path, at in now.items()
            if path in self._known and at not in {0, self._known[path]}
        ]
        self._known = now
        return changed

    def follow(self) -> list[str]:
        """Let what has changed act; return what was wrong with it."""
        wrong = []
        for path in self.look():
            try:
                self._stage.reload(path)
            except ScenarioError as error:
                wrong.append(str(error))
                _log.warning("%s; what acts goes on as it is", error)
            else:
                _log.info("%s: read again", path)
        return wrong


async def watch(stage: Stage, renewal: Renewal) -> None:
    """Follow the files of the scenarios that act, and of providers, until cancelled."""
    watching = Watch(stage)
    while True:
        await pause(EVERY_S)
        renewal.follow()
        watching.follow()


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
