"""Jobs: those that clients have made, as a test sees them."""

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from mockserver.edge.instance import Instance
from mockserver.engine.spaces import Space
from mockserver.errors import NotFoundError
from mockserver.server.handles import JobHandle
from mockserver.server.sockets.loops import OnLoop

__all__ = ["Jobs"]

__tracebackhide__ = True


class Jobs(Sequence[JobHandle]):
    """The jobs that clients have made, in the order in which they did.

    Args:
        instance: The server.
        loop: Its loop.
        spaces: Finds the spaces to look into.
    """

    def __init__(
        self, instance: Instance, loop: OnLoop, spaces: Callable[[], list[Space]]
    ) -> None:
        self._instance, self._loop, self._spaces = instance, loop, spaces

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[JobHandle]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> JobHandle: ...
    @overload
    def __getitem__(self, index: slice) -> list[JobHandle]: ...
    def __getitem__(self, index: int | slice) -> JobHandle | list[JobHandle]:
        return self._all()[index]

    def __repr__(self) -> str:
        return repr(self._all())

    def only(self) -> JobHandle:
        """Return the one job that there is.

        Raises:
            AssertionError: There is none, or more than one.
        """
        __tracebackhide__ = True
        jobs = self._all()
        if len(jobs) != 1:
            raise AssertionError(f"found {len(jobs)} jobs, expected one: {jobs}")
        return jobs[0]

    def last(self) -> JobHandle:
        """Return the latest job.

        Raises:
            AssertionError: There is none.
        """
        __tracebackhide__ = True
        jobs = self._all()
        if not jobs:
            raise AssertionError("found no job")
        return jobs[-1]

    def get(self, job_id: str) -> JobHandle:
        """Return the job with that identifier.

        Raises:
            NotFoundError: There is none.
        """
        for job in self._all():
            if job.id == job_id:
                return job
        raise NotFoundError("job", id=job_id)

    def _all(self) -> list[JobHandle]:
        return self._loop.do(self._collect)

    def _collect(self) -> list[JobHandle]:
        # Jobs of fixtures have negative ordinals: no client has made them.
        found = [
            (job.arrived_at, number, slug, job)
            for number, space in enumerate(self._spaces())
            for slug, job in space.all_jobs()
            if job.ordinal >= 0
        ]
        found.sort(key=lambda entry: entry[:2])
        return [
            JobHandle(self._instance, self._loop, slug, job)
            for _, _, slug, job in found
        ]
