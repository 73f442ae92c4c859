"""World files: read, checked, laid over what is shipped, or in its place."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver import MockServer, resources
from mockserver.errors import ConfigError
from mockserver.providers import discover
from mockserver.providers.world import read_section
from mockserver.providers.worldschema import world_schema

PUBLISHED = Path(__file__).parents[2] / "schemas" / "world.json"
KEYS: Mapping[str, Any] = {
    "idomoo": {"accounts": {"acme": {"keys": [{"key": "77777", "secret": "ours"}]}}}
}
STORYBOARDS: Mapping[str, Any] = {
    "idomoo": {"catalogue": {"storyboards": {30211: {"data": ["first_name"]}}}}
}


def read(server: MockServer, path: str, auth: tuple[str, str]) -> requests.Response:
    """Return what Idomoo answers."""
    url = f"{server.url_for('idomoo')}/api/v2{path}"
    return requests.get(url, auth=auth, timeout=10)


def refused(text: str, folder: Path) -> str:
    """Return what is wrong with a world file."""
    file = folder / "world.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        MockServer(world=file).start()
    return str(caught.value).removeprefix(f"{folder}/")


def test_the_published_schema_is_that_of_the_providers() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == world_schema(discover())


def test_a_shipped_world_is_parsed_once() -> None:
    file = resources.fixtures("idomoo") / "world.yaml"

    assert read_section(file) is read_section(file)


def test_a_file_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text("accounts: {}", "utf-8")
    before = read_section(file)
    file.write_text("accounts: {new: {}}", "utf-8")

    after = read_section(file)

    assert (before, after) == ({"accounts": {}}, {"accounts": {"new": {}}})


def test_worlds_are_laid_over_what_is_shipped() -> None:
    with MockServer(world=[KEYS, STORYBOARDS], auth="strict") as server:
        own = read(server, "/storyboards/30211", ("77777", "ours")).json()
        shipped = read(server, "/storyboards/1234", ("1234", "test-secret"))

    assert own["data"] == [
        {"key": "first_name", "val": "", "type": "text", "description": ""}
    ]
    assert shipped.json()["name"] == "Birthday"


def test_one_member_of_a_shipped_thing_can_be_changed() -> None:
    longer = {"idomoo": {"catalogue": {"scenes": {1234: {"fps": 12}}}}}
    with MockServer(world=longer) as server:
        scene = read(server, "/scenes/1234", ("1234", "test-secret")).json()

    assert (scene["fps"], scene["scene_name"]) == (12, "intro")


def test_a_world_that_extends_nothing_stands_alone() -> None:
    with MockServer(world={"extends": "nothing", **KEYS}, auth="strict") as server:
        own = read(server, "/accounts", ("77777", "ours"))
        shipped = read(server, "/accounts", ("1234", "test-secret"))

    assert (own.status_code, shipped.status_code) == (200, 401)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "idomoo:\n  catalogue:\n    storyboard: {}\n",
            (
                "world.yaml:3: idomoo/catalogue/storyboard: found 'storyboard',"
                " expected 'storyboards', the nearest known name"
            ),
        ),
        (
            "idomoo:\n  catalogue:\n    storyboards:\n      7: {fps: fast}\n",
            (
                "world.yaml:4: idomoo/catalogue/storyboards/7/fps: found 'fast',"
                " expected a number"
            ),
        ),
        (
            "idomo: {}\n",
            (
                "world.yaml:1: idomo: found 'idomo', expected 'idomoo',"
                " the nearest known name"
            ),
        ),
        (
            "hourone:\n  catalogue:\n    settings: {strict_ids: true}\n",
            (
                "world.yaml:3: hourone/catalogue/settings/strict_ids:"
                " hourone.strict_ids: is called hourone.world now (lenient, strict)"
            ),
        ),
        ("- idomoo\n", "world.yaml: found ['idomoo'], expected a mapping"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_what_would_be_right(
    tmp_path: Path, text: str, said: str
) -> None:
    assert refused(text, tmp_path) == said


def test_a_space_can_have_a_world_of_its_own() -> None:
    with MockServer(auth="strict") as server:
        server.open_space("mine", world={**KEYS})
        own = read(server, "/accounts", ("77777", "ours"))

        assert own.json()["account_id"] == 77777
        assert [one.space for one in server.exchanges] == ["mine"]


def test_a_key_of_another_space_cannot_be_taken() -> None:
    stolen = {"keys": [{"key": "1234", "secret": "x"}]}
    with (
        MockServer() as server,
        pytest.raises(ConfigError, match=r"opens the space 'idomoo\.1234'"),
    ):
        server.open_space("thief", world={"idomoo": {"accounts": {"a": stolen}}})


def test_an_accounts_settings_are_those_of_its_space() -> None:
    strict = {"accounts": {"1234": {"settings": {"world": "strict"}}}}
    with MockServer(world={"idomoo": strict}) as server:
        mine = read(server, "/storyboards/30211", ("1234", "test-secret"))
        theirs = read(server, "/storyboards/30211", ("5678", "other-secret"))

    assert (mine.status_code, theirs.status_code) == (404, 200)


def test_an_old_name_of_the_switch_is_answered_with_the_new_one() -> None:
    settings = {"impossible": {"closed": True}}

    with pytest.raises(ConfigError, match=r"is called impossible\.world now"):
        MockServer(providers_settings=settings).start()


def test_what_reads_worlds_is_loaded_with_the_first_of_them() -> None:
    code = (
        "import sys\n"
        "from mockserver.app import build\n"
        "instance = build(providers=['luma'])\n"
        "before = 'yaml' in sys.modules\n"
        "instance.services.world('luma')\n"
        "print(before, 'yaml' in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert said.stdout == "False True\n"
