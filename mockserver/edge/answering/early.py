"""Early: notices that leave before the call that made their job is answered."""

import asyncio

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.providers.call import Call
from mockserver.scenarios.book.rules import RuleBook

__all__ = ["Early"]

_MOST_S = 1.0


def _hurried(space: Space, slug: str, job: Job, book: RuleBook) -> bool:
    """Let the notices of a job fall due that are to be early; say if there are any."""
    dues = space.agenda.of_job(slug, job.id)
    told = [() if due.about is None else due.about.tells for due in dues]
    early = [
        due
        for due, is_early in zip(dues, book.hurries(slug, job, told), strict=True)
        if is_early
    ]
    space.agenda.hurry(early, space.clock.now())
    return bool(early)


class Early:
    """Lets notices go ahead of answers, and waits for as little as possible.

    An answer waits until the notices have been taken, at most a second of real time:
    not any longer once somebody reads the job, which a notice's receiver may do, and
    may need an answer for.
    """

    def __init__(self) -> None:
        # A job that replaces another one of its name is waited for beside it.
        self._asked: dict[tuple[str, str], set[asyncio.Event]] = {}

    def met(self, call: Call) -> None:
        """Wait no longer for the notices of a job that a call is about."""
        if not self._asked:
            return
        for job in call.subject:
            for asked in self._asked.get((call.space.id, job.id), ()):
                asked.set()

    async def send(self, call: Call, book: RuleBook) -> None:
        """Let the notices of jobs that a call has made leave, where rules say so."""
        space, slug = call.space, call.provider.slug
        if call.operation not in call.provider.timelines:
            return
        jobs = [job for job in call.subject if _hurried(space, slug, job, book)]
        if not jobs:
            return
        asked = asyncio.Event()
        read = asyncio.create_task(asked.wait())
        keys = [(space.id, job.id) for job in jobs]
        for key in keys:
            self._asked.setdefault(key, set()).add(asked)
        try:
            sent = call.services.scheduler.begin(space)
            await asyncio.wait(
                {sent, read}, timeout=_MOST_S, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            read.cancel()
            for key in keys:
                self._forget(key, asked)

    def _forget(self, key: tuple[str, str], asked: asyncio.Event) -> None:
        waiting = self._asked.get(key, set())
        waiting.discard(asked)
        if not waiting:
            self._asked.pop(key, None)
