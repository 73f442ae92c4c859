"""Described: an OpenAPI document, its references followed, operation by operation."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.errors import ConfigError

__all__ = ["Api", "Described", "members_of", "read", "unwrapped"]

METHODS: Final = ("get", "post", "put", "patch", "delete")
_DEPTH_MAX: Final = 12
_PLAIN: Final = frozenset({"enum", "default", "const", "required", "examples"})
_UNUSED: Final = frozenset(
    {"discriminator", "xml", "externalDocs", "example", "nullable", "readOnly",
     "writeOnly", "deprecated", "$schema", "$id", "exclusiveMinimum",
     "exclusiveMaximum"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Described:
    """One operation.

    Attributes:
        name: What it may be called here.
        method: HTTP method, lower case.
        path: Its path, below the root of the host.
        about: One sentence.
        request: JSON Schema of its JSON body; None without one.
        status: The first status of a success.
        response: JSON Schema of that answer; None without a body.
        refusal: JSON Schema of the first answer that is an error.
        query: Names of its query parameters.
    """

    name: str
    method: str
    path: str
    about: str
    request: Any
    status: int
    response: Any
    refusal: Any
    query: tuple[str, ...]

    @property
    def parameters(self) -> list[str]:
        """The names of its path parameters."""
        return re.findall(r"\{(\w+)\}", self.path)


@dataclass(frozen=True, slots=True)
class Api:
    """What a document says of an API.

    Attributes:
        title: Its name.
        slug: What it may be called here.
        host: Its host.
        auth: Its scheme of credentials, as files of providers name it.
        operations: All of them.
    """

    title: str
    slug: str
    host: str
    auth: str
    operations: tuple[Described, ...]


def read(document: Any, name: str) -> Api:
    """Return what an OpenAPI document says.

    Raises:
        ConfigError: It is none of version 3.
    """
    if not isinstance(document, Mapping) or not isinstance(
        document.get("paths"), Mapping
    ):
        raise ConfigError(f"{name}: found no OpenAPI document, expected `paths` in it")
    if not str(document.get("openapi", "")).startswith("3."):
        found = document.get("openapi") or document.get("swagger")
        raise ConfigError(f"{name}: openapi: found {found!r}, expected version 3")
    title = str((document.get("info") or {}).get("title") or "API")
    host, base = _server(document)
    operations = tuple(_operations(document, base))
    if not operations:
        raise ConfigError(f"{name}: paths: found no operation, expected at least one")
    return Api(title, _slug(title), host, _auth(document), operations)


def members_of(schema: Any) -> Mapping[str, Any]:
    """Return the members of objects that fit a schema, also those of `allOf`."""
    if not isinstance(schema, Mapping):
        return {}
    found: dict[str, Any] = {}
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ())[:1],
                 *schema.get("anyOf", ())[:1]):  # fmt: skip
        found |= members_of(part)
    own = schema.get("properties")
    return {**found, **(own if isinstance(own, Mapping) else {})}


def unwrapped(schema: Any) -> tuple[tuple[str, ...], Any]:
    """Return what is inside of an envelope such as `data`, and the way to it."""
    members = members_of(schema)
    for name in ("data", "response", "result", "output", "job", "task"):
        inner = members.get(name)
        if members_of(inner) and not {"status", "state"} & members.keys():
            way, found = unwrapped(inner)
            return (name, *way), found
    return (), schema


def _operations(document: Mapping[str, Any], base: str) -> Iterator[Described]:
    names: set[str] = set()
    for path, item in document["paths"].items():
        if not isinstance(item, Mapping):
            continue
        for method in METHODS:
            said = item.get(method)
            if isinstance(said, Mapping):
                name = _name(said, method, str(path), names)
                names.add(name)
                yield _operation(document, item, said, (name, method, base + str(path)))


def _operation(
    document: Mapping[str, Any],
    item: Mapping[str, Any],
    said: Mapping[str, Any],
    place: tuple[str, str, str],
) -> Described:
    name, method, path = place
    body = _followed(document, said.get("requestBody") or {})
    parameters = [
        _followed(document, one)
        for one in (*item.get("parameters", ()), *said.get("parameters", ()))
    ]
    answers = [
        (str(status), _followed(document, answer))
        for status, answer in (said.get("responses") or {}).items()
    ]
    good = next(((s, a) for s, a in answers if s.startswith("2")), ("200", {}))
    bad = next((a for s, a in answers if s[0] in "45d"), {})
    return Described(
        name=name,
        method=method,
        path=re.sub(r"\{([^}]+)\}", lambda found: _parameter(found[1]), path),
        about=_sentence(said, name),
        request=_content(document, body) if method != "get" else None,
        status=int(good[0]) if good[0].isdigit() else 200,
        response=_content(document, good[1]),
        refusal=_content(document, bad),
        query=tuple(
            str(one.get("name")) for one in parameters if one.get("in") == "query"
        ),
    )


def _content(document: Mapping[str, Any], said: Mapping[str, Any]) -> Any:
    for kind, one in (said.get("content") or {}).items():
        if "json" in str(kind) and isinstance(one, Mapping) and "schema" in one:
            return _schema(document, one["schema"])
    return None


def _schema(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Any:
    """Return a schema as JSON Schema has it, with nothing left to be followed."""
    if isinstance(schema, list):
        return [_schema(document, one, depth + 1) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    if depth > _DEPTH_MAX:
        return {}
    if "$ref" in schema:
        return _schema(document, _followed(document, schema), depth + 1)
    told = {
        str(key): _keyword(document, str(key), value, depth)
        for key, value in schema.items()
        if key not in _UNUSED and not str(key).startswith("x-")
    }
    if schema.get("nullable") is True and isinstance(told.get("type"), str):
        told["type"] = [told["type"], "null"]
        if isinstance(told.get("enum"), list):
            told["enum"] = [*told["enum"], None]
    return told


def _keyword(document: Mapping[str, Any], key: str, value: Any, depth: int) -> Any:
    if key in _PLAIN:
        return value
    if key == "properties" and isinstance(value, Mapping):
        return {str(n): _schema(document, one, depth + 1) for n, one in value.items()}
    return _schema(document, value, depth + 1)


def _followed(document: Mapping[str, Any], said: Any) -> Mapping[str, Any]:
    """Return what a reference within the document leads to; nothing if nowhere."""
    for _ in range(_DEPTH_MAX):
        ref = said.get("$ref") if isinstance(said, Mapping) else None
        if not isinstance(ref, str):
            break
        found: Any = document if ref.startswith("#/") else {}
        steps = ref.removeprefix("#/").replace("~1", "\0").split("/") if found else []
        for step in steps:
            name = step.replace("\0", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        said = found
    return said if isinstance(said, Mapping) and "$ref" not in said else {}


def _server(document: Mapping[str, Any]) -> tuple[str, str]:
    servers = document.get("servers") or [{}]
    first = servers[0] if isinstance(servers[0], Mapping) else {}
    url = str(first.get("url") or "")
    for name, one in (first.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str((one or {}).get("default", "x")))
    parts = urlsplit(url)
    return parts.hostname or "api.example", parts.path.rstrip("/")


def _auth(document: Mapping[str, Any]) -> str:
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    for one in schemes.values():
        said = _followed(document, one)
        kind, where, name = said.get("type"), said.get("in"), said.get("name")
        if kind == "apiKey" and where in {"header", "query"} and name:
            return f"{where} {name}"
        if kind == "http" and str(said.get("scheme")).lower() == "basic":
            return "basic"
    return "bearer"


def _name(said: Mapping[str, Any], method: str, path: str, taken: set[str]) -> str:
    words = re.sub(r"\{[^}]*\}", "", path)
    name = _kebab(str(said.get("operationId") or f"{method} {words}")) or method
    number, found = 2, name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def _slug(title: str) -> str:
    """Return what an API may be called here: its title up to the first comma or so."""
    first = _kebab(re.split(r"[,:;(]", title)[0])
    return re.sub(r"(-rest)?-(api|openapi)$", "", first) or "api"


def _kebab(text: str) -> str:
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return re.sub(r"[^a-z0-9]+", "-", parted.lower()).strip("-")[:60].strip("-")


def _parameter(name: str) -> str:
    word = re.sub(r"\W", "_", name.partition(":")[0])
    return f"{{{word if word[:1].isalpha() else f'p_{word}'}}}"


def _sentence(said: Mapping[str, Any], name: str) -> str:
    text = str(said.get("summary") or said.get("description") or name)
    first = " ".join(text.split()).partition(". ")[0].strip().rstrip(".")
    return f"{first[:120] or name}."
