"""Files of scenarios that change are read again; a bad one changes nothing."""

import os
from pathlib import Path

import pytest

from mockserver.edge.staging.stage import STAGE, book_of
from mockserver.edge.staging.watching import Watch
from mockserver.scenarios.written.model import JobPatch
from tests.scenarios.conftest import Open
from tests.scenarios.players import PLAYERS, Player

FAIL = "scenario: mine\nrules: [{job: {fail_at: 60}}]\n"
CHOSEN = """\
scenario: mine
parameters: {{at: {{type: percent, default: 50}}}}
rules: [{{job: {{{effect}: $at}}}}]
"""
STUCK = "scenario: mine\nrules: [{job: {stuck_in: waiting}}]\n"


def _write(file: Path, text: str, at: int) -> None:
    file.write_text(text)
    os.utime(file, (at, at))


async def _opened(opened: Open, file: Path) -> tuple[Player, Watch]:
    _write(file, FAIL, 1)
    running = await opened(scenarios=(str(file),))
    return PLAYERS["hourone"](running), Watch(running.instance.app[STAGE])


async def test_a_changed_file_acts_at_once(opened: Open, tmp_path: Path) -> None:
    customer, watch = await _opened(opened, tmp_path / "mine.yaml")
    _write(tmp_path / "mine.yaml", STUCK, 2)

    wrong = watch.follow()
    await customer.play()

    assert wrong == []
    assert customer.log == ["create 201", "waiting", "gives up"]


async def test_a_bad_change_is_told_and_what_acts_goes_on(
    opened: Open, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    customer, watch = await _opened(opened, file)
    _write(file, STUCK.replace("stuck_in", "stuk_in"), 2)

    wrong = watch.follow()
    await customer.play()

    assert len(wrong) == 1
    assert wrong[0].startswith(f'{file}:2: rules/0/job/stuk_in: found "stuk_in"')
    assert customer.log[-1] == "failed"


async def test_what_includes_a_file_that_changes_is_read_again(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scenarios").mkdir()
    inner = tmp_path / "scenarios" / "mine.yaml"
    _write(inner, FAIL, 1)
    monkeypatch.chdir(tmp_path)
    running = await opened()
    customer = PLAYERS["hourone"](running)
    customer.use({"scenario": "outer", "includes": ["mine"]})
    watch = Watch(running.instance.app[STAGE])
    _write(inner, STUCK, 2)

    wrong = watch.follow()
    await customer.play()

    assert wrong == []
    assert customer.log[-1] == "gives up"


async def test_what_was_chosen_stays_so_when_a_file_changes(
    opened: Open, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    _write(file, CHOSEN.format(effect="fail_at"), 1)
    running = await opened(scenarios=(f"{file}; at=70",))
    watch = Watch(running.instance.app[STAGE])
    _write(file, CHOSEN.format(effect="stuck_at"), 2)

    wrong = watch.follow()

    (loaded,) = book_of(PLAYERS["hourone"](running).space).loads()
    assert wrong == []
    assert loaded.scenario.given == {"at": "70"}
    assert loaded.scenario.rules[0].job == JobPatch(effects=(("stuck_at", 70.0),))


async def test_a_file_that_changes_is_still_for_the_calls_of_its_header(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scenarios").mkdir()
    file = tmp_path / "scenarios" / "mine.yaml"
    _write(file, FAIL, 1)
    monkeypatch.chdir(tmp_path)
    running = await opened()
    stage, space = running.instance.app[STAGE], PLAYERS["hourone"](running).space
    stage.cue(space, "mine")
    watch = Watch(stage)
    _write(file, STUCK, 2)

    watch.follow()

    (loaded,) = book_of(space).loads()
    assert (loaded.header, loaded.scenario.document["rules"]) == (
        "mine",
        [{"job": {"stuck_in": "waiting"}}],
    )


async def test_a_file_that_is_as_it_was_is_not_read(
    opened: Open, tmp_path: Path
) -> None:
    _, watch = await _opened(opened, tmp_path / "mine.yaml")

    assert watch.look() == []
