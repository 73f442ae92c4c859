"""Fleet: whoever asks one worker gets the answer of all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any, Final, Self

import orjson
from aiohttp import hdrs

from mockserver.edge.api.endpoints import ApiError, Ask, Endpoint
from mockserver.edge.api.parts import MISSING, Part, Reach, Rows
from mockserver.edge.instance import Answered, Instance
from mockserver.edge.routing.hops import HOP, hops_of
from mockserver.engine.clock import pause
from mockserver.engine.store.directory import Worker
from mockserver.errors import SpaceElsewhereError, StoreError

__all__ = ["Fleet", "part_of"]

LATEST: Final = 1000
"""How many of the latest spaces lists look at that nobody has opened."""
AT_ONCE: Final = 50
ROUNDS: Final = 5

Run = Callable[[Ask], Awaitable[Any]]


@dataclass(slots=True)
class _Told:
    """What workers have told so far.

    Attributes:
        answers: Who has told what: lists as `Rows.dump` writes them, or documents.
        spaces: The spaces that this was about.
        missing: Who does not answer, and why.
    """

    answers: list[tuple[str, Any]] = field(default_factory=list)
    spaces: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)


class Fleet:
    """Lets all workers take part in an answer, and spaces that nobody has opened.

    Args:
        instance: This worker.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._spaces = instance.services.spaces
        self._directory = self._spaces.directory

    @classmethod
    def of(cls, instance: Instance) -> Self | None:
        """Return the fleet of a worker; None if everything is in its own memory."""
        return None if instance.services.spaces.ledger is None else cls(instance)

    @property
    def is_shared(self) -> bool:
        """Whether there may be other workers."""
        return self._directory is not None

    @property
    def me(self) -> str:
        """The name of this worker."""
        return "" if self._directory is None else self._directory.me.id

    def others(self) -> list[Worker]:
        """Return the other workers that live, as far as anybody knows."""
        if self._directory is None:
            return []
        mine = self._directory.me.id
        known = [one for one in self._directory.workers() if one.id != mine]
        return sorted(known, key=lambda one: (one.since, one.id))

    def is_asked(self, endpoint: Endpoint, ask: Ask) -> bool:
        """Say whether an answer is more than one worker's."""
        if ask.part is not None or hops_of(ask.request):
            return False
        if "space" in ask.query or "space" in ask.body:
            return False
        if ask.query.get("workers") == "mine":
            return False
        return endpoint.seek is not None or endpoint.reach is not Reach.ANYONE

    async def answer(self, endpoint: Endpoint, ask: Ask, run: Run) -> Any:
        """Return what `run` returns, of all workers together.

        Args:
            endpoint: What is asked for.
            ask: The request.
            run: Carries out this worker's part.

        Raises:
            ApiError: A worker refuses its part.
            SpaceElsewhereError: Another worker alone is to answer.
            StoreError: The store cannot be reached.
        """
        if self._directory is not None:
            # Who has just come or gone is known then, and what they have said.
            await self._directory.beat()
            await self._directory.refresh()
        if endpoint.seek is not None:
            return await self._sought(endpoint, ask, run)
        part = Part(order=token_hex(8))
        if endpoint.has_trial:
            trial = replace(part, is_trial=True)
            await run(replace(ask, part=trial))
            await self._ask(ask, trial)
        try:
            told = await self._ask(ask, part)
        except ApiError:
            if ask.request.method == hdrs.METH_GET:
                # What is wrong for all is told as by who is alone.
                await run(replace(ask, part=part))
            raise
        if endpoint.reach is Reach.LATEST:
            await self._rouse(told.spaces)
        mine = {space.id for space in self._spaces}
        local = await run(replace(ask, part=part))
        if endpoint.reach is Reach.ALL:
            told.spaces |= mine
            await self._finish(ask, replace(part, only=frozenset()), told, run)
        return await self._joined(endpoint, ask, local, told, run)

    async def _joined(
        self, endpoint: Endpoint, ask: Ask, local: Any, told: _Told, run: Run
    ) -> Any:
        """Return one answer of this worker's and those of the others."""
        if isinstance(local, Rows):
            local = await self._paged(ask, local, told, run)
            joined = local.joined(answer for _, answer in told.answers)
            try:
                document = joined.document()
            except ApiError as error:
                raise _with(error, told.missing) from error
        elif endpoint.merge is not None:
            document = endpoint.merge([(self.me, local), *told.answers])
        else:
            document = local
        return {**document, MISSING: told.missing} if told.missing else document

    async def _paged(self, ask: Ask, local: Rows, told: _Told, run: Run) -> Rows:
        """Let those go on after an item who do not have it, once somebody does."""
        if "after" not in ask.query or not local.is_paged:
            return local
        marks = [one for _, one in told.answers if one["mark"] is not None]
        mark = local.mark if local.mark is not None else marks and marks[0]["mark"]
        if not mark:
            return local
        part = Part(beyond=mark)
        again = await self._ask(ask, part)
        told.missing += [one for one in again.missing if one not in told.missing]
        lost = {who for who, answer in told.answers if answer["mark"] is None}
        told.answers = [
            *((who, answer) for who, answer in told.answers if who not in lost),
            *((who, answer) for who, answer in again.answers if who in lost),
        ]
        if local.mark is not None:
            return local
        again_here: Rows = await run(replace(ask, part=part))
        return again_here

    async def _sought(self, endpoint: Endpoint, ask: Ask, run: Run) -> Any:
        """Let the worker answer that has what the path names."""
        seek = endpoint.seek
        assert seek is not None  # noqa: S101 - as was asked
        told = await self._ask(ask, Part(seeks=True))
        here = seek(ask)
        elsewhere = [one for _, answer in told.answers for one in answer]
        if not here and not elsewhere:
            await self._rouse(told.spaces)
            here = seek(ask)
        if len(here) + len(elsewhere) > 1 and endpoint.is_single:
            raise _ambiguous(ask, [*here, *elsewhere])
        if elsewhere and not here:
            raise SpaceElsewhereError(elsewhere[0][0])
        try:
            return await run(ask)
        except ApiError as error:
            raise _with(error, told.missing) from error

    async def _ask(
        self, ask: Ask, part: Part, workers: Sequence[Worker] | None = None
    ) -> _Told:
        """Ask the other workers, or some, for their parts.

        Raises:
            ApiError: One refuses it.
        """
        told = _Told()
        others = self.others() if workers is None else workers
        answers = await asyncio.gather(
            *(self._one(ask, worker, part) for worker in others)
        )
        for worker, answered in zip(others, answers, strict=True):
            if isinstance(answered, str):
                told.missing.append(answered)
            elif answered is not None:
                said = orjson.loads(answered.body)
                if answered.status >= 400:
                    error = f"worker {worker.id}: {said.get('error')}"
                    raise ApiError(answered.status, error)
                told.answers.append((worker.id, said["answer"]))
                told.spaces |= {*said["spaces"]}
        return told

    async def _one(self, ask: Ask, worker: Worker, part: Part) -> Answered | str | None:
        """Return a worker's answer, or why there is none; None if it has left."""
        if self._instance.neighbours is None:
            return f"worker {worker.id} cannot be asked"
        try:
            answered = await self._instance.neighbours.ask(
                ask.request, worker, part.dump(), ask.sent
            )
        except StoreError as error:
            return str(error)
        if answered is not None and answered.status >= 500:
            return f"worker {worker.id}: status {answered.status}"
        return answered

    async def _rouse(self, told: set[str]) -> None:
        """Open the latest spaces that nobody has, as far as there is room."""
        if self._directory is None:
            return
        asleep = [
            one for one in await self._directory.asleep(LATEST) if one not in told
        ]
        for name in asleep[: self._spaces.room]:
            if await self._directory.enter(name) is None:
                self._spaces.find_here(name)
            await pause(0)

    async def _finish(self, ask: Ask, part: Part, told: _Told, run: Run) -> None:
        """Have it done to spaces that were asleep, or have come to somebody since."""
        for _ in range(ROUNDS):
            known = await self._spaces.known()
            left = [name for name in known if name not in told.spaces]
            if not left:
                return
            at_once = max(1, min(AT_ONCE, self._spaces.most // 2))
            for at in range(0, len(left), at_once):
                await self._some(ask, left[at : at + at_once], part, told, run)

    async def _some(
        self, ask: Ask, names: Sequence[str], part: Part, told: _Told, run: Run
    ) -> None:
        elsewhere: dict[str, list[str]] = {}
        for name in names:
            worker = None
            if self._directory is not None:
                worker = await self._directory.enter(name)
            if worker is not None:
                elsewhere.setdefault(worker.id, []).append(name)
            elif self._spaces.find_here(name) is None:
                told.spaces.add(name)  # it is gone
        here = frozenset(name for name in names if self._spaces.has(name))
        if here:
            answer = await run(replace(ask, part=replace(part, only=here)))
            dumped = answer.dump() if isinstance(answer, Rows) else answer
            told.answers.append((self.me, dumped))
            told.spaces |= here
        for worker in self.others():
            if worker.id in elsewhere:
                only = frozenset(elsewhere[worker.id])
                more = await self._ask(ask, replace(part, only=only), [worker])
                told.answers += more.answers
                told.missing += [one for one in more.missing if one not in told.missing]
                told.spaces |= only if more.answers else frozenset()
        await pause(0)


def _ambiguous(ask: Ask, found: Sequence[Sequence[str]]) -> ApiError:
    (kind, name), *_ = ask.path.items()
    where = ", ".join(where for _, where in found)
    return ApiError(
        409, f"{kind}: found {name!r} {len(found)} times, expected one of: {where}"
    )


def part_of(ask_request: Any) -> Part | None:
    """Return which part of an answer another worker wants of this one, if one does."""
    hop = ask_request.get(HOP)
    return None if hop is None or hop.part is None else Part.of(hop.part)


def _with(error: ApiError, missing: Sequence[str]) -> ApiError:
    """Return a refusal that says who was not asked."""
    if not missing:
        return error
    return ApiError(error.status, f"{error}; {'; '.join(missing)}", error.headers)
