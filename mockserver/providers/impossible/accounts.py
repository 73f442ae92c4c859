"""Who calls: keys and secrets, projects, and the space that an open call enters."""

from typing import Final

from mockserver.engine.chance import Chance
from mockserver.engine.keyring import Grant
from mockserver.engine.spaces import Space
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.impossible.wire import SLUG, is_render_plane
from mockserver.providers.impossible.world import PART
from mockserver.providers.provider import Credential
from mockserver.providers.services import Services
from mockserver.providers.wires.authorization import bearer
from mockserver.providers.wires.keys import basic_key
from mockserver.providers.world import put_thing

__all__ = [
    "authenticate",
    "batch_space",
    "credential",
    "everybody",
    "key_space",
    "populate",
    "project_space",
    "run_space",
    "token_space",
]

PUBLIC: Final = f"{SLUG}.public"
MINTED: Final = "ifx-"
_by_pair: Final = basic_key()


def credential(chance: Chance) -> Credential:
    """Draw a key pair; the project that it comes with can be told from the key."""
    project = chance.uuid("project")
    key = f"{MINTED}{project}"
    fields = {
        "api_key": key,
        "api_secret": chance.hex("secret", 40),
        **_project_of(key),
    }
    return Credential(fields, "api_key", "api_secret", derived=_project_of)


def _project_of(key: str) -> dict[str, str]:
    is_minted = key.startswith(MINTED)
    return {"project": key.removeprefix(MINTED)} if is_minted else {}


def authenticate(call: Call) -> Grant:
    """Return what a key pair opens; on the render plane, what a bearer key opens.

    Raises:
        UnauthorizedError: It is missing, malformed, unknown or wrong.

    Source: contract impossible, section 2.
    """
    if is_render_plane(call.path):
        key = bearer(call)
        if key:
            return call.open_key(key)
    grant = _by_pair(call)
    _furnish_minted(call.services.space_of(grant), grant)
    return grant


def project_space(call: Call) -> Space:
    """Return the space of a render request: its project's, its key's, or everybody's.

    Raises:
        UnauthorizedError: The bearer key is wrong, or the project is private and
            the key is not its account's.

    Source: contract impossible, section 2.
    """
    uid = call.parameters.get("project") or call.parameters["id"]
    owner = _owner(call, uid)
    key = bearer(call)
    grant = call.open_key(key) if key else None
    if grant is not None:
        own = call.services.space_of(grant)
        if own.table(SLUG, "project").get(uid) is not None:
            return own
    if owner is None:
        return call.services.space_of(grant) if grant else everybody(call)
    project = owner.table(SLUG, "project").get(uid) or {}
    if project.get("private") and (grant is None or grant.space != owner.id):
        raise UnauthorizedError("private")
    return owner


def key_space(call: Call) -> Space:
    """Return the space of a call that names nothing: its key's, or everybody's.

    Raises:
        UnauthorizedError: The bearer key is wrong.
    """
    key = bearer(call)
    if key:
        return call.services.space_of(call.open_key(key))
    return everybody(call)


def token_space(call: Call) -> Space | None:
    """Return the space of the token that the path names."""
    token = call.parameters["id"]
    owner = call.services.owner(SLUG, "job", token)
    return owner or call.services.owner(SLUG, "job", token.rpartition(".")[0])


def batch_space(call: Call) -> Space | None:
    """Return the space of the batch that the path names."""
    return call.services.owner(SLUG, "batch", call.parameters["id"])


def run_space(call: Call) -> Space | None:
    """Return the space of the batch or run that the path names."""
    return batch_space(call) or call.services.owner(SLUG, "run", call.parameters["id"])


def everybody(call: Call) -> Space:
    """Return the space of calls that name neither a known project nor a key."""
    call.note(f"no key and no project of an account: the space is {PUBLIC}")
    call.services.learn_keys(SLUG)
    return call.services.spaces.open(PUBLIC)


def populate(services: Services, space: Space, slug: str) -> None:
    """Put the projects of an account's minted keys into its space."""
    for grant in services.spaces.keyring.grants(slug=slug, space=space.id):
        _furnish_minted(space, grant)


def _furnish_minted(space: Space, grant: Grant) -> None:
    """Make the project that a minted key comes with, once."""
    known = space.table(SLUG, "minted")
    if not _is_minted(grant) or known.get(grant.key) is not None:
        return
    known.put(grant.key, value=True)
    kind = PART.kind("project")
    uid = grant.key.removeprefix(MINTED)
    put_thing(SLUG, space, kind, uid, kind.complete(uid, {"name": "Minted"}))


def _is_minted(grant: Grant) -> bool:
    return grant.key.startswith(MINTED) and grant.origin != "open"


def _owner(call: Call, uid: str) -> Space | None:
    owner = call.services.owner(SLUG, "project", uid)
    if owner is not None:
        return owner
    # A minted project may be rendered before anybody has used its key.
    grant = call.services.grant(SLUG, f"{MINTED}{uid}")
    if grant is None or not _is_minted(grant):
        return None
    space = call.services.space_of(grant)
    _furnish_minted(space, grant)
    return space
