"""deliveries: list what providers have sent or will send, or send one again."""

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.cli.arguments import Parser
from mockserver.cli.client import Client, add_client_options
from mockserver.cli.output import print_json, print_line, print_table

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Print deliveries, or one with its attempts after it has been sent again.

    Raises:
        RefusedError: There is no such delivery.
        UnreachableError: There is no such server.
    """
    parser = Parser(verb, "List webhooks and uploads of a running server, or repeat.")
    parser.add_argument("action", nargs="?", choices=("list", "resend"), default="list")
    parser.add_argument("delivery", nargs="?", help="Which one to send again, now.")
    parser.add_argument("--provider", metavar="SLUG", help="Only of this provider.")
    parser.add_argument("--job", help="Only about the job of this identifier.")
    parser.add_argument("--state", help="Only those in this state, such as failed.")
    parser.add_argument("--limit", type=int, help="How many at most; 100 if missing.")
    add_client_options(parser)
    options = parser.parse(given)
    if (options.action == "resend") != (options.delivery is not None):
        parser.error("expected list, or resend and the identifier of a delivery")
    client, where = Client.of(options), {"space": options.space}
    if options.action == "list":
        names = ("provider", "job", "state", "limit")
        narrowed = {name: getattr(options, name) for name in names}
        answer = client.get("deliveries", **where, **narrowed)
    else:
        answer = client.post("deliveries", options.delivery, "resend", **where)
    if options.json:
        print_json(answer)
    elif options.action == "list":
        _print_list(answer["deliveries"])
    else:
        _print_one(answer)
    return 0


def _print_list(deliveries: Iterable[Mapping[str, Any]]) -> None:
    rows = (
        (one["id"], one["provider"], one["label"], one["job"], one["state"],
         one["passage"] or "", len(one["attempts"]), f"{one['method']} {one['url']}")
        for one in deliveries
    )  # fmt: skip
    print_table(
        ("DELIVERY", "PROVIDER", "LABEL", "JOB", "STATE", "PASSAGE", "TRIES", "WHERE"),
        rows,
    )


def _print_one(delivery: Mapping[str, Any]) -> None:
    print_line(f"{delivery['id']}  {delivery['provider']}  {delivery['label']}")
    print_line(f"{delivery['state']}: {delivery['method']} {delivery['url']}")
    rows = (
        (one["number"], one["at"], one["passage"], one["status"] or one["error"] or "",
         one["reason"])
        for one in delivery["attempts"]
    )  # fmt: skip
    print_table(("NO", "AT", "PASSAGE", "OUTCOME", "REASON"), rows)
