"""Match: the conditions under which a rule applies, as data."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Moment
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.written.pointers import MISSING, find
from mockserver.scenarios.written.shapes import Comparison

__all__ = ["Match", "fits", "holds"]

Named = tuple[tuple[str, str | None], ...]


class Match(Struct, frozen=True, kw_only=True):
    """What has to be so; what is None or empty does not matter.

    Attributes:
        headers: Names in lower case with the value, in which `*` stands for
            anything; None if it must be missing.
        query: The same for query parameters.
        subset: Part of the JSON body.
        pointers: Steps into the JSON body, and the value there.
        text: What the body is as text, with `*` for anything.
        states: The provider's words, one of which the job is in.
        phases: The same in the words that all providers share.
        progress: Percent.
        age: Seconds since the job was accepted.
        poll: How often the job's state has been read in this state, from 1.
        job: The job's identifier, or its number in its space, from 1.
        statuses: What the provider has answered, or a delivery's receiver the last
            time: one of these.
        file: Whether the job's file is `absent`, `available` or `purged`.
        link: Whether its links are `unissued`, `valid` or `expired`.
    """

    headers: Named = ()
    query: Named = ()
    subset: Any = None
    pointers: tuple[tuple[tuple[str, ...], Any], ...] = ()
    text: str | None = None
    states: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    progress: Comparison | None = None
    age: Comparison | None = None
    poll: Comparison | None = None
    job: str | int | None = None
    file: frozenset[str] = frozenset()
    link: frozenset[str] = frozenset()
    statuses: tuple[Comparison, ...] = ()

    @property
    def needs_document(self) -> bool:
        """Whether it looks into a JSON body."""
        return self.subset is not None or bool(self.pointers)

    @property
    def needs_body(self) -> bool:
        """Whether it looks at the body."""
        return self.needs_document or self.text is not None

    @property
    def needs_moment(self) -> bool:
        """Whether it looks at where a job is."""
        return bool(
            self.states or self.phases or self.file or self.link
            or self.progress or self.age or self.poll
        )  # fmt: skip

    @property
    def needs_job(self) -> bool:
        """Whether it looks at a job."""
        return self.needs_moment or self.job is not None

    def applies(self, facts: Facts, polls: int) -> bool:
        """Say whether a call is as it should be.

        Args:
            facts: The call.
            polls: How often the job has been read in its state, with this time.
        """
        return (
            (not self.headers or _named(self.headers, facts.headers))
            and (not self.query or _named(self.query, facts.query))
            and self.takes(facts.document)
            and self.answers(facts.status)
            and (self.text is None or fits(self.text, _decoded(facts.body)))
            and (not self.needs_job or self._is_about(facts, polls))
        )

    def takes(self, document: Any) -> bool:
        """Say whether a JSON body is as it should be."""
        if self.subset is not None and not holds(self.subset, document):
            return False
        return all(
            _is_there(find(document, steps), value) for steps, value in self.pointers
        )

    def answers(self, status: int | None) -> bool:
        """Say whether an answer's status is as it should be."""
        wanted = self.statuses
        return not wanted or any(one.holds(status) for one in wanted)

    def names(self, job: Job) -> bool:
        """Say whether it is the job that is meant."""
        return self.job is None or self.job in {job.id, job.ordinal + 1}

    def stands(self, moment: Moment) -> bool:
        """Say whether a job that is there is where it should be."""
        return (
            (not self.states or moment.step.state in self.states)
            and (not self.phases or moment.step.phase.value in self.phases)
            and (self.progress is None or self.progress.holds(moment.progress))
        )

    def _is_about(self, facts: Facts, polls: int) -> bool:
        job, moment = facts.job, facts.moment
        if job is None or moment is None or not self.names(job):
            return False
        return (
            self.stands(moment)
            and (self.age is None or self.age.holds(facts.now - job.created_at))
            and (self.poll is None or self.poll.holds(polls))
            and (not self.file or job.media_state(facts.now).value in self.file)
            and (
                not self.link
                or job.link_state(facts.now, facts.issued_at).value in self.link
            )
        )


def holds(wanted: Any, found: Any) -> bool:
    """Say whether a JSON value has all that is wanted; it may have more.

    Members of objects have to be there, and each wanted item of a list has to be
    among the items; in texts `*` stands for anything.
    """
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            _is_there(found.get(name, MISSING), value) for name, value in wanted.items()
        )
    if isinstance(wanted, list | tuple):
        return isinstance(found, list | tuple) and all(
            any(holds(one, item) for item in found) for one in wanted
        )
    if isinstance(wanted, str) and isinstance(found, str):
        return fits(wanted, found)
    return type(wanted) is type(found) and bool(wanted == found)


def fits(pattern: str, found: str) -> bool:
    """Say whether a text is a pattern's, in which `*` stands for anything."""
    first, *parts = pattern.split("*")
    if not parts:
        return pattern == found
    *inner, last = parts
    at, end = len(first), len(found) - len(last)
    if at > end or not (found.startswith(first) and found.endswith(last)):
        return False
    # The leftmost place is as good as any, so that nothing is ever tried twice.
    for part in inner:
        at = found.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def _is_there(found: Any, wanted: Any) -> bool:
    if found is MISSING:
        return False
    return wanted == "*" or holds(wanted, found)


def _named(wanted: Named, found: Mapping[str, str]) -> bool:
    for name, pattern in wanted:
        value = found.get(name)
        if pattern is None or value is None:
            if value is not pattern:
                return False
        elif not fits(pattern, value):
            return False
    return True


def _decoded(body: bytes | None) -> str:
    return "" if body is None else body.decode("utf-8", "replace")
