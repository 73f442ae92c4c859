"""Redact: hides credentials in exchanges when they are read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

__all__ = ["HIDDEN", "Redactor"]

HIDDEN: Final = "[hidden]"
HEADERS: Final = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "api-key",
        "x-auth-token",
    }
)
VALUE_MIN: Final = 8  # shorter secrets would hide half of every text

_SCHEME = re.compile(r"(\w[\w-]*) +\S")
_MULTIPART: Final = (
    r"(\bname=\"?(?:{every})\"?(?=[;\s])[^\r\n]*\r?\n"
    r"(?:[^\r\n]+\r?\n){{0,9}}\r?\n)[^\r\n]+"
)
_USER = re.compile(r"(?<=://)[^/@\s\"'<>]+@")


class Redactor:
    """Hides what one provider's credentials travel in.

    Args:
        headers: Names of headers, beside those that always hold credentials.
        query: Names of query parameters, wherever a URL has them.
        members: Names of members of JSON, fields of forms, elements of XML.
        values: Secrets that are known, hidden wherever they stand.
    """

    def __init__(
        self,
        headers: Iterable[str] = (),
        query: Iterable[str] = (),
        members: Iterable[str] = (),
        values: Iterable[str] = (),
    ) -> None:
        self._headers = HEADERS | {name.lower() for name in headers}
        self._members = frozenset(name.lower() for name in members)
        self._query = _in_query(frozenset(name.lower() for name in query))
        self._patterns = _in_text(frozenset(map(_as_latin_1, self._members)))
        known = sorted({v for v in values if len(v) >= VALUE_MIN}, key=len)[::-1]
        self._values = _any(known)
        self._raw_values = _any(map(_as_latin_1, known))

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return headers with the secret ones' values hidden."""
        return [(name, self._header(name, value)) for name, value in headers]

    def target(self, target: str) -> str:
        """Return a path and query, or a URL, with what is secret hidden."""
        hidden = self._links(target)
        return hidden if self._values is None else self._values.sub(HIDDEN, hidden)

    def body(self, body: bytes) -> bytes:
        """Return a JSON, XML, form or other body with what is secret hidden.

        A body in which nothing is secret comes back as it is.
        """
        # Latin-1 keeps every byte as it is, of whatever encoding the body is.
        text = body.decode("latin-1")
        hidden = self._json(body, text)
        if hidden is None:
            hidden = text
            for pattern in self._patterns:
                hidden = pattern.sub(_keep_name, hidden)
        hidden = self._links(hidden)
        if self._raw_values is not None:
            hidden = self._raw_values.sub(HIDDEN, hidden)
        return body if hidden == text else hidden.encode("latin-1")

    def text(self, text: str) -> str:
        """Return a text, such as a note, with what is secret hidden."""
        return self.body(text.encode("utf-8", "replace")).decode("utf-8", "replace")

    def _header(self, name: str, value: str) -> str:
        if name.lower() not in self._headers:
            return self.target(value)
        scheme = _SCHEME.match(value) if "authorization" in name.lower() else None
        return f"{scheme[1]} {HIDDEN}" if scheme else HIDDEN

    def _json(self, body: bytes, text: str) -> str | None:
        """Return a JSON body with its members hidden; None if it is no JSON."""
        if not self._members or text.lstrip()[:1] not in {"{", "["}:
            return None
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError:
            return None
        changed = self._walk(document)
        if changed == document:
            return text
        return orjson.dumps(changed).decode("latin-1")

    def _walk(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                name: HIDDEN if self._is_secret(name, held) else self._walk(held)
                for name, held in value.items()
            }
        if isinstance(value, list):
            return [self._walk(held) for held in value]
        return value

    def _is_secret(self, name: str, value: object) -> bool:
        return name.lower() in self._members and value not in (None, "", [], {})

    def _links(self, text: str) -> str:
        hidden = _USER.sub(f"{HIDDEN}@", text)
        return hidden if self._query is None else self._query.sub(_keep_name, hidden)


def _keep_name(found: re.Match[str]) -> str:
    return f"{found[1]}{HIDDEN}"


def _as_latin_1(text: str) -> str:
    """Return how a text looks in UTF-8 bytes that are read as Latin-1."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _any(words: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = "|".join(map(re.escape, words))
    return re.compile(alternatives) if alternatives else None


def _in_query(names: frozenset[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    every = "|".join(map(re.escape, sorted(names)))
    return re.compile(rf"(?i)([?&](?:{every})=)[^&#\s\"'<>\\]+")


def _in_text(names: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    """Return what finds secrets in forms, XML, multipart bodies and broken JSON."""
    if not names:
        return ()
    every = "|".join(map(re.escape, sorted(names)))
    return tuple(
        re.compile(f"(?i){pattern}")
        for pattern in (
            rf"((?:^|[&\n])(?:{every})=)[^&\r\n]+",
            rf"(\"(?:{every})\"\s*:\s*)(?:\"(?:[^\"\\]|\\.)*\"?|[^\s,}}\]\"][^,}}\]]*)",
            rf"(<(?:{every})(?:\s[^<>]*)?>)[^<]+",
            rf"(<[^<>]*\s(?:{every})\s*=\s*[\"'])[^\"']+",
            _MULTIPART.format(every=every),
        )
    )
