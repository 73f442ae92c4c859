"""Access: keys, and short tokens for uploads and for pages that may know no key."""

from typing import Final

from mockserver.engine.keyring import Grant
from mockserver.errors import ForbiddenError, NotFoundError, UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.fal import wire
from mockserver.providers.services import Services
from mockserver.providers.wires import jwt
from mockserver.providers.wires.authorization import authorization

__all__ = ["APPS", "UPLOADS", "authenticate", "minted", "until"]

UPLOADS: Final = "uploads"
APPS: Final = "apps"
LIFE_S: Final = 3600  # contract fal, section 7
_LONGEST_S: Final = 86400


def authenticate(call: Call) -> Grant:
    """Return what `Authorization: Key ID:SECRET` opens, or a short token.

    Without any there is no space to look for a request in.

    Raises:
        UnauthorizedError: Code `missing`, `rest`, `malformed` or `unknown`.
        ForbiddenError: The token is for other apps.
        NotFoundError: Code `job`.

    Source: contract fal, section 2.
    """
    scheme, key = authorization(call)
    token = call.query.get("fal_jwt_token")
    if not scheme and token and "app" in call.parameters:
        return _granted(call, token, APPS)
    if not scheme:
        raise _missing(call)
    if scheme == "bearer" and call.path.startswith("/v3b."):
        return _granted(call, key, UPLOADS)
    if scheme != "key" or not key:
        raise UnauthorizedError("malformed")
    return call.open_key(key)


def _missing(call: Call) -> NotFoundError | UnauthorizedError:
    if "request_id" in call.parameters:
        return NotFoundError("job")
    if "app" not in call.parameters:
        return UnauthorizedError("rest")
    return UnauthorizedError("missing", app=wire.app_of(call.parameters["app"]))


def until(call: Call, said: object = None) -> int:
    """Return when a token ends that is made now, in Unix seconds of the wall.

    Clients hold that against their own clock, whatever the space's says.

    Args:
        call: The call.
        said: For how many seconds the client wants it, if it says so.
    """
    seconds = said if isinstance(said, int) and not isinstance(said, bool) else LIFE_S
    return int(call.space.clock.wall()) + min(max(seconds, 1), _LONGEST_S)


def minted(call: Call, use: str, ends_at: int, apps: object = None) -> str:
    """Return a token that opens the call's space.

    Args:
        call: The call.
        use: What it is for: `UPLOADS` or `APPS`.
        ends_at: From when on it is refused.
        apps: Names of the apps that it may call, without owners; None for all.
    """
    told = {"space": call.space.id, "use": use, "exp": ends_at, "apps": apps}
    return jwt.token(told, _secret(call.services))


def _granted(call: Call, token: str, use: str) -> Grant:
    """Return what a token opens.

    Raises:
        UnauthorizedError: Code `malformed`; it is none of ours, or for another use,
            or its time is over.
        ForbiddenError: It is for other apps.
    """
    told = jwt.read_token(token, _secret(call.services)) or {}
    if told.get("use") != use:
        raise UnauthorizedError("malformed")
    grant = Grant(
        slug=wire.SLUG,
        key=token,
        secret=None,
        account="",
        space=str(told["space"]),
        kind=use,
        origin="client",
    )
    if call.services.space_of(grant).clock.wall() >= told["exp"]:
        raise UnauthorizedError("malformed")
    alias = wire.app_of(call.parameters.get("app", "")).rpartition("/")[2]
    if told["apps"] is not None and alias not in told["apps"]:
        raise ForbiddenError("app")
    return grant


def _secret(services: Services) -> bytes:
    return f"{wire.SLUG} {services.spaces.settings.seed}".encode()
