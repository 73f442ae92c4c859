"""Who calls a provider names scenarios; only who starts the server opens files."""

import json
import os
from pathlib import Path

import pytest

from mockserver.edge.staging.stage import STAGE, Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.library import Library
from mockserver.scenarios.written.source import Source
from tests.scenarios.conftest import Open, Play
from tests.scenarios.players import PLAYERS, Player

MINE = "scenario: mine\nrules: [{fault: {kind: error, status: 503}}]\n"


async def _asked(customer: Player, scenario: str) -> tuple[int, str]:
    response = await customer.running.client.request(
        customer.creation()[0],
        f"/{customer.slug}{customer.creation()[1]}",
        json=customer.creation()[2],
        headers={**customer.headers(), "X-Mock-Scenario": scenario},
    )
    return response.status, await response.text()


def _refused(library: Library, asked: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        library.source(asked)
    return str(caught.value)


async def test_a_header_may_choose_values(player: Play) -> None:
    customer = await player("digitalcarbon")
    asked = "rate-limited; limit=1; status=503"

    seen = [(await _asked(customer, asked))[0] for _ in range(2)]

    assert seen == [200, 503]


async def test_a_wrong_value_in_a_header_is_told(player: Play) -> None:
    status, text = await _asked(await player("digitalcarbon"), "flaky; share=often")

    assert status == 400
    assert json.loads(text)["error"].endswith(
        'with/share: found "often", expected a number from 0 to 1'
    )


async def test_headers_without_end_are_refused(player: Play) -> None:
    customer = await player("digitalcarbon")
    stage = customer.running.instance.app[STAGE]
    for limit in range(100):
        stage.cue(customer.space, f"rate-limited; limit={limit}")

    status, text = await _asked(customer, "rate-limited; limit=100")

    assert status == 400
    assert "found 100 different values of the header" in text


async def test_a_header_never_opens_a_path(player: Play, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)
    customer = await player("digitalcarbon")

    status, text = await _asked(customer, str(tmp_path / "mine.yaml"))

    assert status == 400
    assert "expected one of:" in text


async def test_a_header_never_opens_a_path_beside_the_scenarios(
    player: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "mine.yaml").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    customer = await player("digitalcarbon")

    status, _ = await _asked(customer, "../mine")

    assert status == 400


async def test_a_header_may_name_a_file_of_the_users_folder(
    player: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.yaml").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    customer = await player("digitalcarbon")

    status, _ = await _asked(customer, "mine")

    assert status == 503


async def test_a_header_may_name_what_acts_already(
    opened: Open, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(MINE)
    running = await opened(scenarios=(str(tmp_path / "a.yaml"),))

    status, _ = await _asked(PLAYERS["digitalcarbon"](running), "mine")

    assert status == 503


async def test_a_long_name_is_cut(player: Play) -> None:
    status, text = await _asked(await player("digitalcarbon"), "x" * 7000)

    assert status == 400
    assert "x" * 61 not in text


@pytest.mark.parametrize("slug", sorted(PLAYERS))
async def test_no_page_may_send_the_header(slug: str, player: Play) -> None:
    customer = await player(slug)
    asking = {
        "Origin": "https://page.example",
        "Access-Control-Request-Method": customer.creation()[0],
        "Access-Control-Request-Headers": "x-mock-scenario",
    }

    response = await customer.running.client.options(
        f"/{slug}{customer.creation()[1]}", headers=asking
    )

    allowed = response.headers.get("Access-Control-Allow-Headers", "").lower()
    assert "mock" not in allowed
    assert "*" not in allowed


def test_a_path_is_still_opened_for_whoever_starts_the_server(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)

    source = Library().source(str(tmp_path / "mine.yaml"))

    assert source.document["scenario"] == "mine"


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")

    said = _refused(Library(), str(tmp_path / "pipe.yaml"))

    assert said.endswith("pipe.yaml: found no readable file: it is no regular file")


def test_a_pipe_in_the_users_folder_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")

    with pytest.raises(ScenarioError, match="it is no regular file"):
        Library(tmp_path).named("pipe")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/"])
def test_devices_and_folders_are_no_files(path: str) -> None:
    assert f"{path}: found no readable file: " in _refused(Library(), path)


def test_a_file_without_end_is_read_up_to_a_bound(tmp_path: Path) -> None:
    with (tmp_path / "big.yaml").open("wb") as file:
        file.truncate(1 << 40)

    said = _refused(Library(), str(tmp_path / "big.yaml"))

    assert said.endswith("big.yaml: found more than 1 MiB, expected a scenario")


@pytest.mark.parametrize(
    "text",
    [
        "root:hidden:0:0:root:/root:/bin/sh\nother: *hidden\n",
        "password: hidden\n",
        "[hidden",
        "password: hidden\npassword: hidden\n",
        '{"hidden": 1, "rules": [{"hidden": 2}]}',
        "- scenario: hidden\n",
        "a:\n  scenario: hidden\n  b: [\n",
        "hidden: !hidden 1\n",
    ],
)
def test_of_a_file_that_is_no_scenario_nothing_is_told(
    text: str, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(text)

    said = _refused(Library(), str(tmp_path / "a.yaml"))

    assert "hidden" not in said
    assert said.endswith(
        "found no scenario, expected `scenario` and `rules` at its top"
    )


def test_of_bytes_that_are_no_text_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfescenario: hidden")

    assert "found no scenario" in _refused(Library(), str(tmp_path / "a.yaml"))


def test_deep_yaml_is_refused(stage: Stage) -> None:
    deep = "scenario: x\nrules: " + "[" * 50_000

    with pytest.raises(ScenarioError, match="within parts without end"):
        stage.check(Source.parse(deep, "a.yaml"))


def test_yaml_within_itself_is_refused(stage: Stage) -> None:
    with pytest.raises(ScenarioError):
        stage.check(Source.parse("scenario: x\nrules: &a [*a]\n", "a.yaml"))


def test_yaml_with_names_that_explode_is_refused(stage: Stage) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    with pytest.raises(ScenarioError):
        stage.check(Source.parse("\n".join(["? *a8\n: 1", *lines]), "a.yaml"))
