"""A first file from an OpenAPI document fits, serves, and marks what it has guessed."""

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver import resources
from mockserver.edge.describe import openapi
from mockserver.errors import ConfigError
from mockserver.providers import discover
from mockserver.providers.declared.described import read
from mockserver.providers.declared.drafting import draft
from mockserver.providers.declared.loading import load, mistakes
from mockserver.validation import SchemaSet
from tests.deep import some
from tests.providers.conftest import Serve

TASK = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "status": {
            "type": "string",
            "enum": ["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"],
        },
        "createdAt": {"type": "string", "format": "date-time"},
        "progress": {"type": "number"},
        "output": {"type": "array", "items": {"type": "string"}},
        "video_url": {"type": "string", "nullable": True},
        "failure": {"type": "string"},
        "owner": {"type": "string", "default": "me"},
    },
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Film Works API"},
    "servers": [{"url": "https://api.films.example/v1"}],
    "paths": {
        "/tasks/{id}": {
            "parameters": [{"name": "id", "in": "path"}],
            "get": {"operationId": "getTask", "responses": {"200": {"$ref": "#/r"}}},
            "delete": {"operationId": "deleteTask", "responses": {"204": {}}},
        },
        "/tasks/{id}/cancel": {
            "post": {"operationId": "cancelTask", "responses": {"200": {"$ref": "#/r"}}}
        },
        "/tasks": {
            "get": {
                "operationId": "listTasks",
                "parameters": [{"name": "cursor", "in": "query"}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "properties": {
                                        "items": {"type": "array"},
                                        "nextCursor": {"type": "string"},
                                        "hasMore": {"type": "boolean"},
                                    }
                                }
                            }
                        }
                    }
                },
            }
        },
        "/text_to_film": {
            "post": {
                "summary": "Make a film. Of a text.",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["prompt", "seconds"],
                                "properties": {
                                    "prompt": {"type": "string", "minLength": 3},
                                    "seconds": {"type": "integer", "enum": [5, 10]},
                                },
                            }
                        }
                    }
                },
                "responses": {
                    "201": {
                        "content": {
                            "application/json": {
                                "schema": {"properties": {"id": {"type": "string"}}}
                            }
                        }
                    },
                    "400": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "properties": {
                                        "error": {"type": "string"},
                                        "code": {"type": "string"},
                                        "status": {"type": "integer"},
                                    }
                                }
                            }
                        }
                    },
                },
            }
        },
        "/account": {
            "get": {
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "properties": {"credits": {"type": "integer"}}
                                }
                            }
                        }
                    }
                }
            }
        },
    },
    "components": {
        "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "x-key"}}
    },
    "r": {"content": {"application/json": {"schema": {"$ref": "#/t"}}}},
    "t": TASK,
}


def drafted(document: Any, tmp_path: Path, name: str = "api.yaml") -> Path:
    """Write a first file of a document; return it."""
    file = tmp_path / "films.yaml"
    file.write_text(draft(read(document, name), name), "utf-8")
    return file


async def test_what_is_drafted_serves_a_job_from_order_to_end(
    serve: Serve, tmp_path: Path
) -> None:
    file = drafted(DOCUMENT, tmp_path)
    running = await serve(providers=(str(file),), auth="open", pace="step")
    client, key = running.client, {"x-key": "mine"}
    root = "/film-works/v1"

    made = await client.post(
        f"{root}/text_to_film", json={"prompt": "A cat", "seconds": 5}, headers=key
    )
    path = f"{root}/tasks/{(await made.json())['id']}"
    reads = [await (await client.get(path, headers=key)).json() for _ in range(3)]
    listed = await (await client.get(f"{root}/tasks", headers=key)).json()
    account = await (await client.get(f"{root}/account", headers=key)).json()
    wrong = await client.post(f"{root}/text_to_film", json={}, headers=key)
    locked = await client.get(path)
    gone = await client.delete(path, headers=key)

    assert made.status == 201
    assert [one["status"] for one in reads] == ["PENDING", "RUNNING", "SUCCEEDED"]
    assert reads[0]["createdAt"] == "2030-01-01T00:00:00Z"
    assert reads[0]["owner"] == "me"
    assert reads[2]["video_url"].endswith(".mp4")
    assert (listed["hasMore"], len(listed["items"])) == (False, 1)
    assert account == {"credits": 0}
    assert await wrong.json() == {
        "error": "Bad Request",
        "code": "error",
        "status": 400,
    }
    assert (wrong.status, locked.status, gone.status) == (400, 401, 204)


def test_every_guess_is_marked_for_the_reader(tmp_path: Path) -> None:
    text = drafted(DOCUMENT, tmp_path).read_text("utf-8")

    assert [line.strip() for line in text.split("\n") if "Guessed: " in line] == [
        "# Guessed: task: a job, as `get-task` tells its `status`.",
        "# Guessed: it shows a task.",
        "# Guessed: it removes a task.",
        "# Guessed: it ends a task, by its path.",
        "# Guessed: it lists each task; pages by cursor.",
        "# Guessed: it makes a task: its answer names one, and task is near.",
        "# Guessed: nothing is known of it; it answers the same each time.",
    ]
    assert "about: Make a film." in text


@pytest.mark.parametrize("slug", some(discover(), of=3))
def test_the_description_of_each_provider_makes_a_file_that_fits(
    slug: str, tmp_path: Path
) -> None:
    provider = discover([slug])[slug]
    from_folder = openapi(provider, _schemas(slug))

    file = drafted(json.loads(json.dumps(from_folder)), tmp_path, f"{slug}.json")

    assert mistakes(file) == []
    assert [*load(file).routes]


def _schemas(slug: str) -> SchemaSet:
    anchor = discover([slug])[slug].anchor
    return SchemaSet.load(resources.schemas(slug, package=anchor))


REFUSED = [
    ([], "found no OpenAPI document, expected `paths` in it"),
    ({"paths": {}, "swagger": "2.0"}, "openapi: found '2.0', expected version 3"),
    ({"paths": {}, "openapi": "3.1.0"}, "paths: found no operation"),
]


@pytest.mark.parametrize(("document", "expected"), REFUSED)
def test_what_is_no_description_is_refused(document: Any, expected: str) -> None:
    with pytest.raises(ConfigError, match=r"^api\.yaml: ") as error:
        read(document, "api.yaml")

    assert expected in str(error.value)


def test_references_that_go_round_are_followed_so_far(tmp_path: Path) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    document["t"]["properties"]["parent"] = {"$ref": "#/t"}
    document["paths"]["/loop"] = {"get": {"responses": {"200": {"$ref": "#/loop"}}}}
    document["loop"] = {"$ref": "#/loop"}

    assert mistakes(drafted(document, tmp_path)) == []
