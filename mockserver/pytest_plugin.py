"""pytest plugin: one server for the run, one fresh space for each test."""

import os
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from mockserver.config import Config
    from mockserver.server.mock import MockServer
    from mockserver.server.sleeping import Sleeping
    from mockserver.server.spaces import SpaceHandle
    from mockserver.verdict.journal import Exchange

__all__ = [
    "make_mockserver",
    "mockserver",
    "mockserver_config",
    "mockserver_session",
    "mockserver_sleep",
]

__tracebackhide__ = True

_OPTIONS: Final = {
    "pace": ("PACE", "How time passes in tests: step (default), manual, demo, x60."),
    "seed": ("N", "What everything random depends on."),
    "auth": ("MODE", "strict (default) or open: whether any key opens a space."),
    "set": ("SLUG.KEY=VALUE", "Set a provider's own setting; repeatable."),
}
_MARKER: Final = (
    "mockserver(pace=..., seed=..., scenario=..., world=..., allow_unmatched=False,"
    " ignore_findings=[...]): how the space of this test begins, whether requests that"
    " no provider knows fail it, and which findings are not looked for."
)
_RULES: Final = "mockserver_rules"
_FINDINGS: Final = "mockserver_findings"
_BILL: Final = "mockserver_bill"
_MARKS: Final = frozenset(
    {"pace", "seed", "scenario", "allow_unmatched", "ignore_findings", "world"}
)
_DEFAULTS: Final = {"pace": "step", "auth": "strict"}
_FAIL_ON: Final = "mockserver_fail_on"
_IGNORED: Final = "mockserver_ignore_finding"


@dataclass(slots=True)
class _Watch:
    """What a test uses of a server, and what was there before the test.

    Attributes:
        server: The server.
        space: The test's space; None when the whole server is the test's.
        recorded: Number of the last exchange before the test.
        bugs: How many bugs of ours had been seen before the test.
        allows_unmatched: Requests that no provider knows do not fail the test.
        ignored: Rules about the client's habits that are not asked.
    """

    server: "MockServer"
    space: "SpaceHandle | None"
    recorded: int
    bugs: int
    allows_unmatched: bool
    ignored: tuple[str, ...]


