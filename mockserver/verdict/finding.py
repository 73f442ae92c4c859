"""Finding: one habit of a client that will hurt it, and the rule that sees it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from mockserver.verdict.case import Case, Story

__all__ = ["Finding", "Rule", "Seen", "Severity", "of_jobs"]


class Severity(StrEnum):
    """How much a habit hurts."""

    NOTE = "note"  # it is worth a look
    WARNING = "warning"  # it will hurt on a bad day
    ERROR = "error"  # it costs money, data or trust

    @property
    def rank(self) -> int:
        """Its place in the order, from 0."""
        return [*Severity].index(self)


class Seen(NamedTuple):
    """What a rule has seen.

    Attributes:
        said: One sentence with the numbers.
        exchanges: Numbers of the exchanges that show it, in their order.
        job: The job; empty if it is about none.
        slug: The provider.
        deliveries: Names of the deliveries that show it.
    """

    said: str
    exchanges: tuple[int, ...] = ()
    job: str = ""
    slug: str = ""
    deliveries: tuple[str, ...] = ()


Judge = Callable[[Case], Iterable[Seen]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One habit that is looked for.

    Attributes:
        id: Its name, and its section in `docs/findings.md`.
        severity: How much it hurts.
        about: One sentence: what the client does, and what comes of it.
        fix: One sentence: what to do instead.
        judge: Returns where a case shows it.
    """

    id: str
    severity: Severity
    about: str
    fix: str
    judge: Judge

    def findings(self, case: Case) -> Iterator["Finding"]:
        """Yield what it finds in a space."""
        for seen in self.judge(case):
            yield Finding(self, case.space, seen)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule, and where it was broken.

    Attributes:
        rule: The rule.
        space: The space in which that was.
        seen: What the rule has seen.
    """

    rule: Rule
    space: str
    seen: Seen

    @property
    def id(self) -> str:
        """The rule's name."""
        return self.rule.id

    @property
    def severity(self) -> Severity:
        """How much the habit hurts."""
        return self.rule.severity

    @property
    def said(self) -> str:
        """What was seen, with its numbers."""
        return self.seen.said

    @property
    def order(self) -> tuple[int, str, int, str]:
        """What findings are sorted by: the worst first, then by rule and time."""
        first = self.seen.exchanges[0] if self.seen.exchanges else 0
        return (-self.rule.severity.rank, self.rule.id, first, self.seen.job)


def of_jobs(judge: Callable[[Story], Iterable[Seen]]) -> Judge:
    """Return a judge of cases that looks at each job for itself."""

    def judged(case: Case) -> Iterator[Seen]:
        for story in case.stories:
            for seen in judge(story):
                yield seen._replace(job=story.id, slug=story.slug)

    return judged
