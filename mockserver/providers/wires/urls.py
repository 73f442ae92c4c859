"""URLs: what is wrong with one, in the words of Pydantic's version 1."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from mockserver.numbers import PORT_MAX, whole

__all__ = ["url_problem"]

Problem = dict[str, Any]


def url_problem(url: str, *, needs_dotted_host: bool = False) -> Problem | None:
    """Return what is wrong with an http(s) URL: `{"msg", "type", "ctx"?}`, or None.

    Source: contract hourone, appendix C; digitalcarbon, appendix A.
    """
    parts = _URL.match(url)
    if parts is None or parts["scheme"] is None:
        return _url_entry("scheme", "invalid or missing URL scheme")
    if parts["scheme"].lower() not in {"http", "https"}:
        context = {"allowed_schemes": ["http", "https"]}
        return _url_entry("scheme", "URL scheme not permitted", context)
    if parts["port"] is not None and whole(parts["port"], most=PORT_MAX) is None:
        return _url_entry("port", _PORT)
    extra = url[parts.end() :]
    if extra:
        message = f"URL invalid, extra characters found after valid URL: {extra!r}"
        return _url_entry("extra", message, {"extra": extra})
    return _host_problem(parts, needs_dotted_host=needs_dotted_host)


def _host_problem(parts: re.Match[str], *, needs_dotted_host: bool) -> Problem | None:
    if parts["domain"] is None:
        is_address = parts["ipv4"] or parts["ipv6"]
        return None if is_address else _url_entry("host", "URL host invalid")
    plain = _ASCII_HOST.fullmatch(parts["domain"])
    wide = _any_host().fullmatch(parts["domain"])
    if plain is None and wide is None:
        return _url_entry("host", "URL host invalid")
    has_top = any(name is not None and name["tld"] for name in (plain, wide))
    if needs_dotted_host and not has_top:
        return _url_entry("host", "URL host invalid, top level domain required")
    return None


_PORT = "URL port invalid, port cannot exceed 65535"
_URL = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+\-.]+)://)?"
    r"(?:[^\s:/]*(?::[^\s/]*)?@)?"
    r"(?:(?P<ipv4>(?:\d{1,3}\.){3}\d{1,3})(?=$|[/:#?])"
    r"|(?P<ipv6>\[[A-F0-9]*:[A-F0-9:]+\])(?=$|[/:#?])"
    r"|(?P<domain>[^\s/:?#]+))?"
    r"(?::(?P<port>\d+))?(?:/[^\s?#]*)?(?:\?[^\s#]*)?(?:#[^\s#]*)?",
    re.IGNORECASE,
)
_LABEL = "[_0-9a-z](?:[-_0-9a-z]{0,61}[_0-9a-z])?"
_WIDE_LABEL = _LABEL.replace("a-z", "a-\U00040000")
_ASCII_HOST = re.compile(
    rf"(?:{_LABEL}\.)*?{_LABEL}(?P<tld>\.[a-z]{{2,63}})?\.?", re.IGNORECASE
)


@cache
def _any_host() -> re.Pattern[str]:
    # Its wide ranges take 50 ms to compile: a tenth of the server's start.
    return re.compile(
        rf"(?:{_WIDE_LABEL}\.)*?{_WIDE_LABEL}"
        r"(?P<tld>\.[^\W\d_]{2,63}|\.xn--[_0-9a-z-]{2,63})?\.?",
        re.IGNORECASE,
    )


def _url_entry(
    kind: str, message: str, context: Mapping[str, Any] | None = None
) -> Problem:
    problem: Problem = {"msg": message, "type": f"value_error.url.{kind}"}
    return problem if context is None else {**problem, "ctx": dict(context)}
