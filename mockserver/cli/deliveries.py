"""deliveries: the webhooks and uploads that the providers of a running server send."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.lines import printable, printable_lines, shown_status
from mockserver.cli.tools.output import print_json, print_line, print_table

__all__ = ["line_of", "run"]

Delivery = Mapping[str, Any]

_NAMES: Final = ("DELIVERY", "PROVIDER", "LABEL", "JOB", "STATE", "PASSAGE", "TRIES",
                 "WHERE")  # fmt: skip


def run(verb: str, given: list[str]) -> int:
    """Print deliveries, or one with its attempts, or send one again.

    Raises:
        RefusedError: There is no such delivery or space.
        UnreachableError: There is no such server.
    """
    parser = Parser(
        verb,
        "List what providers send, webhooks and uploads alike, show one with each"
        " attempt (show ID), or send one again now (resend ID), as it was or with a"
        " fault.",
    )
    actions = ("list", "show", "resend")
    parser.add_argument("action", nargs="?", choices=actions, default="list")
    parser.add_argument("delivery", nargs="?", help="Which one to show or resend.")
    parser.add_argument("--provider", metavar="SLUG", help="Only of this provider.")
    parser.add_argument("--job", metavar="ID", help="Only about this job.")
    parser.add_argument("--state", help="Only these: pending, delivered, failed, ...")
    parser.add_argument("--limit", type=int, help="How many at most; 100 if missing.")
    parser.add_argument(
        "--fault",
        choices=("late", "twice", "wrong-signature"),
        help="What the first attempt of resend is to meet.",
    )
    parser.add_argument(
        "--delay", metavar="TIME", help="How late it is, with --fault late; or 10s."
    )
    add_client_options(parser)
    options = parser.parse(given)
    if (options.action == "list") != (options.delivery is None):
        parser.error("expected list, or show or resend and the name of a delivery")
    how = {name: getattr(options, name) for name in ("fault", "delay")}
    body = {name: value for name, value in how.items() if value is not None}
    if body and options.action != "resend":
        parser.error(f"expected resend with --{next(iter(body))}")
    client = Client.of(options)
    if options.action == "list":
        names = ("space", "provider", "job", "state", "limit")
        wanted = {name: getattr(options, name) for name in names}
        answer = client.get("deliveries", **wanted)
    elif options.action == "show":
        answer = client.get("deliveries", options.delivery, space=options.space)
    else:
        path = ("deliveries", options.delivery, "resend")
        answer = client.post(*path, body=body, space=options.space)
    if options.json:
        print_json(answer)
    elif options.action == "list":
        print_table(_NAMES, (_row(one) for one in answer["deliveries"]))
    else:
        _print_attempts(answer)
    if options.action == "show" and not options.json:
        _print_sent(answer)
    return 0


def line_of(delivery: Delivery) -> str:
    """Return a delivery as one line."""
    tries = ", ".join(_outcome(one) for one in delivery["attempts"])
    about = f"  job={printable(delivery['job'])}" if delivery["job"] else ""
    return (
        f"delivery {delivery['id']} of {delivery['provider']}: {delivery['label']}"
        f" {delivery['state']} to {printable(delivery['url'])}"
        f"  {tries or 'not tried yet'}{about}"
    )


def _row(one: Delivery) -> tuple[object, ...]:
    return (
        one["id"],
        one["provider"],
        one["label"],
        one["job"],
        one["state"],
        one["passage"] or "",
        len(one["attempts"]),
        f"{one['method']} {printable(one['url'])}",
    )


def _print_attempts(delivery: Delivery) -> None:
    print_line(f"{delivery['id']}  {delivery['provider']}  {delivery['label']}")
    url = printable(delivery["url"])
    print_line(f"{delivery['state']}: {delivery['method']} {url}")
    rows = (
        (one["number"], one["at"], one["passage"], _outcome(one),
         f"{one['elapsed_s'] * 1000:.1f}", _said(one))
        for one in delivery["attempts"]
    )  # fmt: skip
    print_table(("NO", "AT", "PASSAGE", "OUTCOME", "MS", "SAID"), rows)


def _print_sent(delivery: Delivery) -> None:
    print_line()
    for name, value in delivery["headers"]:
        print_line(f"{printable(name)}: {printable(value)}")
    print_line()
    body = delivery["body"]
    if body is not None and body["text"] is not None:
        print_line(printable_lines(body["text"]))
    else:
        print_line(f"({delivery['size_bytes']} bytes, MD5 {delivery['md5']})")


def _said(attempt: Mapping[str, Any]) -> str:
    """Return the beginning of what was answered, or why nothing was."""
    return printable((attempt["answer"] or attempt["reason"]).strip())[:80]


def _outcome(attempt: Mapping[str, Any]) -> str:
    """Say what became of an attempt, and whether a fault had a hand in it."""
    if attempt["status"] is not None:
        said = shown_status(attempt["status"])
    else:
        said = attempt["error"] or attempt["passage"]
    tampered = " (changed by a fault)" if attempt["is_tampered"] else ""
    return said + tampered + (" (a copy)" if attempt["is_copy"] else "")
