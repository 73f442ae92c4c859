"""Orders: what a profiles document asks for, profile by profile."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from mockserver.errors import InvalidPayloadError
from mockserver.patterns import EXPECTED, pattern
from mockserver.providers.stupeflix.formats import FORMATS
from mockserver.providers.stupeflix.xmltree import Node, XmlError, parse

__all__ = ["META", "UPLOADS", "Order", "read_form", "read_profiles"]

# {"profile", "meta": {...}, "notify": {"url", "pattern"} | None, "uploads": [...]},
# each upload {"kind", "attributes", "headers", "meta"}
Order = dict[str, Any]

PROFILES_MAX: Final = 1000
PATTERN_CHARS: Final = 100
META: Final = (
    "title", "tags", "description", "author", "date", "location", "license",
    "copyright", "acl", "channels", "group", "groups", "lang", "country", "city",
    "published", "publicationDate", "geoblockWhiteList", "geoblockList", "framerate",
    "preview", "generate", "thumbnailTime",
)  # fmt: skip
_CHOICES: Final = {
    "acl": ("public", "private", "unlisted"),
    "preview": ("true", "false"),
    "generate": ("true", "false"),
}
# Contract stupeflix, section 3.4: what each upload needs, and what it may be given.
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "stupeflixStore": (),
    "httpPOST": ("url",),
    "httpPUT": ("url",),
    "youtube": (),
    "brightcove": (),
    "facebook": ("apikey", "secret", "sid"),
    "dailymotion": (),
    "s3": ("bucket",),
    "ftp": ("server", "directory"),
}
# The first of them is a page of its own, to which nothing is sent.
UPLOADS: Final = (*_NEEDED,)[1:]
# Clients write an empty directory for that of the login.
_MAY_BE_EMPTY: Final = frozenset({"directory"})


def read_form(body: bytes) -> Node:
    """Return the profiles document of a form.

    Raises:
        InvalidPayloadError: Code `profiles`.

    Source: contract stupeflix, section 3.4.
    """
    try:
        fields = dict(
            parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100)
        )
    except ValueError as error:  # too many fields, or no UTF-8
        raise _invalid("the form cannot be read") from error
    text = fields.get("ProfilesXML", "")
    if not text:
        raise _invalid("ProfilesXML is missing")
    try:
        return parse(text.strip().encode("utf-8", "surrogatepass"))
    except XmlError as error:
        raise _invalid(str(error) if error.is_bound else "not well-formed XML") from (
            error
        )


def read_profiles(root: Node) -> list[Order]:
    """Return the orders of a profiles document, metas and notifications inherited.

    Raises:
        InvalidPayloadError: Code `profiles`; one profile is wrong.

    Source: contract stupeflix, section 3.4.
    """
    if root.name != "profiles":
        raise _invalid("the root element must be profiles")
    meta, notify = _meta(root), _notify(root)
    orders = []
    for node in root.elements:
        if node.name == "profile":
            orders.append(_order(node, meta, notify))
        elif node.name not in {"meta", "notify"}:
            raise _invalid(f"unknown element {node.name} in profiles")
    if not orders:
        raise _invalid("profiles needs an element profile")
    if len(orders) > PROFILES_MAX:
        raise _invalid(f"more than {PROFILES_MAX} profiles")
    return orders


def _order(node: Node, meta: Mapping[str, str], notify: Any) -> Order:
    name = node.attributes.get("name", "")
    if not name:
        raise _invalid("profile needs attribute name")
    if name not in FORMATS:
        raise _invalid(f"unknown profile name {name}")
    own = {**meta, **_meta(node)}
    uploads = [
        _upload(child, own)
        for child in node.elements
        if child.name not in {"meta", "notify"}
    ]
    notify = _notify(node) or notify
    return {"profile": name, "meta": own, "notify": notify, "uploads": uploads}


def _upload(node: Node, meta: Mapping[str, str]) -> dict[str, Any]:
    if node.name not in _NEEDED:
        raise _invalid(f"unknown element {node.name} in profile")
    for attribute in _NEEDED[node.name]:
        found = node.attributes.get(attribute)
        if not found and not (found == "" and attribute in _MAY_BE_EMPTY):
            raise _invalid(f"{node.name} needs attribute {attribute}")
    headers = []
    for child in node.elements:
        if child.name == "header" and node.name == "httpPUT":
            headers.append(_header(child))
        # Clients put a notify here, which the schema forbids and the service ignores.
        elif child.name not in {"meta", "notify"}:
            raise _invalid(f"unknown element {child.name} in {node.name}")
    attributes = {k: v for k, v in node.attributes.items() if v}
    own = {**meta, **_meta(node)}
    return {
        "kind": node.name,
        "attributes": attributes,
        "headers": headers,
        "meta": own,
    }


def _header(node: Node) -> list[str]:
    key, value = node.attributes.get("key", ""), node.attributes.get("value")
    if re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", key) is None:
        raise _invalid("header needs attribute key")
    if value is None or re.search(r"[\r\n\0]", value):
        raise _invalid("header needs attribute value")
    return [key, value]


def _meta(node: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in node.elements:
        if meta.name != "meta":
            continue
        for child in meta.elements:
            if child.name not in META:
                raise _invalid(f"unknown element {child.name} in meta")
            _check_value(child.name, child.text)
            found[child.name] = child.text
    return {name: text for name, text in found.items() if text}


def _check_value(name: str, text: str) -> None:
    right = _CHOICES.get(name)
    if text and right is not None and text not in right:
        raise _invalid(f"{name} must be one of {', '.join(right)}")
    if not text or name not in {"framerate", "thumbnailTime"}:
        return
    number = _number(text)
    if name == "framerate" and not (number is not None and 0 <= number <= 100):
        raise _invalid("framerate must be between 0 and 100")
    if number is None or number < 0:
        raise _invalid("thumbnailTime must be a number of seconds")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _notify(node: Node) -> dict[str, str] | None:
    notify = node.find("notify")
    if notify is None:
        return None
    url = notify.attributes.get("url", "")
    wanted = notify.attributes.get("statusRegexp", "")
    if not url:
        raise _invalid("notify needs attribute url")
    if len(wanted) > PATTERN_CHARS:
        raise _invalid(f"notify statusRegexp is longer than {PATTERN_CHARS}")
    try:
        pattern(wanted)
    except ValueError as error:
        raise _invalid(f"notify statusRegexp is not {EXPECTED}") from error
    return {"url": url, "pattern": wanted}


def _invalid(reason: str) -> InvalidPayloadError:
    return InvalidPayloadError(code="profiles", reason=reason)
