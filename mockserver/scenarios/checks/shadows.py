"""Shadows: rules that come after one which leaves nothing for them."""

from typing import Final

from mockserver.records import members
from mockserver.scenarios.checks.known import Known
from mockserver.scenarios.written.match import Match
from mockserver.scenarios.written.model import Bounds, Rule, Scenario

__all__ = ["shadow_of"]

_ALWAYS: Final = Bounds()
_ANYTHING: Final = Match()
# Of what replaces an answer, or ends the connection, the first one counts.
_REPLACES: Final = frozenset({"error", "html"})
_BREAKS: Final = frozenset({"reset", "drop-before-headers", "garbage", "hang"})
_REPLACED: Final = _REPLACES | {"expired-credential", "quota", "concurrency", "moved"}
# What is still seen of an answer that never comes: that it comes late.
_DELAYS: Final = frozenset({"latency", "ramp"})


def shadow_of(rule: Rule, known: Known, scenario: Scenario) -> Rule | None:
    """Return the rule of its scenario before it that leaves nothing for a rule.

    Only a rule that always acts can: whatever a later one would do is not seen.

    Args:
        rule: A rule of the scenario.
        known: The provider that it is asked for.
        scenario: What the rules are part of.
    """
    for first in scenario.rules:
        if first is rule or first.place is rule.place:
            return None
        if _is_steady(first) and _covers(first, rule, known) and _hides(first, rule):
            return first
    return None


def _is_steady(rule: Rule) -> bool:
    """Say whether a rule acts whenever its conditions hold."""
    bounds = rule.bounds
    return rule.follows is None and all(
        getattr(bounds, name) == getattr(_ALWAYS, name)
        for name in members(Bounds)
        if name not in {"per", "counts_calls"}
    )


def _covers(first: Rule, rule: Rule, known: Known) -> bool:
    """Say whether whatever a rule is about is also what the first one is about."""
    if first.target.slug not in {None, known.slug}:
        return False
    if rule.delivery is not None:
        events, attempt = first.target.events, first.target.attempt
        told = {*rule.target.events}
        is_told = not events or (bool(told) and told <= {*events})
        if not (is_told and attempt in {None, rule.target.attempt}):
            return False
    elif not _reach(rule, known) <= _reach(first, known):
        return False
    return all(
        getattr(first.match, name)
        in (getattr(_ANYTHING, name), getattr(rule.match, name))
        for name in members(Match)
    )


def _reach(rule: Rule, known: Known) -> frozenset[str]:
    return rule.target.reach(known, "create" if rule.job is not None else None)


def _hides(first: Rule, rule: Rule) -> bool:
    """Say whether nothing is left of what a rule does once the first has acted."""
    if rule.delivery is not None:
        return first.delivery is not None and first.delivery.drops
    if rule.job is not None:
        is_refused = first.job is not None and first.job.refuses is not None
        return is_refused or (_loses(first) and first.match == _ANYTHING)
    if first.fault is None:
        return False
    if first.fault.kind in _BREAKS:
        return rule.fault is None or rule.fault.kind not in _DELAYS
    return first.fault.kind in _REPLACES and _is_replaced(rule, first)


def _is_replaced(rule: Rule, first: Rule) -> bool:
    """Say whether a rule changes an answer that another one replaces."""
    fault = rule.fault
    if fault is None:
        return True
    return fault.kind in _REPLACED or (fault.is_of_files and _loses(first))


def _loses(rule: Rule) -> bool:
    """Say whether the calls that a rule acts on never reach the provider."""
    fault = rule.fault
    if fault is None or fault.kind not in _REPLACES | _BREAKS:
        return False
    return not getattr(fault, "runs", False)
