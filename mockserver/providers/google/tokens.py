"""Tokens: what Google's token endpoint and a machine's metadata server give out."""

from typing import Any, Final
from urllib.parse import parse_qs

from mockserver.engine.spaces import Space
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.google import access, wire
from mockserver.providers.reply import Reply
from mockserver.providers.wires.jwt import claims_of

__all__ = ["FLAVOR", "located", "metadata", "token"]

FLAVOR: Final = "Metadata-Flavor"
_GOOGLE: Final = {FLAVOR: "Google"}
_HOME: Final = "main"
_LIFE_S: Final = 3599
_GRANTS: Final = (
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "refresh_token",
)
_SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
_ACCOUNT: Final = "driver@mock-project.iam.gserviceaccount.com"
_ROOT: Final = "/computeMetadata/v1"
_OWN: Final = "instance/service-accounts/default"


def located(call: Call) -> Space | None:
    """Find the space of whoever asks for a token: that of the service account."""
    account = _account(call)
    if account is None:
        return None
    return call.services.spaces.open(f"{wire.SLUG}.{account}")


async def token(call: Call) -> Reply:
    """Give out an access token for a service account's assertion.

    Source: contract google, section 2.
    """
    form = _form(call)
    if form.get("grant_type") not in _GRANTS:
        return _refused("unsupported_grant_type", "Invalid grant_type")
    if call.known_space is None:
        return _refused("invalid_grant", "Invalid grant: account not found")
    return Reply.json(_minted(call))


async def metadata(call: Call) -> Reply:
    """Answer as the metadata server of a machine does.

    Source: contract google, section 2.
    """
    if call.headers.get(FLAVOR) != "Google" or call.known_space is None:
        raise NotFoundError("route")
    path = call.path.removeprefix(_ROOT).strip("/")
    account = call.world.account_of(call.space.id, wire.SLUG)
    projects = account.details.get("projects") if account else None
    texts: dict[str, str] = {
        "": "computeMetadata/\n",
        "project/project-id": str((projects or ["mock-project"])[0]),
        "project/numeric-project-id": "123456789012",
        "instance": "service-accounts/\n",
        "universe/universe-domain": "googleapis.com",
        "universe/universe_domain": "googleapis.com",
        f"{_OWN}/email": _ACCOUNT,
        f"{_OWN}/scopes": f"{_SCOPE}\n",
    }
    if path == f"{_OWN}/token":
        return Reply.json(_minted(call), headers=_GOOGLE)
    if path == _OWN:
        told = {"aliases": ["default"], "email": _ACCOUNT, "scopes": [_SCOPE]}
        return Reply.json(told, headers=_GOOGLE)
    if path not in texts:
        raise NotFoundError("route")
    reply = Reply.text(texts[path], content_type="application/text")
    return reply.with_headers(_GOOGLE)


def _minted(call: Call) -> dict[str, Any]:
    """Return another token, which says in its text whose it is."""
    number = call.table("token").number() + 1
    return {
        "access_token": access.minted(_account(call) or _HOME, number),
        "expires_in": _LIFE_S,
        "token_type": "Bearer",
    }


def _account(call: Call) -> str | None:
    """Return the account whose the service account is; unless strict, any is ours."""
    accounts = call.services.world(wire.SLUG).accounts
    said = _issuer(_form(call).get("assertion", ""))
    for name, account in accounts.items():
        if said in account.details.get("service_accounts", ()):
            return name
    is_asked = bool(said) and call.services.options.auth != "open"
    if is_asked or not accounts:
        return None
    return _HOME if _HOME in accounts else next(iter(accounts))


def _form(call: Call) -> dict[str, str]:
    text = (call.read_body or b"").decode("utf-8", "replace")
    try:
        return {name: values[0] for name, values in parse_qs(text).items()}
    except ValueError:
        return {}


def _issuer(assertion: str) -> str:
    """Return who signs an assertion; whether that is true is not looked at."""
    return str((claims_of(assertion) or {}).get("iss", ""))


def _refused(error: str, about: str) -> Reply:
    return Reply.json({"error": error, "error_description": about}, 400)
