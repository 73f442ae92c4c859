"""What jobs cost follows from their states, and adds up without a rounding error."""

from decimal import Decimal

import pytest

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.verdict.bill import (
    Bill,
    Charge,
    Paid,
    Sum,
    added,
    amount,
    beyond,
    charged,
    money,
    summed,
)
from mockserver.verdict.prices import PriceList, Quote

AT_ONCE = PriceList.of({"currency": "USD", "charged": "submit", "refunds": ["failed"]})
ON_SUCCESS = PriceList.of({"currency": "USD"})
ENDS = {
    "running": Step("busy", Phase.RUNNING),
    "succeeded": Step("done", Phase.SUCCEEDED),
    "failed": Step("torn", Phase.FAILED),
    "cancelled": Step("off", Phase.CANCELLED),
}


def job(end: str) -> Job:
    timeline = Timeline((Step("waiting", Phase.WAITING, 5.0), ENDS[end]))
    return Job("j1", "s", 0, "draw", 0.0, timeline, (5.0,), b"{}")


def at(end: str, prices: PriceList, cost: str | None = None) -> Charge:
    """Return what a job costs that has come to some end."""
    about = Charge("sketch", "j1", "draw", ENDS[end].state, currency="USD")
    quote = Quote(Decimal("0.30"), None if cost is None else Decimal(cost))
    return charged(about, job(end), prices, quote, 10.0)


@pytest.mark.parametrize(
    ("end", "prices", "taken", "back", "paid"),
    [
        ("running", AT_ONCE, "0.30", "0", Paid.CHARGED),
        ("succeeded", AT_ONCE, "0.30", "0", Paid.CHARGED),
        ("failed", AT_ONCE, "0.30", "0.30", Paid.REFUNDED),
        ("cancelled", AT_ONCE, "0.30", "0", Paid.CHARGED),
        ("running", ON_SUCCESS, "0", "0", Paid.PENDING),
        ("succeeded", ON_SUCCESS, "0.30", "0", Paid.CHARGED),
        ("failed", ON_SUCCESS, "0", "0", Paid.FREE),
        ("cancelled", ON_SUCCESS, "0", "0", Paid.FREE),
    ],
)
def test_what_is_taken_and_given_back(
    end: str, prices: PriceList, taken: str, back: str, paid: Paid
) -> None:
    one = at(end, prices)

    assert (one.charged, one.refunded, one.paid) == (
        Decimal(taken),
        Decimal(back),
        paid,
    )
    assert one.pending == (Decimal("0.30") if paid is Paid.PENDING else 0)


def test_a_provider_may_say_what_a_job_has_cost_in_the_end() -> None:
    one = at("failed", AT_ONCE, "0.10")

    assert (one.net, one.refunded, one.paid) == (
        Decimal("0.10"),
        Decimal("0.20"),
        Paid.CHARGED,
    )


def test_amounts_are_written_with_two_decimals_or_what_they_need() -> None:
    written = [amount(Decimal(one)) for one in ("1.2", "0.7078", "3", "0.0000004")]

    assert written == ["1.20", "0.7078", "3.00", "0.00"]
    assert money(Decimal(1), "USD") == "USD 1.00"
    assert money(Decimal(3), "credits") == "3.00 credits"


@pytest.mark.deep
def test_a_million_cents_are_ten_thousand() -> None:
    cent = Sum("a", "done", "USD", 1, Decimal("0.01"))

    assert [*added([cent] * 1_000_000)] == [
        Sum("a", "done", "USD", 1_000_000, Decimal("10000.00"))
    ]


PRICED = Charge("a", "1", "draw", "done", "", "USD", Decimal(2), Decimal(2))
IN_CREDITS = Charge("b", "2", "draw", "done", "", "credits", Decimal(5), Decimal(5))
UNKNOWN = Charge("c", "3", "draw", "done")
WAITING = Charge("a", "4", "draw", "busy", "", "USD", Decimal(1), paid=Paid.PENDING)


def test_a_bill_is_by_provider_state_and_currency() -> None:
    gone = Sum("a", "gone", "USD", 2, Decimal(3))
    bill = Bill((PRICED, IN_CREDITS, UNKNOWN, WAITING), (gone,))

    assert [(one.slug, one.state, one.currency, one.jobs) for one in bill.sums] == [
        ("a", "busy", "USD", 1),
        ("a", "done", "USD", 1),
        ("a", "gone", "USD", 2),
        ("b", "done", "credits", 1),
        ("c", "done", "", 1),
    ]
    assert [(one.currency, one.net, one.pending) for one in bill.total] == [
        ("USD", Decimal(5), Decimal(1)),
        ("credits", Decimal(5), Decimal(0)),
    ]
    assert bill.unknown == [Sum("c", "", "", 1)]
    assert bill.of("b") == Bill((IN_CREDITS,))


OVER = (
    "2 jobs cost USD 3.00 (USD 1.00 of it once they succeed), expected at most USD 2.50"
)
BUDGETS: list[tuple[list[Charge], str, str | None, list[str]]] = [
    ([PRICED], "2", None, []),
    ([PRICED], "1.99", None, ["1 job cost USD 2.00, expected at most USD 1.99"]),
    (
        [PRICED, WAITING],
        "2.50",
        "USD",
        [OVER],
    ),
    (
        [PRICED, IN_CREDITS],
        "9",
        None,
        ["jobs cost USD and credits: say which of them is meant"],
    ),
    (
        [PRICED, IN_CREDITS],
        "9",
        "USD",
        ["jobs cost 5.00 credits, expected nothing but USD"],
    ),
    (
        [UNKNOWN],
        "9",
        None,
        [
            "no price is known of 1 job of c: say c/catalogue/prices in a world file",
        ],
    ),
    ([], "0", None, []),
]


@pytest.mark.parametrize(("charges", "at_most", "currency", "said"), BUDGETS)
def test_what_is_beyond_a_budget_is_said(
    charges: list[Charge], at_most: str, currency: str | None, said: list[str]
) -> None:
    bill = Bill(tuple(charges))
    sums = [*bill.unknown, *bill.total]

    assert [*beyond(sums, Decimal(at_most), currency)] == said


def test_charges_are_summed_by_currency_where_nothing_else_is_asked() -> None:
    assert summed([PRICED, PRICED]) == [Sum("", "", "USD", 2, Decimal(4))]
