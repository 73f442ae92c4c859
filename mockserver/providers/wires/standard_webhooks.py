"""Standard Webhooks: how several providers sign what they tell."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from string import ascii_letters, digits
from typing import Final

from mockserver.engine.chance import Chance

__all__ = ["ABOUT", "SIGNATURE", "TIMESTAMP", "headers", "new_secret", "sign"]

SIGNATURE: Final = "webhook-signature"
TIMESTAMP: Final = "webhook-timestamp"
ABOUT: Final = (
    "v1, and HMAC-SHA256 in base64, of webhook-id, webhook-timestamp and the body with"
    " dots between them; its key is the base64 after whsec_ of the endpoint's secret"
)
_PREFIX: Final = "whsec_"
_KEY_BYTES: Final = 24
_ID_LENGTH: Final = 27


def new_secret(chance: Chance) -> str:
    """Return a secret: `whsec_` and the standard base64 of a key.

    Some receivers split it at underscores, which that alphabet does not have.
    """
    key = chance.draw_bytes("webhook secret", _KEY_BYTES)
    return _PREFIX + b64encode(key).decode()


def headers(
    secret: str, body: bytes, *, chance: Chance, at_s: float
) -> Mapping[str, str]:
    """Return what goes with a webhook: its id, its time and its signature.

    Args:
        secret: That of its account.
        body: What it says.
        chance: Where its id comes from: another one for each webhook, but the same
            for each repetition of one.
        at_s: When it is signed, in seconds since 1970.
    """
    told = {
        "webhook-id": f"msg_{chance.word('msg', _ID_LENGTH, ascii_letters + digits)}",
        TIMESTAMP: str(int(at_s)),
    }
    return {**told, SIGNATURE: sign(secret, told, body)}


def sign(secret: str, told: Mapping[str, str], body: bytes) -> str:
    """Return the signature of a webhook: `v1,` and base64.

    Args:
        secret: `whsec_` and the base64 of the key.
        told: Its headers; `webhook-id` and `webhook-timestamp` are signed, too.
        body: What it says.

    Source: standardwebhooks.com, specification, "Signature scheme".
    """
    head = f"{told.get('webhook-id', '')}.{told.get(TIMESTAMP, '')}."
    key = b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.new(key, head.encode("utf-8", "surrogateescape") + body, sha256)
    return f"v1,{b64encode(digest.digest()).decode()}"
