"""Requests that are nearly right: from schemas, examples, and what has bitten."""

import base64
import copy
import hashlib
import hmac
import json
import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, quote_plus

from mockserver import resources
from mockserver.edge.api import ENDPOINTS
from mockserver.providers.discovery import discover
from mockserver.providers.provider import Provider

__all__ = ["NASTY", "Asked", "Maker", "asked_of"]

NASTY: Final = (
    "", " ", "0", "-1", "9" * 5000, "1e309", "NaN", "null", "true", "\0", "\x1b[2J",
    "a\nb", "é" * 300, "\N{PARTY POPPER}", "\N{RIGHT-TO-LEFT OVERRIDE}x",
    "../../etc/passwd",
    "/dev/zero", "%00", "%ff", "..", "a" * 9000, "<x/>", "&amp;", "{}", "[[",
    "(\\w?){40}!", "http://[", "http://127.0.0.1:1/", "ftp://u:p@127.0.0.1:1/x", "file:///etc/passwd",
    "9999-12-31T23:59:59Z", "0001-01-01", "Fri, 31 Dec 99999 23:59:59 GMT", "bytes=9-1",
    "bytes=0-99999999999999999999", "\N{ARABIC-INDIC DIGIT ONE}", "${x}", "' OR 1=1 --",
)  # fmt: skip
_ODD: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1e300,
    -1e-300,
    2**63,
    2**70,
    [],
    {},
    [[]],
    [None],
)
# Answers of the control API that are long by nature
_LARGE: Final = (
    "export-har", "find-exchanges", "list-exchanges", "list-scenarios", "openapi",
    "list-unmatched",
)  # fmt: skip
_HEADERS: Final = (
    "Range", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range",
    "Accept", "Content-Type", "Content-Encoding", "Content-MD5", "Cookie", "Origin",
    "Date", "Expect", "X-Forwarded-For", "X-Mock-Scenario", "Idempotency-Key",
    "User-Agent",
)  # fmt: skip


def _basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


_KEYS: Final = {
    "hourone": {
        "api-key": "hourone-test-key",
        "Authorization": "Bearer hourone-test-token",
    },
    "digitalcarbon": {"X-API-Key": "fuzz"},
    "idomoo": {"Authorization": _basic("1234:test-secret")},
    "impossible": {
        "Authorization": _basic("impossible-test-key:impossible-test-secret")
    },
}
_ACCESS, _SECRET = "EXAMPLEACCESSKEY0001", "exampleSecretKey000000000000000000000001"
_PARAMETER: Final = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^}]*\})+))?\}")
_XML: Final = (
    b'<movie service="craftsman-1.0"><body><effect type="none" duration="2.0">'
    b'<image color="#336699"/></effect></body></movie>'
)
_ORDER: Final = (
    '<profiles><profile name="iphone"><httpPUT url="http://127.0.0.1:1/x"/>'
    '<notify url="http://127.0.0.1:1/" statusRegexp=".*"/></profile></profiles>'
)


@dataclass(slots=True)
class Asked:
    """One request; `renders` says that its answer may take its time."""

    operation: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    renders: bool = False


