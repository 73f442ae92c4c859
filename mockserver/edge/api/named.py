"""Named: what queries name has to be known; nothing found is not nothing wrong."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.edge.api.endpoints import ApiError, Ask, mistaken
from mockserver.edge.staging.stage import book_of
from mockserver.engine.spaces import Space

__all__ = ["check_operation", "check_space", "place_of", "unknown_job", "unknown_state"]


def place_of(ask: Ask, wanted: Mapping[str, Any]) -> str:
    """Return where filters were named: `query` or `body`."""
    return "body" if wanted is ask.body else "query"


def check_space(ask: Ask, wanted: Mapping[str, Any]) -> None:
    """Refuse a space that there is not, and of which the journal has nothing.

    Raises:
        ApiError: Nobody knows it.
    """
    name = wanted.get("space")
    if not name or ask.services.spaces.find(name) is not None:
        return
    if not ask.services.journal.count(name):
        ask.open_space(name, f"{place_of(ask, wanted)}/space")


def check_operation(ask: Ask, wanted: Mapping[str, Any]) -> None:
    """Refuse an operation that no provider has, or not the one that is named.

    Raises:
        ApiError: There is none of that name.
    """
    name, named = wanted.get("operation"), wanted.get("provider")
    providers = ask.services.providers
    slugs = providers if named is None else [named]
    if name:
        known = {route.operation for slug in slugs for route in providers[slug].routes}
        if name not in known:
            said = mistaken(name, sorted(known))
            raise ApiError(400, f"{place_of(ask, wanted)}/operation: {said}")


def unknown_job(ask: Ask, wanted: Mapping[str, Any]) -> ApiError | None:
    """Return the refusal of a job of which nothing is known here; None if it is.

    Known are those that there are, and those that are gone, but were called or told
    about. Another worker may know one that this one does not.
    """
    job_id, named = wanted.get("job"), wanted.get("provider")
    if job_id is None:
        return None
    for space in _spaces(ask, wanted):
        slugs = [slug for slug in space.slugs() if named in {None, slug}]
        if any(space.jobs(slug).find(job_id) is not None for slug in slugs):
            return None
        if ask.services.outbox.deliveries(space, slug=named, job_id=job_id):
            return None
    heard = ask.services.journal.exchanges(wanted.get("space"))
    if any(one.is_about(job_id) and named in {None, one.slug} for one in heard):
        return None
    place = f"{place_of(ask, wanted)}/job"
    return ApiError(404, f"{place}: found {job_id!r}, expected one that there is")


def unknown_state(ask: Ask, wanted: Mapping[str, Any]) -> ApiError | None:
    """Return the refusal of a state that no job can be in here; None if one can.

    Scenarios have states of their own: as long as one acts, any word may come.
    """
    state, named = wanted.get("state"), wanted.get("provider")
    if not state:
        return None
    providers = ask.services.providers
    known: set[str] = set()
    for slug in providers if named is None else [named]:
        lines = providers[slug].timelines.values()
        known |= {*providers[slug].states}
        known |= {step.state for line in lines for step in line.steps}
    heard = ask.services.journal.exchanges(wanted.get("space"))
    if state in known or any(one.state == state for one in heard):
        return None
    for space in _spaces(ask, wanted):
        if book_of(space).loads():
            return None
        lives = (job.timeline for _, job in space.all_jobs())
        if any(line.index_of(state) is not None for line in lives):
            return None
    place = f"{place_of(ask, wanted)}/state"
    return ApiError(400, f"{place}: {mistaken(state, sorted(known))}")


def _spaces(ask: Ask, wanted: Mapping[str, Any]) -> Iterator[Space]:
    named = wanted.get("space")
    return (one for one in ask.every() if named in {None, one.id})
