"""Opening: which space a key opens that a client has sent."""

from mockserver.engine.keyring import Grant
from mockserver.providers.services import Services

__all__ = ["opened"]


def opened(
    services: Services,
    slug: str,
    key: str,
    *,
    kind: str = "key",
    secret: str | None = None,
    account: str | None = None,
) -> Grant | None:
    """Return what a key opens; with `--auth open`, any key opens a space.

    Args:
        services: The server's rooms.
        slug: The provider.
        key: What the client sent; not empty.
        kind: Which of the provider's kinds of credential it is.
        secret: The secret that came with it, kept when the key is new.
        account: Name of the account when the key itself is one.

    Returns:
        None if the key is unknown and stays so, or revoked.
    """
    if not key.isascii():
        # A header may hold any bytes, the name of a space may not.
        key = key.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    keyring = services.spaces.keyring
    grant = keyring.find(slug, key, kind)
    if grant is None:
        services.learn_keys(slug)
        grant = keyring.find(slug, key, kind)
    if grant is not None:
        return None if grant.is_revoked else grant
    if services.options.auth != "open":
        return None
    return services.register(
        slug, key, secret=secret, kind=kind, origin="open", account=account
    )
