"""Cookies: what requests bring and answers set, with their values hidden."""

from collections.abc import Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Final

from mockserver.verdict.redact import HIDDEN, Redactor

__all__ = ["cookies_sent", "cookies_set"]

_MOST: Final = 200

Headers = Iterable[tuple[str, str]]


def cookies_sent(headers: Headers, redactor: Redactor) -> list[dict[str, Any]]:
    """Return the cookies of a request as HAR has them, in their order.

    Source: RFC 6265, section 4.2.1.
    """
    said = (value for name, value in headers if name.lower() == "cookie")
    pairs = [pair for value in said for pair in value.split(";") if pair.strip()]
    return [_cookie(pair, redactor) for pair in pairs[:_MOST]]


def cookies_set(headers: Headers, redactor: Redactor) -> list[dict[str, Any]]:
    """Return the cookies that an answer sets, with what is said about them.

    Source: RFC 6265, section 4.1.1.
    """
    said = [value for name, value in headers if name.lower() == "set-cookie"]
    found = []
    for value in said[:_MOST]:
        pair, *attributes = value.split(";")
        found.append({**_cookie(pair, redactor), **_about(attributes, redactor)})
    return found


def _cookie(pair: str, redactor: Redactor) -> dict[str, str]:
    """Return one of them; what has no name is a value."""
    name, mark, value = pair.strip().partition("=")
    shown = redactor.text(name) if mark else ""
    return {"name": shown, "value": HIDDEN if value or not mark else ""}


def _about(attributes: Iterable[str], redactor: Redactor) -> dict[str, Any]:
    found: dict[str, Any] = {"httpOnly": False, "secure": False}
    for attribute in attributes:
        name, _, value = (one.strip() for one in attribute.partition("="))
        match name.lower():
            case "path":
                found["path"] = redactor.target(value)
            case "domain":
                found["domain"] = redactor.text(value)
            case "expires":
                found |= _expiry(value)
            case "httponly":
                found["httpOnly"] = True
            case "secure":
                found["secure"] = True
    return found


def _expiry(value: str) -> dict[str, str]:
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return {}
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return {"expires": at.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
