"""The examples of fleets name settings that there are, and fit what reads them.

Neither a container engine nor a cluster is needed.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]  # has no types
import pytest
import yaml

from mockserver.config import Config, load_config

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
FLEET: dict[str, Any] = yaml.safe_load((EXAMPLES / "compose.fleet.yaml").read_text())
OBJECTS: list[dict[str, Any]] = [
    *yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text())
]
WORKERS = {
    name: service
    for name, service in FLEET["services"].items()
    if service["image"] == "mockserver"
}
VERSION = "1.34"


def settings(environment: Mapping[str, str], folder: Path) -> Config:
    """Return what a worker's variables say; what compose puts in is a word."""
    plain = {
        name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
        for name, value in environment.items()
    }
    return load_config({}, plain, folder)


def named(kind: str, name: str) -> dict[str, Any]:
    """Return the one object of a kind and name."""
    (found,) = [
        one for one in OBJECTS if (one["kind"], one["metadata"]["name"]) == (kind, name)
    ]
    return found


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_of_compose_has_settings_that_there_are(
    name: str, tmp_path: Path
) -> None:
    config = settings(WORKERS[name]["environment"], tmp_path)

    assert (config.store, config.inner_host) == ("redis://valkey:6379/0", name)
    assert config.jobs_keep_s == 30 * 86_400


def test_the_workers_of_compose_differ_in_nothing_else() -> None:
    others = [
        {
            name: value
            for name, value in one["environment"].items()
            if "INNER" not in name
        }
        for one in WORKERS.values()
    ]

    assert len(WORKERS) == 3
    assert others[0] == others[1] == others[2]


def test_the_balancer_of_compose_knows_each_worker() -> None:
    said = FLEET["configs"]["balancer"]["content"]

    assert re.findall(r"server (\S+) (\S+):7357 check", said) == [
        (name, name) for name in WORKERS
    ]
    assert FLEET["services"]["balancer"]["depends_on"] == [*WORKERS]


@pytest.mark.parametrize(
    "thing", OBJECTS, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}"
)
def test_an_object_of_the_cluster_is_one(thing: dict[str, Any]) -> None:
    """By the schemas of that release, which know no other members."""
    kubernetes_validate.validate(thing, VERSION, strict=True)


def test_a_mistake_would_be_found() -> None:
    wrong = {**named("Service", "valkey"), "spec": {"selectr": {"app": "valkey"}}}

    with pytest.raises(kubernetes_validate.ValidationError, match="selectr"):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_a_worker_of_the_cluster_has_settings_that_there_are(tmp_path: Path) -> None:
    (container,) = named("Deployment", "mockserver")["spec"]["template"]["spec"][
        "containers"
    ]
    said = {one["name"]: one.get("value", "192.0.2.7") for one in container["env"]}

    config = settings(said, tmp_path)

    assert config.store == "redis://valkey:6379/0"
    assert config.inner_host == "192.0.2.7"
    assert container["ports"] == [{"containerPort": config.port}]


@pytest.mark.parametrize(
    ("name", "kind"), [("valkey", "StatefulSet"), ("mockserver", "Deployment")]
)
def test_a_service_of_the_cluster_finds_what_it_is_for(name: str, kind: str) -> None:
    service, template = named("Service", name), named(kind, name)["spec"]["template"]
    (container,) = template["spec"]["containers"]

    assert service["spec"]["selector"] == template["metadata"]["labels"]
    assert (
        service["spec"]["ports"][0]["port"] == (container["ports"][0]["containerPort"])
    )
