"""The project plane: projects, their files, application data and movies."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.errors import InvalidPayloadError
from mockserver.providers import things
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.impossible import assets, studio
from mockserver.providers.impossible.movies import geometry_of, is_movie
from mockserver.providers.impossible.table import table
from mockserver.providers.impossible.variables import variables_of
from mockserver.providers.impossible.wire import SLUG
from mockserver.providers.reply import Reply

__all__ = ["create_project", "list_projects"]

DATA: Final = "/v1/data/{project}/{name:.+}"
APPDATA: Final = "/v1/appdata/{project}/{name:.+}"
SDL: Final = "/v1/sdl/{project}/{name:.+}"
_OK: Final[Mapping[str, str]] = {"Message": "OK"}


@table.get("/v1/list/project", "list-projects")
async def list_projects(call: Call) -> Reply:
    """List the account's projects.

    Source: contract impossible, section 3.9.
    """
    projects = list(call.table("project").values())
    return call.reply(
        {
            "Projects": [[project["uid"], project["name"]] for project in projects],
            "Metadata": {
                project["uid"]: {
                    "uid": project["uid"],
                    "name": project["name"],
                    "date_created": project["date_created"],
                    "migrated": [],
                }
                for project in projects
            },
        }
    )


@table.get("/v1/list/project/", "list-projects")
async def list_projects_with_slash(call: Call) -> Reply:
    """List the account's projects; the Python client's path."""
    return await list_projects(call)


@table.post("/v1/project/{project}", "create-project")
async def create_project(call: Call) -> Reply:
    """Create a project; a second one of a name is another one."""
    number = call.table("project").number()
    uid = call.chance.fork("project", number).uuid()
    created = assets.date_of(call.now)
    project = {"uid": uid, "name": call.parameters["project"], "date_created": created}
    call.table("project").put(uid, project)
    call.space.store.publish(SLUG, "project", uid, call.space.id)
    return call.reply({"Project-UID": uid, **_OK})


@table.delete("/v1/project/{project}", "delete-project")
async def delete_project(call: Call) -> Reply:
    """Delete a project with all that is in it."""
    uid = _project(call)
    for kind in ("data", "appdata", "sdl"):
        for name in assets.names_of(call.table(kind), uid):
            assets.remove(call, kind, uid, name)
    things.remove(call, "project", uid)
    call.space.store.retract(SLUG, "project", uid, call.space.id)
    return call.reply(_OK)


@table.get("/v1/list/data/{project}", "list-data")
async def list_data(call: Call) -> Reply:
    """List a project's files."""
    return call.reply(assets.listing(call.table("data"), _project(call)))


@table.put(DATA, "put-data")
async def put_data(call: Call) -> Reply:
    """Create or replace a file."""
    return await _write(call, "data")


@table.post(DATA, "put-data")
async def post_data(call: Call) -> Reply:
    """Create or replace a file."""
    return await _write(call, "data")


@table.get(DATA, "get-data")
async def get_data(call: Call) -> Reply:
    """Return a file's bytes."""
    return assets.fetch(call, "data", _project(call), call.parameters["name"])


@table.delete(DATA, "delete-data")
async def delete_data(call: Call) -> Reply:
    """Delete a file."""
    return _remove(call, "data")


@table.put(APPDATA, "put-appdata")
async def put_appdata(call: Call) -> Reply:
    """Create or replace application data."""
    return await _write(call, "appdata")


@table.get(APPDATA, "get-appdata")
async def get_appdata(call: Call) -> Reply:
    """Return application data."""
    return assets.fetch(call, "appdata", _project(call), call.parameters["name"])


@table.delete(APPDATA, "delete-appdata")
async def delete_appdata(call: Call) -> Reply:
    """Delete application data."""
    return _remove(call, "appdata")


@table.get("/v1/list/sdl/{project}", "list-sdl")
async def list_sdl(call: Call) -> Reply:
    """List a project's movies."""
    return call.reply({"SDLS": assets.names_of(call.table("sdl"), _project(call))})


@table.put(SDL, "put-sdl")
async def put_sdl(call: Call) -> Reply:
    """Create or replace a movie; geometry and variables are read from its bytes."""
    uid, name = _project(call), call.parameters["name"]
    body = await call.body()
    facts = await off_loop(len(body), _studied, body)
    await assets.store(call, "sdl", uid, name)
    kept = call.table("sdl").get(f"{uid}/{name}") or {}
    call.table("sdl").put(f"{uid}/{name}", {**kept, **facts})
    return call.reply({**_OK, "Project-UID": uid})


@table.post(SDL, "put-sdl")
async def post_sdl(call: Call) -> Reply:
    """Create or replace a movie; the oldest client's method."""
    return await put_sdl(call)


@table.get(SDL, "get-sdl")
async def get_sdl(call: Call) -> Reply:
    """Return a movie's bytes; of one that nobody has uploaded there are none."""
    _movie(call)
    return assets.fetch(call, "sdl", _project(call), call.parameters["name"])


@table.delete(SDL, "delete-sdl")
async def delete_sdl(call: Call) -> Reply:
    """Delete a movie."""
    return _remove(call, "sdl")


@table.get("/v1/sdlvariables/{project}/{name:.+}", "list-variables")
async def list_variables(call: Call) -> Reply:
    """List a movie's variables."""
    return call.reply({"variables": _movie(call).get("variables", [])})


@table.get("/v1/sdlmovieerrors/{project}/{name:.+}", "list-movie-errors")
async def list_movie_errors(call: Call) -> Reply:
    """List what is wrong with a movie."""
    return call.reply({"errors": _movie(call).get("errors", [])})


@table.post("/v1/publish/{project}/{location}", "publish")
async def publish(call: Call) -> Reply:
    """Publish a project to a cluster."""
    return call.reply({"Published-UID": _project(call)})


def _studied(body: bytes) -> dict[str, Any]:
    """Return what a movie says of itself.

    Raises:
        InvalidPayloadError: Code `sdl`; it is no movie.

    Source: contract impossible, section 3.9.
    """
    if not is_movie(body):
        raise InvalidPayloadError(code="sdl")
    try:
        variables = variables_of(body)
    except (IndexError, ValueError) as error:
        raise InvalidPayloadError(code="sdl") from error
    return {"geometry": dict(geometry_of(body)), "variables": variables}


def _project(call: Call) -> str:
    uid = call.parameters["project"]
    studio.project(call, uid)
    return uid


def _movie(call: Call) -> Mapping[str, Any]:
    uid, name = call.parameters["project"], call.parameters["name"]
    return studio.movie(call, uid, name, code="resource")


async def _write(call: Call, kind: str) -> Reply:
    uid, name = _project(call), call.parameters["name"]
    await assets.store(call, kind, uid, name)
    return call.reply({"Resource-Name": name, "Project-UID": uid, **_OK})


def _remove(call: Call, kind: str) -> Reply:
    assets.remove(call, kind, _project(call), call.parameters["name"])
    return call.reply(_OK)
