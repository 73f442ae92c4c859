"""HAR: exchanges as an HTTP archive (HAR 1.2), for browsers' and other tools."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from mockserver.verdict.journal import Exchange
from mockserver.verdict.redact import Redactor
from mockserver.verdict.stamp import stamp

__all__ = ["archive", "entry", "har"]

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


def _request(exchange: Exchange, redactor: Redactor, origin: str) -> dict[str, Any]:
    headers = redactor.headers(exchange.request_headers)
    target = redactor.target(exchange.target)
    host = _value(headers, "host")
    base = f"http://{host}" if host else origin
    body = exchange.request_body
    posted = {} if body is None else _posted(exchange, body, headers, redactor)
    told = {"postData": posted | _said(body, exchange.request_bytes)} if posted else {}
    return {
        "method": exchange.method,
        "url": target if "://" in target.partition("?")[0] else base + target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(headers),
        # What was hidden in an address may leave none that could be taken apart.
        "queryString": _named(
            parse_qsl(target.partition("?")[2], keep_blank_values=True)
        ),
        "headersSize": -1,
        "bodySize": exchange.request_bytes,
        **told,
    }


def _response(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    headers = redactor.headers(exchange.response_headers)
    body = exchange.response_body
    content: dict[str, Any] = {
        "size": exchange.size_bytes,
        "mimeType": _value(headers, "content-type"),
    }
    if body is not None:
        content |= _written(redactor.body(body, is_cut=len(body) < exchange.size_bytes))
        content |= _said(body, exchange.size_bytes)
    return {
        "status": exchange.status,
        "statusText": _REASONS.get(exchange.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(headers),
        "content": content,
        "redirectURL": _value(headers, "location"),
        "headersSize": -1,
        "bodySize": exchange.size_bytes,
    }


def _posted(
    exchange: Exchange, body: bytes, headers: Pairs, redactor: Redactor
) -> dict[str, Any]:
    is_cut = len(body) < exchange.request_bytes
    written = _written(redactor.body(body, is_cut=is_cut))
    return {"mimeType": _value(headers, "content-type"), **written}


def _said(body: bytes | None, size: int) -> dict[str, str]:
    """Return the comment of a body of which only the beginning is kept."""
    kept = len(body or b"")
    return {"comment": f"the first {kept} of {size} bytes"} if kept < size else {}


def _written(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode(), "encoding": "base64"}


def _named(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _value(headers: Pairs, name: str) -> str:
    return next((value for each, value in headers if each.lower() == name), "")