_WATCHES = pytest.StashKey[list[_Watch]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--mockserver-*`."""
    group = parser.getgroup("mockserver", "video-mockserver")
    for name, (metavar, about) in _OPTIONS.items():
        group.addoption(
            f"--mockserver-{name}",
            dest=f"mockserver_{name}",
            metavar=metavar,
            action="append" if name == "set" else "store",
            default=None,
            help=about,
        )
    group.addoption(
        "--mockserver-fail-on",
        dest=_FAIL_ON,
        choices=("unfired",),
        help="Fail a test in whose scenarios some rule has never fired.",
    )
    group.addoption(
        "--mockserver-findings",
        dest=_FINDINGS,
        choices=("fail", "warn", "off"),
        default="warn",
        help="Habits of clients that hurt: fail the test, or sum up (default).",
    )
    group.addoption(
        "--mockserver-ignore-finding",
        dest=_IGNORED,
        metavar="RULE",
        action="append",
        default=[],
        help="A rule about such habits that is not asked; repeatable.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def mockserver_config() -> Mapping[str, object]:
    """Return settings for all tests, by field name of `Config`; override it.

    Options on the command line win over it; it wins over `MOCKSERVER_*` and over
    `mockserver.toml` or `[tool.mockserver]` beside the tests.
    """
    return {}


@pytest.fixture(scope="session")
def mockserver_session(
    mockserver_config: Mapping[str, object], pytestconfig: pytest.Config
) -> Iterator["MockServer"]:
    """Run one server for all tests of this worker."""
    server = _start(pytestconfig, mockserver_config)
    yield server
    server.stop()


@pytest.fixture
def mockserver(
    mockserver_session: "MockServer", request: pytest.FixtureRequest
) -> Iterator["SpaceHandle"]:
    """Return a fresh space of the session's server, named after the test.

    Its draws depend on the seed and on the test's own name, so they are the same in
    each run, in any order, and in parallel.
    """
    marks = _marks(request.node)
    name = _space_name(request.node.nodeid)
    mockserver_session.close_space(name)
    world = _world(marks, request.config)
    with _told():
        space = mockserver_session.open_space(
            name, pace=marks.get("pace"), seed=marks.get("seed"), world=world
        )
    _watch(request.node, mockserver_session, space, marks)
    if "scenario" in marks:
        with _told():
            space.use(marks["scenario"])
    yield space
    mockserver_session.close_space(name)


@pytest.fixture
def mockserver_sleep(mockserver: "SpaceHandle") -> Iterator["Sleeping"]:
    """Let this test's sleeps, dates and time-outs follow its space's clock.

    `time.sleep` and `asyncio.sleep` are jumps of the clock; `time.time` and
    `datetime.now` tell it; `time.monotonic`, and with it asyncio's time-outs, gains
    what the clock gains.
    """
    with import_module("mockserver.server.travelling").living_by(mockserver) as made:
        yield made


@pytest.fixture
def make_mockserver(
    mockserver_config: Mapping[str, object], request: pytest.FixtureRequest
) -> Iterator[Callable[..., "MockServer"]]:
    """Return a function that starts a server of its own: `make(pace="demo")`."""
    started: list[MockServer] = []

    def make(**settings: object) -> "MockServer":
        server = _start(request.config, {**mockserver_config, **settings})
        started.append(server)
        _watch(request.node, server, None, _marks(request.node))
        return server

    yield make
    for server in started:
        server.stop()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name rules that never fired (with `-v`, all), clients' bad habits, and costs."""
    reports = [one for every in terminalreporter.stats.values() for one in every]
    told = {
        name: [(one.nodeid, *row) for one in reports for row in getattr(one, name, ())]
        for name in (_RULES, _FINDINGS, _BILL)
    }
    if any(told.values()):
        summary = import_module("mockserver.server.summary")
        every = config.get_verbosity() > 0
        for title, text in summary.sections(*told.values(), every=every):
            terminalreporter.section(f"mockserver: {title}")
            terminalreporter.write_line(text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that has passed although something went wrong on the server."""
    yield
    watches = item.stash.get(_WATCHES, [])
    wrong = [line for one in watches for line in _wrong(one)]
    if item.config.getoption(_FAIL_ON):
        never = [f"  {name}" for one in watches for name, n in _rules(one) if not n]
        wrong += ["mockserver: rules that never fired:", *never] if never else []
    if item.config.getoption(_FINDINGS) == "fail":
        wrong += [_verdict(one, "warning") for one in watches]
        wrong = [*filter(None, wrong)]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what has happened with a test that has failed; keep which rules fired."""
    report = yield
    watches = item.stash.get(_WATCHES, [])
    if report.when == "call":
        # Plain lists: a worker of xdist sends them to the one that prints.
        vars(report)[_RULES] = [[*one] for watch in watches for one in _rules(watch)]
        vars(report)[_BILL] = [row for watch in watches for row in _billed(watch)]
        if item.config.getoption(_FINDINGS) != "off":
            vars(report)[_FINDINGS] = [
                [f"{one.severity.value} {one.id}", one.said]
                for watch in watches
                for one in _judged(watch)
            ]
    for number, watch in enumerate(watches if report.failed else ()):
        if watch.server.is_running:
            title = "mockserver" + (f" {number + 1}" if number else "")
            _report().tell(report, title, _described(watch))
    return report


def _start(config: pytest.Config, settings: Mapping[str, object]) -> "MockServer":
    given = {name: config.getoption(f"mockserver_{name}") for name in _OPTIONS}
    flags = {**settings, **{n: v for n, v in given.items() if v is not None}}
    with _told():
        loaded: Config = import_module("mockserver.config").load_config(
            flags, os.environ, config.rootpath, defaults=_DEFAULTS
        )
        # A file or environment made for `serve` must not expose or collide tests.
        place = {name: settings[name] for name in ("port",) if name in settings}
        host = settings.get("host", "127.0.0.1")
        server: MockServer = import_module("mockserver.server.mock").MockServer(
            loaded, host=host, **place
        )
        server.start()
    return server


@contextmanager
def _told() -> Iterator[None]:
    """Let what is wrong with the user's words fail the test, in our words alone."""
    try:
        yield
    except import_module("mockserver.errors").MockserverError as error:
        # As `pytest.fail`, but not as a consequence of what it says itself.
        raise pytest.fail.Exception(f"mockserver: {error}", pytrace=False) from None


def _marks(item: pytest.Item) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    for marker in reversed([*item.iter_markers("mockserver")]):
        marks |= marker.kwargs
        surplus = [*map(repr, marker.args), *sorted(marker.kwargs.keys() - _MARKS)]
        if surplus:
            expected = ", ".join(sorted(_MARKS))
            pytest.fail(
                f"marker mockserver: found {surplus[0]}, expected {expected}",
                pytrace=False,
            )
    return marks


def _world(marks: Mapping[str, Any], config: pytest.Config) -> Any:
    """Return the world of a test's own space; paths start at the root of the tests."""
    world = marks.get("world")
    return config.rootpath / world if isinstance(world, str) else world


def _space_name(node_id: str) -> str:
    """Return a short name that no other test has."""
    bare = re.sub(r"[^A-Za-z0-9_-]+", "-", node_id.rpartition("::")[2])[:40].strip("-")
    return f"{bare}-{blake2b(node_id.encode(), digest_size=4).hexdigest()}"


def _watch(
    item: pytest.Item,
    server: "MockServer",
    space: "SpaceHandle | None",
    marks: Mapping[str, Any],
) -> None:
    ignored = (*marks.get("ignore_findings", ()), *item.config.getoption(_IGNORED))
    if ignored:
        judging = import_module("mockserver.edge.judging")
        with _told():
            judging.check_rules(ignored, "ignore_findings")
    watch = _Watch(
        server,
        space,
        server.instance.services.journal.recorded,
        server.bug_count,
        bool(marks.get("allow_unmatched", False)),
        ignored,
    )
    item.stash.setdefault(_WATCHES, []).append(watch)


def _wrong(watch: _Watch) -> Iterator[str]:
    """Say what should fail the test."""
    if not watch.server.is_running:
        return
    bugs = _bugs(watch)
    if bugs:
        yield f"mockserver: {len(bugs)} bugs in video-mockserver, please report them:"
        yield from bugs
    unmatched = [one for one in _exchanges(watch) if one.is_unmatched]
    if unmatched and not watch.allows_unmatched:
        yield f"mockserver: {len(unmatched)} requests that no provider knows:"
        yield from _report().lines_of(watch.server, unmatched)


def _described(watch: _Watch) -> str:
    config = watch.server.config
    seed = config.seed if watch.space is None else watch.space.seed
    said = [f"{watch.server.url}  seed {seed}, auth {config.auth}"]
    if watch.space is not None:
        said.append(f"space {watch.space.id}, pace {watch.space.pace}")
    said += _report().told(watch.space or watch.server, _exchanges(watch))
    said += [f"bug in video-mockserver: {bug.splitlines()[0]}" for bug in _bugs(watch)]
    return "\n".join(said)


def _report() -> Any:
    return import_module("mockserver.server.report")


def _rules(watch: _Watch) -> list[tuple[str, int]]:
    """Return the rules of the test's scenarios, and how often each has fired."""
    if not watch.server.is_running:
        return []
    faults = (watch.space or watch.server).faults
    return [(rule.title, rule.fired) for fault in faults for rule in fault.rules]


def _judged(watch: _Watch, least: str = "note") -> list[Any]:
    """Return what was found about the client of a test."""
    if not watch.server.is_running:
        return []
    return (watch.space or watch.server).judge(least=least, ignore=watch.ignored)


def _billed(watch: _Watch) -> list[list[Any]]:
    """Return what the jobs of a test have cost, by provider and currency."""
    face = watch.space or watch.server
    is_any = watch.server.is_running and len(face.jobs) > 0
    return import_module("mockserver.server.bills").rows(face.bill) if is_any else []


def _verdict(watch: _Watch, least: str) -> str:
    """Return the same for people; nothing if there is nothing."""
    found = _judged(watch, least)
    if not found:
        return ""
    told = import_module("mockserver.server.verdicts").told
    return (
        f"mockserver: findings about the client:\n{told(watch.server.instance, found)}"
    )


def _bugs(watch: _Watch) -> list[str]:
    new = watch.server.bug_count - watch.bugs
    return watch.server.bugs[-new:] if new else []


def _exchanges(watch: _Watch) -> list["Exchange"]:
    """Return the test's exchanges, and those that reached no space at all."""
    names = {"", None if watch.space is None else watch.space.id}
    return [
        one
        for one in watch.server.exchanges
        if one.number > watch.recorded and (watch.space is None or one.space in names)
    ]
