"""Signatures: whether a webhook that has arrived is from the provider it claims."""

from collections.abc import Callable, Iterable, Mapping

from mockserver.providers.provider import Provider
from mockserver.providers.signing import Signing
from mockserver.server.receiver import Webhook

__all__ = ["trouble"]


def trouble(
    webhook: Webhook,
    providers: Mapping[str, Provider],
    secrets_of: Callable[[Signing], Iterable[str]],
) -> str:
    """Return what is wrong with a webhook's signature; nothing if it is right.

    Args:
        webhook: What has arrived.
        providers: Whoever may have sent it, by slug.
        secrets_of: Returns the secrets that may have been used.
    """
    known = {slug: one.signing for slug, one in providers.items() if one.signing}
    sent = {name.lower() for name in webhook.headers}
    # Several providers may have the same header.
    tried = {
        slug: [*secrets_of(signing)]
        for slug, signing in known.items()
        if signing.header in sent
    }
    for slug, secrets in tried.items():
        if known[slug].proves(webhook.headers, webhook.body, secrets):
            return ""
    if tried:
        header = known[next(iter(tried))].header
        count = sum(map(len, tried.values()))
        return (
            f"{header} is not what {' or '.join(tried)} signs this body with"
            f" ({count} secrets tried)"
        )
    signers = ", ".join(f"{slug} ({one.header})" for slug, one in known.items())
    return f"no signature; providers that sign: {signers or 'none'}"
