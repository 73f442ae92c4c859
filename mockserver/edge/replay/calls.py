"""Calls: exchanges as they can be made again, with holes where secrets were."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from mockserver.verdict.journal import Exchange
from mockserver.verdict.redact import HIDDEN, Redactor

__all__ = ["Basic", "Call", "Hole", "Piece", "Reader", "Text"]

_LEFT_OUT: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_NO_NAME: Final = re.compile(r"\W+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hole:
    """Where something stood that is not told.

    Attributes:
        name: What it is called: a field of the credential, or after its header.
        is_field: It is a field of the space's credential.
        scope: Whose field it is, so that its variable is no other's.
        is_kept: A call before it, in the same script, has told it.
    """

    name: str
    is_field: bool = False
    scope: str = ""
    is_kept: bool = False

    @property
    def variable(self) -> str:
        """What it is called in the environment, or in a shell."""
        whole = f"{self.scope}_{self.name}" if self.scope else self.name
        return _NO_NAME.sub("_", whole).upper()


@dataclass(frozen=True, slots=True)
class Basic:
    """Where user and password stood as one word of base64.

    Attributes:
        pieces: What the word stands for.
    """

    pieces: "tuple[str | Hole, ...]"


Piece = str | Hole | Basic
Text = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to be made again, and what was seen of it.

    Attributes:
        exchange: What was seen.
        target: Path and query below the server's own root.
        headers: Names and values, without those that whoever asks writes.
        body: A text, or bytes; None if there was none.
        missing: How many bytes of the body are not known.
    """

    exchange: Exchange
    target: Text
    headers: tuple[tuple[str, Text], ...]
    body: Text | bytes | None
    missing: int

    @property
    def holes(self) -> Iterator[Hole]:
        """What has to be filled in, in the order in which it stands."""
        texts = [self.target, *(value for _, value in self.headers)]
        if isinstance(self.body, tuple):
            texts.append(self.body)
        for text in texts:
            for piece in text:
                if isinstance(piece, Basic):
                    yield from (one for one in piece.pieces if isinstance(one, Hole))
                elif isinstance(piece, Hole):
                    yield piece


class Reader:
    """Reads exchanges as calls.

    Args:
        redactor: What hides secrets.
        known: What the space's credentials hold, and the name of the field that does.
        scope: Whose credentials those are.
        public: Those of them that are no secrets: they are told as they are.
    """

    def __init__(
        self,
        redactor: Redactor,
        known: Mapping[str, str],
        scope: str = "",
        public: Collection[str] = (),
    ) -> None:
        self._redactor, self._known = redactor, known
        self._scope, self._public = scope, public

    def call(self, exchange: Exchange) -> Call:
        """Return a call that is made as an exchange was."""
        kept = len(exchange.request_body or b"")
        return Call(
            exchange=exchange,
            target=self._target(exchange),
            headers=tuple(self._headers(exchange)),
            body=self._body(exchange.request_body),
            missing=exchange.request_bytes - kept,
        )

    def _target(self, exchange: Exchange) -> Text:
        target = exchange.target
        if not target.startswith("/"):
            # Asked as of a proxy: whom it meant stands in its Host as well.
            parts = urlsplit(target)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
        return self._pieces(target, self._redactor.target(target), "SECRET")

    def _headers(self, exchange: Exchange) -> Iterator[tuple[str, Text]]:
        by_path = exchange.target.split("/")[1:2] == [exchange.slug]
        pairs = [*exchange.request_headers]
        for (name, raw), (_, shown) in zip(
            pairs, self._redactor.headers(pairs), strict=True
        ):
            known = name.lower()
            if known in _LEFT_OUT or (known == "host" and by_path) or name == "...":
                continue
            hole = _NO_NAME.sub("_", name).upper()
            yield name, self._pieces(raw, shown, hole)

    def _body(self, body: bytes | None) -> Text | bytes | None:
        if not body:
            return None
        shown = self._redactor.body(body)
        try:
            return self._pieces(body.decode(), shown.decode(), "SECRET")
        except UnicodeDecodeError:
            return shown

    def _pieces(self, raw: str, shown: str, name: str) -> Text:
        """Return a text as it is shown, with holes where something is hidden."""
        told = shown.split(HIDDEN)
        pattern = "(.*?)".join(map(re.escape, told))
        found = re.fullmatch(pattern, raw, re.DOTALL)
        hidden: Iterable[str] = [""] * (len(told) - 1)
        if found is not None:
            hidden = found.groups()
        pieces: list[Piece] = [told[0]]
        for value, after in zip(hidden, told[1:], strict=True):
            pieces += [self._hole(value, name), after]
        return tuple(piece for piece in pieces if piece != "")

    def _hole(self, value: str, name: str) -> Piece:
        if value in self._known:
            return self._field(value)
        try:
            told = b64decode(value, validate=True).decode()
        except (Base64Error, ValueError):
            return Hole(name)
        parts = [*self._parted(told)]
        # What is left between may be a secret that nobody here knows.
        is_plain = all(part in {":", *self._public} for part in parts if _is_text(part))
        if not is_plain or parts in ([], [":"]):
            return Hole(name)
        return value if all(map(_is_text, parts)) else Basic(tuple(parts))

    def _field(self, value: str) -> str | Hole:
        if value in self._public:
            return value
        return Hole(self._known[value], is_field=True, scope=self._scope)

    def _parted(self, text: str) -> Iterator[str | Hole]:
        """Yield a text with holes in place of what is known."""
        names = sorted(map(re.escape, self._known), key=len, reverse=True)
        for part in re.split(f"({'|'.join(names)})", text) if names else [text]:
            if part:
                yield self._field(part) if part in self._known else part


def _is_text(part: Piece) -> bool:
    return isinstance(part, str)
