"""RuleBook: the rules that are active in one space."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from types import MappingProxyType
from typing import Final

from mockserver.engine.chance import Chance
from mockserver.engine.clock import wall_s
from mockserver.engine.jobs import Job, Request, Rewrite
from mockserver.engine.spaces import Space
from mockserver.engine.store.shelf import State
from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.arming import arm
from mockserver.scenarios.book.budgets import look
from mockserver.scenarios.book.counters import Counters, subject_of
from mockserver.scenarios.book.deeds import Deed, Loaded, Wants, deed
from mockserver.scenarios.book.facts import Facts, Trial
from mockserver.scenarios.book.firings import Firing
from mockserver.scenarios.book.foresight import early
from mockserver.scenarios.book.index import Index
from mockserver.scenarios.book.keeping import Recall, told
from mockserver.scenarios.book.past import Past
from mockserver.scenarios.book.reads import Member, Reads
from mockserver.scenarios.book.rewrite import JobRewrite
from mockserver.scenarios.book.scopes import Scopes
from mockserver.scenarios.book.vanishing import Lost, remember, sweep
from mockserver.scenarios.checks.known import Catalogue
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.patches import DeliveryPatch

__all__ = ["Deed", "Loaded", "RuleBook", "Wants"]

LOADS_MAX: Final = 1000
Key = tuple[str, str]

_NOTHING: Final[State] = MappingProxyType({})
_NOBODY: Final[Catalogue] = MappingProxyType({})
_HEADER: Final[ContextVar[str | None]] = ContextVar("scenario", default=None)


class RuleBook:
    """The rules of one space; empty until a scenario is loaded.

    Attributes:
        is_idle: No rule looks at any call.
        reads: What rules remember about the reads of jobs' states.
        vanishing: Some jobs may be gone by now; `sweep` forgets them.
        vanished: Which rule has let which job vanish, by the job's identifier.
        settles: Somebody wants deliveries to go out before a call is answered.
        magic: Makes a scenario of a magic text, or returns None.
        cue: Loads the scenario that a header names.
    """

    __slots__ = ("_catalogue", "_common", "_deliveries", "_index", "_jobs", "_kept",
                 "_loads", "_lost", "_numbers", "_past", "_scopes", "_space", "_wall",
                 "cue", "is_idle", "magic", "reads", "settles", "vanished",
                 "vanishing")  # fmt: skip

    def __init__(
        self, wall: Callable[[], float] = wall_s, lost: Lost | None = None
    ) -> None:
        self._wall = wall
        self._lost = lost or Lost()
        self._space: Space | None = None
        self._catalogue = _NOBODY
        self.magic: Callable[[str], Scenario | None] | None = None
        self.cue: Callable[[str], None] | None = None
        self._numbers = 0
        self._loads: dict[str, Loaded] = {}
        self._scopes = Scopes()
        self._common: dict[str, Counters] = {}
        self.reads = Reads()
        self.vanished: dict[str, str] = {}
        self._kept: State = _NOTHING
        self._forget_all()

    def begin(
        self,
        space: Space,
        catalogue: Catalogue,
        magic: Callable[[str], Scenario | None] | None = None,
        cue: Callable[[str], None] | None = None,
    ) -> None:
        """Let the rules of a space be loaded."""
        self._space, self._catalogue, self._past = space, catalogue, Past(space)
        self.magic, self.cue = magic, cue
        self._recall()

    # What is at work

    def load(
        self,
        scenario: Scenario,
        *,
        source: str = "api",
        ttl_s: float | None = None,
        header: str | None = None,
        scope: str | None = None,
        slug: str | None = None,
    ) -> Loaded:
        """Let a scenario act from now on; all of its rules, or none.

        Args:
            scenario: A scenario that has been dry-run against the same catalogue.
            source: Who asked for it.
            ttl_s: Virtual seconds until it heals.
            header: Only for calls that carry this value, and jobs made by them.
            scope: Only for jobs that are members of this scope.
            slug: Only for this provider.
        """
        now = self._begun().clock.now()
        self._numbers += 1
        until = None if ttl_s is None else now + ttl_s
        number, bounds = str(self._numbers), (header, scope, slug)
        loaded = Loaded(number, scenario, source, now, until, [], *bounds)
        self._arm(loaded)
        self._forget_healed()
        for active in loaded.actives:
            self._add(active)
        self._begun().touch()
        return loaded

    def loads(self) -> list[Loaded]:
        """Return the scenarios that act, in the order of their loading."""
        now = self._begun().clock.now() if self._space else 0.0
        return [one for one in self._loads.values() if not one.is_over(now)]

    def record(self) -> list[Loaded]:
        """Return the scenarios that act or have acted, as far as they are kept."""
        return [*self._loads.values()]

    def clear(self, load_id: str | None = None) -> list[Loaded]:
        """Let one scenario, or all, act no more; return them."""
        gone = [
            one
            for one in self._loads.values()
            if load_id in {None, one.id, one.scenario.name}
        ]
        for one in gone:
            del self._loads[one.id]
        kept = [active for one in self._loads.values() for active in one.actives]
        names = {active.rule.name for active in kept}
        self._common = {n: one for n, one in self._common.items() if n in names}
        self._forget_all()
        for active in kept:
            if not active.healed:
                self._add(active)
        self._begun().touch()
        return gone

    # What becomes of a call

    def wants(self, slug: str, operation: str) -> Wants | None:
        """Return what has to be known about a call; None if no rule can apply."""
        entry = self._index.find(slug, operation)
        return None if entry is None else entry.wants

    def match(self, facts: Facts) -> tuple[Deed, ...]:
        """Return the rules that act on a call, and count that they have."""
        entry = self._index.find(facts.slug, facts.operation)
        if entry is None:
            return ()
        polls = self.reads.count(facts) if entry.counts_polls else 0
        bound = [one for one in entry.actives if one.budgets]
        if bound and facts.status is None:
            seeing = (one for one in bound if self._scopes.sees(one, facts))
            look(seeing, facts.slug, bound[0].subject(facts))
        wall_s = self._wall()
        acting = []
        for active in tuple(entry.actives):
            if self._scopes.sees(active, facts) and active.fires(facts, polls, wall_s):
                acting.append(deed(active, facts))
            if active.healed:
                self._drop(active)
        return tuple(one for one in acting if one.fault or one.answer)

    def take_back(self, deed: Deed) -> None:
        """Let a rule not have acted on a call, as nothing came of it."""
        active = deed.take_back()
        if active and any(active in one.actives for one in self._loads.values()):
            self._index.add(active, self._watched(active))
            self.is_idle = False

    def next_read_at(
        self, slug: str, operation: str, job: Job, change_at: float | None
    ) -> float | None:
        """Return to what time a read of a job moves a stepping clock, if it does."""
        entry = self._index.find(slug, operation)
        if entry is None:
            return change_at
        member = (slug, job.ordinal)
        seeing = [one for one in entry.actives if self._scopes.bind(one, member)]
        now = self._begun().clock.now()
        return self.reads.next_at(member, job, now, change_at, seeing)

    @contextmanager
    def asked_by(self, header: str) -> Iterator[None]:
        """Let jobs that are accepted inside be those of a call with that header."""
        token = _HEADER.set(header)
        try:
            yield
        finally:
            _HEADER.reset(token)

    # What becomes of a job

    def sweep(self, slug: str) -> None:
        """Forget the jobs that are to vanish and whose time has come."""
        actives = [one for rules in self._jobs.values() for one in rules]
        gone = sweep(self._begun(), slug, actives, self._scopes)
        remember(self.vanished, gone)
        self._lost.add(self._begun(), gone)

    def rewrite(self, slug: str) -> Rewrite | None:
        """Return what changes this provider's jobs when submitted, or None."""
        if slug not in self._catalogue:
            return None
        return JobRewrite(partial(self.change, slug), partial(self.undo, slug))

    def change(
        self,
        slug: str,
        request: Request,
        ordinal: int,
        chance: Chance,
        applied: list[Firing],
    ) -> Request:
        """Return a request for a job as it is to be carried out.

        Raises:
            ProviderError: A rule lets it be refused.
        """
        known, member = self._catalogue[slug], (slug, ordinal)
        header = _HEADER.get()
        if header is not None:
            self._scopes.add(header, member)
        self._conjure(slug, request, member)
        # Asked for only now: a text can have loaded some.
        actives = tuple(self._jobs.get((slug, request.operation), ()))
        if not actives:
            return request
        now = self._begun().clock.now()
        bound = (one for one in actives if self._scopes.bind(one, member))
        look(bound, slug, subject_of(slug, ordinal))
        for active in actives:
            rule = active.rule
            if rule.job is None or not self._scopes.bind(active, member):
                continue
            if not active.changes(slug, request, ordinal, now):
                continue
            applied.append(active.note(Firing(rule.name, now, slug, request.operation)))
            self._scopes.add(f"{active.load}/{rule.name}", member)
            request = rule.job.change(request, known, chance.fork(rule.name))
        return request

    def undo(self, slug: str, ordinals: Iterable[int]) -> None:
        """Forget that jobs were paid, whose call is refused as a whole."""
        actives = [one for each in self._jobs.values() for one in each]
        for ordinal in ordinals:
            for active in actives:
                active.repay(slug, ordinal)

    # What becomes of a delivery

    def deliver(self, trial: Trial) -> list[tuple[str, DeliveryPatch]]:
        """Return which rules change an attempt at a delivery, and how."""
        found, now, slug, job = [], self._begun().clock.now(), trial.slug, trial.job
        member = None if job is None else (slug, job.ordinal)
        about = "" if job is None else job.id
        actives = self._deliveries.get(slug, ())
        seeing = (one for one in actives if self._scopes.bind(one, member))
        look(seeing, slug, subject_of(slug, None if job is None else job.ordinal))
        for active in actives:
            name, patch = active.rule.name, active.rule.delivery
            bound = self._scopes.bind(active, member)
            if patch is not None and bound and active.tampers(trial, now):
                found.append((name, patch))
                active.note(Firing(name, now, slug, job=about, delivery=trial.delivery))
                self._begun().touch()
        return found

    def hurries(
        self, slug: str, job: Job, notices: Sequence[tuple[str, ...]]
    ) -> list[bool]:
        """Say which notices of a job leave before the call that has made it ends.

        Args:
            slug: The provider.
            job: The job.
            notices: What each of them tells, in their order.
        """
        now, member = self._begun().clock.now(), (slug, job.ordinal)
        hasty = [one for one in self._deliveries.get(slug, ()) if one.is_hasty]
        bound = [one for one in hasty if self._scopes.bind(one, member)]
        return early(bound, slug, job, notices, now)

    # How it is kept

    def is_blank(self) -> bool:
        """Say whether no scenario has ever been loaded, nor a job bound to one."""
        return not (self._numbers or self._scopes)

    def state(self) -> State:
        """Return everything that it has learned, for a log."""
        if self._space is None:
            return self._kept
        known = self._scopes, self.reads, self.vanished, self._past
        return told(self._numbers, self._loads, *known)

    def restore(self, state: State) -> None:
        """Be as it was when `state` told that, once it has begun."""
        self._kept = state

    def _recall(self) -> None:
        memory, self._kept = Recall(self._kept), _NOTHING
        self._numbers = memory.numbers
        for loaded in memory.loads(self._catalogue):
            self._arm(loaded)
            memory.recall(loaded)
            for active in loaded.actives:
                if not active.healed:
                    self._add(active)
        memory.fill(self._scopes, self.reads, self.vanished, self._past)
        self._lost.add(self._begun(), self.vanished)

    def _begun(self) -> Space:
        if self._space is None:
            raise LookupError("the rules of a space that has not begun")
        return self._space

    def _forget_healed(self) -> None:
        """Keep a bounded number of scenarios that act no more: magic makes many."""
        surplus = len(self._loads) - LOADS_MAX
        if surplus > 0:
            now = self._begun().clock.now()
            over = [one.id for one in self._loads.values() if one.is_over(now)]
            for number in over[:surplus]:
                del self._loads[number]

    def _forget_all(self) -> None:
        self._index = Index()
        self._jobs: dict[Key, list[Active]] = {}
        self._deliveries: dict[str, list[Active]] = {}
        self.vanishing = False
        self.is_idle = True
        self.settles = False

    def _add(self, active: Active) -> None:
        rule = active.rule
        if rule.bounds.probability == 0:
            return
        if rule.job is not None:
            for key in active.operations:
                self._jobs.setdefault(key, []).append(active)
        if rule.delivery is not None:
            self.settles = self.settles or rule.delivery.before_answer
            for slug in {slug for slug, _ in active.operations}:
                self._deliveries.setdefault(slug, []).append(active)
        if rule.job is not None and rule.job.vanishes:
            self.vanishing = True
        self._index.add(active, self._watched(active))
        self.is_idle = not self._index

    def _watched(self, active: Active) -> frozenset[Key]:
        """Return the operations whose calls a rule has to see."""
        rule = active.rule
        if not (rule.bounds.until_gives_up or rule.revokes):
            is_seen = rule.fault is not None or rule.answer is not None
            return active.operations if is_seen else frozenset()
        slugs = {slug for slug, _ in active.operations}
        return frozenset(
            (slug, one) for slug in slugs for one in self._catalogue[slug].operations
        )

    def _drop(self, active: Active) -> None:
        self._index.drop(active, self._watched(active))
        self.is_idle = not self._index

    def _conjure(self, slug: str, request: Request, member: Member) -> None:
        """Load the scenario that a magic text of a payload asks for."""
        texts = self._catalogue[slug].texts
        if texts is None or self.magic is None or request.payload is None:
            return
        for text in texts(request.payload):
            scenario = self.magic(text) if "__" in text else None
            if scenario is None:
                continue
            self._numbers += 1
            self._scopes.add(scope := f"magic/{self._numbers}", member)
            self.load(scenario, source="magic", scope=scope, slug=slug)
            return

    def _arm(self, loaded: Loaded) -> None:
        """Make the rules of a scenario, which act once they are added."""
        arm(loaded, self._begun(), self._catalogue, self._past, self._common)
        self._loads[loaded.id] = loaded
