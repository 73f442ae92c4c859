"""Signed requests: who asks, in which way, and whether the signature holds."""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from string import ascii_letters, digits
from typing import Final
from urllib.parse import unquote_plus

from mockserver.engine.chance import Chance
from mockserver.engine.keyring import Grant
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.provider import Credential

__all__ = ["authenticate", "clean_path", "credential", "signature", "text_to_sign"]

SERVICE: Final = "/stupeflix-1.0"
VALID_S: Final = 86_400.0
DATE_UNIT_S: Final = 1.0
SIGNED_PARAMETERS: Final = ("Marker", "MaxKeys")

_INLINE = re.compile(
    r"(?P<path>/stupeflix-1\.0/.+/)(?P<key>[A-Za-z0-9]{20})/(?P<signature>[0-9a-f]{40})"
    r"/(?P<date>[0-9]+)/"
)
_ALPHABET = ascii_letters + digits


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a request says about who signed it when, over which path."""

    key: str
    signature: str
    date: str
    path: str


def authenticate(call: Call) -> Grant:
    """Return what a signed request opens; every request is verified.

    Raises:
        UnauthorizedError: Code `missing`, `unknown`, `date` or `signature`, in this
            order of checks.

    Source: contract stupeflix, sections 2.2 to 2.6.
    """
    signed = _read(call)
    if not (signed.key and signed.signature and signed.date):
        raise UnauthorizedError("missing")
    grant = call.services.grant(call.provider.slug, signed.key)
    if grant is None:
        call.note(
            "unknown access key: mint one with POST /_mock/api/spaces, or start with"
            " --credential stupeflix:ACCESS:SECRET"
        )
        raise UnauthorizedError("unknown")
    _check_date(call, grant, signed.date)
    if not _is_signed(call, signed, grant.secret or ""):
        raise UnauthorizedError("signature")
    return grant


def text_to_sign(
    method: str,
    path: str,
    date: str,
    *,
    md5: str = "",
    content_type: str = "",
    parameters: str = "",
) -> str:
    """Return the text that a signature is made over; ends in a line feed.

    Source: contract stupeflix, section 2.3.
    """
    return f"{method}\n{md5}\n{content_type}\n{date}\n{path}\n{parameters}"


def signature(secret: str, text: str) -> str:
    """Return 40 lower-case hexadecimal digits.

    Source: contract stupeflix, section 2.3.
    """
    return hmac.new(
        secret.encode(), text.encode("utf-8", "surrogateescape"), sha1
    ).hexdigest()


def credential(chance: Chance) -> Credential:
    """Draw a new pair of keys.

    Source: contract stupeflix, section 2.1.
    """
    pair = {
        "access_key": chance.word("access", 20, _ALPHABET),
        "secret_key": chance.word("secret", 40, _ALPHABET),
    }
    return Credential(pair, key="access_key", secret="secret_key")  # noqa: S106 - a name


def clean_path(path: str) -> str:
    """Return a raw path as the routes have it: without inline keys, with its slash.

    Source: contract stupeflix, sections 2.2 and 3.
    """
    if not path.startswith(SERVICE):
        return path.rstrip("/") if path.startswith(("/v1/", "/v2/")) else path
    inline = _INLINE.fullmatch(path)
    if inline is not None:
        return inline["path"]
    return path if path.endswith("/") else path + "/"


def _read(call: Call) -> _Signed:
    # The routes' form of the path may differ from what was sent and signed.
    path = call.request.rel_url.raw_path[len(call.door.prefix) :]
    query = call.query
    if "Signature" not in query and call.request.method in {"GET", "HEAD"}:
        inline = _INLINE.fullmatch(path)
        if inline is not None:
            return _Signed(
                inline["key"], inline["signature"], inline["date"], inline["path"]
            )
    return _Signed(
        query.get("AccessKey", ""),
        query.get("Signature", ""),
        query.get("Date", ""),
        path,
    )


def _check_date(call: Call, grant: Grant, date: str) -> None:
    # The call has no space yet, and so not its settings.
    space = call.services.space_of(grant)
    clock = space.clock
    if not (date.isascii() and date.isdigit() and len(date) <= 12):
        raise UnauthorizedError("date")
    age = clock.now() - clock.at_wall(float(date), resolution_s=DATE_UNIT_S)
    ahead_s: float = call.services.setting(grant.slug, "future_s", space)
    if not -ahead_s <= age <= VALID_S:
        call.note(f"Date is {age:.0f} s old on this space's clock")
        raise UnauthorizedError("date")


def _is_signed(call: Call, signed: _Signed, secret: str) -> bool:
    method = call.request.method
    is_read = method in {"GET", "HEAD"}
    headers = call.headers
    # A signed link is made for GET; asking for its head needs no other signature.
    methods = ("GET", "HEAD") if method == "HEAD" else (method,)
    found = signed.signature.encode("utf-8", "surrogatepass")
    is_equal = False
    for name in methods:
        for parameters in _parameters(call):
            text = text_to_sign(
                name,
                signed.path,
                signed.date,
                md5="" if is_read else headers.get("Content-MD5", ""),
                content_type="" if is_read else headers.get("Content-Type", ""),
                parameters=parameters,
            )
            right = signature(secret, text).encode()
            is_equal |= bool(secret) and hmac.compare_digest(right, found)
    return is_equal


def _parameters(call: Call) -> Iterator[str]:
    """Return the signed parameters, decoded, and as they were sent if that differs."""
    pairs = [
        pair.partition("=")[::2]
        for pair in call.request.rel_url.raw_query_string.split("&")
    ]
    sent = {unquote_plus(name): value for name, value in reversed(pairs)}
    wanted = [name for name in SIGNED_PARAMETERS if name in sent]
    raw = "".join(f"{name}\n{sent[name]}\n" for name in wanted)
    decoded = "".join(f"{name}\n{call.query[name]}\n" for name in wanted)
    yield decoded
    if raw != decoded:
        yield raw
