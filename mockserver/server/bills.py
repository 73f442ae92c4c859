"""Bills: what tests are told of the money that the jobs of their clients cost."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from mockserver.edge.billing import Till
from mockserver.edge.instance import Instance
from mockserver.engine.spaces import Space
from mockserver.errors import ConfigError
from mockserver.verdict.bill import Bill, beyond, money

__all__ = ["Amount", "amount_of", "bill_of", "broken", "lines", "rows"]

Amount = Decimal | int | float | str


def bill_of(instance: Instance, spaces: Iterable[Space]) -> Bill:
    """Return what the jobs of some spaces cost."""
    bills = [Till(instance.services, space).bill() for space in spaces]
    return Bill(
        tuple(charge for one in bills for charge in one.charges),
        tuple(gone for one in bills for gone in one.gone),
    )


def amount_of(said: Amount, place: str = "at_most") -> Decimal:
    """Return an amount of money: a float is what it is written as.

    Raises:
        ConfigError: It is none, or negative.
    """
    try:
        found = Decimal(str(said))
    except ArithmeticError:
        found = Decimal(-1)
    if not found.is_finite() or found < 0:
        raise ConfigError(f'{place}: found {said!r}, expected an amount such as "1.50"')
    return found


def broken(bill: Bill, at_most: Amount, currency: str | None) -> list[str]:
    """Return what shows that a bill is beyond a budget, and then what is on it."""
    most = amount_of(at_most)
    failures = [*beyond([*bill.unknown, *bill.total], most, currency)]
    return [*failures, *(lines(bill) if failures else ())]


def rows(bill: Bill) -> list[list[Any]]:
    """Return provider, currency, jobs and cost, as plain as a worker of xdist sends."""
    found: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for one in bill.sums:
        jobs, cost = found.get((one.slug, one.currency), (0, Decimal(0)))
        found[one.slug, one.currency] = jobs + one.jobs, cost + one.net
    return [[*key, jobs, str(cost)] for key, (jobs, cost) in found.items()]


def lines(bill: Bill) -> list[str]:
    """Return a bill for people, a line for each provider, state and currency."""
    return [
        f"  {one.slug} {one.state}: {one.jobs} x, "
        + (_told(one.net, one.pending, one.currency) or "no price known")
        for one in bill.sums
    ]


def _told(net: Decimal, pending: Decimal, currency: str) -> str:
    if not currency:
        return ""
    more = f", {money(pending, currency)} pending" if pending else ""
    return money(net, currency) + more
