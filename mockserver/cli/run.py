"""run: start a server, run a program whose clients all end there, and sum up."""

import json
import os
import signal
import subprocess
import sys
from argparse import SUPPRESS, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, Final

from mockserver.cli.findings import write
from mockserver.cli.firings import title
from mockserver.cli.tools.arguments import Parser, UsageError, add_settings, flags_of
from mockserver.cli.tools.client import RefusedError
from mockserver.cli.tools.isolation import enter, named_here
from mockserver.cli.tools.surroundings import UNREACHED, variables
from mockserver.config import SETTINGS, Config, load_config
from mockserver.edge.redactors import Redactors
from mockserver.edge.routing.doors import Doors
from mockserver.edge.staging.stage import STAGE
from mockserver.edge.tally import Tally
from mockserver.providers.discovery import discover
from mockserver.server.mock import MockServer
from mockserver.server.sockets.trust import trust_files
from mockserver.server.verdicts import documents
from mockserver.verdict.reports import is_as_bad

__all__ = ["run"]

FINDINGS: Final = ("unmatched", "bugs", "unfired", "findings")
HTTP_PORT: Final = 80
HTTPS_PORT: Final = 443
_ISOLATED: Final = "--is-isolated"
_NO_RULE: Final = (
    "no rule was there to fire: give a scenario with --scenario, or let the program"
    " apply one"
)
NO_SUCH_COMMAND: Final = 127
CANNOT_RUN: Final = 126
_FORWARDED: Final = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGINT")
# Of a terminal's own, whose whole group gets them.
_OF_TERMINALS: Final = frozenset({"SIGINT", "SIGQUIT"})


@dataclass(frozen=True, slots=True)
class _Summary:
    """What a server has seen while a program ran.

    Attributes:
        calls: How many calls each provider has got, by slug.
        unmatched: How many requests were for no provider.
        bugs: Our own mistakes.
        targets: Some of what was unmatched.
        fired: How often each rule of a scenario has.
        habits: What was found about the program's clients, as the control API has it.
    """

    calls: Mapping[str, int]
    unmatched: int
    bugs: int
    targets: Sequence[str]
    fired: Mapping[str, int]
    habits: Sequence[Mapping[str, Any]]

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        """What will hurt the clients on a bad day, or already does."""
        return [one for one in self.habits if is_as_bad(one, "warning")]

    @property
    def unfired(self) -> list[str]:
        """The rules that have never acted; that there was none counts as well."""
        if not self.fired:
            return [_NO_RULE]
        return [rule for rule, count in self.fired.items() if not count]

    @property
    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "calls": dict(self.calls),
            "unmatched": self.unmatched,
            "bugs": self.bugs,
            "unmatched_targets": list(self.targets),
            "fired": dict(self.fired),
            "findings": [*self.habits],
        }

    def lines(self) -> Iterator[str]:
        """The same for people."""
        width = max(map(len, self.calls), default=0)
        for slug, calls in self.calls.items():
            yield f"  {slug:<{width}}  {calls} calls"
        if not any(self.calls.values()):
            yield f"  No call has come here. {UNREACHED}."
        if self.unmatched:
            yield f"  unmatched: {self.unmatched}"
            yield from (f"    {target}" for target in self.targets)
        for rule, count in self.fired.items():
            yield f"  rule {rule}: {f'fired {count}' if count else 'never fired'}"
        for one in self.habits:
            yield f"  {one['severity']} {one['rule']}: {one['said']}"
        if self.bugs:
            yield f"  bugs of video-mockserver: {self.bugs}"


def run(verb: str, given: list[str]) -> int:
    """Run a program; return its exit code, or 1 for what `--fail-on` names.

    Raises:
        ConfigError: A setting is wrong.
        RefusedError: The report cannot be written.
        StartError: The server cannot start.
        UsageError: There is no program, or a flag is wrong.
    """
    options, command, config = _options(verb, given)
    if options.isolate and config.pass_through:
        raise UsageError(
            "run: --isolate reaches nobody, so --pass-through means nothing"
        )
    if options.isolate:
        enter([verb, _ISOLATED, *(one for one in given if one != "--isolate")])
    if options.is_isolated:
        config = replace(config, host="127.0.0.1", port=HTTP_PORT, tls_port=HTTPS_PORT)
    with ExitStack() as held:
        if options.is_isolated:
            doors = Doors(discover(config.providers))
            held.enter_context(named_here(doors.knows))
        server = held.enter_context(MockServer(config, port=config.port))
        tally = Tally(server.instance.services.journal)
        for _ in tally.look():
            pass
        code = _child(command, {**os.environ, **_variables(server, options)})
        summary = _sum_up(server, tally)
    if not config.quiet:
        lines = [f"mockserver: {command[0]} exited with {code}", *summary.lines()]
        if "unfired" in options.fail_on and not summary.fired:
            lines.append(f"  {_NO_RULE}")
        sys.stderr.write("\n".join(lines) + "\n")
    if options.report:
        _report(Path(options.report), {"exit_code": code, **summary.document})
    if options.findings:
        write(Path(options.findings), summary.habits)
    failed = any(getattr(summary, name) for name in options.fail_on)
    return 1 if failed and code == 0 else code


