"""Redact: hides credentials in exchanges, jobs and deliveries when they are read."""

import re
from base64 import b64decode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from copy import copy
from functools import partial
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import orjson

from mockserver.verdict.secrets import HIDDEN, Names, any_of, plain

__all__ = ["HIDDEN", "Redactor"]

VALUE_MIN: Final = 8  # shorter secrets would hide half of every text
LEARNED_MIN: Final = 12  # what only looks like one has to be longer
_DEPTH_MAX: Final = 4  # a URL in a form in a URL in a form
_SAFE: Final = "[]/:@,;!$'()*~"  # stays readable when it is quoted again

_SCHEME: Final = re.compile(
    r"(?i)(basic|bearer|digest|token|secret|apikey|key|aws4-hmac-sha256|aws) +\S"
)
# User and password of a URL, percent-encoded as a whole or not
_USER: Final = re.compile(
    r"(?i)((?::|%3a)(?:\\?/|%2f){2})(?:(?!%2f|%3f|%23)[^/\s\"'<>?#&\\])+(?:@|%40)"
)
# Without one of these there is nothing to find but known values.
_TELLING: Final = re.compile(r"[=<{\[:@/]")
_NO_FORM: Final = re.compile(r"[\s<>{}\"]")
_WORD: Final = re.compile(r"[^\s\"'<>&=?#/:@,;{}()\[\]\\%|]{8,}")
# A header's value within a text, such as a command to copy
_SHOWN: Final = re.compile(
    r"(?i)\b((?:bearer|basic|digest) +)(?=[^\s\"']*\d)[\w.~+/=-]{16,}"
)
# What may be a secret in base64 or hexadecimal digits, alone or in a pair
_CODED: Final = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,2048}(?![A-Za-z0-9+/_-])={0,2}"
)
# XML in UTF-16, by its first two letters.
_WIDE: Final = (b"\xff\xfe<\0", b"\xfe\xff\0<")


