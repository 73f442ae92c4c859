"""Signing: how the receiver of a webhook knows that its provider has sent it."""

from collections.abc import Callable, Iterable, Mapping
from hmac import compare_digest

from msgspec import Struct

from mockserver.engine.spaces import Space

__all__ = ["Signing"]


class Signing(Struct, frozen=True):
    """A provider's way to sign its webhooks.

    Attributes:
        header: Name of the header that carries the signature, lower case.
        sign: Returns the signature of a message, made with a secret: of its headers
            by lower-case names, which may say its id and time, and of its body.
        secrets: Returns the secrets that the webhooks of a space have now.
        timestamp: Name of the header that says in Unix seconds when that was, lower
            case, if there is one; a delivery with `dated_by` has it.
        about: What is signed, how, and with which kind of secret, for people.
    """

    header: str
    sign: Callable[[str, Mapping[str, str], bytes], str]
    secrets: Callable[[Space], Iterable[str]]
    timestamp: str = ""
    about: str = ""

    def proves(
        self, headers: Mapping[str, str], body: bytes, secrets: Iterable[str]
    ) -> bool:
        """Say whether a body was signed with one of some secrets.

        Args:
            headers: What came with it; names in any case.
            body: The bytes as they came.
            secrets: Any of these will do.
        """
        found = [v for name, v in headers.items() if name.lower() == self.header]
        if len(found) != 1:
            return False
        sent = found[0].encode("utf-8", "surrogateescape")
        told = {name.lower(): value for name, value in headers.items()}
        right = [self.sign(secret, told, body).encode() for secret in secrets]
        return any(compare_digest(sent, one) for one in right)
