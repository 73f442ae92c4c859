"""Keys: finds the credential that a call carries, and opens what it opens."""

from collections.abc import Callable
from hmac import compare_digest

from mockserver.engine.keyring import Grant
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.wires.authorization import basic, bearer

__all__ = ["Authenticate", "basic_key", "bearer_key", "header_key", "open_pair",
           "query_key"]  # fmt: skip

Authenticate = Callable[[Call], Grant]


def header_key(name: str) -> Authenticate:
    """Return what opens the key in a header of its own, such as `X-API-Key`.

    It raises `UnauthorizedError`, code `missing` or `unknown`, as all of these do.
    """
    return lambda call: _open(call, call.headers.get(name, ""))


def query_key(name: str) -> Authenticate:
    """Return what opens the key in a query parameter."""
    return lambda call: _open(call, call.query.get(name, ""))


def bearer_key() -> Authenticate:
    """Return what opens the key in `Authorization: Bearer KEY`.

    Code `malformed` when there is something else than a token.
    """
    return lambda call: _open(call, bearer(call))


def basic_key() -> Authenticate:
    """Return what opens the key and secret in `Authorization: Basic ...`.

    Code `malformed` when they cannot be read, `secret` when the secret is wrong.
    """
    return lambda call: open_pair(call, *basic(call))


def open_pair(
    call: Call, key: str, secret: str, *, account: str | None = None
) -> Grant:
    """Return what a key opens that its secret proves.

    The first secret that comes with a key that has none is kept.

    Args:
        call: The call.
        key: What names the credential.
        secret: What proves it.
        account: Name of the account when the key itself is one.

    Raises:
        UnauthorizedError: Code `missing`, `unknown` or `secret`.
    """
    if not key or not secret:
        raise UnauthorizedError("missing")
    grant = call.open_key(key, secret=secret, account=account)
    if grant.secret is None:
        return call.services.register(
            grant.slug,
            grant.key,
            secret=secret,
            space=grant.space,
            kind=grant.kind,
            origin=grant.origin,
            account=grant.account,
        )
    if not compare_digest(grant.secret.encode(), secret.encode()):
        call.note(f"the secret of {key} is another one")
        raise UnauthorizedError("secret")
    return grant


def _open(call: Call, key: str) -> Grant:
    if not key:
        raise UnauthorizedError("missing")
    return call.open_key(key)
