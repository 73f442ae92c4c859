"""The image and the compose example refer only to what exists.

No container engine is needed: files, commands and programs are tried as they are.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver import MockServer
from mockserver.cli import serve
from mockserver.config import load_config

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STAGES = DOCKERFILE.split("\nFROM ")[1:]
DEPENDENCIES, WHEEL, IMAGE = STAGES
COPIED = [
    source
    for line in re.findall(r"^COPY (?!--from)(.+)$", WHEEL, re.MULTILINE)
    for source in line.split()[:-1]
]
COMPOSE: dict[str, Any] = yaml.safe_load(
    (ROOT / "compose.yaml").read_text(encoding="utf-8")
)


def _list(instruction: str) -> list[str]:
    """Return the words of an instruction in its list form."""
    (written,) = re.findall(rf"^ *{instruction}\s+(\[.+\])$", IMAGE, re.MULTILINE)
    words: list[str] = json.loads(written)
    return words


def _healthcheck() -> list[str]:
    (written,) = re.findall(r"^HEALTHCHECK .*CMD (\[.+\])$", IMAGE, re.MULTILINE)
    words: list[str] = json.loads(written)
    return words


@pytest.mark.parametrize("source", COPIED)
def test_what_is_copied_exists_and_is_not_ignored(source: str) -> None:
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert (ROOT / source).exists()
    assert f"!{Path(source)}" in kept


def test_all_that_the_wheel_is_built_from_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {*wheel["packages"], *wheel["force-include"], "pyproject.toml"}
    wanted |= {project["project"]["readme"], *project["project"]["license-files"]}

    assert wanted - set(COPIED) == set()


def test_the_layer_of_dependencies_knows_nothing_of_our_code() -> None:
    assert re.findall(r"^COPY (.+)$", DEPENDENCIES, re.MULTILINE) == [
        "pyproject.toml ./"
    ]
    assert re.findall(r"^COPY --from=(.+)$", IMAGE, re.MULTILINE) == [
        "dependencies /opt/mockserver /opt/mockserver"
    ]


def test_the_layer_of_dependencies_holds_all_that_the_project_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (program,) = re.findall(r'python -c "(.+?)" >', DEPENDENCIES, re.DOTALL)

    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    whole = project["project"]
    shared = whole["optional-dependencies"]["redis"]
    assert ran.stdout.splitlines() == [*whole["dependencies"], *shared]


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.+)$", IMAGE, re.MULTILINE) == ["mockserver"]


def test_the_port_is_the_default_one() -> None:
    assert re.findall(r"^EXPOSE (.+)$", IMAGE, re.MULTILINE) == ["7357"]


def test_the_entry_point_is_our_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert _list("ENTRYPOINT") == [*project["project"]["scripts"]]
    assert _healthcheck()[0] == "mockserver"


@pytest.mark.parametrize("words", [_list("CMD"), _healthcheck()[1:]], ids=" ".join)
def test_the_commands_of_the_image_are_known(words: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mockserver", *words, "--help"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert words[0] in ran.stdout


def test_the_settings_of_the_image_are_known(tmp_path: Path) -> None:
    names = re.findall(r"(MOCKSERVER_\w+)=(\S+)", IMAGE)

    config = load_config({}, dict(names), tmp_path)

    assert config.media_dir == Path("/data/media")


def test_the_image_can_be_reached_whatever_command_it_is_given(tmp_path: Path) -> None:
    """`docker run IMAGE serve --pace step` replaces the command, not the variables."""
    names = dict(re.findall(r"(MOCKSERVER_\w+)=(\S+)", IMAGE))

    config = serve.settings("serve", ["--pace", "step"], names, tmp_path)

    assert (config.host, config.port, config.pace) == ("0.0.0.0", 7357, "step")  # noqa: S104 - of a container


def test_the_settings_of_the_compose_example_are_known(tmp_path: Path) -> None:
    environment = COMPOSE["services"]["mockserver"]["environment"]

    config = load_config({}, environment, tmp_path)

    assert config.external_url is None, "links would not lead back to who asks"
    assert config.allow_hosts == ("app",)
    assert set(config.allow_hosts) <= set(COMPOSE["services"])


def test_the_app_of_the_compose_example_waits_until_the_mock_is_healthy() -> None:
    app = COMPOSE["services"]["app"]

    assert app["depends_on"] == {"mockserver": {"condition": "service_healthy"}}


def test_the_program_of_the_compose_example_starts_a_job() -> None:
    app = COMPOSE["services"]["app"]
    path = app["environment"]["VIDEO_API"].removeprefix("http://mockserver:7357")
    _, *words = app["command"]

    with MockServer(pace="step") as server:
        ran = subprocess.run(
            [sys.executable, *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "VIDEO_API": server.url + path},
        )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert [*json.loads(ran.stdout)] == ["job_id"]
