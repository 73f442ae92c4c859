"""Lists: jobs or things of a declared provider, page by page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from mockserver.errors import InvalidPayloadError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.declared.answering import Desk, answer
from mockserver.providers.declared.jobs import kind_of, scene_of
from mockserver.providers.declared.model import Definition, Page, ThingKind
from mockserver.providers.declared.scenes import of_call, of_thing
from mockserver.providers.declared.things import records
from mockserver.providers.declared.words import Listed, Scene
from mockserver.providers.reply import Reply
from mockserver.providers.wires import paging
from mockserver.scenarios.written.expressions import as_text

__all__ = ["list_all"]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One of a list: its id, where it stands, and what its view is told of."""

    id: str
    position: float
    scene: Callable[[], Awaitable[Scene]]

    async def view(self) -> Any:
        """Return what is told of it; it is looked at only now."""
        scene = await self.scene()
        return None if scene.view is None else scene.view(scene)


async def list_all(call: Call, desk: Desk) -> Reply:
    """Answer with one page of the jobs, or things, of a kind."""
    entries, page = _entries(call, desk), desk.operation.page
    wanted = {name: call.query[name] for name in page.filters if name in call.query}
    if wanted:
        entries = [one for one in entries if _fits(await one.view(), wanted)]
    listed = await _page(call, page, entries, [*wanted.values()])
    scene = of_call(call, desk.definition)
    return answer(call, desk, replace(scene, listed=listed))


def _entries(call: Call, desk: Desk) -> list[_Entry]:
    """Return all of them in the order of the list."""
    definition, name = desk.definition, desk.operation.of
    is_falling = desk.operation.page.newest_first
    if name in definition.jobs:
        kind = definition.jobs[name]
        jobs = call.jobs.list_jobs(newest_first=is_falling)
        return [
            _Entry(job.id, job.ordinal, partial(scene_of, call, desk, kind, job))
            for job in jobs
            if kind_of(definition, job) is kind
        ]
    thing_kind = definition.things[name]
    found = [*records(call.space, definition.slug, name)]
    declared = sum("number" not in one for one in found)
    entries = [
        _Entry(
            one["id"],
            one.get("number", at - declared),
            partial(_scene_of_thing, call, definition, thing_kind, one),
        )
        for at, one in enumerate(found)
    ]
    return sorted(entries, key=lambda one: one.position, reverse=is_falling)


async def _scene_of_thing(
    call: Call, definition: Definition, kind: ThingKind, record: Mapping[str, Any]
) -> Scene:
    return of_thing(call, definition, kind, record)


def _fits(view: Any, wanted: dict[str, str]) -> bool:
    told = view if isinstance(view, dict) else {}
    return all(as_text(told.get(name)) == value for name, value in wanted.items())


async def _page(
    call: Call, page: Page, entries: Sequence[_Entry], filters: list[str]
) -> Listed:
    """Return the part of a list that is asked for.

    Raises:
        InvalidPayloadError: Code `limit`, `offset` or `cursor`.
    """
    limit = min(_whole(call, page.limit, page.default, "limit", 1), page.most)
    asked, offset = call.query.get(page.query), 0
    if page.by == "cursor":
        found = paging.cursor_page(
            entries, after=asked, limit=limit, key=lambda one: one.id
        )
    elif page.by == "token":
        found = paging.token_page(
            call,
            entries,
            token=asked,
            limit=limit,
            position=lambda one: one.position,
            newest_first=page.newest_first,
            filters=filters,
        )
    else:
        is_number = page.by == "number"
        first = _whole(call, page.query, int(is_number), "offset", int(is_number))
        offset = (first - 1) * limit if is_number else first
        found = paging.offset_page(entries, offset=offset, limit=limit)
        if is_number and found.next is not None:
            found = replace(found, next=str(first + 1))
    items = [await one.view() for one in found.items]
    return Listed(items, found.next, len(entries), limit, offset)


def _whole(call: Call, name: str, usual: int, code: str, least: int) -> int:
    raw = call.query.get(name)
    if raw is None:
        return usual
    found = whole(raw, least=least)
    if found is None:
        text = f"{name}: found {raw[:40]!r}, expected a whole number from {least}"
        raise InvalidPayloadError(code=code, message=text, name=name)
    return found
