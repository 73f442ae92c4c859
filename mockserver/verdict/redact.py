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
from mockserver.verdict.spelling import spelled, unpacked, wide_encoding

__all__ = ["HIDDEN", "Redactor"]

VALUE_MIN: Final = 8  # shorter secrets would hide half of every text
LEARNED_MIN: Final = 12  # what only looks like one has to be longer
_DEPTH_MAX: Final = 4  # a URL in a form in a URL in a form
_SAFE: Final = "[]/:@,;!$'()*~=?"  # stays readable when it is quoted again

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
# What is a secret by its form, under whatever name: JSON web tokens, signed or
# encrypted, and the keys of Standard Webhooks
_FORMED: Final = re.compile(
    r"(?<![A-Za-z0-9_-])(?:eyJ[\w-]{4,}\.(?:eyJ[\w-]*(?:\.[\w-]*)?|[\w-]*(?:\.[\w-]+){3})"
    r"|whsec_[A-Za-z0-9+/_-]{8,}={0,2})"
)
# What may be a secret in base64 or hexadecimal digits, alone or in a pair
_CODED: Final = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,2048}(?![A-Za-z0-9+/_-])={0,2}"
)
# A word, or the part of a URL, in which something is percent-encoded
_QUOTED: Final = re.compile(
    r"(?<![^\s\"'<>&=?#/\\;])[^\s\"'<>&=?#/\\;%]*%[0-9A-Fa-f]{2}[^\s\"'<>&=?#/\\;]*"
)
# A field whose name is percent-encoded
_QUOTED_FIELD: Final = re.compile(
    r"(?m)(?:^|(?<=[?&#;]))([^\s\"'<>&=?#\\;%]*%[^\s\"'<>&=?#\\;]*)=([^\s\"'<>&#\\;]+)"
)
# Who asks, in the target of a CONNECT
_ASKER: Final = re.compile(r"^[^/?#@\s]+@")
_PART_MIN: Final = 4  # so much of a known secret is hidden at the end of what was cut
_DIGIT: Final = re.compile(r"\d")
_LAYERS_MAX: Final = 2  # base64 of base64


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
        return [
            (self._known_hidden(name), self._header(name, value))
            for name, value in headers
        ]

    def target(self, target: str) -> str:
        """Return a path and query, or a URL, with what is secret hidden."""
        path, mark, query = target.partition("?")
        hidden = self._unquoted(_ASKER.sub(f"{HIDDEN}@", path), unquote, quote, 1)
        if not mark:
            return hidden
        return f"{hidden}?{self._form(query, self._names.is_query, 1)}"

    def body(self, body: bytes, *, is_cut: bool = False) -> bytes:
        """Return a JSON, XML, form or other body with what is secret hidden.

        A body in which nothing is secret comes back as it is; one that is packed and
        holds a secret is hidden as a whole.

        Args:
            body: As it was received or sent.
            is_cut: It has gone on, perhaps in the middle of a secret.
        """
        # Every byte that is no text stays as it is.
        hidden = self._encoded(body, "utf-8", "surrogateescape")
        wide = wide_encoding(body)
        if wide is not None and hidden == body:
            hidden = self._encoded(body, wide, "surrogatepass")
        inside = unpacked(body)
        if inside is not None and self.body(inside) != inside:
            return HIDDEN.encode()
        return self._without_part(hidden) if is_cut else hidden

    def _encoded(self, body: bytes, encoding: str, errors: str) -> bytes:
        """Return a body with what is secret in its text of that encoding hidden."""
        width = 1 if encoding == "utf-8" else 4 if "32" in encoding else 2
        size = len(body) - len(body) % width
        try:
            text = body[:size].decode(encoding, errors)
        except UnicodeDecodeError:
            return body
        hidden = self._text(text, 0)
        if hidden == text:
            return body
        return hidden.encode(encoding, errors) + body[size:]

    def _without_part(self, body: bytes) -> bytes:
        """Return a body that does not end in the beginning of a known secret."""
        for known in (*self._known, *self._exact):
            secret = known.encode(errors="surrogateescape")
            for size in range(len(secret) - 1, _PART_MIN - 1, -1):
                if body.endswith(secret[:size]):
                    return body[:-size] + HIDDEN.encode()
        return body

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
        meant = spelled(text)
        hidden = self._spelled(meant, depth)
        # If nothing was secret, it is told as it was written.
        return text if hidden == meant else hidden

    def _known_hidden(self, text: str) -> str:
        """Return a text with secrets that are known hidden."""
        if "eyJ" in text or "whsec_" in text:
            text = _FORMED.sub(HIDDEN, text)
        if self._values is not None:
            text = self._values.sub(HIDDEN, text)
        if self._is_known is not None:
            text = _WORD.sub(self._unless_known, text)
        return _CODED.sub(self._unless_coded, text)

    def _spelled(self, text: str, depth: int) -> str:
        text = self._known_hidden(text)
        if "earer" in text or "asic" in text or "igest" in text:
            text = _SHOWN.sub(_keep_name, text)
        if depth > _DEPTH_MAX:
            return text
        if _TELLING.search(text) is None:
            return self._quoted(text, depth)
        document = _document(text)
        if document is not None:
            changed = self._walk(document, depth + 1)
            return text if changed == document else orjson.dumps(changed).decode()
        if "=" in text and _NO_FORM.search(text) is None and "://" not in text:
            return self._form(text, self._names.is_member, depth + 1)
        return self._quoted(self._patterns(text), depth)

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

    def _quoted(self, text: str, depth: int) -> str:
        """Return a text in which nothing that is percent-encoded is secret."""
        if "%" not in text:
            return text
        text = _QUOTED_FIELD.sub(self._unless_secret, text)
        return _QUOTED.sub(
            lambda found: self._unquoted(found[0], unquote, quote, depth + 1), text
        )

    def _form(self, text: str, is_secret: Callable[[str], bool], depth: int) -> str:
        """Return a form, or a query, with its secret fields hidden."""
        fields = []
        for field in text.split("&"):
            name, mark, value = field.partition("=")
            if value and is_secret(name):
                fields.append(f"{name}={HIDDEN}")
            else:
                called = self._unquoted(name, unquote_plus, quote_plus, depth)
                shown = self._unquoted(value, unquote_plus, quote_plus, depth)
                fields.append(f"{called}{mark}{shown}")
        return self._names.in_part.sub(_keep_name, "&".join(fields))

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
            pair = self._pair(value.get("name", value.get("key")), value.get("value"))
            shown = {
                name: HIDDEN if self._is_secret(name, held) else self._walk(held, depth)
                for name, held in value.items()
            }
            return shown if pair is None else {**shown, "value": pair}
        if isinstance(value, list | tuple):
            # Two names, such as of what is required, are no header.
            is_pair = len(value) == 2 and _DIGIT.search(str(value[1])) is not None
            pair = self._pair(*value) if is_pair else None
            if pair is not None:
                return [value[0], pair]
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
        if value in (None, "", [], {}):
            return False
        return self._names.is_member(str(name)) or plain(str(name)) in self._headers

    def _pair(self, name: object, value: object) -> str | None:
        """Return the value of a header that a document tells of, if it is secret."""
        if not (isinstance(name, str) and isinstance(value, str) and value):
            return None
        is_secret = plain(name) in self._headers or self._names.is_header(name)
        return self._header(name, value) if is_secret else None

    def _unless_secret(self, found: re.Match[str]) -> str:
        return f"{found[1]}={HIDDEN}" if self._names.is_query(found[1]) else found[0]

    def _unless_coded(self, found: re.Match[str]) -> str:
        return HIDDEN if self._is_coded(found[0], _LAYERS_MAX) else found[0]

    def _is_coded(self, word: str, layers: int) -> bool:
        """Say whether a word stands for a text in which a known secret is."""
        for meant in _decoded(word):
            if self._values is not None and self._values.search(meant):
                return True
            is_known = self._is_known
            if is_known is not None and any(map(is_known, _WORD.findall(meant))):
                return True
            inner = _CODED.findall(meant) if layers > 1 else ()
            if any(self._is_coded(one, layers - 1) for one in inner):
                return True
        return False

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
