"""Load: a source becomes a Scenario that has been dry-run, or an error that tells."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from mockserver.errors import ScenarioError
from mockserver.scenarios.book.budgets import Allowance
from mockserver.scenarios.checks.known import Catalogue
from mockserver.scenarios.checks.sense import check_names
from mockserver.scenarios.written.asked import Asked
from mockserver.scenarios.written.includes import Finder, Kept, Part, Parts, told_by
from mockserver.scenarios.written.language import RULE, SCENARIO
from mockserver.scenarios.written.mistakes import Mistakes
from mockserver.scenarios.written.model import Rule, Scenario
from mockserver.scenarios.written.parameters import fill, parameters_of, settle
from mockserver.scenarios.written.source import Place, Source

__all__ = ["load"]

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_NOBODY: Final = Kept()


def load(
    source: Source,
    catalogue: Catalogue,
    find: Finder = _NOBODY,
    given: Mapping[str, Any] = _NOTHING,
) -> Scenario:
    """Return a scenario that fits the providers, or refuse all of it.

    Args:
        source: What was written.
        catalogue: The providers.
        find: Where the scenarios are that it includes.
        given: What is chosen, by parameter.

    Raises:
        ScenarioError: Names file, line and place, what was found and what would fit.
    """
    reader = Parts(SCENARIO, find, catalogue)
    try:
        parts = reader.read(source, given)
    except ScenarioError as error:
        _tell_all(error, source, given, catalogue)
        raise
    said = parts[-1].said
    return Scenario(
        name=said["scenario"],
        about=said.get("about", ""),
        provider=said.get("provider"),
        is_preset=said.get("preset", False),
        shows_at=said.get("shows_at", ()),
        rules=_rules(parts, catalogue),
        origin=source.name,
        document=source.document,
        parameters=tuple(parameters_of(source).values()),
        given=MappingProxyType({**given}),
        included=MappingProxyType(reader.found),
    )


def _tell_all(
    error: ScenarioError, source: Source, given: Mapping[str, Any], catalogue: Catalogue
) -> None:
    """Tell beside what is written wrong what cannot be meant of all that is right.

    Raises:
        ScenarioError: There is more to tell.
    """
    mistakes = Mistakes()
    with mistakes:
        raise error
    try:
        values = settle(parameters_of(source), given, source.root)
        whole = fill(source, values)
    except ScenarioError:
        return
    document = whole.document if isinstance(whole.document, Mapping) else {}
    provider = document.get("provider")
    default = provider if provider in catalogue else None
    right = [*_right(document.get("rules"), whole.root)]
    words = (*_words(said for _, said in right),)
    for place, said in right:
        with mistakes:
            list(Asked(catalogue, place, said, "", default, words).rules())
    mistakes.tell(in_order=True)


def _right(rules: Any, root: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield the rules that are written well, unless a state is made up elsewhere."""
    found = []
    for at, one in enumerate(rules if isinstance(rules, list) else ()):
        place = root.at("rules", at)
        try:
            found.append((place, RULE.read(one, place)))
        except ScenarioError:
            if "unknown_word" in str(one) or "timeline" in str(one):
                return
    yield from found


def _rules(parts: list[Part], catalogue: Catalogue) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    names: list[tuple[str, Place]] = []
    every = (rule for part in parts for rule in part.said.get("rules", ()))
    mistakes, words = Mistakes(), (*_words(every),)
    for part in parts:
        for at, one in enumerate(part.said.get("rules", ())):
            place = part.source.root.at("rules", at)
            name = _name(part, at, one.get("name"))
            asked = Asked(
                catalogue, place, one, name, part.provider, words,
                part="/".join(part.path), budgets=_budgets(part, parts),
                shows_at=part.said.get("shows_at", ()),
            )  # fmt: skip
            with mistakes, told_by(part.by):
                rules += asked.rules()
            names.append((name, place))
    mistakes.tell()
    check_names(names)
    return tuple(rules)


def _budgets(part: Part, parts: list[Part]) -> tuple[tuple[str, Allowance], ...]:
    """Return the budgets of a part and of those that it is included in."""
    return tuple(
        ("/".join(outer.path), outer.said["budget"])
        for outer in parts
        if "budget" in outer.said and part.path[: len(outer.path)] == outer.path
    )


def _name(part: Part, at: int, own: str | None) -> str:
    """Return what a rule is called: numbered if it has no name of its own."""
    if own is None:
        return f"{part.name}/{at + 1}"
    return f"{part.name}/{own}" if part.path else own


def _words(rules: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the states that rules have made up."""
    for rule in rules:
        made_up = rule.get("job", {}).get("unknown_word", {})
        if "word" in made_up:
            yield made_up["word"]
        yield from (s["state"] for s in rule.get("timeline", ()) if "state" in s)
