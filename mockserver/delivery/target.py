"""Target: where one hop of an outgoing request goes, read from its URL."""

import re
from base64 import b64encode
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin

from msgspec import Struct
from msgspec.structs import replace
from yarl import URL

from mockserver.delivery.guard import read_address
from mockserver.errors import DeliveryError

__all__ = ["Target", "follow", "read_target"]

# All of printable ASCII: what a URL may not hold at all is quoted, nothing else.
_AS_WRITTEN = "".join(map(chr, range(0x21, 0x7F)))
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<place>[^/?#]*)(?P<rest>[^#]*)(#.*)?", re.IGNORECASE
)
_PLACE = re.compile(r"(?P<host>\[[^]]+\]|[^:\[\]]+)(?P<port>:\d*)?")


class Target(Struct, frozen=True):
    """Where one hop goes.

    Attributes:
        url: The URL without user and password, its host plainly written.
        authorization: User and password as a header's value, if there were any.
        is_foreign: A redirect has left the origin that was asked first.
    """

    url: URL
    authorization: str | None
    is_foreign: bool = False


@lru_cache(maxsize=1024)
def read_target(url: str) -> Target:
    """Part a URL into what is asked and who asks.

    Raises:
        DeliveryError: Kind `invalid`; it is no http or https URL with a host.
    """
    match = _URL.fullmatch(url.strip())
    if match is None:
        raise DeliveryError("invalid", f"{url!r} is no http or https URL")
    userinfo, has_user, place = match["place"].rpartition("@")
    rest = quote(match["rest"], safe=_AS_WRITTEN, errors="surrogateescape")
    slash = "" if rest.startswith("/") else "/"
    try:
        origin = f"{match['scheme'].lower()}://{_clean_place(place)}"
        plain = URL(origin + slash + rest, encoded=True)
        plain.origin()
    except ValueError as error:
        raise DeliveryError("invalid", f"{url!r}: {error}") from error
    return Target(plain, _basic(userinfo) if has_user else None)


def _clean_place(place: str) -> str:
    """Write host and port as they can be connected to: an address plainly."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise ValueError("no host")
    host = match["host"]
    address = read_address(host)
    if address is not None:
        host = f"[{address}]" if ":" in str(address) else str(address)
    elif not host.isascii():
        host = URL.build(scheme="http", host=host).raw_host or host
    return host + (match["port"] or "")


def _basic(userinfo: str) -> str:
    user, _, password = userinfo.partition(":")
    plain = f"{unquote(user)}:{unquote(password)}"
    return "Basic " + b64encode(plain.encode()).decode()


def follow(target: Target, location: str) -> Target:
    """Return where a redirect leads; another origin gets no credentials.

    Raises:
        DeliveryError: Kind `invalid`; it is no http or https URL with a host.
    """
    is_absolute = _URL.fullmatch(location.strip()) is not None
    found = read_target(location if is_absolute else urljoin(str(target.url), location))
    if found.url.origin() == target.url.origin():
        kept = found.authorization or target.authorization
        return replace(found, authorization=kept, is_foreign=target.is_foreign)
    return replace(found, is_foreign=True)