def _options(verb: str, given: list[str]) -> tuple[Namespace, list[str], Config]:
    parser = Parser(
        verb,
        "Start a server on a free port and run a program whose HTTP clients all end"
        " there: mockserver run [OPTIONS] -- PROGRAM [ARGUMENTS]. The exit code is the"
        " program's. Settings are those of serve; the pace is step.",
    )
    add_settings(parser, SETTINGS)
    parser.add_argument(
        "--no-proxy",
        action="store_true",
        help="Set only MOCKSERVER_URL and each provider's MOCKSERVER_<SLUG>_URL.",
    )
    parser.add_argument("--report", metavar="FILE", help="Write the summary as JSON.")
    parser.add_argument(
        "--fail-on",
        metavar="WHAT",
        action="append",
        choices=FINDINGS,
        default=[],
        help="Exit with 1 if there are any: unmatched, bugs, unfired (also if no rule"
        " was there), or findings (of at least warnings); repeatable.",
    )
    parser.add_argument(
        "--findings",
        metavar="FILE",
        help="Write what was found about the program's clients; .xml is JUnit, .sarif"
        " SARIF, .json and .txt.",
    )
    parser.add_argument(
        "--isolate",
        action="store_true",
        help="In a network of its own: every client lands here, whatever it reads, and"
        " nothing else can be reached. Linux, where the system allows it.",
    )
    parser.add_argument(_ISOLATED, dest="is_isolated", action="store_true",
                        help=SUPPRESS)  # fmt: skip
    at = given.index("--") if "--" in given else len(given)
    options, command = parser.parse(given[:at]), given[at + 1 :]
    if not command:
        raise UsageError("run: found no program, expected mockserver run -- PROGRAM")
    file = Path(options.config) if options.config else None
    flags = flags_of(options, SETTINGS)
    defaults = {"pace": "step", "port": 0}
    config = load_config(flags, os.environ, Path.cwd(), file, defaults=defaults)
    return options, command, config


def _variables(server: MockServer, options: Namespace) -> dict[str, str]:
    config, slugs = server.config, server.services.providers
    trust = None if options.no_proxy else trust_files(config.state_folder)
    urls = {slug: server.url_for(slug) for slug in slugs}
    java = os.environ.get("JAVA_TOOL_OPTIONS", "")
    return variables(server.url, urls, trust, java)


def _child(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a program on our own streams; return its code, 128 and more for signals."""
    try:
        child = subprocess.Popen(command, env=environ)  # noqa: S603 - the user's own
    except FileNotFoundError:
        sys.stderr.write(f"mockserver: {command[0]}: found no such program\n")
        return NO_SUCH_COMMAND
    except OSError as error:
        sys.stderr.write(f"mockserver: {command[0]}: {error.strerror}\n")
        return CANNOT_RUN
    with _forwarded(child.send_signal):
        code = child.wait()
    return 128 - code if code < 0 else code


@contextmanager
def _forwarded(send: Callable[[int], None]) -> Iterator[None]:
    """Give the signals that we get to the program, which decides what they mean."""
    is_terminal = sys.stdin is not None and sys.stdin.isatty()

    def forward(number: int, frame: FrameType | None) -> None:
        del frame
        if not (is_terminal and signal.Signals(number).name in _OF_TERMINALS):
            send(number)

    numbers = [getattr(signal, name) for name in _FORWARDED if hasattr(signal, name)]
    before = {number: signal.signal(number, forward) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sum_up(server: MockServer, tally: Tally) -> _Summary:
    counts: Counter[str] = Counter()
    for count in tally.look():
        counts[count.slug] += count.requests
    unmatched = counts.pop("", 0)
    hide = Redactors(server.services).get("", "").target
    targets = dict.fromkeys(
        f"{one.method} {hide(one.target)}" for one in server.exchanges if not one.slug
    )
    calls = {slug: counts[slug] for slug in server.services.providers if counts[slug]}
    few = [*targets][:10]
    habits = documents(server.instance, server.findings)
    return _Summary(calls, unmatched, server.bug_count, few, _fired(server), habits)


def _fired(server: MockServer) -> Mapping[str, int]:
    """Return how often rules have acted, also those that nobody has come to meet."""
    stage = server.instance.app[STAGE]
    begun = [stage.read(asked) for asked in server.config.scenarios]
    counts = {title(one.name, rule.name): 0 for one in begun for rule in one.rules}
    for fault in server.faults:
        for rule in fault.rules:
            counts[rule.title] = counts.get(rule.title, 0) + rule.fired
    return counts


def _report(file: Path, document: Mapping[str, Any]) -> None:
    try:
        file.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise RefusedError(f"{file}: cannot be written: {error.strerror}") from error
