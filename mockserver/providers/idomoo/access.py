"""Who calls: account and secret, the tokens of version 3, the hashes of version 1."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import md5
from typing import Any, Final

from mockserver.engine.keyring import Grant
from mockserver.engine.spaces import Space
from mockserver.errors import ProviderError, UnauthorizedError, UnreadableBodyError
from mockserver.providers.call import Call
from mockserver.providers.wires.authorization import basic, bearer
from mockserver.providers.wires.keys import open_pair

__all__ = [
    "authenticate",
    "by_classic_token",
    "classic_token",
    "issue_token",
    "php_text",
]

TOKEN: Final = "token"  # noqa: S105 - the kind of thing that is published


def authenticate(call: Call) -> Grant:
    """Return what the call's credentials open.

    Raises:
        UnauthorizedError: They are missing, wrong or expired.

    Source: contract idomoo, section 2.1 and appendix A.
    """
    if call.operation.startswith("v3-") and call.operation != "v3-token":
        return _by_token(call, bearer(call))
    account, secret = basic(call)
    # A version 1 hash may have opened the account without its secret.
    return open_pair(call, account, secret, account=account)


def issue_token(call: Call) -> tuple[str, int]:
    """Return a new access token and the seconds for which it is valid."""
    valid_s = int(call.setting("token_s"))
    tokens = call.table(TOKEN)
    token = call.chance.fork(TOKEN, tokens.number()).hex("token", 64)
    account = call.grant.key if call.grant is not None else ""
    tokens.put(token, {"account": account, "until": call.now + valid_s})
    call.space.store.publish(call.provider.slug, TOKEN, token, call.space.id)
    return token, valid_s


def by_classic_token(call: Call) -> Space | None:
    """Return the space of a version 1 call, whose credentials are in its body.

    Source: contract idomoo, section 2.3.
    """
    try:
        document = call.parse(call.read_body or b"")
    except UnreadableBodyError:
        return None
    video = document.get("video") if isinstance(document, dict) else None
    if not isinstance(video, dict):
        return None
    account, token = video.get("account_id"), video.get("authentication_token")
    if not account or not isinstance(token, str) or not token:
        return None
    return _open_classic(call, str(account), token, video.get("data"))


def classic_token(data: Iterable[Mapping[str, Any]], secret: str) -> str:
    """Return the hash that proves a call at security level high.

    Args:
        data: `{"key", "val"}` in the order in which they are sent.
        secret: The account's secret key.

    Source: contract idomoo, section 2.3.
    """
    said = "".join(
        f"{php_text(item.get('key'))}{php_text(item.get('val'))}" for item in data
    )
    raw = md5((said + secret).encode("utf-8", "replace"), usedforsecurity=False)
    coded = b64encode(raw.digest()).decode()
    return coded.translate(str.maketrans("+/=", "._-"))


def _open_classic(call: Call, account: str, token: str, data: Any) -> Space | None:
    is_hash = len(token) == 24 and token.endswith("--")
    try:
        secret = None if is_hash else token
        grant = call.open_key(account, secret=secret, account=account)
    except ProviderError:
        return None
    space = call.services.space_of(grant)
    level = call.services.setting(call.provider.slug, "v1_security", space)
    items = data if isinstance(data, list) else []
    wanted = {"normal": grant.secret, "high": None, "any": grant.secret}[level]
    hashed = (
        classic_token((i for i in items if isinstance(i, dict)), grant.secret)
        if grant.secret is not None and level != "normal"
        else None
    )
    is_right = token in {wanted, hashed} or (grant.secret is None and is_hash)
    if not is_right:
        return None
    call.grant = grant
    return space


def _by_token(call: Call, token: str) -> Grant:
    slug = call.provider.slug
    space = call.services.owner(slug, TOKEN, token) if token else None
    known = space.table(slug, TOKEN).get(token) if space is not None else None
    if space is None or known is None or space.clock.now() >= known["until"]:
        raise UnauthorizedError("token")
    grant = call.services.grant(slug, known["account"])
    if grant is None:
        raise UnauthorizedError("revoked")
    return grant


def php_text(value: object) -> str:
    """Return a value as PHP joins it to a text."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if is_whole else str(value)  # type: ignore[call-overload]  # a float
