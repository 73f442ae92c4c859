"""The command itself: help, version, wrong verbs, settings of `serve`."""

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import VERBS, loaded
from mockserver.cli.serve import settings
from tests.cradle import Child

Tell = Callable[..., Any]
Start = Callable[..., Child]


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",), ("help",)])
def test_help_lists_the_verbs(tell: Tell, arguments: tuple[str, ...]) -> None:
    said = tell(*arguments)

    assert said.code == 0
    assert said.out.startswith("usage: mockserver VERB [OPTIONS]\n")
    assert all(f"  {verb} " in said.out for verb in VERBS)


@pytest.fixture
def unfrozen() -> Iterator[None]:
    """Let the garbage of this process be found again."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("unfrozen")
def test_what_is_loaded_is_never_searched_for_garbage_and_the_rest_is() -> None:
    """A server's own modules stay; what it makes of them does not."""
    module = loaded("ready")

    assert module.__name__ == "mockserver.cli.ready"
    assert gc.get_freeze_count() > 0
    assert gc.isenabled()


def test_the_version_is_told(tell: Tell) -> None:
    assert tell("--version").out == "mockserver 0.1.0\n"


@pytest.mark.parametrize(
    ("verb", "line"),
    [
        ("serv", "mockserver: unknown verb 'serv'; did you mean serve?\n"),
        ("xyz", "mockserver: unknown verb 'xyz'; see mockserver -h\n"),
        ("--prot", "mockserver: unknown option '--prot'; see mockserver -h\n"),
    ],
)
def test_an_unknown_verb_is_code_2_and_one_line(
    tell: Tell, verb: str, line: str
) -> None:
    said = tell(verb)

    assert (said.code, said.out, said.err) == (2, "", line)


def test_every_verb_explains_itself(
    tell: Tell, capsys: pytest.CaptureFixture[str]
) -> None:
    for verb in VERBS:
        with pytest.raises(SystemExit) as left:
            tell(verb, "-h")
        assert left.value.code == 0
        assert f"usage: mockserver {verb} " in capsys.readouterr().out


def test_a_reader_that_leaves_is_no_error(start: Start) -> None:
    process = start("openapi")
    assert process.stdout is not None
    process.stdout.close()

    assert process.wait(20) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_each_setting_that_is_built_is_a_flag(tmp_path: Path) -> None:
    given = ["--pace=x60", "--port", "1", "--provider=a", "--provider=b", "--quiet",
             "--set=idomoo.x=1", "--credential=stupeflix:A:B"]  # fmt: skip

    config = settings("serve", given, {}, tmp_path)

    assert (config.pace, config.port, config.quiet) == ("x60", 1, True)
    assert config.providers == ("a", "b")
    assert config.providers_settings["idomoo"] == {"x": "1"}
    assert config.credentials[0].secret == "B"


@pytest.mark.parametrize(
    "arguments",
    [
        ("scenarios", "--json", "show", "flaky"),
        ("scenarios", "show", "--json", "flaky"),
        ("scenarios", "show", "flaky", "--json"),
    ],
)
def test_flags_may_stand_anywhere(tell: Tell, arguments: tuple[str, ...]) -> None:
    assert json.loads(tell(*arguments).out)["scenario"] == "flaky"


def test_a_switch_can_be_turned_off_again(tmp_path: Path) -> None:
    config = settings("serve", ["--quiet=no"], {"MOCKSERVER_QUIET": "yes"}, tmp_path)

    assert config.quiet is False


def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "other.toml").write_text('seed = 1\npace = "real"\nport = 1\n')
    environ = {"MOCKSERVER_SEED": "2", "MOCKSERVER_PACE": "manual"}

    config = settings("serve", ["--config=other.toml", "--seed=3"], environ, tmp_path)

    assert (config.seed, config.pace, config.port) == (3, "manual", 1)
