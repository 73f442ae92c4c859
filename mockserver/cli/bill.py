"""bill: what the jobs of a running server cost, and whether that is within a budget."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.lines import printable
from mockserver.cli.tools.output import print_json, print_line, print_table

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Print what jobs cost; return 1 if that is more than `--at-most`.

    Raises:
        RefusedError: There is no such space or provider.
        UnreachableError: There is no such server.
    """
    options = _options(verb, given)
    client, where = Client.of(options), _where(options)
    bill = client.get("bill", **where, limit=options.limit)
    failures: list[str] = []
    if options.at_most is not None:
        body = {"at_most": str(options.at_most), "currency": options.currency}
        asked = {name: value for name, value in body.items() if value is not None}
        failures = client.post("bill", "assert", body=asked, **where)["failures"]
    if options.json:
        print_json({**bill, "failures": failures} if options.at_most else bill)
    else:
        _print(bill)
        for said in failures:
            print_line(f"over the budget: {said}")
    return int(bool(failures))


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "Show what the jobs of a running server cost, by space, provider and state,"
        " then job by job. With --at-most the exit code is 1 if it is more.",
    )
    parser.add_argument("--provider", metavar="SLUG", help="Only of this provider.")
    parser.add_argument(
        "--limit", type=int, help="How many jobs of each space at most; 100 if missing."
    )
    parser.add_argument(
        "--at-most", metavar="AMOUNT", type=_amount, help="The budget, such as 1.50."
    )
    parser.add_argument(
        "--currency", metavar="CODE", help="Of the budget, where there are several."
    )
    add_client_options(parser)
    options = parser.parse(given)
    if options.currency is not None and options.at_most is None:
        parser.error("--currency belongs to --at-most")
    return options


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except ArithmeticError:
        found = Decimal(-1)
    if not found.is_finite() or found < 0:
        raise ArgumentTypeError(f"found {text!r}, expected an amount such as 1.50")
    return found


def _where(options: Namespace) -> dict[str, Any]:
    return {"space": options.space, "provider": options.provider}


def _print(bill: Mapping[str, Any]) -> None:
    sums = [
        (one["space"], row["provider"], row["state"], row["jobs"], *_shown(row))
        for one in bill["bills"]
        for row in one["sums"]
    ]
    names = ("CURRENCY", "CHARGED", "REFUNDED", "NET", "PENDING")
    print_table(("SPACE", "PROVIDER", "STATE", "JOBS", *names), sums)
    print_line()
    jobs = [
        (row["job"], row["provider"], printable(row["model"]), row["state"],
         row["paid"], row["currency"], row["price"], row["net"] if row["price"] else "",
         "assumed" if row["is_assumed"] else "")
        for one in bill["bills"]
        for row in one["jobs"]
    ]  # fmt: skip
    columns = ("JOB", "PROVIDER", "MODEL", "STATE", "PAID", "CURRENCY", "PRICE", "NET",
               "")  # fmt: skip
    print_table(columns, jobs)
    print_line()
    for one in bill["total"]:
        more = f", {one['pending']} pending" if float(one["pending"]) else ""
        print_line(f"total {one['currency']} {one['net']}{more}, {one['jobs']} jobs")
    for slug, count in _unknown(bill).items():
        print_line(f"no price known: {count} jobs of {slug}")


def _shown(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the amounts of a row; nothing if no price is known."""
    names = ("currency", "charged", "refunded", "net", "pending")
    return tuple(row[name] if row["currency"] else "" for name in names)


def _unknown(bill: Mapping[str, Any]) -> dict[str, int]:
    """Return how many jobs of each provider have no known price."""
    found: dict[str, int] = {}
    for one in bill["bills"]:
        for row in one["sums"]:
            if row["currency"] is None:
                found[row["provider"]] = found.get(row["provider"], 0) + row["jobs"]
    return found
