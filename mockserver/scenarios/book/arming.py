"""Arming: the rules of a loaded scenario become active, and share what they may."""

from collections.abc import MutableMapping
from dataclasses import replace

from msgspec import structs

from mockserver.engine.chance import Chance
from mockserver.engine.quotas import Quotas
from mockserver.engine.spaces import Space
from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.budgets import Budget
from mockserver.scenarios.book.counters import Counters
from mockserver.scenarios.book.deeds import Loaded
from mockserver.scenarios.book.past import Past
from mockserver.scenarios.checks.known import Catalogue
from mockserver.scenarios.written.model import Rule

__all__ = ["arm"]


def arm(
    loaded: Loaded,
    space: Space,
    catalogue: Catalogue,
    past: Past,
    common: MutableMapping[str, Counters],
) -> None:
    """Make the rules of a scenario, which act once they are added.

    Args:
        loaded: The scenario.
        space: Where it acts.
        catalogue: The providers.
        past: What has happened to the space's jobs.
        common: What all rules of a name in the space count, by name.
    """
    chance = space.chance("scenarios").fork(loaded.scenario.name, loaded.id)
    quotas = {rule.quotas: Quotas() for rule in loaded.scenario.rules}
    loaded.budgets = {
        name: Budget(allowance)
        for rule in loaded.scenario.rules
        for name, allowance in rule.budgets
    }
    for written in loaded.scenario.rules:
        rule = written if loaded.slug is None else _for(written, loaded.slug)
        active = _active(rule, catalogue, chance, loaded)
        active.used = space.slugs
        active.budgets = [loaded.budgets[name] for name, _ in rule.budgets]
        if rule.bounds.since is not None:
            active.past = past.listen()
        if rule.bounds.per == "space":
            active.counters = common.setdefault(rule.name, active.counters)
        else:
            active.counters.quotas = quotas[rule.quotas]
        loaded.actives.append(active)


def _active(rule: Rule, catalogue: Catalogue, chance: Chance, loaded: Loaded) -> Active:
    default = "create" if rule.job is not None else None
    reach = frozenset(
        (known.slug, operation)
        for known in catalogue.values()
        for operation in rule.target.reach(known, default)
    )
    ttl_s, now_s = rule.bounds.ttl_s, loaded.since_s
    until_s = None if ttl_s is None else now_s + ttl_s
    active = Active(rule, chance, now_s, reach, until_s=until_s)
    active.end_by(loaded.until_s)
    active.load, active.header = loaded.id, loaded.header
    follows = f"{loaded.id}/{rule.follows}"
    active.scope = follows if rule.follows else loaded.scope
    return active


def _for(rule: Rule, slug: str) -> Rule:
    return replace(rule, target=structs.replace(rule.target, slug=slug))
