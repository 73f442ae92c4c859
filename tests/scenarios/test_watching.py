"""Files of scenarios that change are read again; a bad one changes nothing."""

import os
from pathlib import Path

from mockserver.edge.stage import STAGE
from mockserver.edge.watching import Watch
from tests.scenarios.conftest import Open
from tests.scenarios.players import PLAYERS, Player

FAIL = "scenario: mine\nrules: [{job: {fail_at: 60}}]\n"
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


async def test_a_file_that_is_as_it_was_is_not_read(
    opened: Open, tmp_path: Path
) -> None:
    _, watch = await _opened(opened, tmp_path / "mine.yaml")

    assert watch.look() == []
