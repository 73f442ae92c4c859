"""HAR: exchanges as an HTTP archive (HAR 1.2), for browsers' and other tools."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from mockserver.verdict.cookies import cookies_sent, cookies_set
from mockserver.verdict.journal import Exchange
from mockserver.verdict.redact import Redactor
from mockserver.verdict.stamp import stamp

__all__ = ["archive", "entry", "har"]

# What may stand in a URL, and our mark of what is hidden
_SAFE: Final = "%/:?#[]@!$&'()*+,;=-._~"
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:\d{1,5})?", re.ASCII)
_REASONS: Final = {int(one): one.phrase for one in HTTPStatus}

Document = dict[str, Any]
Pairs = list[tuple[str, str]]


def har(
    exchanges: Iterable[Exchange],
    redactor: Callable[[Exchange], Redactor],
    *,
    origin: str,
    version: str,
) -> dict[str, Any]:
    """Return an archive, with credentials hidden.

    Args:
        exchanges: What to put in, in this order.
        redactor: Returns what hides the credentials of an exchange.
        origin: Where requests without a `Host` header went.
        version: Ours.
    """
    entries = [entry(exchange, redactor(exchange), origin) for exchange in exchanges]
    return archive(entries, version=version)


def archive(entries: Iterable[Document], *, version: str) -> Document:
    """Return an archive of entries, in this order."""
    creator = {"name": "video-mockserver", "version": version}
    return {"log": {"version": "1.2", "creator": creator, "entries": [*entries]}}


def entry(exchange: Exchange, redactor: Redactor, origin: str) -> Document:
    """Return an exchange as an entry of an archive."""
    took_ms = exchange.elapsed_s * 1000
    return {
        "startedDateTime": stamp(exchange.wall_at - exchange.elapsed_s),
        "time": took_ms,
        "request": _request(exchange, redactor, origin),
        "response": _response(exchange, redactor),
        "cache": {},
        "timings": {"send": 0, "wait": took_ms, "receive": 0},
        "_number": exchange.number,
        "_space": exchange.space,
        "_operation": exchange.operation,
        "_job": exchange.job,
        "_jobs": [*exchange.jobs],
        "_poll": exchange.is_poll,
        "_state": exchange.state,
        "_fault": exchange.fault,
        "_notes": [redactor.text(note) for note in exchange.notes],
    }


def _request(exchange: Exchange, redactor: Redactor, origin: str) -> Document:
    headers = redactor.headers(exchange.request_headers)
    target = redactor.target(exchange.target)
    query = target.partition("?")[2]
    body = exchange.request_body
    told = {} if not body else {"postData": _posted(exchange, body, headers, redactor)}
    return {
        "method": exchange.method,
        "url": _url(exchange, target, headers, origin),
        "httpVersion": _version(exchange),
        "cookies": cookies_sent(exchange.request_headers, redactor),
        "headers": _named(headers),
        # What was hidden in an address may leave none that could be taken apart.
        "queryString": _named(parse_qsl(query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": _asked_bytes(exchange),
        **told,
    }


def _response(exchange: Exchange, redactor: Redactor) -> Document:
    headers = redactor.headers(exchange.response_headers)
    body = exchange.response_body
    content: Document = {
        "size": exchange.size_bytes,
        "mimeType": _value(headers, "content-type"),
    }
    if body:
        is_cut = len(body) < exchange.size_bytes
        text, is_coded = _written(redactor.body(body, is_cut=is_cut))
        content |= {"text": text} | ({"encoding": "base64"} if is_coded else {})
        content |= _said(body, exchange.size_bytes)
    return {
        "status": exchange.status,
        "statusText": _REASONS.get(exchange.status, ""),
        "httpVersion": _version(exchange),
        "cookies": cookies_set(exchange.response_headers, redactor),
        "headers": _named(headers),
        "content": content,
        "redirectURL": _value(headers, "location"),
        "headersSize": -1,
        "bodySize": exchange.size_bytes,
    }


def _url(exchange: Exchange, target: str, headers: Pairs, origin: str) -> str:
    """Return the absolute address of a request, however its line names it."""
    if "://" in target.partition("?")[0]:
        return quote(target, safe=_SAFE)
    if exchange.method == "CONNECT":
        return f"https://{quote(target, safe=_SAFE)}/"
    scheme, mark, _ = exchange.origin.partition("://")
    host = _value(headers, "host")
    if mark:
        base = exchange.origin
    else:
        base = f"{scheme}://{host}" if _HOST.fullmatch(host) else origin
    path = target if target.startswith("/") else "/"  # none, or `*`
    return base + quote(path, safe=_SAFE)


def _version(exchange: Exchange) -> str:
    return "HTTP/{}.{}".format(*exchange.version)


def _asked_bytes(exchange: Exchange) -> int:
    """Return the length of a request's body: -1 of one that nobody has read."""
    if exchange.request_body is not None:
        return exchange.request_bytes
    names = {name.lower(): value for name, value in exchange.request_headers}
    has_body = names.get("content-length", "0") != "0" or "transfer-encoding" in names
    return -1 if has_body else 0


def _posted(
    exchange: Exchange, body: bytes, headers: Pairs, redactor: Redactor
) -> Document:
    is_cut = len(body) < exchange.request_bytes
    text, is_coded = _written(redactor.body(body, is_cut=is_cut))
    kind = _value(headers, "content-type")
    is_form = kind.lower().startswith("application/x-www-form-urlencoded")
    fields = parse_qsl(text, keep_blank_values=True) if is_form else []
    return {
        "mimeType": kind,
        # Beside a text the format has none; of forms, people look for them.
        **({"params": _named(fields)} if fields else {}),
        "text": text,
        # The format knows no encoding of what was sent: ours has a name of ours.
        **({"_encoding": "base64"} if is_coded else {}),
        **_said(body, exchange.request_bytes),
    }


def _said(body: bytes | None, size: int) -> dict[str, str]:
    """Return the comment of a body of which only the beginning is kept."""
    kept = len(body or b"")
    return {"comment": f"the first {kept} of {size} bytes"} if kept < size else {}


def _written(body: bytes) -> tuple[str, bool]:
    """Return a body as text, and whether that is base64."""
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return b64encode(body).decode(), True


def _named(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _value(headers: Pairs, name: str) -> str:
    return next((value for each, value in headers if each.lower() == name), "")
