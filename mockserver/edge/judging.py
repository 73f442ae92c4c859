"""Judging: what clients did in the spaces of a server, as rules read it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from mockserver.delivery.delivery import Record
from mockserver.edge.billing import Till
from mockserver.edge.redactors import Redactors
from mockserver.engine.clock import Clock
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.errors import ConfigError
from mockserver.names import nearest
from mockserver.providers.plugin import AnyPlugin
from mockserver.providers.services import Services
from mockserver.verdict.case import Case, Expected, Sent, Story, Timing
from mockserver.verdict.finding import Finding, Rule, Severity
from mockserver.verdict.journal import Exchange
from mockserver.verdict.rules.registry import RULES

__all__ = ["asked_rules", "case_of", "check_rules", "document", "judged", "judging",
           "outside_case", "story_of", "timing_of"]  # fmt: skip

Jobs = Iterable[tuple[str, Job]]


def judged(
    services: Services,
    spaces: Iterable[Space],
    *,
    ignored: Collection[str] = (),
    least: Severity = Severity.NOTE,
    outside: bool = False,
) -> list[Finding]:
    """Return what rules find in spaces, the worst first; as `judging` does, at once."""
    parts = judging(services, spaces, ignored=ignored, least=least, outside=outside)
    return sorted(chain.from_iterable(parts), key=lambda finding: finding.order)


def judging(
    services: Services,
    spaces: Iterable[Space],
    *,
    ignored: Collection[str] = (),
    least: Severity = Severity.NOTE,
    outside: bool = False,
) -> Iterator[list[Finding]]:
    """Yield what one rule after the other finds in one space after the other.

    With many exchanges that takes seconds, which others need not wait for: what one
    yield sees of a space, the next one sees of it, too, whatever happens in between.

    Args:
        services: The server's rooms.
        spaces: Where to look.
        ignored: Names of rules that are not asked.
        least: Only what is at least that bad.
        outside: Look also at requests that no space was found for.
    """
    asked = asked_rules(ignored, least)
    cases = (case_of(services, space) for space in spaces)
    for case in chain(cases, [outside_case(services)] if outside else ()):
        for rule in asked:
            yield [*rule.findings(case)]


def asked_rules(ignored: Collection[str], least: Severity) -> list[Rule]:
    """Return the rules that are not ignored, and whose findings are bad enough."""
    return [
        rule
        for rule in RULES.values()
        if rule.severity.rank >= least.rank and rule.id not in ignored
    ]


def document(finding: Finding, redactors: Redactors) -> dict[str, Any]:
    """Return a finding as JSON-able data, with what is secret hidden."""
    rule, seen = finding.rule, finding.seen
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "space": finding.space,
        "provider": seen.slug,
        "job": seen.job,
        "said": redactors.get(seen.slug, finding.space).text(seen.said),
        "about": rule.about,
        "fix": rule.fix,
        "exchanges": [*seen.exchanges],
        "deliveries": [*seen.deliveries],
    }


def check_rules(names: Iterable[str], place: str) -> frozenset[str]:
    """Return names of rules.

    Raises:
        ConfigError: There is no rule of such a name.
    """
    wanted = frozenset(names)
    for name in sorted(wanted - RULES.keys()):
        raise ConfigError(f"{place}: found {name!r}, expected {nearest(name, RULES)}")
    return wanted


def case_of(services: Services, space: Space) -> Case:
    """Return what clients did in a space, job by job."""
    exchanges = [*services.journal.exchanges(space.id)]
    sent = [*_sent(services.outbox.deliveries(space))]
    return _case(services, space, exchanges, sent, space.all_jobs())


def story_of(services: Services, space: Space, slug: str, job: Job) -> Story:
    """Return what clients did about one job."""
    found = services.journal.find
    exchanges = [*found(space.id, slug=slug, about=job.id)]
    alike = [*found(space.id, slug=slug, operation=job.operation)]
    orders = [*_orders(alike, job.id)]
    records = services.outbox.deliveries(space, slug=slug, job_id=job.id)
    sent = [*_sent(records)]
    clock = space.clock
    expected = _expected(services.providers[slug])
    timing, now = timing_of(clock), clock.now()
    charge = Till(services, space).charge(slug, job)
    return Story(slug, job, exchanges, sent, expected, timing, now, orders, charge)


def _orders(alike: Iterable[Exchange], job_id: str) -> Iterator[Exchange]:
    """Yield what asks for the same work as a job, of all that its operation was asked.

    A refusal may come before anybody has read the order: it is one of the next order.
    """
    exchanges = [*alike]
    works = [one.request_body for one in exchanges if job_id in one.jobs]
    unread: list[Exchange] = []
    for one in exchanges:
        if not (one.job or one.request_body):
            unread.append(one)
            continue
        if one.request_body in works:
            yield from unread
            yield one
        unread.clear()


def outside_case(services: Services) -> Case:
    """Return the requests that no space was found for."""
    exchanges = [*services.journal.exchanges("")]
    expected = {slug: _expected(one) for slug, one in services.providers.items()}
    return Case("", 0.0, (), exchanges, (), expected, Timing.SHORTENED)


def _case(
    services: Services,
    space: Space,
    exchanges: Sequence[Exchange],
    sent: Sequence[Sent],
    jobs: Jobs,
) -> Case:
    about: dict[tuple[str, str], list[Exchange]] = defaultdict(list)
    for exchange in exchanges:
        for job_id in exchange.jobs:
            about[exchange.slug, job_id].append(exchange)
    told: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for one in sent:
        told[one.slug, one.job].append(one)
    expected = {slug: _expected(one) for slug, one in services.providers.items()}
    now, timing = space.clock.now(), timing_of(space.clock)
    till = Till(services, space)
    stories = [
        Story(
            slug,
            job,
            about.get((slug, job.id), ()),
            told.get((slug, job.id), ()),
            expected[slug],
            timing,
            now,
            charge=till.charge(slug, job),
        )
        for slug, job in jobs
        if (slug, job.id) in about or (slug, job.id) in told
    ]
    return Case(space.id, now, stories, exchanges, sent, expected, timing)


def timing_of(clock: Clock) -> Timing:
    """Return how far the waits of a client can be told from a clock."""
    if clock.pace.job_s is not None:
        return Timing.SHORTENED
    return Timing.STANDS if clock.is_frozen else Timing.RUNS


def _expected(provider: AnyPlugin) -> Expected:
    words = {step.state for line in provider.timelines.values() for step in line.steps}
    return Expected(
        poll_s=provider.poll_s,
        states=frozenset(words | provider.states.keys()),
        hosts=provider.hosts,
        queries=frozenset(name.lower() for name in provider.secrets.query),
        is_signing=provider.signing is not None,
        poll_header=provider.poll_header,
    )


def _sent(records: Iterable[Record]) -> Iterator[Sent]:
    """Yield the attempts that have left this machine, in the order of their time."""
    found = [
        Sent(
            delivery=record.id,
            label=record.delivery.label,
            slug=record.delivery.slug,
            job=record.delivery.job_id,
            number=attempt.number,
            at=attempt.at,
            status=attempt.status,
            error=attempt.error,
            elapsed_s=attempt.elapsed_s,
            is_done=record.delivery.is_done_by(attempt),
            is_copy=attempt.is_copy,
            is_tampered=attempt.is_tampered,
            is_missigned=attempt.is_missigned,
        )
        for record in records
        for attempt in record.attempts
        if not attempt.is_recorded
    ]
    yield from sorted(found, key=lambda one: one.at)