@dataclass(slots=True)
class Maker:
    """Makes requests to all operations of all providers and the control API.

    Attributes:
        chance: Where all choices come from.
        known: Identifiers that answers have told.
    """

    chance: random.Random
    known: list[str] = field(default_factory=lambda: ["1234", "demo-project", "alice"])
    _routes: list[tuple[Provider, Any]] = field(default_factory=list)
    _schemas: dict[tuple[str, str], Any] = field(default_factory=dict)
    _examples: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read routes, schemas and examples of all providers."""
        for slug, provider in discover(()).items():
            self._routes += [(provider, route) for route in provider.routes]
            for file in resources.schemas(slug).iterdir():
                name = file.name.removesuffix(".json")
                self._schemas[slug, name] = json.loads(file.read_text())
            for file in (resources.fixtures(slug) / "examples").iterdir():
                key = slug, file.name.partition(".")[0]
                found = json.loads(file.read_text())
                self._examples.setdefault(key, []).append(found)

    def __len__(self) -> int:
        """Return how many operations there are."""
        return len(self._routes) + len(ENDPOINTS)

    def learn(self, answer: bytes) -> None:
        """Remember what looks like identifiers in an answer."""
        for found in re.findall(rb'"((?:v2:)?[\w:./-]{6,80})"', answer[:20_000]):
            if len(self.known) > 300:
                self.known.pop(self.chance.randrange(300))
            self.known.append(found.decode())

    def requests(self) -> Iterator[Asked]:
        """Yield requests for ever, each operation as often as any other."""
        while True:
            if self.chance.random() < len(ENDPOINTS) / len(self):
                yield self._control()
            else:
                yield self._provider(*self.chance.choice(self._routes))

    def _provider(self, provider: Provider, route: Any) -> Asked:
        slug = provider.slug
        path = _PARAMETER.sub(lambda _: quote(self._word(), safe="/:"), route.path)
        query = self._query()
        headers = self._sent_headers(slug)
        body = None if route.method in {"GET", "HEAD"} else self._body(slug, route)
        if slug == "stupeflix" and path.startswith("/stupeflix-1.0"):
            body, query = _signed(route.method, path, body, headers, self.chance)
        return Asked(
            f"{slug} {route.operation}",
            route.method,
            f"/{slug}{path}{query}",
            headers,
            body,
            renders=route.answers_head
            or slug in {"impossible", "idomoo", "digitalcarbon"}
            or "stream" in route.operation,
        )

    def _control(self) -> Asked:
        offered = [
            one for one in ENDPOINTS if one.name not in {"shutdown", "stream-events"}
        ]
        one = self.chance.choice(offered)
        path = _PARAMETER.sub(lambda _: quote(self._word(), safe=""), one.path)
        names = [*one.query, "nonsense"]
        query = f"?{self.chance.choice(names)}={quote_plus(self._word())}"
        document = self._mutated(self._sample(one.body, one.body))
        body = None if one.method == "GET" else json.dumps(document).encode()
        target = f"/_mock/api{path}{query if self.chance.random() < 0.5 else ''}"
        is_large = one.name in _LARGE
        return Asked(f"control {one.name}", one.method, target, {}, body, is_large)

    def _word(self) -> str:
        if self.chance.random() < 0.7:
            return self.chance.choice(self.known)
        return self.chance.choice(NASTY) or "x"

    def _query(self) -> str:
        if self.chance.random() < 0.6:
            return ""
        names = ("page", "limit", "offset", "status", "Marker", "MaxKeys", "sort", "x",
                 "size", "start", "end", "extension", "tasks", "Expires")  # fmt: skip
        return f"?{self.chance.choice(names)}={quote_plus(self._word())}"

    def _sent_headers(self, slug: str) -> dict[str, str]:
        headers = dict(_KEYS.get(slug, {})) if self.chance.random() < 0.9 else {}
        if self.chance.random() < 0.3:
            value = self.chance.choice(NASTY)[:2000]
            clean = re.sub(r"[^ -~]", "?", value)
            headers[self.chance.choice(_HEADERS)] = clean
        return headers

    def _body(self, slug: str, route: Any) -> bytes:
        chance = self.chance.random()
        if chance < 0.05:
            return self.chance.randbytes(self.chance.randrange(300))
        if chance < 0.08:
            return self.chance.choice(
                (b"{" * 5000, b"[" * 300, b"<a>" * 300, b"&" * 9000)
            )
        samples = self._examples.get((slug, route.operation))
        schema = self._schemas.get((slug, f"{route.operation}.request"))
        if samples and (schema is None or chance < 0.6):
            document = copy.deepcopy(self.chance.choice(samples))
        else:
            document = self._sample(schema or {}, schema or {})
        if slug == "stupeflix" and isinstance(document, dict):
            document["secret"] = _SECRET
        return json.dumps(self._mutated(document)).encode()

    def _sample(self, schema: Any, root: Any, depth: int = 0) -> Any:
        """Return a document that fits a schema, more or less."""
        if not isinstance(schema, Mapping) or depth > 6:
            return self.chance.choice(_ODD)
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            return self._sample(root.get("$defs", {}).get(name, {}), root, depth + 1)
        for word in ("oneOf", "anyOf", "allOf"):
            if schema.get(word):
                return self._sample(self.chance.choice(schema[word]), root, depth + 1)
        return self._value(schema, root, depth)

    def _value(self, schema: Mapping[str, Any], root: Any, depth: int) -> Any:
        if "const" in schema or "enum" in schema:
            return schema.get("const", self.chance.choice(schema.get("enum", [None])))
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = self.chance.choice(kind) if isinstance(kind, list) else kind
        if kind == "object":
            return {
                name: self._sample(inner, root, depth + 1)
                for name, inner in schema.get("properties", {}).items()
                if name in schema.get("required", ()) or self.chance.random() < 0.4
            }
        if kind == "array":
            count = self.chance.choice((0, 1, 1, 2, 5))
            return [self._sample(schema.get("items"), root, depth + 1)] * count
        plain = {"integer": 3, "number": 1.5, "boolean": True, "null": None}
        return plain[kind] if kind in plain else self._word()

    def _mutated(self, document: Any) -> Any:
        for _ in range(self.chance.choice((0, 0, 1, 1, 2, 6))):
            document = self._spoilt(document)
        return document

    def _spoilt(self, value: Any) -> Any:
        """Return a document of which one part is spoilt."""
        if isinstance(value, dict) and value and self.chance.random() < 0.9:
            name = self.chance.choice([*value])
            action = self.chance.random()
            rest = {k: v for k, v in value.items() if k != name}
            if action < 0.1:
                return rest
            if action < 0.15:
                return {**rest, self.chance.choice(NASTY): value[name]}
            return {**value, name: self._spoilt(value[name])}
        if isinstance(value, list) and value and self.chance.random() < 0.9:
            at = self.chance.randrange(len(value))
            if self.chance.random() < 0.1:
                return value * self.chance.choice((2, 50, 500))
            return [*value[:at], self._spoilt(value[at]), *value[at + 1 :]]
        return self.chance.choice([*NASTY, *_ODD])


def _signed(
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
    chance: random.Random,
) -> tuple[bytes | None, str]:
    """Sign as Stupeflix's clients do; return the body and the query."""
    kind, md5 = "", ""
    if body is not None:
        text = _ORDER.replace("iphone", chance.choice(("iphone", "720p", *NASTY[:20])))
        is_order = method == "POST"
        right = f"ProfilesXML={quote_plus(text)}".encode() if is_order else _XML
        body = _flipped(right, chance) if chance.random() < 0.5 else right
        kind = "application/x-www-form-urlencoded" if is_order else "text/xml"
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        md5 = base64.b64encode(digest).decode()
        headers |= {"Content-MD5": md5, "Content-Type": kind}
    date = int(time.time())
    text = f"{method}\n{md5}\n{kind}\n{date}\n{path}\n"
    proof = hmac.new(_SECRET.encode(), text.encode(), "sha1").hexdigest()
    return body, f"?Date={date}&AccessKey={_ACCESS}&Signature={proof}"


def _flipped(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 10))):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def asked_of(one: Asked, chance: random.Random) -> bytes:
    """Return a request as bytes of which some are wrong, for a raw socket."""
    body = one.body or b""
    lines = [f"{one.method} {one.target[:500]} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in one.headers.items()]
    framing = (
        [f"Content-Length: {len(body)}"], [f"Content-Length: {len(body) + 9}"],
        ["Content-Length: -1"], ["Transfer-Encoding: chunked"],
        ["Expect: 100-continue"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"], ["Content-Encoding: gzip"],
        [f"X-{n}: y" for n in range(200)], ["X-Long: " + "y" * 9000], [" folded: x"],
    )  # fmt: skip
    lines += chance.choice(framing)
    whole = "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body
    if chance.random() < 0.5:
        whole = _flipped(whole, chance)
    return (
        whole[: chance.randrange(1, len(whole) + 1)] if chance.random() < 0.3 else whole
    )
