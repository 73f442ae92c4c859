"""Verbs that need no server: providers, routes, check, doctor, openapi."""

import json
import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.doctor import examine, fonts_found
from mockserver.config import Config
from mockserver.media.cards.systemfonts import Found, Script

Tell = Callable[..., Any]
EXAMPLES = "foreign/fixtures/foreign/examples"


@pytest.fixture
def with_foreign(foreign: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the foreign provider be found in this process."""
    monkeypatch.syspath_prepend(foreign)
    monkeypatch.delitem(sys.modules, "foreign", raising=False)
    return foreign


def test_providers_are_listed(tell: Tell) -> None:
    lines = tell("providers", "digitalcarbon").out.splitlines()

    assert lines[0].split() == ["PROVIDER", "NAME", "OPERATIONS", "PATH", "HOSTS"]
    assert lines[1].split() == [
        "digitalcarbon", "DigitalCarbon", "7", "/digitalcarbon", "api.digitalcarbon.ai",
    ]  # fmt: skip


def test_the_files_of_providers_are_checked(tell: Tell, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text("provider: acme\ntitel: Acme\n", "utf-8")

    shipped = tell("providers", "validate")
    own = tell("providers", "validate", str(file))

    assert (shipped.code, shipped.out) == (0, "4 providers: fine\n")
    assert own.code == 2
    assert "acme.yaml:2: titel: found \"titel\", expected 'title'" in own.err


def test_a_provider_may_be_named_by_its_file(tell: Tell) -> None:
    file = Path(__file__).parents[1] / "providers" / "declared" / "acme.yaml"

    lines = tell("routes", str(file)).out.splitlines()

    assert lines[1].split() == ["POST", "/acme/v1/films", "shoot", "needed"]


def test_providers_are_described_as_json(tell: Tell) -> None:
    listed = json.loads(tell("providers", "--json").out)

    found = {one["slug"]: one for one in listed}["digitalcarbon"]
    assert found["path"] == "/digitalcarbon"
    assert "generate-video" in found["operations"]
    assert found["settings"][0]["name"] == "world"


def test_routes_are_listed(tell: Tell) -> None:
    lines = tell("routes", "digitalcarbon").out.splitlines()

    assert lines[0].split() == ["METHOD", "PATH", "OPERATION", "CREDENTIALS"]
    assert lines[1].split() == [
        "POST", "/digitalcarbon/v1-beta/generate-video", "generate-video", "needed",
    ]  # fmt: skip
    assert ["GET", "/digitalcarbon/media/{job_id}.mp4", "video", "none"] in [
        line.split() for line in lines
    ]


def test_routes_are_described_as_json(tell: Tell) -> None:
    first = json.loads(tell("routes", "digitalcarbon", "--json").out)[0]

    assert first == {
        "method": "POST",
        "path": "/digitalcarbon/v1-beta/generate-video",
        "operation": "generate-video",
        "provider": "digitalcarbon",
        "credentials": True,
    }


@pytest.mark.parametrize("verb", ["providers", "routes", "check", "openapi"])
def test_an_unknown_provider_is_code_2(tell: Tell, verb: str) -> None:
    said = tell(verb, "sora")

    assert said.code == 2
    assert said.err.startswith("mockserver: provider: found 'sora', expected one of")


# check


def test_our_own_data_are_fine(tell: Tell) -> None:
    said = tell("check")

    assert (said.code, said.err) == (0, "")
    pattern = r"digitalcarbon: \d+ schemas, \d+ examples, \d+ accounts: fine\n"
    assert re.search(pattern, said.out)


def test_data_of_another_distribution_are_checked(
    tell: Tell, with_foreign: Path
) -> None:
    (with_foreign / EXAMPLES / "make.first.json").write_text("{}")

    said = tell("check", "foreign")

    assert said.out == "foreign: 1 schemas, 1 examples, 0 accounts: fine\n"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (
            "make.first.json",
            "[]",
            (
                "foreign/examples/make.first.json: (root): found [], expected an"
                " object (make.request.json)"
            ),
        ),
        (
            "make.request.first.json",
            "1",
            (
                "foreign/examples/make.request.first.json: (root): found 1, expected"
                " an object (make.request.json)"
            ),
        ),
        ("make.first.json", "{", "foreign/examples/make.first.json: found no JSON:"),
        (
            "other.first.json",
            "{}",
            (
                "foreign/examples/other.first.json: found no schema for it, expected a"
                " file name such as OPERATION.CASE.json or OPERATION.response.CASE.json"
            ),
        ),
    ],
)
def test_an_example_that_does_not_fit_is_code_2_and_one_line(
    tell: Tell, with_foreign: Path, name: str, text: str, line: str
) -> None:
    (with_foreign / EXAMPLES / name).write_text(text)

    said = tell("check", "foreign")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"mockserver: {line}")
    assert said.err.count("\n") == 1


def test_a_broken_schema_is_code_2_and_one_line(tell: Tell, with_foreign: Path) -> None:
    file = with_foreign / "foreign/schemas/foreign/make.request.json"
    file.write_text('{"type": "objekt"}')

    said = tell("check", "foreign")

    assert said.code == 2
    assert said.err.startswith("mockserver: foreign/make.request.json: ")
    assert said.err.count("\n") == 1


def test_a_broken_world_is_code_2_and_one_line(tell: Tell, with_foreign: Path) -> None:
    file = with_foreign / "foreign/fixtures/foreign/world.yaml"
    file.write_text("accounts: {main: {jobs: [{id: 1, operation: nope, state: x}]}}")

    said = tell("check", "foreign")

    assert said.code == 2
    assert "jobs/0/operation: found 'nope', expected one of generate-video" in said.err


def test_every_problem_is_named(tell: Tell, with_foreign: Path) -> None:
    (with_foreign / EXAMPLES / "make.a.json").write_text("1")
    (with_foreign / EXAMPLES / "make.b.json").write_text("2")

    assert tell("check", "foreign").err.count("\n") == 2


def test_settings_are_checked_too(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "mockserver.toml").write_text("sede = 1\n")

    said = tell("check")

    assert said.code == 2
    assert "mockserver.toml:1: found unknown setting 'sede'" in said.err


# doctor


@pytest.mark.ffmpeg
def test_a_sound_machine_is_code_0(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mockserver.toml").write_text('port = 0\nmedia_dir = "media"\n')

    said = tell("doctor", "--json")

    found = {one["name"]: one for one in json.loads(said.out)}
    assert said.code == 0
    assert [*found] == [
        "python", "packages", "ffmpeg", "fonts", "media", "store", "port",
        "providers",
    ]  # fmt: skip
    assert "aiohttp" in found["packages"]["text"]
    assert str(tmp_path / "media") in found["media"]["text"]


@pytest.mark.ffmpeg
def test_a_port_in_use_is_code_1_and_marked(tell: Tell, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "mockserver.toml").write_text(f'port = {port}\nmedia_dir = "m"\n')

        said = tell("doctor")

    assert said.code == 1
    bad = [line for line in said.out.splitlines() if not line.startswith("ok ")]
    assert len(bad) == 1
    assert bad[0].startswith(f"BAD  port       port {port} on 127.0.0.1 is in use")


def test_scripts_without_a_font_are_told_with_the_package_that_has_one() -> None:
    cjk = Found(Script.CJK, "/usr/share/fonts/NotoSansCJK-Regular.ttc")

    some, none = fonts_found([cjk], can_shape=True), fonts_found([], can_shape=True)

    assert some.is_fine
    assert some.text == (
        "Latin, Greek, Cyrillic, Arabic, Hebrew, Devanagari and Thai are shipped;"
        " Chinese, Japanese and Korean by NotoSansCJK-Regular.ttc;"
        " emoji coarse, fonts-noto-color-emoji has better"
    )
    assert none.is_fine
    assert "Chinese, Japanese and Korean coarse, fonts-noto-cjk has better" in none.text


def test_words_that_run_backwards_need_mending() -> None:
    found = fonts_found([], can_shape=False)

    assert not found.is_fine
    assert found.text.endswith(
        "Hebrew and Arabic run backwards and no letters join: install libfribidi0"
    )


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    found = examine(Config(port=0, media_dir=tmp_path / "file"))

    media = {finding.name: finding for finding in found}["media"]
    assert not media.is_fine
    assert (
        media.text == f"{tmp_path / 'file'}: File exists; name another with media_dir"
    )


@pytest.mark.ffmpeg
def test_a_provider_that_does_not_load_is_named(tmp_path: Path) -> None:
    config = Config(port=0, media_dir=tmp_path, providers=("sora",))

    providers = {finding.name: finding for finding in examine(config)}["providers"]

    assert not providers.is_fine
    assert providers.text.startswith("provider: found 'sora', expected one of")


def test_a_machine_without_ffmpeg_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))

    found = examine(Config(port=0, media_dir=tmp_path))

    ffmpeg = {finding.name: finding for finding in found}["ffmpeg"]
    assert not ffmpeg.is_fine


# openapi


def test_the_control_api_is_described(tell: Tell) -> None:
    document = json.loads(tell("openapi").out)

    assert document["openapi"] == "3.1.0"
    assert "/_mock/api/health" in document["paths"]


def test_a_provider_is_described(tell: Tell) -> None:
    document = json.loads(tell("openapi", "digitalcarbon").out)

    make = document["paths"]["/v1-beta/generate-video"]["post"]
    assert make["operationId"] == "generate-video"
    assert "generate-video.request" in document["components"]["schemas"]
