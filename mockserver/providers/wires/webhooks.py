"""Webhooks: what tells an address what has become of a job, on the space's clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from mockserver.delivery.delivery import SUCCESS, Delivery
from mockserver.delivery.message import Message
from mockserver.engine.agenda import Due
from mockserver.engine.spaces import Space
from mockserver.providers.reply import JSON
from mockserver.providers.services import Services

__all__ = ["Webhook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One thing that is told to one address.

    Attributes:
        label: What the list of deliveries calls it.
        url: Where it goes.
        body: What it says.
        headers: What it goes with, such as a signature; by itself it is JSON.
        ladder: Virtual seconds from each failed attempt to the next one.
        accepts: Which statuses are a success: pairs of first and last.
        refuses: Which statuses are a failure for good, likewise.
        timeout_s: Real seconds that an attempt may take, where that is less than the
            server lets all of them.
        dated_by: By whose clock its signature is dated, at each attempt anew: `wall`,
            or the `space`'s; empty: it stays as it is.
        in_order: It does not overtake an earlier one about the same job.
    """

    label: str
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON})
    ladder: tuple[float, ...] = ()
    accepts: tuple[tuple[int, int], ...] = SUCCESS
    refuses: tuple[tuple[int, int], ...] = ()
    timeout_s: float = inf
    dated_by: str = ""
    in_order: bool = False

    def send(self, services: Services, space: Space, due: Due) -> None:
        """Post it when an event falls due, about the job that the event is about."""
        job_id = "" if due.about is None else due.about.job
        delivery = Delivery(
            slug=due.slug,
            label=self.label,
            message=Message("POST", self.url, self.headers, self.body),
            job_id=job_id,
            ladder=self.ladder,
            timeout_s=min(self.timeout_s, services.options.delivery_timeout_s),
            accepts=self.accepts,
            refuses=self.refuses,
            dated_by=self.dated_by,
            order_key=f"webhook {job_id}" if self.in_order else "",
        )
        services.outbox.plan(space, delivery, due.at)
