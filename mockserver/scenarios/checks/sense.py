"""Sense: what is written well and yet cannot be meant, told before it acts."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from mockserver.names import nearest
from mockserver.scenarios.checks.known import EARLY, Known
from mockserver.scenarios.faults.early import OfBeginnings
from mockserver.scenarios.written.match import fits
from mockserver.scenarios.written.source import Place

__all__ = ["check_names", "check_sense"]

# Effects of which nothing is left to be seen when a job is at its end at once.
_SLOWER: Final = ("stuck_in", "stuck_at", "fail_at", "slow", "stall", "regress",
                  "progress_backwards", "unknown_word")  # fmt: skip
# What can be told of what comes before a call: for whom, when, and how often.
_OF_BEGINNINGS: Final = frozenset({"provider", "operation", "nth", "after", "every",
                                   "times", "ttl", "window", "probability", "until",
                                   "per"})  # fmt: skip
_SUCH: Final = MappingProxyType(
    {
        "handshake": "tls-expired",
        "connection": "connection-refused",
        "lookup": "dns-failure",
    }
)
_IN_ALL: Final = frozenset({"name", "on", "fault", "shows_at"})


def check_sense(
    said: Mapping[str, Any], place: Place, providers: Iterable[Known]
) -> None:
    """Refuse a rule whose parts are right and do not go together.

    Args:
        said: The rule as it was read.
        place: Where it stands.
        providers: Whom it is for.

    Raises:
        ScenarioError: Names what was found, and what would be right.
    """
    known = [*providers]
    _check_beginning(said, place)
    _check_file(said, place, known)
    _check_signature(said, place, known)
    _check_since(said, place)
    _check_events(said, place, known)
    job = said.get("job", {})
    beside = [one for one in (*job, "timeline", "media") if one in job or one in said]
    if "credits" in job and beside != ["credits"]:
        found = ", ".join(["credits", *(one for one in beside if one != "credits")])
        place.at("job").fail(found, "credits alone: what its jobs meet is another rule")
    slower = [name for name in _SLOWER if name in job]
    if job.get("instant") and slower:
        found = f"instant with {slower[0]}"
        place.at("job").fail(found, "one of them: a job that is at once at its end")
    backwards = job.get("progress_backwards")
    if backwards is not None and backwards["from"] <= backwards["to"]:
        at = place.at("job", "progress_backwards")
        at.fail(backwards, "'from' greater than 'to', which it falls back to")


def check_names(names: Iterable[tuple[str | None, Place]]) -> None:
    """Refuse the second rule of a name: the journal could not tell them apart.

    Raises:
        ScenarioError: Two rules have the same name.
    """
    seen = set[str]()
    for name, place in names:
        if name in seen:
            place.at("name").fail(name, "a name that no other rule here has")
        if name is not None:
            seen.add(name)


def _check_beginning(said: Mapping[str, Any], place: Place) -> None:
    on, fault = said.get("on", {}), said.get("fault")
    names = on.get("operation", ())
    if not isinstance(fault, OfBeginnings):
        for name in names:
            if name in EARLY:
                right = f"a fault that acts on {name}s alone, such as {_SUCH[name]}"
                place.at("on", "operation").fail([*names], right)
        return
    if set(names) - {fault.stage}:
        right = f"{fault.stage}, or none: {fault.kind} is of {fault.stage}s"
        place.at("on", "operation").fail([*names], right)
    for name in on:
        if name not in _OF_BEGINNINGS:
            right = ", ".join(sorted(_OF_BEGINNINGS))
            place.at("on", name).fail(name, f"for {fault.stage}s only: {right}")
    if on.get("per") == "job":
        place.at("on", "per").fail("job", "provider or space: there is no job by then")
    for part in said:
        if part not in _IN_ALL:
            place.at(part).fail(part, f"a rule of its own: {fault.kind} stands alone")


def _check_file(said: Mapping[str, Any], place: Place, known: list[Known]) -> None:
    fault, names = said.get("fault"), said.get("on", {}).get("operation", ())
    if fault is None or not fault.is_of_files or not names:
        return
    # What serves a file at one provider may have the name of a status at another.
    serves = any(
        {*one.of_kind("media")}.intersection(one.of_kind(name))
        for one in known
        for name in names
    )
    if not serves:
        right = "an operation that serves files, such as media: "
        place.at("on", "operation").fail([*names], f"{right}{fault.kind} is of files")


def _check_events(said: Mapping[str, Any], place: Place, known: list[Known]) -> None:
    labels = dict.fromkeys(label for one in known for label in one.labels)
    for event in said.get("on", {}).get("event", ()):
        # Both may have a part that stands for anything.
        if not any(fits(event, one) or fits(one, event) for one in labels):
            slugs = ", ".join(one.slug for one in known)
            right = nearest(event, labels) if labels else f"none: {slugs} sends nothing"
            place.at("on", "event").fail(event, right)


def _check_since(said: Mapping[str, Any], place: Place) -> None:
    since = said.get("on", {}).get("since")
    if since is None or not since.is_per_job:
        return
    at = place.at("on", "since")
    if since.events == {"job.deleted"}:
        at.fail("per: job", "per: provider: nothing is about a job that is deleted")
    if {"job", "timeline", "media"} & {*said}:
        at.fail("per: job", "per: provider: a job that is accepted has no past")


def _check_signature(said: Mapping[str, Any], place: Place, known: list[Known]) -> None:
    if "signature" not in said.get("delivery", {}):
        return
    if not any(one.signed for one in known):
        slugs = ", ".join(one.slug for one in known)
        at = place.at("delivery", "signature")
        at.fail(said["delivery"]["signature"], f"no signature: {slugs} does not sign")
