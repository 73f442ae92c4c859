"""jobs: list the jobs of a running server, show, judge or fail one."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any, Final

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.assertions import add_assertions, asked
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.output import print_json, print_line, print_table

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Print jobs, or one job; fail lets it fail, assert returns 1 if one is broken.

    Raises:
        RefusedError: There is no such job.
        UnreachableError: There is no such server.
    """
    options = _options(verb, given)
    answer = _asked(options)
    if options.json:
        print_json(answer)
    else:
        _PRINTERS[options.action](answer)
    return int(not answer.get("passed", True))


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "List the jobs of a running server, show one, let one fail, draw its story, or"
        " assert what its client did (the exit code is 1 if it did not).",
    )
    parser.add_argument("action", nargs="?", choices=[*_PRINTERS], default="list")
    parser.add_argument("job", nargs="?", help="Which one, for all but list.")
    parser.add_argument(
        "--error",
        help="What is wrong (fail): a failure that the provider knows, or words in"
        " double quotes.",
    )
    parser.add_argument("--provider", metavar="SLUG", help="Only of this provider.")
    parser.add_argument("--state", help="Only those in this state of the provider.")
    parser.add_argument("--limit", type=int, help="How many at most; 50 if missing.")
    add_assertions(parser)
    add_client_options(parser)
    options = parser.parse(given)
    if (options.action != "list") != (options.job is not None):
        parser.error(
            "expected list, or show, fail, story or assert and the identifier of a job"
        )
    if options.error is not None and options.action != "fail":
        parser.error(f"--error belongs to fail, not to {options.action}")
    if bool(asked(options)) != (options.action == "assert"):
        parser.error(
            "expected assert with what is asserted, and no other verb with that"
        )
    return options


def _asked(options: Namespace) -> Any:
    """Return what the server says."""
    client, action, job = Client.of(options), options.action, options.job
    where = {"space": options.space, "provider": options.provider}
    if action == "list":
        return client.get("jobs", **where, state=options.state, limit=options.limit)
    if action == "show":
        return client.get("jobs", job, **where)
    if action == "story":
        return client.get("jobs", job, "story", **where)
    body = asked(options)
    if action == "fail" and options.error is not None:
        body = {"error": options.error}
    return client.post("jobs", job, action, body=body, **where)


def _print_failed(answer: Mapping[str, Any]) -> None:
    print_line(f"{answer['id']}  {answer['state']}  {answer['error']}")


def _print_story(answer: Mapping[str, Any]) -> None:
    for line in answer["lines"]:
        print_line(line)


def _print_verdict(answer: Mapping[str, Any]) -> None:
    for said in answer["failures"] or ["passed"]:
        print_line(said)
    if not answer["passed"]:
        _print_story(answer)


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


_PRINTERS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {
    "list": _print_list,
    "show": _print_one,
    "fail": _print_failed,
    "story": _print_story,
    "assert": _print_verdict,
}