class Redactor:
    """Hides what one provider's credentials travel in, and what is commonly secret.

    What is hidden by its name is hidden in headers, queries, JSON, forms, XML and
    multipart bodies, also where one of them stands inside another.

    Args:
        headers: Names of headers.
        query: Names of query parameters, wherever a URL has them.
        members: Names of members of JSON, fields of forms, elements and attributes of
            XML; `element@attribute` for an attribute of one element.
        values: Secrets that are known, hidden wherever they stand.
        paths: What stands before a secret segment of a path, such as `/keys/`.
        is_known: Says whether a whole word is a secret that somebody has.
    """

    def __init__(
        self,
        headers: Iterable[str] = (),
        query: Iterable[str] = (),
        members: Iterable[str] = (),
        values: Iterable[str] = (),
        paths: Iterable[str] = (),
        is_known: Callable[[str], bool] | None = None,
    ) -> None:
        self._headers = frozenset(map(plain, headers))
        self._names = Names.of([*members], [*query], [*paths])
        self._known = frozenset(v for v in values if len(v) >= VALUE_MIN)
        self._values = any_of(self._known)
        self._exact: Collection[str] = ()
        self._is_known = is_known

    def knowing(self, data: Any) -> "Redactor":
        """Return one that also hides what is secret in a document wherever it stands.

        Headers that are one of these are hidden whatever their name and length.
        """
        learned = frozenset(self._secrets(data))
        if not learned:
            return self
        more = copy(self)
        more._exact = learned  # noqa: SLF001 - a copy of ourselves
        long = {value for value in learned if len(value) >= LEARNED_MIN}
        more._values = any_of(self._known | long)  # noqa: SLF001 - as above
        return more

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return headers with the secret ones' values hidden."""
        return [(name, self._header(name, value)) for name, value in headers]

    def target(self, target: str) -> str:
        """Return a path and query, or a URL, with what is secret hidden."""
        path, mark, query = target.partition("?")
        hidden = self._unquoted(path, unquote, quote, 1)
        if not mark:
            return hidden
        return f"{hidden}?{self._form(query, self._names.queries, 1)}"

    def body(self, body: bytes) -> bytes:
        """Return a JSON, XML, form or other body with what is secret hidden.

        A body in which nothing is secret comes back as it is.
        """
        encoding = "utf-16" if body.startswith(_WIDE) else "utf-8"
        # Every byte that is no text stays as it is.
        errors = "surrogateescape" if encoding == "utf-8" else "replace"
        text = body.decode(encoding, errors)
        hidden = self._text(text, 0)
        return body if hidden == text else hidden.encode(encoding, errors)

    def text(self, text: str) -> str:
        """Return a text, such as a note, with what is secret hidden."""
        return self._text(text, 0)

    def data(self, data: Any) -> Any:
        """Return a JSON document with what is secret hidden."""
        return self._walk(data, 0)

    def _header(self, name: str, value: str) -> str:
        if plain(name) in self._headers or self._names.is_header(name):
            scheme = _SCHEME.match(value) if "authorization" in name.lower() else None
            return f"{scheme[1]} {HIDDEN}" if scheme else HIDDEN
        if value in self._exact:
            return HIDDEN
        return self.target(value) if value.startswith("/") else self._text(value, 0)

    def _text(self, text: str, depth: int) -> str:
        """Return a text of any kind with what is secret hidden."""
        if self._values is not None:
            text = self._values.sub(HIDDEN, text)
        if self._is_known is not None:
            text = _WORD.sub(self._unless_known, text)
        text = _CODED.sub(self._unless_coded, text)
        if "earer" in text or "asic" in text or "igest" in text:
            text = _SHOWN.sub(_keep_name, text)
        if depth > _DEPTH_MAX or _TELLING.search(text) is None:
            return text
        document = _document(text)
        if document is not None:
            changed = self._walk(document, depth + 1)
            return text if changed == document else orjson.dumps(changed).decode()
        if "=" in text and _NO_FORM.search(text) is None and "://" not in text:
            return self._form(text, self._names.members, depth + 1)
        return self._patterns(text)

    def _patterns(self, text: str) -> str:
        names = self._names
        if names.in_path is not None:
            text = names.in_path.sub(_keep_name, text)
        for pattern in names.in_text if names.may_be_in(text) else ():
            text = pattern.sub(_keep_name, text)
        for tag, attribute in names.in_tags:
            text = tag.sub(partial(_within, attribute), text)
        text = _USER.sub(_keep_name_and_at, text)
        return names.in_query.sub(_keep_name, text)

    def _form(self, text: str, names: frozenset[str], depth: int) -> str:
        """Return a form, or a query, with its secret fields hidden."""
        fields = []
        for field in text.split("&"):
            name, mark, value = field.partition("=")
            if value and plain(unquote_plus(name)) in names:
                fields.append(f"{name}={HIDDEN}")
            else:
                shown = self._unquoted(value, unquote_plus, quote_plus, depth)
                fields.append(f"{name}{mark}{shown}")
        return "&".join(fields)

    def _unquoted(
        self, text: str, read: Callable[..., str], write: Callable[..., str], depth: int
    ) -> str:
        """Return quoted text with what is secret hidden in what it stands for."""
        meant = read(text, errors="surrogateescape")
        hidden = self._text(meant, depth)
        if hidden == meant:
            return text
        return write(hidden, safe=_SAFE, errors="surrogateescape")

    def _walk(self, value: Any, depth: int) -> Any:
        if isinstance(value, Mapping):
            return {
                name: HIDDEN if self._is_secret(name, held) else self._walk(held, depth)
                for name, held in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._walk(held, depth) for held in value]
        return self._text(value, depth) if isinstance(value, str) else value

    def _secrets(self, value: Any) -> Iterator[str]:
        """Yield the texts in a document that stand under the name of a secret."""
        if isinstance(value, Mapping):
            for name, held in value.items():
                is_secret = self._is_secret(name, held)
                yield from _texts(held) if is_secret else self._secrets(held)
        elif isinstance(value, list | tuple):
            for held in value:
                yield from self._secrets(held)

    def _is_secret(self, name: str, value: object) -> bool:
        is_empty = value in (None, "", [], {})
        return not is_empty and plain(str(name)) in self._names.members

    def _unless_coded(self, found: re.Match[str]) -> str:
        for meant in _decoded(found[0]):
            for part in (meant, *meant.split(":")):
                is_short = len(part) < VALUE_MIN
                is_known = self._is_known is not None and self._is_known(part)
                if not is_short and (is_known or part in self._known):
                    return HIDDEN
        return found[0]

    def _unless_known(self, found: re.Match[str]) -> str:
        is_known = self._is_known
        return HIDDEN if is_known is not None and is_known(found[0]) else found[0]


def _decoded(word: str) -> Iterator[str]:
    """Yield what a word may stand for: base64, also that of URLs, or hexadecimal."""
    bare = word.rstrip("=")
    standard = bare.replace("-", "+").replace("_", "/")
    with suppress(ValueError):
        yield b64decode(f"{standard}{'=' * (-len(bare) % 4)}").decode("ascii")
    with suppress(ValueError):
        yield bytes.fromhex(bare).decode("ascii")


def _document(text: str) -> Any:
    """Return the object or array that a text is, or None."""
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        held = value.values() if isinstance(value, Mapping) else value
        for one in held:
            yield from _texts(one)


def _within(attribute: re.Pattern[str], tag: re.Match[str]) -> str:
    return attribute.sub(_keep_name, tag[0])


def _keep_name(found: re.Match[str]) -> str:
    return f"{found[1]}{HIDDEN}"


def _keep_name_and_at(found: re.Match[str]) -> str:
    return f"{found[1]}{HIDDEN}@"
