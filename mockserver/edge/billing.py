"""Billing: what the jobs of a space cost, also those that are there no more."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from mockserver.engine.jobengine import Change
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.store.protocol import Table
from mockserver.providers.plugin import AnyPlugin
from mockserver.providers.services import Services
from mockserver.verdict.bill import Bill, Charge, Sum, charged, summed
from mockserver.verdict.prices import CREDITS, Made, PriceList, Quote

__all__ = ["GONE", "Till", "forget_bill", "keep_bills"]

GONE: Final = "gone"
"""The word for the state of jobs that are there no more."""

_TABLE: Final = "billed"


class Till:
    """What the jobs of a space cost, by the price lists that are good for it.

    Args:
        services: The server's rooms.
        space: The space.
    """

    def __init__(self, services: Services, space: Space) -> None:
        self._services, self._space = services, space
        self._lists: dict[str, PriceList] = {}

    def charges(self) -> Iterator[Charge]:
        """Yield what each job costs that clients have made, in their order."""
        for slug, job in self._space.all_jobs():
            if job.ordinal >= 0:
                yield self.charge(slug, job)

    def bill(self) -> Bill:
        """Return what its jobs cost, also those that are there no more."""
        return Bill(tuple(self.charges()), tuple(self.gone()))

    def charge(self, slug: str, job: Job) -> Charge:
        """Return what a job costs by now."""
        provider, prices = self._services.providers[slug], self._prices(slug)
        now = self._space.clock.now()
        state, model = job.at(now).step.state, str(job.data.get("model") or "")
        about = Charge(slug, job.id, job.operation, state, model)
        quote = self._rated(provider, prices, job, model)
        if quote is not None:
            about = replace(about, currency=prices.currency)
            return charged(about, job, prices, quote, now)
        quote = self._quoted(provider, job)
        if quote is None:
            return about
        rate = prices.credit
        about = replace(about, currency=CREDITS if rate is None else prices.currency)
        return charged(about, job, prices, quote if rate is None else quote * rate, now)

    def gone(self) -> Iterator[Sum]:
        """Yield what jobs have cost that are there no more, by provider."""
        for slug in self._space.slugs():
            table = _table(self._space, slug)
            for currency, (jobs, taken, back) in table.after("", len(table)):
                yield Sum(slug, GONE, currency, jobs, Decimal(taken), Decimal(back))

    def keep(self, slug: str, job: Job) -> None:
        """Remember what a job has cost that is there no more."""
        last = self.charge(slug, job)
        if not (last.currency and last.charged):
            return
        table, add = _table(self._space, slug), summed([last])[0]
        jobs, taken, back = table.get(add.currency) or (0, "0", "0")
        taken, back = Decimal(taken) + add.charged, Decimal(back) + add.refunded
        table.put(add.currency, [jobs + 1, str(taken), str(back)])

    def _prices(self, slug: str) -> PriceList:
        known = self._lists.get(slug)
        if known is None:
            world = self._services.world_in(slug, self._space)
            said = world.details("prices", world.account_of(self._space.id, slug))
            whole = {**self._services.providers[slug].prices, **said}
            known = self._lists[slug] = PriceList.of(whole)
        return known

    def _rated(
        self, provider: AnyPlugin, prices: PriceList, job: Job, model: str
    ) -> Quote | None:
        """Return what the list says of a job, if it does."""
        if not prices.rates:
            return None
        made = [*self._made(provider, job)]
        rate = prices.rate(job.operation, model, made)
        return None if rate is None else Quote(rate.of(made))

    def _quoted(self, provider: AnyPlugin, job: Job) -> Quote | None:
        """Return what the provider itself takes for a job, if that is known."""
        if provider.quote is None:
            return None
        return provider.quote(self._services, self._space, job)

    def _made(self, provider: AnyPlugin, job: Job) -> Iterator[Made]:
        if provider.makes is None:
            return
        for spec in provider.makes(self._services, self._space, job):
            seconds = 0.0 if spec.is_still else spec.seconds
            yield Made(spec.width_px, spec.height_px, seconds)


def keep_bills(services: Services) -> None:
    """Remember in each space what jobs have cost that go, or whose name others get."""

    def changed(space: Space, change: Change) -> None:
        before, after = change.before, change.after
        is_gone = before is not None and (
            after is None or after.ordinal != before.ordinal
        )
        if before is not None and is_gone and before.ordinal >= 0:
            Till(services, space).keep(change.slug, before)

    services.spaces.on_open(lambda space: space.on_change(partial(changed, space)))


def forget_bill(space: Space, slug: str) -> None:
    """Forget what jobs of a provider have cost that are there no more."""
    table = _table(space, slug)
    for currency, _ in table.after("", len(table)):
        table.delete(currency)


def _table(space: Space, slug: str) -> Table[Any]:
    return space.table(slug, _TABLE)
