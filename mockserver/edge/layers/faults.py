"""Layer: applies the space's active rules; delays, breaks or replaces answers."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from msgspec import structs

from mockserver.edge.answering.altered import altered, is_file, patched
from mockserver.edge.answering.early import Early
from mockserver.edge.answering.lines import line
from mockserver.edge.answering.patience import Patience
from mockserver.edge.layers.envelope import TROUBLE_HEADER, Layer
from mockserver.edge.layers.occasions import facts_of, occasion_of
from mockserver.errors import ProviderError, ScenarioError
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.scenarios.book.active import HEADER
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.book.rules import Deed, RuleBook
from mockserver.scenarios.book.vanishing import Lost
from mockserver.scenarios.faults.course import Course

__all__ = ["faults", "is_ruled", "mourn", "rules_of"]

_REFUSED = 400


def rules_of(call: Call) -> RuleBook | None:
    """Return the rules of a call's space; jobs that they let vanish are gone now."""
    space = call.known_space
    if space is None:
        return None
    # The composition root hands it in; a cast would cost each poll a call.
    book: RuleBook = space.script  # type: ignore[assignment]  # see above
    if book.vanishing:
        book.sweep(call.provider.slug)
    return book


def mourn(call: Call, lost: Lost) -> None:
    """Tell the journal of a job that is asked for and that a rule has let vanish.

    It is meant for calls that are about no job that is there.
    """
    if call.route is None or call.route.subject is None:
        return
    space, named = call.known_space, {*call.parameters.values()}
    if space is None:
        found = {name: lost.rule_of(name) for name in named}
    else:
        body, book = call.read_body or b"", cast("RuleBook", space.script)
        found = {
            job_id: rule
            for job_id, rule in book.vanished.items()
            if job_id in named or job_id.encode() in body
        }
    for job_id, rule in found.items():
        if rule is not None:
            call.fault = rule or None
            call.note(f"rule {rule or '(cleared)'} has let job {job_id} vanish")


def is_ruled(call: Call, book: RuleBook) -> bool:
    """Say whether some rule may act on a call, or its header asks for one."""
    if HEADER in call.request.headers or book.settles:
        return True
    if book.is_idle:
        return False
    return book.wants(call.provider.slug, call.operation) is not None


def faults(inner: Layer, patience: Patience) -> Layer:
    """Wrap a layer so that the rules of a call's space act on it.

    It is meant for calls that `is_ruled`.
    """
    ruled = _Ruled(inner, patience)

    async def served(call: Call) -> Reply:
        book = cast("RuleBook", call.space.script)
        asked = call.headers.get(HEADER)
        if asked is not None:
            return await ruled.asked(call, book, asked)
        return await ruled.serve(call, book)

    return served


class _Ruled:
    """Serves calls of spaces that have rules."""

    def __init__(self, inner: Layer, patience: Patience) -> None:
        self._inner = inner
        self._patience = patience
        self._early = Early()

    async def asked(self, call: Call, book: RuleBook, scenario: str) -> Reply:
        """Serve a call whose header asks for a scenario."""
        try:
            if book.cue is not None:
                book.cue(scenario)
        except ScenarioError as error:
            call.note(str(error))
            reply = Reply.json({"error": str(error)}, 400)
            return reply.with_headers({TROUBLE_HEADER: line(error)})
        with book.asked_by(scenario):
            return await self.serve(call, book)

    async def serve(self, call: Call, book: RuleBook) -> Reply:
        """Serve a call with the rules that fit it."""
        self._early.met(call)
        wants = book.wants(call.provider.slug, call.operation)
        if wants is None:
            reply = await self._inner(call)
        else:
            facts = await facts_of(call, wants)
            deeds = _matched(call, book, facts)
            seen = facts if wants.needs_answer else None
            acts = bool(deeds) or wants.needs_answer
            reply = await (self._act(call, deeds, seen) if acts else self._inner(call))
        if book.settles:
            await self._early.send(call, book)
        return reply

    async def _act(
        self, call: Call, deeds: tuple[Deed, ...], seen: Facts | None
    ) -> Reply:
        """Serve a call on the course that its faults write.

        Args:
            call: The call.
            deeds: What rules do to it.
            seen: What rules look at that want to know what the provider answers.

        Raises:
            ProviderError: The provider has refused it, and no rule acts.
        """
        course, names = Course(), list[str]()
        try:
            _apply(call, course, names, deeds, of_files=False)
            reply = Reply.empty(200)
            if not course.is_lost:
                reply, refusal = await self._run(call)
                if seen is not None:
                    answered = structs.replace(seen, status=reply.status)
                    late = _matched(call, cast("RuleBook", call.space.script), answered)
                    _apply(call, course, names, late, of_files=False)
                    deeds += late
                if refusal is not None and not deeds:
                    raise refusal
                if course.instead is None:
                    reply = patched(call, reply, deeds, names)
                if is_file(call, reply):
                    _apply(call, course, names, deeds, of_files=True)
            call.fault = ", ".join(filter(None, (call.fault, *names))) or None
            reply = await altered(call, reply, course)
            _remember(call, reply, course)
            await self._patience.wait(call.request, course.wait_s)
            if course.sending is not None:
                course.sending.releases, course.releases = course.releases, []
        finally:
            for release in course.releases:
                release()
        return reply

    async def _run(self, call: Call) -> tuple[Reply, ProviderError | None]:
        """Let the route answer; what it refuses is an answer, too."""
        try:
            return await self._inner(call), None
        except ProviderError as error:
            return call.provider.render_error(call, error), error


def _matched(call: Call, book: RuleBook, facts: Facts) -> tuple[Deed, ...]:
    """Return what rules do to a call that looks like this, and note it on the call."""
    deeds = book.match(facts)
    call.firings += tuple(one.firing for one in deeds if one.firing is not None)
    return deeds


def _remember(call: Call, reply: Reply, course: Course) -> None:
    """Let the next read of a job wait for what has refused this one."""
    if call.route is None or not call.route.polls or call.job is None:
        return
    is_broken = course.sending is not None and course.sending.ending is not None
    book = cast("RuleBook", call.space.script)
    book.reads.met(
        (call.provider.slug, call.job.ordinal),
        refused=is_broken or course.is_lost or reply.status >= _REFUSED,
        turns_at=course.turns_at,
    )


def _apply(
    call: Call,
    course: Course,
    names: list[str],
    deeds: Iterable[Deed],
    *,
    of_files: bool,
) -> None:
    """Let faults write on a course, and note the rules whose faults have.

    A rule whose fault lets a call through that nothing else answers has not acted.
    """
    for one in deeds:
        if one.fault is None or one.fault.is_of_files is not of_files:
            continue
        before = _copied(course)
        one.fault.apply(course, occasion_of(call, one))
        if course != before:
            names.append(one.rule)
        elif course.instead is None and not course.is_lost and one.answer is None:
            cast("RuleBook", call.space.script).take_back(one)
            call.firings = tuple(f for f in call.firings if f is not one.firing)


def _copied(course: Course) -> Course:
    return replace(
        course,
        edits=[*course.edits],
        remakes=[*course.remakes],
        headers={**course.headers},
        sending=None if course.sending is None else structs.replace(course.sending),
        releases=course.releases,
    )
