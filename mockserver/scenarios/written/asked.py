"""Asked: one rule as it was written becomes rules that fit the providers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Request
from mockserver.engine.timeline import Phase
from mockserver.errors import ProviderError
from mockserver.names import nearest
from mockserver.scenarios import faults
from mockserver.scenarios.book.budgets import Allowance
from mockserver.scenarios.book.effects import EFFECTS
from mockserver.scenarios.checks.known import KINDS, Catalogue, Known, quoted
from mockserver.scenarios.checks.sense import check_sense
from mockserver.scenarios.faults.early import OfBeginnings
from mockserver.scenarios.faults.refusals.quota import Quota
from mockserver.scenarios.written.match import Match
from mockserver.scenarios.written.model import Bounds, JobPatch, Rule, Target
from mockserver.scenarios.written.patches import AnswerPatch, DeliveryPatch, MediaPatch
from mockserver.scenarios.written.pointers import parts
from mockserver.scenarios.written.source import Place, shown
from mockserver.scenarios.written.steps import Written, timeline_of
from mockserver.scenarios.written.templates import compiled

__all__ = ["Asked"]

_OF_JOBS: Final = frozenset({"provider", "operation", "nth", "body", "job", "times",
                             "probability", "window", "after", "every",
                             "per", "since", "ttl"})  # fmt: skip
_OF_DELIVERIES: Final = frozenset({"provider", "event", "attempt", "nth", "state",
                                   "phase", "job", "probability", "window", "times",
                                   "after", "every", "per", "since",
                                   "status", "ttl"})  # fmt: skip
_ONLY_DELIVERIES: Final = frozenset({"event", "attempt"})
_JOB_PARTS: Final = frozenset({"timeline", "job", "media"})
_WIRE_PARTS: Final = frozenset({"fault", "answer"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule as it was written, and the providers that it has to fit.

    Attributes:
        catalogue: The providers.
        place: Where it stands.
        said: It, as it was read.
        name: What the journal calls it.
        default: Slug of the provider that it is for if it names none.
        words: States that rules of its scenario have made up.
        part: What it is included as; empty if it is the scenario's own.
        shows_at: The providers at which the scenario that it is of is meant to show.
        budgets: How often it may act, together with whose rules.
    """

    catalogue: Catalogue
    place: Place
    said: Mapping[str, Any]
    name: str
    default: str | None
    words: tuple[str, ...] = ()
    part: str = ""
    shows_at: tuple[str, ...] = ()
    budgets: tuple[tuple[str, Allowance], ...] = ()

    def rules(self) -> Iterator[Rule]:
        """Return what it is made of: a rule for each sort of thing that it changes."""
        given = set(self.said) - {"name", "on", "shows_at"}
        if not given:
            expected = "fault, answer, timeline, job, media or delivery"
            self.place.fail([*self.said], f"also what happens: {expected}")
        self._check()
        check_sense(self.said, self.place, self.known)
        rule = Rule(
            name=self.name, target=self._target(), match=self._match(),
            bounds=self._bounds(), quotas=self._quotas(),
            shows_at=self.said.get("shows_at", self.shows_at), place=self.place,
            budgets=self.budgets,
        )  # fmt: skip
        if given & _WIRE_PARTS:
            self._allow(_ONLY_DELIVERIES, "is only for delivery")
            answer = self._answer()
            yield replace(rule, fault=self.said.get("fault"), answer=answer)
        if given & _JOB_PARTS:
            yield from self._job_rules(rule)
        if "delivery" in given:
            yield from self._delivery_rules(rule)

    # When

    @property
    def on(self) -> Mapping[str, Any]:
        """The conditions."""
        conditions: Mapping[str, Any] = self.said.get("on", {})
        return conditions

    @property
    def known(self) -> list[Known]:
        """The providers that are meant."""
        slug = self.on.get("provider", self.default)
        return [one for one in self.catalogue.values() if slug in {None, one.slug}]

    def _target(self) -> Target:
        on = self.on
        return Target(
            slug=on.get("provider", self.default),
            operations=on.get("operation", self._default()),
            events=on.get("event", ()),
            attempt=on.get("attempt"),
        )

    def _default(self) -> tuple[str, ...]:
        fault = self.said.get("fault")
        return (fault.stage,) if isinstance(fault, OfBeginnings) else ()

    def _match(self) -> Match:
        on, body = self.on, self.on.get("body")
        pointers: dict[str, Any] = {}
        if isinstance(body, Mapping):
            pointers = {at: one for at, one in body.items() if at.startswith("/")}
            body = {at: one for at, one in body.items() if at not in pointers} or None
        return Match(
            headers=tuple((n.lower(), v) for n, v in on.get("header", {}).items()),
            query=tuple(on.get("query", {}).items()),
            subset=body,
            pointers=tuple((parts(at), one) for at, one in pointers.items()),
            text=on.get("text"),
            states=frozenset(on.get("state", ())),
            phases=frozenset(on.get("phase", ())),
            progress=on.get("progress"),
            age=on.get("age"),
            poll=on.get("poll"),
            job=on.get("job"),
            file=frozenset(on.get("file", ())),
            link=frozenset(on.get("link", ())),
            statuses=on.get("status", ()),
        )

    def _bounds(self) -> Bounds:
        on = self.on
        until = on.get("until")
        gives_up = until == "client-gives-up"
        return Bounds(
            nth=on.get("nth"),
            after=on.get("after", 0),
            every=on.get("every", 1),
            times=on.get("times", 1 if gives_up else None),
            ttl_s=on.get("ttl"),
            window=on.get("window"),
            probability=on.get("probability", 1.0),
            counts_calls=gives_up or on.get("count") == "calls",
            per=on.get("per", "provider"),
            until_gives_up=gives_up,
            quiet_s=None if gives_up else until,
            since=on.get("since"),
        )

    def _quotas(self) -> str:
        fault = self.said.get("fault")
        is_common = isinstance(fault, Quota) and fault.is_common
        return "" if is_common else self.part

    def _check(self) -> None:
        """Hold all names against the providers."""
        on, place = self.on, self.place.at("on")
        if "provider" in on:
            place.at("provider").choose(on["provider"], self.catalogue)
        names = {one for known in self.known for one in known.operations}
        for name in on.get("operation", ()):
            place.at("operation").choose(name, [*KINDS, *sorted(names)])
        states = dict.fromkeys(one for known in self.known for one in known.states)
        for state in on.get("state", ()):
            place.at("state").choose(state, [*states, *self.words])
        for problem, at in self._problems():
            self._problem(problem, at)

    def _problems(self) -> Iterator[tuple[str, Place]]:
        """Yield the problems that faults name as they were written, and where."""
        document = self.place.source.document["rules"][self.place.path[-1]]
        written = document.get("fault")
        if not isinstance(written, Mapping):
            return
        place = self.place.at("fault")
        several = [(one, place.at("faults", at))
                   for at, one in enumerate(written.get("faults", ()))]  # fmt: skip
        for one, at in [(written, place), *several]:
            if "problem" in one:
                yield one["problem"], at.at("problem")

    def _problem(self, name: str, place: Place) -> str:
        known = dict.fromkeys(one for each in self.known for one in each.problems)
        return place.choose(name, known)

    def _allow(self, names: frozenset[str], why: str) -> None:
        for name in self.on:
            if name in names:
                self.place.at("on", name).fail(name, f"no {name!r}, which {why}")

    def _allow_only(self, names: frozenset[str], what: str) -> None:
        for name in self.on:
            if name not in names:
                right = ", ".join(sorted(names))
                self.place.at("on", name).fail(name, f"a condition on {what}: {right}")

    # What

    def _answer(self) -> AnswerPatch | None:
        said, place = self.said.get("answer"), self.place.at("answer")
        if said is None:
            return None
        return AnswerPatch(
            status=said.get("status"),
            headers=MappingProxyType(
                compiled(said.get("headers", {}), place.at("headers"))
            ),
            sets=said.get("set", ()),
            removes=said.get("remove", ()),
            drops_links=said.get("drop_links", False),
            replaces="body" in said,
            document=compiled(said.get("body"), place.at("body")),
            text=compiled(said.get("text"), place.at("text")),
        )

    def _job_rules(self, rule: Rule) -> Iterator[Rule]:
        self._allow_only(_OF_JOBS, "jobs that are being accepted")
        creates = self._creates()
        if not creates:
            found = [*rule.target.operations]
            self.place.at("on", "operation").fail(found, "one that makes jobs: create")
        said, media = self.said.get("job", {}), self._media()
        refuses = said.get("refuse")
        credits_, at = said.get("credits"), self.place.at("job")
        if refuses is not None:
            self._problem(refuses, at.at("refuse"))
        if credits_ is not None:
            self._problem(credits_.problem, at.at("credits", "problem"))
        for where, error in self._errors():
            self._failure(error, where)
        patch = JobPatch(
            steps=MappingProxyType(self._timelines(creates)),
            effects=tuple((name, said[name]) for name in EFFECTS if name in said),
            media=media,
            refuses=refuses,
            copies=said.get("copies", 0),
            credits=credits_,
        )
        changed = replace(rule, job=patch)
        self._rehearse(patch, creates)
        yield changed
        yield from self._companions(changed, no_result=said.get("no_result", False))

    def _errors(self) -> Iterator[tuple[Place, str]]:
        """Yield what is said to be wrong with failed jobs, and where."""
        job = self.said.get("job", {})
        if "fail_with" in job:
            yield self.place.at("job", "fail_with"), job["fail_with"]
        if "error" in job.get("fail_at", {}):
            yield self.place.at("job", "fail_at", "error"), job["fail_at"]["error"]
        if "credits" in job and job["credits"].error is not None:
            yield self.place.at("job", "credits", "error"), job["credits"].error
        for at, step in enumerate(self.said.get("timeline", ())):
            if "error" in step:
                yield self.place.at("timeline", at, "error"), step["error"]

    def _failure(self, error: str, place: Place) -> None:
        """Refuse what is neither a failure of a provider nor in quotes."""
        names = dict.fromkeys(one for known in self.known for one in known.failures)
        if quoted(error) is None and error not in names:
            place.fail(error, f"{nearest(error, names)}, or words in double quotes")

    def _creates(self) -> list[tuple[Known, str]]:
        target = self._target()
        return [
            (known, operation)
            for known in self.known
            for operation in sorted(target.reach(known, "create"))
            if operation in known.timelines
        ]

    def _media(self) -> MediaPatch:
        said = self.said.get("media", {})
        late = self.said.get("job", {}).get("late_file", said.get("late"))
        return MediaPatch(
            lag_s=late,
            keep_s=said.get("keep_for"),
            link_s=said.get("link_for"),
            link_early_s=said.get("link_early"),
            issued_at_submit=said.get("early_link"),
        )

    def _companions(self, rule: Rule, *, no_result: bool) -> Iterator[Rule]:
        """Return what the wire says about the jobs that the rule has changed."""
        patch = rule.job.media if rule.job is not None else MediaPatch()
        slug = rule.target.slug
        media = Target(slug=slug, operations=("media",))
        base = Rule(name=rule.name, target=media, follows=rule.name)
        done = frozenset({Phase.SUCCEEDED.value})
        missing = _error("not-found", self.place)
        if patch.lag_s is not None:
            absent = Match(file=frozenset({"absent"}), phases=done)
            yield replace(base, match=absent, fault=missing)
        if patch.keep_s is not None:
            yield replace(base, match=Match(file=frozenset({"purged"})), fault=missing)
        if patch.link_s is not None or patch.link_early_s is not None:
            expired = Match(link=frozenset({"expired"}))
            fault = _error("forbidden", self.place)
            yield replace(base, match=expired, fault=fault)
        if no_result:
            reads = Target(slug=slug)
            answer = AnswerPatch(drops_links=True)
            match = Match(phases=done)
            yield replace(base, target=reads, match=match, answer=answer)
            # Some providers hand out links before there is a file.
            yield replace(base, match=match, fault=missing)

    def _timelines(
        self, creates: list[tuple[Known, str]]
    ) -> dict[tuple[str, str], Written]:
        steps = self.said.get("timeline")
        if steps is None:
            return {}
        self._check_states(steps, [known for known, _ in creates])
        return {
            (known.slug, operation): timeline_of(
                steps, known, operation, self.place.at("timeline")
            )
            for known, operation in creates
        }

    def _check_states(
        self, steps: Sequence[Mapping[str, Any]], known: list[Known]
    ) -> None:
        """Refuse a state of some providers in a timeline that is for others, too."""
        for at, step in enumerate(steps):
            state, names = step.get("state"), "phase" in step
            own = [one.slug for one in known if state in one.states]
            others = [one.slug for one in known if one.slug not in own]
            if own and others and not names:
                right = f"a phase, or on: {{provider: {own[0]}}}, whose state it is"
                self.place.at("timeline", at, "state").fail(state, right)

    def _rehearse(self, patch: JobPatch, creates: list[tuple[Known, str]]) -> None:
        """Try the patch on a job of each operation that it is for."""
        for name, said in patch.effects:
            for word in _named_words(name, said):
                states = {one for known, _ in creates for one in known.states}
                names = [*sorted(states), *(phase.value for phase in Phase)]
                self.place.at("job", name).choose(word, names)
        for known, operation in creates:
            request = Request(operation, {}, known.timelines[operation])
            try:
                patch.change(request, known, Chance("rehearsal"))
            except ProviderError:
                continue
            except ValueError as error:
                found = shown(self.said.get("job"))
                self.place.fail(found, f"a life for {known.slug}: {error}")

    def _delivery_rules(self, rule: Rule) -> Iterator[Rule]:
        self._allow_only(_OF_DELIVERIES, "deliveries")
        said = self.said["delivery"]
        patch = DeliveryPatch(
            drops=said.get("drop", False),
            copies=said.get("copies", 0),
            again_s=said.get("again"),
            skew_s=said.get("skew", 0.0),
            late_s=said.get("late", 0.0),
            overtakes=said.get("reorder", False),
            before_answer=said.get("before_answer", False),
            signature=said.get("signature"),
            content_type=said.get("content_type"),
            pads_to_bytes=said.get("size", 0),
            body=said.get("body"),
        )
        yield replace(rule, delivery=patch)


def _error(problem: str, place: Place) -> Any:
    return faults.parse_fault({"kind": "error", "problem": problem}, place)


def _named_words(name: str, said: Any) -> tuple[str, ...]:
    """Return the states and phases that an effect names."""
    if name == "stuck_in":
        return (said["state"],)
    if name == "regress":
        return (said["to"],) if "to" in said else ()
    if name == "unknown_word":
        return (said["phase"],) if "phase" in said else ()
    return tuple(said) if name == "skip" else ()
