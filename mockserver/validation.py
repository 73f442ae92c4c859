"""Compile each schema once; say how a payload breaks one."""

import importlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from itertools import islice
from typing import Any, Final
from urllib.parse import urldefrag, urljoin

import jsonschema_rs

from mockserver.errors import VIOLATIONS_MAX, SchemaError, Violation

__all__ = ["SchemaSet"]

_BASE: Final = "file:///"  # nothing is read there; it lets `$ref: media.json` resolve
_DIALECT: Final = "/draft/2020-12/schema"


class SchemaSet:
    """The compiled schemas of one folder, each named as its file without `.json`.

    jsonschema-rs decides and jsonschema explains. `format` is annotation only.
    """

    def __init__(self, schemas: Mapping[str, Any], origin: str = "schemas") -> None:
        """Compile schemas.

        Args:
            schemas: `{name: schema}`; they refer to each other as `<name>.json`.
                A root `$id` is ignored: files are addressed by their names.
            origin: Their folder, for messages.

        Raises:
            SchemaError: One is no valid schema (draft 2020-12), or refers to
                what is not there; names file and place.
        """
        self._origin = origin
        self._schemas = dict(schemas)
        self._bare = {
            f"{_BASE}{name}.json": self._without_names(name, schema)
            for name, schema in schemas.items()
        }
        self._require_files()
        registry = jsonschema_rs.Registry(list(self._bare.items()))
        self._compiled = {name: self._compile(name, registry) for name in schemas}
        self._explainers: dict[str, Any] = {}

    @classmethod
    def load(cls, folder: Traversable) -> "SchemaSet":
        """Compile every `*.json` file of a folder.

        Raises:
            SchemaError: A file is not JSON, or as for the class.
        """
        paths = sorted(folder.iterdir(), key=lambda path: path.name)
        named = [path for path in paths if path.name.endswith(".json")]
        schemas = {path.name.removesuffix(".json"): _read(path) for path in named}
        return cls(schemas, origin=folder.name)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._schemas))

    def __contains__(self, name: object) -> bool:
        return name in self._schemas

    def schema(self, name: str) -> Any:
        """Return a schema as it is written in its file; do not change it.

        Raises:
            SchemaError: There is none of that name.
        """
        return self._known(name, self._schemas)

    def is_valid(self, name: str, payload: object) -> bool:
        """Tell whether a payload fits, without saying why not.

        Raises:
            SchemaError: There is no schema of that name.
        """
        try:
            return bool(self._known(name, self._compiled).is_valid(payload))
        except (ValueError, TypeError):
            # No JSON, such as bytes or half a surrogate pair; jsonschema copes.
            return not self._explain(name, payload)

    def check(self, name: str, payload: object) -> tuple[Violation, ...]:
        """Return how a payload breaks a schema; nothing if it fits.

        One violation for each failing keyword, for `required` for each missing
        name, up to `VIOLATIONS_MAX`; in the order of the schema's properties and the
        payload's arrays.
        For `additionalProperties: false`, `found` holds the surplus members.
        Of `anyOf` and `oneOf`, the one branch that was meant is explained, if types
        and constants tell which; else the keyword itself is the violation.

        Raises:
            SchemaError: There is no schema of that name.
        """
        compiled = self._compiled.get(name)
        try:
            # What fits, as nearly all does, is asked nothing else.
            if compiled is not None and compiled.is_valid(payload):
                return ()
        except (ValueError, TypeError):
            pass
        if self.is_valid(name, payload):
            return ()
        return self._explain(name, payload) or self._summarize(name, payload)

    def _explain(self, name: str, payload: object) -> tuple[Violation, ...]:
        if name not in self._explainers:
            uri = f"{_BASE}{name}.json"
            self._explainers[name] = _violations().explainer(self._bare, uri)
        violations: tuple[Violation, ...] = self._explainers[name](payload)
        return violations

    def _summarize(self, name: str, payload: object) -> tuple[Violation, ...]:
        """Explain what jsonschema cannot: too deep, or a pattern read otherwise."""
        errors = islice(self._compiled[name].iter_errors(payload), VIOLATIONS_MAX)
        return tuple(
            Violation(
                path=tuple(error.instance_path),
                keyword=str(error.kind.name),
                expected=error.message,
                found=error.instance,
                schema_path=tuple(error.schema_path),
            )
            for error in errors
        )

    def _compile(
        self, name: str, registry: jsonschema_rs.Registry
    ) -> jsonschema_rs.Validator:
        uri = f"{_BASE}{name}.json"
        try:
            return jsonschema_rs.Draft202012Validator(
                self._bare[uri],
                registry=registry,
                base_uri=uri,
                validate_formats=False,
                offline=True,
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            reason = _violations().broken(self._bare[uri]) or str(error).split("\n")[0]
            raise self._wrong(name, reason) from error

    def _require_files(self) -> None:
        for uri, schema in self._bare.items():
            for place, ref in _references(schema):
                if urldefrag(urljoin(uri, ref)).url not in self._bare:
                    name = uri.removeprefix(_BASE).removesuffix(".json")
                    raise self._wrong(name, f"{place}: found no file for {ref!r}")

    def _without_names(self, name: str, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        if not str(schema.get("$schema", _DIALECT)).rstrip("#").endswith(_DIALECT):
            reason = f"found {schema['$schema']!r}, expected draft 2020-12"
            raise self._wrong(name, f"$schema: {reason}")
        return {key: schema[key] for key in schema if key not in {"$id", "$schema"}}

    def _known(self, name: str, table: Mapping[str, Any]) -> Any:
        if name not in table:
            raise self._wrong(name, f"no such schema; known: {', '.join(self.names)}")
        return table[name]

    def _wrong(self, name: str, reason: str) -> SchemaError:
        return SchemaError(f"{self._origin}/{name}.json: {reason}")


def _violations() -> Any:
    """Import the explaining half once something has failed, and only then.

    jsonschema costs an eighth of the server's start, and good clients never need it.
    """
    return importlib.import_module("mockserver.violations")


def _references(schema: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    for key, value in schema.items() if isinstance(schema, dict) else ():
        if key == "$ref" and isinstance(value, str):
            yield f"{place}$ref", value
        yield from _references(value, f"{place}{key}/")


def _read(path: Traversable) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise SchemaError(f"{path}: found no JSON: {error}") from error
