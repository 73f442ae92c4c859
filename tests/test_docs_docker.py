"""The page about Docker types what the image understands.

No container engine is needed: words, variables and files are tried as the image has
them; `test_docker.py` looks at the image.
"""

import re
import shlex
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.cli import VERBS, serve
from mockserver.config import load_config
from tests.transcripts import blocks, transcript

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/docker.md"
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
TYPED = [shlex.split(one.command.replace("\\\n", " "))[1:] for one in transcript(PAGE)]
COMPOSE: dict[str, Any] = yaml.safe_load(blocks(PAGE, "yaml")[0])["services"]


def understood(words: list[str]) -> Namespace:
    """Return what `docker run` understands of what is typed."""
    parser = ArgumentParser(exit_on_error=False)
    parser.add_argument("--rm", action="store_true")
    parser.add_argument("-p", action="append")
    parser.add_argument("-e", action="append", default=[])
    parser.add_argument("-v", action="append", default=[])
    parser.add_argument("--name")
    parser.add_argument("image")
    options, rest = parser.parse_known_args(words)
    options.command = rest
    return options


RUNS = [understood(words[1:]) for words in TYPED if words[0] == "run"]
EXECS = [words[2:] for words in TYPED if words[0] == "exec"]


def variables(run: Namespace) -> dict[str, str]:
    """Return the variables inside the container, those of the image, too."""
    own = dict(re.findall(r"(MOCKSERVER_\w+)=(\S+)", IMAGE))
    return own | dict(one.split("=", 1) for one in run.e)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: " ".join(run.command) or "serve")
def test_a_container_that_is_run_listens_where_its_port_is_published(
    run: Namespace, tmp_path: Path
) -> None:
    _, *words = run.command or ["serve"]

    config = serve.settings("serve", words, variables(run), tmp_path)

    assert run.image == "mockserver"
    assert run.p == [f"127.0.0.1:7357:{config.port}"]
    assert config.host == "0.0.0.0"  # noqa: S104 - of a container


def test_the_examples_of_settings_are_there_to_be_seen() -> None:
    assert [run.command for run in RUNS] == [
        [],
        ["serve", "--pace", "step", "--scenario", "flaky"],
        [],
    ]


def test_what_is_mounted_is_where_the_image_looks() -> None:
    (home,) = re.findall(r"^WORKDIR (/data)$", IMAGE, re.MULTILINE)
    (media,) = re.findall(r"MOCKSERVER_MEDIA_DIR=(\S+)", IMAGE)
    mounted = [one.split(":")[1] for run in RUNS for one in run.v]

    assert mounted == [f"{home}/mockserver.toml", f"{home}/scenarios", media]


def test_commands_inside_the_container_find_the_token() -> None:
    (named,) = [run for run in RUNS if run.name]

    assert [words[0] for words in EXECS] == ["mockserver", "mockserver"]
    assert [words[1] for words in EXECS if words[1] not in VERBS] == []
    assert "MOCKSERVER_CONTROL_TOKEN" in variables(named)


def test_the_server_of_compose_has_settings_that_there_are(tmp_path: Path) -> None:
    service = COMPOSE["mockserver"]

    config = load_config({}, service["environment"], tmp_path)

    assert config.pace == "step"
    assert set(config.allow_hosts) <= set(COMPOSE)
    assert service["ports"] == [f"127.0.0.1:7357:{config.port}"]


def test_the_tests_of_compose_know_the_server_they_wait_for() -> None:
    tests, service = COMPOSE["tests"], COMPOSE["mockserver"]
    told = tests["environment"]

    assert tests["depends_on"] == {"mockserver": {"condition": "service_healthy"}}
    assert told["VIDEO_API"] == told["MOCKSERVER_URL"] + "/digitalcarbon"
    assert told["MOCKSERVER_URL"] == "http://mockserver:7357"
    assert (
        told["MOCKSERVER_TOKEN"] == service["environment"]["MOCKSERVER_CONTROL_TOKEN"]
    )
