"""scenarios and fault, as a person at a terminal uses them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mockserver.cli import main
from mockserver.server.mock import MockServer

BAD = "scenario: bad\nrules: [{job: {slwo: 2}}]\n"


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(pace="manual") as server:
        yield server


def test_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["scenarios", "--provider", "idomoo"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines] == [
        "SCENARIO",
        "idomoo-asset-missing",
        "render-stalls-then-fails",
    ]


def test_the_list_says_where_a_scenario_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["scenarios", "list"])

    listed = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert listed["flaky"].split()[1:3] == ["all", "preset"]
    assert " all but " in listed["webhook-late"]
    assert "idomoo" in listed["webhook-late"]
    assert listed["idomoo-asset-missing"].split()[1] == "idomoo"


def test_a_scenario_is_shown_as_it_was_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["scenarios", "show", "slow-render"])

    assert code == 0
    assert capsys.readouterr().out.splitlines()[-1] == "  - job: {slow: $factor}"


def test_all_that_ships_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    ships = [*(Path(__file__).parents[2] / "scenarios").glob("*.yaml")]

    code = main(["scenarios", "validate"])

    assert (code, capsys.readouterr().out) == (0, f"{len(ships)} scenarios: fine\n")


IDLE = "scenario: idle\nprovider: idomoo\nrules:\n  - delivery: {drop: true}\n"
WARNING = (
    "mockserver: warning: {place}: rules/0/delivery: rule idle/1 does nothing at"
    " idomoo: it sends no webhooks and no uploads; expected a provider that sends"
    " some\n"
)


@pytest.fixture
def idle(tmp_path: Path) -> Path:
    """A scenario of which a rule does nothing at one provider."""
    file = tmp_path / "idle.yaml"
    file.write_text(IDLE)
    return file


def test_a_rule_that_does_nothing_somewhere_is_warned_of(
    idle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["scenarios", "validate", str(idle)])

    captured = capsys.readouterr()
    assert (code, captured.out) == (0, "1 scenario: 1 warning\n")
    assert captured.err == WARNING.format(place=f"{idle}:4")


def test_warnings_are_errors_if_asked(
    idle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [
        main(["scenarios", "validate", "--strict", str(idle)]),
        main(["scenarios", "validate", "--strict", "flaky"]),
        main(["scenarios", "list", "--strict"]),
    ]

    captured = capsys.readouterr()
    assert codes == [2, 0, 2]
    assert captured.out == "1 scenario: 1 warning\n1 scenario: fine\n"
    assert "--strict belongs to validate, not to list" in captured.err


def test_what_ships_is_without_warning(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["scenarios", "validate", "--strict"])

    assert (code, capsys.readouterr().err) == (0, "")


def test_whoever_applies_it_is_warned(
    server: MockServer, idle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["fault", "apply", str(idle), "--url", server.url])

    assert code == 0
    assert capsys.readouterr().err == WARNING.format(place=f"{idle}:4")
    assert [one.scenario for one in server.faults] == ["idle"]


def test_what_does_nothing_somewhere_is_not_applied_if_asked(
    server: MockServer, idle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [
        main(["fault", "apply", "--strict", str(idle), "--url", server.url]),
        main(["fault", "list", "--strict", "--url", server.url]),
    ]

    told = capsys.readouterr().err
    assert codes == [2, 2]
    assert "rule idle/1 does nothing at idomoo" in told
    assert "--strict belongs to apply, not to list" in told
    assert [*server.faults] == []


def test_a_bad_file_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)

    code = main(["scenarios", "validate", str(file)])

    assert code == 2
    assert capsys.readouterr().err == (
        f"mockserver: {file}:2: rules/0/job/slwo: found \"slwo\", expected 'slow', the"
        " nearest known name\n"
    )


def test_magic_suffixes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["scenarios", "--magic", "--json"])

    listed = json.loads(capsys.readouterr().out)
    assert code == 0
    assert listed[1] == {
        "suffix": "__fail-at-PERCENT",
        "example": "__fail-at-60",
        "about": "fails at that percentage",
    }


def test_a_fault_is_applied_listed_and_cleared(
    server: MockServer, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--url", server.url, "--space", "test"]

    codes = [
        main(["fault", "apply", "flaky", "--ttl", "30s", *where]),
        main(["fault", "list", *where]),
        main(["fault", "clear", *where]),
        main(["fault", "list", *where]),
    ]

    assert codes == [0, 0, 0, 0]
    table = [
        "SCENARIO  SPACE  FROM  STATE   UNTIL                 FIRED  LAST",
        "flaky     test   api   active  2030-01-01T00:00:30Z  0",
    ]
    assert capsys.readouterr().out.splitlines() == [
        *table,
        *table,
        "cleared: flaky",
        "no fault is active",
    ]


def test_a_fault_is_applied_with_values(
    server: MockServer, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--url", server.url, "--space", "test"]

    codes = [
        main(["fault", "apply", "rate-limited", "--with", "limit=3", *where]),
        main(["fault", "apply", "flaky; share=1", "--with", "status=502", *where]),
    ]

    assert codes == [0, 0]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in (lines[1], lines[3])] == [
        "rate-limited; limit=3",
        "flaky; share=1; status=502",
    ]


def test_a_file_is_applied_with_values(server: MockServer, tmp_path: Path) -> None:
    file = tmp_path / "slow.yaml"
    file.write_text(
        "scenario: slow\nparameters: {by: {type: number, default: 2}}\n"
        "rules: [{job: {slow: $by}}]\n"
    )

    code = main(["fault", "apply", f"{file}; by=3", "--url", server.url])

    assert code == 0
    assert server.faults.get("slow").parameters == {"by": "3"}


WITH = [
    (
        ["rate-limited", "--with", "limt=3"],
        "with/limt: found \"limt\", expected 'limit', the nearest known name",
    ),
    (
        ["rate-limited", "--with", "limit=few"],
        'with/limit: found "few", expected a whole number from 0',
    ),
    (["offline", "--with", "limit=3"], "expected no parameter: the scenario has none"),
    (
        ["rate-limited", "--with", "3"],
        "--with: found '3', expected NAME=VALUE, such as limit=3",
    ),
    (["rate-limited; few"], 'found "few", expected NAME; parameter=value; ...'),
]


@pytest.mark.parametrize(("given", "told"), WITH)
def test_a_wrong_value_is_told(
    server: MockServer,
    capsys: pytest.CaptureFixture[str],
    given: list[str],
    told: str,
) -> None:
    code = main(["fault", "apply", *given, "--url", server.url])

    assert code == 2
    assert told in capsys.readouterr().err
    assert list(server.faults) == []


def test_a_fault_heals_by_itself(
    server: MockServer, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["fault", "apply", "offline", "--ttl", "30s", "--url", server.url, "--json"])
    capsys.readouterr()

    server.advance(30)

    assert main(["fault", "list", "--url", server.url]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:4] == [
        "offline",
        "test",
        "api",
        "healed",
    ]


def test_a_file_is_applied_whole_or_not_at_all(
    server: MockServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)

    code = main(["fault", "apply", str(file), "--url", server.url])

    assert code == 2
    assert capsys.readouterr().err == (
        f"mockserver: {file}:2: rules/0/job/slwo: found \"slwo\", expected 'slow', the"
        " nearest known name\n"
    )
    assert list(server.faults) == []


def test_a_space_that_is_opened_later_gets_what_was_applied(
    server: MockServer, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["fault", "apply", "offline", "--ttl", "1h", "--url", server.url])

    later = server.open_space("later")

    assert [one.scenario for one in later.faults] == ["offline"]


def test_a_report_says_which_rules_have_fired_on_what(
    server: MockServer, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["fault", "apply", "offline", "--url", server.url])
    url = server.url_for("digitalcarbon") + "/v1-beta/generate-video/1/status"
    key = server.space.credential("digitalcarbon")
    with pytest.raises(requests.ConnectionError):
        requests.get(url, headers={"X-API-Key": key}, timeout=5)
    capsys.readouterr()

    code = main(["fault", "report", "--url", server.url, "--fail-on", "unfired"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0] == "offline in test (active)"
    assert lines[-1].split() == ["2030-01-01T00:00:00Z", "#1", "status"]


def test_a_rule_that_never_fired_fails_the_report_if_asked(
    server: MockServer, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["fault", "apply", "offline", "--url", server.url])
    server.space.advance("1m")
    where = ["--url", server.url]

    codes = [
        main(["fault", "report", *where]),
        main(["fault", "report", "--fail-on", "unfired", *where]),
        main(["fault", "list", "--fail-on", "unfired", *where]),
    ]

    captured = capsys.readouterr()
    assert codes == [0, 1, 2]
    assert "never fired: offline/" in captured.out
    assert "--fail-on belongs to report, not to list" in captured.err


def test_a_report_of_nothing_fails_if_rules_had_to_fire(
    server: MockServer, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--url", server.url]

    codes = [
        main(["fault", "report", *where]),
        main(["fault", "report", "--fail-on", "unfired", *where]),
    ]

    assert codes == [0, 1]
    assert capsys.readouterr().out == "no scenario has been applied\n" * 2
