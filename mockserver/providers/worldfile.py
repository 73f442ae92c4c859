"""World files: what users declare of their own, checked before anything uses it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from mockserver.errors import ConfigError, ScenarioError, Violation
from mockserver.names import nearest
from mockserver.providers.plugin import AnyPlugin
from mockserver.providers.worldschema import NOTHING, world_schema
from mockserver.scenarios.written.source import Place, Source
from mockserver.validation import SchemaSet

__all__ = ["WorldFile", "read_world"]

_SCHEMA: Final = "world"
_OWN: Final = frozenset({"extends", "about"})


class WorldFile(Struct, frozen=True):
    """What one world file says.

    Attributes:
        name: The file, or where it came from, for messages.
        sections: `{slug: {"catalogue"?: {...}, "accounts"?: {...}}}`.
        is_alone: It stands in place of the shipped world, not over it.
    """

    name: str
    sections: Mapping[str, Mapping[str, Any]]
    is_alone: bool = False


def read_world(
    given: Path | Mapping[str, Any],
    providers: Mapping[str, AnyPlugin],
    *,
    name: str = "world",
    known: frozenset[str] = frozenset(),
) -> WorldFile:
    """Read and check a world: a YAML file, or the same as a mapping.

    Args:
        given: The file, or what would be in it.
        providers: Those that are served.
        name: What a mapping is called in messages.
        known: Slugs of providers that are not served: their sections are left alone.

    Raises:
        ConfigError: It cannot be read or does not fit; names file, line, what was found
            and what would be right.
    """
    source = _source(given, name)
    document = source.document
    if document is None or document == {}:
        return WorldFile(source.name, {})
    if not isinstance(document, dict):
        raise ConfigError(f"{source.name}: found {document!r}, expected a mapping")
    served = {k: v for k, v in document.items() if k not in known - providers.keys()}
    schemas = SchemaSet({_SCHEMA: world_schema(providers)}, origin=source.name)
    problems = [
        line
        for violation in schemas.check(_SCHEMA, served)
        for line in _problems(source.root, violation, providers)
    ]
    if problems:
        raise ConfigError("; ".join(problems))
    sections = {k: v or {} for k, v in served.items() if k not in _OWN}
    for slug, section in sections.items():
        _check_settings(source.root.at(slug), providers[slug], section)
    return WorldFile(source.name, sections, served.get("extends") == NOTHING)


def _source(given: Path | Mapping[str, Any], name: str) -> Source:
    if not isinstance(given, Path):
        return Source.of(_texts(given), name)
    try:
        text = given.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{given}: found no readable file: {error}") from error
    try:
        return Source.parse(text, _shown(given))
    except ScenarioError as error:
        raise ConfigError(str(error)) from error


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _texts(value: Any) -> Any:
    """Return a mapping whose names are all text, as they are in a file."""
    if isinstance(value, Mapping):
        return {str(key): _texts(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(each) for each in value]
    return value


def _problems(
    root: Place, violation: Violation, providers: Mapping[str, AnyPlugin]
) -> Iterator[str]:
    place = root.at(*violation.path)
    surplus = violation.found if violation.keyword == "additionalProperties" else None
    if not isinstance(surplus, dict):
        said = violation.describe().partition(": ")[2]
        yield f"{place}: {said}"
        return
    for name in surplus:
        known = _members(violation, providers)
        yield f"{place.at(name)}: found {name!r}, expected {nearest(name, known)}"


def _members(violation: Violation, providers: Mapping[str, AnyPlugin]) -> Iterator[str]:
    """Return the names that the schema has where something surplus was found."""
    schema: Any = world_schema(providers)
    for step in violation.schema_path[:-1]:
        schema = schema[step]
        while isinstance(schema, dict) and "$ref" in schema:
            schema = _resolved(world_schema(providers), schema["$ref"])
    yield from schema.get("properties", ())


def _resolved(root: Any, ref: str) -> Any:
    for step in ref.removeprefix("#/").split("/"):
        root = root[step]
    return root


def _check_settings(place: Place, provider: AnyPlugin, section: Any) -> None:
    """Refuse switches that the provider does not have.

    Raises:
        ConfigError: One is unknown, or its value is wrong.
    """
    accounts = section.get("accounts") or {}
    holders: dict[tuple[str, ...], Any] = {
        ("catalogue",): section.get("catalogue") or {}
    }
    holders |= {("accounts", name): one or {} for name, one in accounts.items()}
    for path, holder in holders.items():
        for name, raw in (holder.get("settings") or {}).items():
            where = place.at(*path, "settings", name)
            try:
                provider.setting(name).parse(raw, place=str(where))
            except ConfigError as error:
                text = str(error)
                is_placed = text.startswith(str(where))
                raise ConfigError(text if is_placed else f"{where}: {text}") from error
