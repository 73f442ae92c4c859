"""init and credentials: a world file to start from, and keys at run time."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from mockserver import MockServer
from mockserver.app import build
from mockserver.providers import discover

Tell = Callable[..., Any]
AUTH = ("1234", "test-secret")


def test_the_starting_point_is_a_world_that_fits(tell: Tell) -> None:
    said = tell("init")

    assert said.out == (
        "wrote world.yaml; serve it with: mockserver serve --world world.yaml\n"
    )
    assert build(world=Path("world.yaml")).services.world("idomoo").accounts


def test_only_the_providers_that_are_asked_for_are_in_it(tell: Tell) -> None:
    said = tell("init", "--provider", "hourone", "--out", "-")

    assert list(yaml.safe_load(said.out)) == ["hourone"]


@pytest.mark.parametrize("slug", discover())
def test_what_is_commented_out_fits_once_it_is_not(
    tell: Tell, slug: str, tmp_path: Path
) -> None:
    lines = tell("init", "--provider", slug, "--out", "-").out.splitlines()
    body = [line for line in lines[5:] if not line.startswith("#")]
    open_lines = [re.sub(r"^( *)# ", r"\1", line) for line in body]
    file = tmp_path / "open.yaml"
    file.write_text("\n".join(open_lines), "utf-8")

    world = build(world=file, providers=(slug,)).services.world(slug)

    assert world.accounts["acme"].keys


def test_a_first_file_of_a_provider_is_made_of_its_openapi(tell: Tell) -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Films"},
        "paths": {
            "/films": {"post": {"operationId": "shoot"}},
            "/films/{id}": {"get": {"operationId": "film"}},
        },
    }
    Path("openapi.json").write_text(json.dumps(document), "utf-8")

    said = tell("init", "provider", "--from", "openapi.json")
    valid = tell("providers", "validate", "films.yaml")

    assert said.out == (
        "wrote films.yaml, with 4 guesses to look at; serve it with:\n"
        "mockserver serve --provider ./films.yaml --watch\n"
    )
    assert (valid.code, valid.out) == (0, "1 provider: fine\n")


def test_a_provider_is_made_of_a_document_only(tell: Tell) -> None:
    none, lost = tell("init", "provider"), tell("init", "provider", "--from", "no.yaml")

    assert (none.code, lost.code) == (2, 2)
    assert "provider needs --from FILE, an OpenAPI document" in none.err
    assert "no.yaml: found no readable document" in lost.err


def test_a_file_that_exists_is_not_replaced(tell: Tell) -> None:
    Path("world.yaml").write_text("mine", "utf-8")

    said = tell("init")

    assert said.code == 2
    assert "--force replaces it" in said.err
    assert Path("world.yaml").read_text("utf-8") == "mine"


def test_a_world_is_made_of_what_was_used(tell: Tell, server: MockServer) -> None:
    order = {
        "storyboard_id": 30211,
        "output": {"video": [{"video_type": "mp4", "height": 90}]},
        "data": [{"key": "car model", "val": "Golf"}],
    }
    url = f"{server.url_for('idomoo')}/api/v2/storyboards/generate"
    requests.post(url, json=order, auth=AUTH, timeout=10)

    said = tell("init", "--from-journal", "--out", "-", "--url", server.url)

    used = yaml.safe_load(said.out)
    (key,) = used["idomoo"]["catalogue"]["storyboards"]["30211"]["data"]
    assert (key["key"], key["type"]) == ("car model", "text")


def test_what_was_taken_over_is_a_world(tell: Tell, server: MockServer) -> None:
    projects = f"{server.url_for('impossible')}/v1/sdlvariables/acme%20shop/spring"
    pair = ("impossible-test-key", "impossible-test-secret")
    requests.get(projects, auth=pair, timeout=10)

    tell("init", "--from-journal", "--url", server.url)

    catalogue = build(world=Path("world.yaml")).services.world("impossible").catalogue
    assert catalogue.things["projects"]["acme shop"]["movies"] == {"spring": {}}


def test_a_credential_lives_from_add_to_revoke(tell: Tell, server: MockServer) -> None:
    accounts = f"{server.url_for('idomoo')}/api/v2/accounts"
    pair = ("55555", "ours")
    where = ("--url", server.url)

    added = tell("credentials", "add", "idomoo", *pair[:1], "--secret", pair[1],
                 "--label", "My app", *where)  # fmt: skip
    known = requests.get(accounts, auth=pair, timeout=10).status_code
    spaces = tell("spaces", *where).out
    revoked = tell("credentials", "revoke", "idomoo", pair[0], *where)
    after = requests.get(accounts, auth=pair, timeout=10).status_code

    assert (added.code, revoked.code) == (0, 0)
    assert (known, after) == (200, 401)
    assert "My app" in spaces


def test_a_credential_is_named_and_listed_without_its_secret(
    tell: Tell, server: MockServer
) -> None:
    where = ("--url", server.url)
    tell(
        "credentials",
        "add",
        "stupeflix",
        "OURLONGKEY0000000001",
        "--secret",
        "hush" * 10,
        *where,
    )

    tell(
        "credentials",
        "name",
        "stupeflix",
        "OURLONGKEY0000000001",
        "--label",
        "Ann",
        *where,
    )
    listed = tell("credentials", "list", "stupeflix", *where).out

    (line,) = [one for one in listed.splitlines() if "Ann" in one]
    assert line.split()[:4] == ["stupeflix", "OURL...01", "key", "Ann"]
    assert "hush" * 10 not in listed


def test_a_key_that_is_taken_is_refused(tell: Tell, server: MockServer) -> None:
    said = tell("credentials", "add", "idomoo", "1234", "--url", server.url)

    assert said.code == 2
    assert "opens the space 'idomoo.1234' already" in said.err


def test_a_wrong_world_file_is_what_check_names(tell: Tell) -> None:
    Path("mine.yaml").write_text("idomoo:\n  catalog: {}\n", "utf-8")

    said = tell("check", "idomoo", "--world", "mine.yaml")

    assert said.code == 2
    assert "mine.yaml:2: idomoo/catalog: found 'catalog', expected 'catalogue'" in (
        said.err
    )
