"""Warnings: what a scenario says that can never happen, told when it is loaded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mockserver.scenarios.checks.doubts import Doubt, doubt_of
from mockserver.scenarios.checks.known import Catalogue, Known
from mockserver.scenarios.written.model import Rule, Scenario

__all__ = ["Warned", "warnings_of"]


@dataclass(frozen=True, slots=True)
class Warned:
    """One rule that cannot act at some providers.

    Attributes:
        rule: The rule's name.
        place: File, line and part of it.
        providers: At which it cannot.
        why: What is so there.
        expected: What would work.
    """

    rule: str
    place: str
    providers: tuple[str, ...]
    why: str
    expected: str

    @property
    def message(self) -> str:
        """The same as a sentence."""
        return (
            f"{self.place}: rule {self.rule} does nothing at"
            f" {', '.join(self.providers)}: {self.why}; expected {self.expected}"
        )


def warnings_of(scenario: Scenario, catalogue: Catalogue) -> list[Warned]:
    """Return which rules of a scenario can never act, and at which providers.

    Only providers at which it, or the rule, is said to show are looked at.
    """
    rules = (rule for rule in scenario.rules if rule.follows is None)
    return [
        one
        for rule in rules
        for one in _of_rule(rule, _meant(rule, scenario, catalogue), scenario)
    ]


def _meant(rule: Rule, scenario: Scenario, catalogue: Catalogue) -> Iterator[Known]:
    """Yield the providers that a rule is for: what has included it knows best."""
    slug, outer = rule.target.slug, scenario.shows_at
    wanted = {slug} if slug is not None else {*outer, *rule.shows_at}
    if slug is None and outer and rule.shows_at:
        wanted = {*outer} & {*rule.shows_at} or {*outer}
    for known in catalogue.values():
        if not wanted or known.slug in wanted:
            yield known


def _of_rule(
    rule: Rule, meant: Iterable[Known], scenario: Scenario
) -> Iterator[Warned]:
    doubts: dict[Doubt, list[str]] = {}
    fine: list[str] = []
    for known in meant:
        doubt = doubt_of(rule, known, scenario)
        if doubt is None:
            fine.append(known.slug)
        else:
            doubts.setdefault(doubt, []).append(known.slug)
    for doubt, slugs in doubts.items():
        place = "" if rule.place is None else str(rule.place.at(*doubt.at))
        right = doubt.right
        if fine:
            right += f", or shows_at: [{', '.join(fine)}]"
        yield Warned(rule.name, place, tuple(slugs), doubt.why, right)
