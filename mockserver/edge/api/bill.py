"""Endpoints about money: what jobs cost, and whether that is within a budget."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import Ask, Endpoints
from mockserver.edge.api.parts import Reach, Row, Rows, opened
from mockserver.edge.billing import Till
from mockserver.engine.spaces import Space
from mockserver.verdict.bill import Bill, Charge, Paid, Sum, added, amount, beyond

__all__ = ["AMOUNT", "table"]

table: Final = Endpoints()
_LIMIT: Final = 100
AMOUNT: Final = {
    "description": 'What it may be at most, such as "1.50".',
    "anyOf": [
        {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,9})?$"},
        {"type": "number", "minimum": 0, "maximum": 10**12},
    ],
}
_WHERE: Final = {
    "space": shapes.text("Only in this space."),
    "provider": shapes.text("Only of this provider."),
}
_MONEY: Final = {
    "currency": shapes.maybe(
        shapes.text("Three letters, or credits; null if no price is known.")
    ),
    "charged": shapes.text("What was taken."),
    "refunded": shapes.text("What of that was given back."),
    "net": shapes.text("The difference."),
    "pending": shapes.text("What will be taken, too, of those that succeed yet."),
}
_TOTAL: Final = shapes.record({"jobs": shapes.integer("How many."), **_MONEY})
_SUM: Final = shapes.record(
    {
        "provider": shapes.text(),
        "state": shapes.text("In the provider's word; gone if they are there no more."),
        "jobs": shapes.integer("How many."),
        **_MONEY,
    }
)
_CHARGE: Final = shapes.record(
    {
        "provider": shapes.text(),
        "job": shapes.text("Its identifier."),
        "operation": shapes.text("What made it."),
        "model": shapes.text("What has run for it; empty if unknown."),
        "state": shapes.text("In the provider's word."),
        "paid": shapes.choice([one.value for one in Paid], "What of it was paid."),
        "price": shapes.maybe(shapes.text("What it costs if it succeeds.")),
        **_MONEY,
        "is_assumed": shapes.flag("Nothing of the provider's says that price."),
    }
)
_BILL: Final = shapes.record(
    {
        "space": shapes.text(),
        "total": shapes.array(_TOTAL, "By currency."),
        "sums": shapes.array(_SUM, "By provider, state and currency."),
        "jobs": shapes.array(_CHARGE, "The latest first, as many as are wanted."),
    }
)


@table.get(
    "/bill",
    "show-bill",
    about="Show what jobs cost, space by space: by currency, provider, state and job.",
    query={
        **_WHERE,
        "limit": shapes.integer(
            f"How many jobs of each space at most; {_LIMIT} if missing.",
            minimum=0,
            maximum=10_000,
        ),
    },
    answer=shapes.record(
        {
            "total": shapes.array(_TOTAL, "Of all, by currency."),
            "bills": shapes.array(_BILL),
        }
    ),
    reach=Reach.LATEST,
)
async def show_bill(ask: Ask) -> Rows:
    """Return `{"total": [...], "bills": [...]}`."""
    limit = ask.query.get("limit", _LIMIT)
    rows = [
        Row(opened(space), space.id, _document(space, bill, limit))
        for space, bill in _bills(ask)
    ]
    return Rows(name="bills", rows=rows, finish=_finished)


@table.post(
    "/bill/assert",
    "assert-bill",
    about="Check that jobs cost no more than a budget, with what is still pending.",
    query=_WHERE,
    body=shapes.record(
        {"at_most": AMOUNT, "currency": shapes.text("Of that, such as USD.")},
        optional=["currency"],
    ),
    answer=shapes.record(
        {
            "passed": shapes.flag("Whether they do not."),
            "failures": shapes.array(shapes.text(), "A sentence for each reason."),
        }
    ),
    reach=Reach.LATEST,
)
async def assert_bill(ask: Ask) -> Rows:
    """Return `{"passed": bool, "failures": [...]}`."""
    rows = [
        Row(opened(space), space.id, _document(space, bill, 0))
        for space, bill in _bills(ask)
    ]
    at_most = Decimal(str(ask.body["at_most"]))
    finish = partial(_asserted, at_most, ask.body.get("currency"))
    return Rows(name="bills", rows=rows, finish=finish)


def _bills(ask: Ask) -> Iterator[tuple[Space, Bill]]:
    """Yield the bill of each space that is meant, if there is something on it."""
    slug = ask.query.get("provider")
    if slug is not None:
        ask.provider(slug, "query/provider")
    for space in sorted(ask.spaces(), key=opened):
        bill = Till(ask.services, space).bill()
        bill = bill if slug is None else bill.of(slug)
        if bill.charges or bill.gone or "space" in ask.query:
            yield space, bill


def _document(space: Space, bill: Bill, limit: int) -> dict[str, Any]:
    return {
        "space": space.id,
        "total": [_money(one) for one in bill.total],
        "sums": [
            {"provider": one.slug, "state": one.state, **_money(one)}
            for one in bill.sums
        ],
        "jobs": [_charge(one) for one in islice(reversed(bill.charges), limit)],
    }


def _money(one: Sum) -> dict[str, Any]:
    return {"jobs": one.jobs, **_amounts(one)}


def _amounts(one: Sum | Charge) -> dict[str, Any]:
    return {
        "currency": one.currency or None,
        "charged": amount(one.charged),
        "refunded": amount(one.refunded),
        "net": amount(one.net),
        "pending": amount(one.pending),
    }


def _charge(one: Charge) -> dict[str, Any]:
    return {
        "provider": one.slug,
        "job": one.job,
        "operation": one.operation,
        "model": one.model,
        "state": one.state,
        "paid": one.paid.value,
        "price": amount(one.price) if one.currency else None,
        **_amounts(one),
        "is_assumed": one.is_assumed,
    }


def _finished(rows: Sequence[Row]) -> dict[str, Any]:
    total = added(one for one in _sums(rows, by="") if one.currency)
    return {
        "total": [_money(one) for one in total],
        "bills": [row.document for row in rows],
    }


def _asserted(
    at_most: Decimal, currency: str | None, rows: Sequence[Row]
) -> dict[str, Any]:
    sums = [*_sums(rows, by="")]
    unknown = added(one for one in _sums(rows, by="provider") if not one.currency)
    known = added(one for one in sums if one.currency)
    failures = [*beyond([*unknown, *known], at_most, currency)]
    return {"passed": not failures, "failures": failures}


def _sums(rows: Iterable[Row], *, by: str) -> Iterator[Sum]:
    """Yield the sums of several spaces, whoever has told them."""
    for row in rows:
        for said in row.document["sums"]:
            yield _sum(said, said[by] if by else "")


def _sum(said: Mapping[str, Any], slug: str) -> Sum:
    names = ("charged", "refunded", "pending")
    amounts = (Decimal(said[name]) for name in names)
    return Sum(slug, "", said["currency"] or "", said["jobs"], *amounts)
