"""Deployments: models that run for somebody: read, made, changed and deleted."""

from typing import Any

from mockserver.engine.clock import iso
from mockserver.errors import ConflictError, NotFoundError
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.replicate import inputs
from mockserver.providers.replicate.models import key_of
from mockserver.providers.replicate.wire import username
from mockserver.providers.reply import Reply

__all__ = ["create", "delete", "deployment_of", "list_deployments", "read", "update"]

_MEMBERS = {"hardware": "hardware", "min": "min_instances", "max": "max_instances"}


async def list_deployments(call: Call) -> Reply:
    """List the deployments."""
    known = [_shown(call, one) for one in call.table("deployment").values()]
    return call.reply({"next": None, "previous": None, "results": known})


async def create(call: Call) -> Reply:
    """Deploy a version of a model under the account's name; answers 201 with it.

    Source: contract replicate, section 3.7.
    """
    body = await call.payload()
    key = f"{username(call)}/{body['name']}"
    model, _ = inputs.model_of_version(call, f"{body['model']}:{body['version']}")
    if call.table("deployment").get(key) is not None:
        raise ConflictError("deployment", id=key)
    kind = call.provider.world.kind("deployment")
    said = {ours: body[name] for ours, name in _MEMBERS.items()}
    made = {**said, "model": model["id"], "version": body["version"]}
    made["created"] = iso(call.now)
    call.table("deployment").put(key, kind.complete(key, made))
    return call.reply(_shown(call, deployment_of(call, key)), 201)


async def read(call: Call) -> Reply:
    """Show a deployment."""
    return call.reply(_shown(call, deployment_of(call, key_of(call))))


async def update(call: Call) -> Reply:
    """Release a deployment anew, with another version or other instances."""
    body, known = await call.payload(), deployment_of(call, key_of(call))
    said = {ours: body[name] for ours, name in _MEMBERS.items() if name in body}
    if "version" in body:
        inputs.model_of_version(call, f"{known['model']}:{body['version']}")
        said["version"] = body["version"]
    number = known.get("number", 1) + 1
    changed = {**known, **said, "number": number, "created": iso(call.now)}
    call.table("deployment").put(known["id"], changed)
    return call.reply(_shown(call, changed))


async def delete(call: Call) -> Reply:
    """Forget a deployment; answers 204."""
    known = deployment_of(call, key_of(call))
    things.remove(call, "deployment", known["id"])
    return Reply.empty()


def deployment_of(call: Call, key: str) -> Thing:
    """Return a deployment.

    Raises:
        NotFoundError: There is none.
    """
    known = things.find(call, "deployment", key)
    if known is None:
        raise NotFoundError("deployment")
    return known


def _shown(call: Call, one: Thing) -> dict[str, Any]:
    """Return a deployment as answers show it.

    Source: contract replicate, section 3.7.
    """
    owner, _, name = one["id"].partition("/")
    running = things.find(call, "model", one["model"])
    latest = "" if running is None else running["version"]
    return {
        "owner": owner,
        "name": name,
        "current_release": {
            "number": one.get("number", 1),
            "model": one["model"],
            "version": one.get("version") or latest,
            "created_at": one.get("created", "2025-10-10T00:00:00.000000Z"),
            "created_by": {
                "type": "organization",
                "username": owner,
                "name": owner,
                "avatar_url": None,
                "github_url": None,
            },
            "configuration": {
                "hardware": one["hardware"],
                "min_instances": one["min"],
                "max_instances": one["max"],
            },
        },
    }
