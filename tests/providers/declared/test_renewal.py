"""Providers that are files: found by path, read again, and published for editors."""

import json
import os
from pathlib import Path

import pytest
import requests

from mockserver import resources
from mockserver.app import build
from mockserver.config import load_config
from mockserver.edge.staging.renewal import Renewal
from mockserver.edge.staging.stage import STAGE
from mockserver.errors import ConfigError
from mockserver.providers import discover
from mockserver.providers.declared.language import schema
from mockserver.server.mock import MockServer
from tests.providers.conftest import Serve
from tests.providers.declared.conftest import FILE, KEY, Acme


def copied(tmp_path: Path) -> Path:
    """Return a copy of the provider's files that may change."""
    file = tmp_path / "acme.yaml"
    file.write_bytes(FILE.read_bytes())
    (tmp_path / "acme.py").write_bytes(FILE.with_suffix(".py").read_bytes())
    return file


def change(file: Path, was: str, now: str) -> None:
    """Change a file, some time after it has last been changed."""
    file.write_text(file.read_text("utf-8").replace(was, now, 1), "utf-8")
    later_ns = file.stat().st_mtime_ns + 1_000_000_000
    os.utime(file, ns=(later_ns, later_ns))


def test_a_file_is_found_by_its_path_beside_others() -> None:
    found = discover([str(FILE), "openai"])

    assert [*found] == ["acme", "openai"]
    assert found["acme"].title == "Acme Films"


def test_one_slug_is_served_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="found a second provider 'acme'"):
        discover([str(FILE), str(copied(tmp_path))])


def test_who_names_no_known_one_is_told_that_files_would_do() -> None:
    with pytest.raises(ConfigError, match=r"or the path of a file such as ./acme.yaml"):
        discover(["acme"])


def test_paths_begin_where_they_are_written(tmp_path: Path) -> None:
    copied(tmp_path)

    instance = build(providers=(str(tmp_path / "acme.yaml"),))

    assert [*instance.services.providers] == ["acme"]


def test_a_file_of_settings_names_files_beside_it(tmp_path: Path) -> None:
    settings = tmp_path / "mockserver.toml"
    settings.write_text('provider = ["./acme.yaml", "openai"]\n', "utf-8")

    config = load_config({}, {}, Path.cwd(), settings)

    assert config.providers == (str(tmp_path / "acme.yaml"), "openai")


def test_python_serves_a_file_as_well(media_folder: Path) -> None:
    with MockServer(providers=[str(FILE)], media_dir=media_folder) as server:
        key = str(server.space.credential("acme"))
        answer = requests.get(
            f"{server.url_for('acme')}/v1/about",
            headers={"Authorization": f"Bearer {key}"},
            timeout=10,
        )

    assert key.startswith("acme-")
    assert answer.json()["name"] == "Acme"


async def test_what_changes_is_served_and_jobs_stay(
    serve: Serve, tmp_path: Path
) -> None:
    file = copied(tmp_path)
    acme = Acme(await serve(providers=(str(file),)))
    instance = acme.running.instance
    stage = instance.app[STAGE]
    renewal = Renewal(
        instance.services, instance.destinations.forget, stage.catalogue.forget
    )
    film_id = await acme.shoot()

    nothing = renewal.follow()
    change(file, 'state: "${moment.state}"', 'status: "${moment.state}"')
    wrong = renewal.follow()
    film = await acme.film(film_id)

    assert (nothing, wrong) == ([], [])
    assert film["status"] == "waiting"


async def test_a_module_that_changes_is_loaded_again(
    serve: Serve, tmp_path: Path
) -> None:
    acme = Acme(await serve(providers=(str(copied(tmp_path)),)))
    renewal = Renewal(acme.running.instance.services)

    change(tmp_path / "acme.py", "len(call.jobs)", "-len(call.jobs)")
    renewal.follow()

    assert await acme.told("GET", "/v1/count") == (200, {"films": -2})


async def test_what_does_not_fit_is_told_and_the_provider_goes_on(
    serve: Serve, tmp_path: Path
) -> None:
    file = copied(tmp_path)
    acme = Acme(await serve(providers=(str(file),)))
    renewal = Renewal(acme.running.instance.services)

    change(file, "title: Acme Films", "titel: Acme Films")
    first, second = renewal.follow(), renewal.follow()

    assert len(first) == 1
    assert "titel" in first[0]
    assert second == []
    assert (await acme.ask("GET", "/v1/about", headers=KEY)).status == 200


async def test_where_keys_travel_is_hidden_after_a_change(
    serve: Serve, tmp_path: Path
) -> None:
    file = copied(tmp_path)
    acme = Acme(await serve(providers=(str(file),)))
    renewal = Renewal(acme.running.instance.services)

    change(file, "header x-acme-key", "header x-other")
    renewal.follow()
    await acme.ask("GET", "/v1/about", headers={"X-Other": "acme-test-key"})
    told = await acme.running.client.get("/_mock/api/exchanges?limit=1")

    assert "acme-test-key" not in json.dumps(await told.json())


def test_the_published_schema_is_that_of_the_language() -> None:
    published = json.loads((resources.schemas() / "provider.json").read_bytes())

    assert published == schema(), "mockserver providers schema > schemas/provider.json"
