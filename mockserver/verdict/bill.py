"""Bill: what jobs cost, and what of that was given back; in decimals, never floats."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.verdict.prices import CREDITS, PriceList, Quote

__all__ = ["NONE", "Bill", "Charge", "Paid", "Sum", "added", "amount", "beyond",
           "charged", "money", "summed"]  # fmt: skip

NONE: Final = Decimal(0)
_EXACT: Final = Decimal("0.000001")
_CENTS: Final = Decimal("0.01")


class Paid(StrEnum):
    """What has become of the price of a job."""

    UNKNOWN = "unknown"  # nobody says what it costs
    PENDING = "pending"  # it is charged once the job has succeeded
    CHARGED = "charged"
    REFUNDED = "refunded"  # all of it was given back
    FREE = "free"  # the job has ended without being charged


class Charge(Struct, frozen=True):
    """What one job costs.

    Attributes:
        slug: The provider.
        job: Its identifier.
        operation: What has made it.
        state: Where it is, in the provider's word.
        model: What has run for it; empty if unknown.
        currency: Of the amounts: three letters, or `credits`; empty if no price is
            known.
        price: What it costs if it succeeds.
        charged: What was taken for it so far.
        refunded: What of that was given back.
        paid: That in one word.
        is_assumed: Nothing of the provider's says that price.
    """

    slug: str
    job: str
    operation: str
    state: str
    model: str = ""
    currency: str = ""
    price: Decimal = NONE
    charged: Decimal = NONE
    refunded: Decimal = NONE
    paid: Paid = Paid.UNKNOWN
    is_assumed: bool = False

    @property
    def net(self) -> Decimal:
        """What was taken and not given back."""
        return self.charged - self.refunded

    @property
    def pending(self) -> Decimal:
        """What will be taken for it if it succeeds."""
        return self.price if self.paid is Paid.PENDING else NONE


class Sum(Struct, frozen=True):
    """What several jobs cost together.

    Attributes:
        slug: The provider; empty for several.
        state: The state that they are in; empty for several.
        currency: Of the amounts; empty if no price is known.
        jobs: How many they are.
        charged: What was taken for them.
        refunded: What of that was given back.
        pending: What will be taken for those that have not succeeded yet.
    """

    slug: str
    state: str
    currency: str
    jobs: int
    charged: Decimal = NONE
    refunded: Decimal = NONE
    pending: Decimal = NONE

    @property
    def net(self) -> Decimal:
        """What was taken and not given back."""
        return self.charged - self.refunded


class Bill(Struct, frozen=True):
    """What the jobs of some spaces cost.

    Attributes:
        charges: Of each job that is there, in their order.
        gone: What those have cost that are there no more.
    """

    charges: tuple[Charge, ...] = ()
    gone: tuple[Sum, ...] = ()

    @property
    def sums(self) -> list[Sum]:
        """What they come to by provider, state and currency."""
        return [*added([*summed(self.charges, by_state=True), *self.gone])]

    @property
    def total(self) -> list[Sum]:
        """What they come to by currency; without those of which no price is known."""
        known = (replace(one, slug="", state="") for one in self.sums if one.currency)
        return [*added(known)]

    @property
    def unknown(self) -> list[Sum]:
        """The jobs of which no price is known, by provider."""
        bare = (replace(one, state="") for one in self.sums if not one.currency)
        return [*added(bare)]

    def of(self, slug: str) -> "Bill":
        """Return what of it is of one provider."""
        return Bill(
            tuple(one for one in self.charges if one.slug == slug),
            tuple(one for one in self.gone if one.slug == slug),
        )


def beyond(
    sums: Iterable[Sum], at_most: Decimal, currency: str | None = None
) -> Iterator[str]:
    """Yield a sentence for what shows that jobs cost more, or that nobody knows.

    Args:
        sums: What they cost, and how many have no known price.
        at_most: What they may cost, with what is still to be charged.
        currency: Of that; needed if they cost something in several.
    """
    known: list[Sum] = []
    for one in sums:
        if one.currency:
            known.append(one)
        else:
            yield (
                f"no price is known of {one.jobs} {_jobs(one.jobs)} of {one.slug}:"
                f" say {one.slug}/catalogue/prices in a world file"
            )
    spent = [one for one in known if one.net or one.pending]
    if currency is None and len(spent) > 1:
        said = " and ".join(one.currency for one in spent)
        yield f"jobs cost {said}: say which of them is meant"
        return
    for one in spent:
        if currency not in {None, one.currency}:
            yield f"jobs cost {_told(one)}, expected nothing but {currency}"
        elif one.net + one.pending > at_most:
            most = money(at_most, one.currency)
            jobs = f"{one.jobs} {_jobs(one.jobs)}"
            yield f"{jobs} cost {_told(one)}, expected at most {most}"


def _jobs(count: int) -> str:
    return "job" if count == 1 else "jobs"


def _told(one: Sum) -> str:
    """Return what jobs cost, for people."""
    whole = money(one.net + one.pending, one.currency)
    if not one.pending:
        return whole
    return f"{whole} ({money(one.pending, one.currency)} of it once they succeed)"


def charged(
    about: Charge, job: Job, prices: PriceList, quote: Quote, now: float
) -> Charge:
    """Return what a job costs by now.

    Args:
        about: What else is told of it, and in which currency.
        job: The job.
        prices: When it is charged, and what is given back.
        quote: Its price in that currency.
        now: The time of its space.
    """
    step = job.at(now).step
    price, back = _exact(quote.amount), NONE
    taken = price if prices.is_charged_at_once else NONE
    paid = Paid.CHARGED if prices.is_charged_at_once else Paid.PENDING
    if prices.is_charged_at_once and step.phase.is_terminal:
        is_free = prices.gives_back(step.state, step.phase)
        cost = (NONE if is_free else price) if quote.cost is None else quote.cost
        back = max(NONE, price - _exact(cost))
        paid = Paid.REFUNDED if back == price else Paid.CHARGED
    elif step.phase is Phase.SUCCEEDED:
        taken, paid = price, Paid.CHARGED
    elif step.phase.is_terminal:
        paid = Paid.FREE
    if not price:
        paid = Paid.FREE
    return replace(
        about,
        price=price,
        charged=taken,
        refunded=back,
        paid=paid,
        is_assumed=quote.is_assumed,
    )


def summed(charges: Iterable[Charge], *, by_state: bool = False) -> list[Sum]:
    """Return what charges come to: by currency, or by provider and state, too."""
    found: dict[tuple[str, str, str], list[Charge]] = {}
    for one in charges:
        key = (one.slug, one.state) if by_state else ("", "")
        found.setdefault((*key, one.currency), []).append(one)
    return [
        Sum(
            slug,
            state,
            currency,
            len(some),
            sum((one.charged for one in some), NONE),
            sum((one.refunded for one in some), NONE),
            sum((one.pending for one in some), NONE),
        )
        for (slug, state, currency), some in sorted(found.items())
    ]


def added(sums: Iterable[Sum]) -> Iterator[Sum]:
    """Yield sums of the same provider, state and currency as one."""
    found: dict[tuple[str, str, str], Sum] = {}
    for one in sums:
        key = one.slug, one.state, one.currency
        known = found.get(key) or Sum(*key, 0)
        found[key] = Sum(
            *key,
            known.jobs + one.jobs,
            known.charged + one.charged,
            known.refunded + one.refunded,
            known.pending + one.pending,
        )
    yield from (found[key] for key in sorted(found))


def amount(value: Decimal) -> str:
    """Return an amount as text: at least two decimals, and no more than it needs."""
    exact = _exact(value)
    cents = exact.quantize(_CENTS)
    return f"{cents if cents == exact else exact.normalize():f}"


def money(value: Decimal, currency: str) -> str:
    """Return an amount for people, such as `USD 1.20` or `3.00 credits`."""
    if currency == CREDITS:
        return f"{amount(value)} {currency}"
    return f"{currency} {amount(value)}"


def _exact(value: Decimal) -> Decimal:
    """Return an amount in millionths, rounded as people do."""
    return value.quantize(_EXACT, ROUND_HALF_UP)
