"""Lives: the life of a job, and what its calls have met, as a scenario."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import yaml

from mockserver.edge.staging.stage import book_of
from mockserver.engine.jobs import Job, Life
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Step
from mockserver.providers.provider import Provider
from mockserver.scenarios.book.active import Active
from mockserver.verdict.journal import Exchange

__all__ = ["Met", "document", "life_of", "written"]

_SCHEMA: Final = "# yaml-language-server: $schema=../schemas/scenario.json\n"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_WIRE: Final = ("fault", "answer")
_JOB: Final = ("no_result", "late_file")

# PyYAML would read the bare word as true; scenarios are written with it.
_ON: Final = re.compile(r"^([ -]*)'on':$", re.MULTILINE)

Document = dict[str, Any]


class _Plain(yaml.SafeDumper):
    """Writes what is the same twice, without names for it."""

    def ignore_aliases(self, data: Any) -> bool:
        """Name nothing."""
        del data
        return True


@dataclass(frozen=True, slots=True)
class Met:
    """A job, or a single call, with what was seen of it.

    Attributes:
        space: Where it was.
        provider: Whose it was.
        job: The job; None for a call that was about none.
        exchanges: What is made again, oldest first.
        hooks: Where webhooks about the job went.
        hide: Returns a text with what is secret hidden.
    """

    space: Space
    provider: Provider
    job: Job | None
    exchanges: Sequence[Exchange]
    hooks: tuple[str, ...] = ()
    hide: Callable[[str], str] = str


def written(scenario: Document) -> str:
    """Return a scenario as the text of a file."""
    text: str = yaml.dump(
        scenario, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=96
    )
    return _SCHEMA + _ON.sub(r"\1on:", text)


def document(met: Met, name: str) -> Document:
    """Return the scenario in which the same comes again: in a space with nothing else.

    The job's life is as it was, and each call that met a fault meets it as the same
    of its operation's calls. A scenario without rules is what nothing came of.
    """
    job = met.job
    lives = [] if job is None else [_life(met, life_of(met, job), job)]
    about = (
        f"What call {met.exchanges[0].number} has met."
        if job is None
        else f"What job {job.id} has lived through."
    )
    rules = [*lives, *_faults(met), *_deliveries(met)]
    said = {"scenario": name, "about": about, "provider": met.provider.slug}
    return {**said, "rules": rules} if rules else said


def life_of(met: Met, job: Job) -> Job | Life:
    """Return the life that a job would have had if its client had left it alone.

    What a client has done to it, it will do again.
    """
    changed = any(
        one.method not in _SAFE and one.role != "submit" and one.status < 400
        for one in met.exchanges
    )
    lives = (one.life_of(job.id) for one in met.exchanges if one.role == "submit")
    first = next((life for life in lives if life is not None), None)
    return job if first is None or not changed else first


def _life(met: Met, life: Job | Life, job: Job) -> Document:
    steps = life.timeline.steps
    lengths = [later - earlier for earlier, later in pairwise((0.0, *life.ends))]
    rule: Document = {
        "name": "life",
        "on": {"operation": job.operation},
        "timeline": [
            {**_step(met, step), **({} if length is None else _for(length))}
            for step, length in zip(steps, [*lengths, None], strict=True)
        ],
    }
    extra: Document = {}
    for active in _actives(met.space):
        if any(firing.job == job.id for firing in active.firings):
            said = _said(active)
            own = said.get("job", {})
            extra |= {name: own[name] for name in _JOB if name in own}
    return {**rule, **({"job": extra} if extra else {})}


def _step(met: Met, step: Step) -> Document:
    provider, said = met.provider, dict[str, Any](state=step.state)
    if provider.states.get(step.state) is not step.phase:
        said["phase"] = step.phase.value
    if step.progress is not None:
        said["progress"] = [*step.progress]
    if step.error is not None:
        known = step.error in provider.failures
        said["error"] = step.error if known else f'"{met.hide(step.error)}"'
    return said


def _for(length_s: float) -> Document:
    return {"for": f"{length_s:.9f}".rstrip("0").rstrip(".") + "s"}


def _faults(met: Met) -> Iterator[Document]:
    """Yield a rule for each call that has met one: it alone meets the same again."""
    known = {active.rule.name: _said(active) for active in _actives(met.space)}
    counts: dict[str, int] = {}
    for one in met.exchanges:
        counts[one.operation] = nth = counts.get(one.operation, 0) + 1
        said = known.get(one.fault, {})
        done = _done(one, said) if one.fault else None
        if done is None:
            continue
        meant: Document = {"operation": one.operation, "nth": nth}
        status = said.get("on", {}).get("status")
        if status is not None and {*_WIRE}.intersection(done) and "fault" in said:
            meant["status"] = status
        yield {"on": meant, **done}


def _done(exchange: Exchange, said: Mapping[str, Any]) -> Document | None:
    """Return what a rule did to a call, whatever the rule would draw or count."""
    fault = said.get("fault", {})
    if exchange.status >= 400 and fault.get("kind") != "error":
        told = {n.lower(): value for n, value in exchange.response_headers}
        after = told.get("retry-after", "")
        later = {"retry_after": f"{after}s"} if after.isdecimal() else {}
        return {"fault": {"kind": "error", "status": exchange.status, **later}}
    found = {name: said[name] for name in _WIRE if name in said}
    return found or None


def _deliveries(met: Met) -> Iterator[Document]:
    """Yield a rule for each that has changed what was sent about the job."""
    if met.job is None:
        return
    for active in _actives(met.space):
        said = _said(active)
        count = sum(
            bool(firing.delivery) and firing.job == met.job.id
            for firing in active.firings
        )
        if count and "delivery" in said:
            meant = said.get("on", {})
            kept = {n: meant[n] for n in ("event", "attempt") if n in meant}
            yield {"on": {**kept, "times": count}, "delivery": said["delivery"]}


def _actives(space: Space) -> Iterator[Active]:
    for loaded in book_of(space).record():
        yield from loaded.actives


def _said(active: Active) -> Mapping[str, Any]:
    """Return a rule as it was written, with the values of its parameters."""
    place = active.rule.place
    said: Any = {} if place is None else place.source.document
    for step in () if place is None else place.path:
        said = said[step]
    return said if isinstance(said, Mapping) else {}
