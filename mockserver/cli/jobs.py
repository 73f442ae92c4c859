"""jobs: list the jobs of a running server, show one, or let one fail."""

from collections.abc import Mapping
from typing import Any

from mockserver.cli.arguments import Parser
from mockserver.cli.client import Client, add_client_options
from mockserver.cli.output import print_json, print_line, print_table

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Print jobs, or one job with its timeline and exchanges; fail lets it fail.

    Raises:
        RefusedError: There is no such job.
        UnreachableError: There is no such server.
    """
    parser = Parser(
        verb, "List the jobs of a running server, show one, or let one fail."
    )
    actions = ("list", "show", "fail")
    parser.add_argument("action", nargs="?", choices=actions, default="list")
    parser.add_argument("job", nargs="?", help="Which one to show, or to let fail.")
    parser.add_argument(
        "--error",
        help="What is wrong (fail): a failure that the provider knows, or words in"
        " double quotes.",
    )
    parser.add_argument("--provider", metavar="SLUG", help="Only of this provider.")
    parser.add_argument("--state", help="Only those in this state of the provider.")
    parser.add_argument("--limit", type=int, help="How many at most; 50 if missing.")
    add_client_options(parser)
    options = parser.parse(given)
    if (options.action != "list") != (options.job is not None):
        parser.error("expected list, or show or fail and the identifier of a job")
    if options.error is not None and options.action != "fail":
        parser.error(f"--error belongs to fail, not to {options.action}")
    client = Client.of(options)
    where = {"space": options.space, "provider": options.provider}
    if options.action == "list":
        answer = client.get("jobs", **where, state=options.state, limit=options.limit)
    elif options.action == "show":
        answer = client.get("jobs", options.job, **where)
    else:
        body = {} if options.error is None else {"error": options.error}
        answer = client.post("jobs", options.job, "fail", body=body, **where)
    if options.json:
        print_json(answer)
    elif options.action == "list":
        _print_list(answer)
    elif options.action == "fail":
        print_line(f"{answer['id']}  {answer['state']}  {answer['error']}")
    else:
        _print_one(answer)
    return 0


def _print_list(answer: Mapping[str, Any]) -> None:
    rows = (
        (job["id"], job["provider"], job["space"], job["state"], _percent(job),
         job["created_at"])
        for job in answer["jobs"]
    )  # fmt: skip
    print_table(("JOB", "PROVIDER", "SPACE", "STATE", "PROGRESS", "CREATED"), rows)
    if answer.get("next"):
        print_line("... and older ones; see --limit")


def _print_one(job: Mapping[str, Any]) -> None:
    print_line(f"{job['id']}  {job['provider']}  {job['operation']}")
    print_line(f"space {job['space']}, created {job['created_at']}")
    print_line(f"{job['state']} ({job['phase']}) {_percent(job)}".rstrip())
    for name, link in job["preview"].items():
        print_line(f"{name}: {link}")
    print_line()
    steps = (
        (">" if step["is_current"] else "", step["state"], _seconds(step["starts_s"]),
         _seconds(step["ends_s"]), step["error"])
        for step in job["timeline"]
    )  # fmt: skip
    print_table(("", "STATE", "FROM", "TO", "ERROR"), steps)
    print_line()
    exchanges = (
        (one["number"], one["method"], one["operation"], one["status"], one["state"],
         one["fault"])
        for one in job["exchanges"]
    )  # fmt: skip
    print_table(("NO", "METHOD", "OPERATION", "STATUS", "STATE", "FAULT"), exchanges)


def _percent(job: Mapping[str, Any]) -> str:
    return "" if job["progress"] is None else f"{job['progress']:.0f} %"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"
