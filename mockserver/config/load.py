"""Load a Config: flags over MOCKSERVER_* over file over defaults."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from mockserver.config import values
from mockserver.config.settings import SETTINGS, Config, Setting
from mockserver.errors import ConfigError

__all__ = ["load_config", "with_settings"]

_PREFIX: Final = "MOCKSERVER_"
_CONFIG_ENV: Final = "MOCKSERVER_CONFIG"
# Read by client commands, or exported by `mockserver run` for clients.
_NOT_SETTINGS: Final = frozenset({_CONFIG_ENV, "MOCKSERVER_URL", "MOCKSERVER_TOKEN"})
_CLIENT_URL: Final = re.compile(r"MOCKSERVER_[A-Z0-9_]+_URL")
_SET: Final = re.compile(r"([a-z0-9-]+)\.([A-Za-z0-9_-]+)=(.*)", re.DOTALL)
_BY_NAME: Final = MappingProxyType({one.name: one for one in SETTINGS})
_UNPARSED: Final = ("providers_settings", "sources")
_BY_KEY: Final = MappingProxyType({one.key: one for one in SETTINGS})
_BY_ENV: Final = MappingProxyType({one.env: one for one in SETTINGS})


class _Found(Struct, frozen=True):
    """A raw value, where it was found, and where its relative paths start."""

    source: str
    name: str
    raw: object
    base: Path


def load_config(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    cwd: Path,
    file: Path | None = None,
    *,
    defaults: Mapping[str, object] | None = None,
) -> Config:
    """Return the settings; flag > environment > file > default.

    Args:
        flags: Raw or typed values by field name of `Config`; None is not given.
            `set` holds `slug.key=value` texts.
        environ: Environment; empty variables count as not set.
        cwd: Where relative paths start, and where the file is looked for:
            `mockserver.toml`, else `[tool.mockserver]` of `pyproject.toml`.
        file: A file to read instead; so does `MOCKSERVER_CONFIG`.
        defaults: What a command prefers to the defaults, by field name.

    Raises:
        ConfigError: A key is unknown or a value wrong; names source, what was
            found and what would be right.
    """
    layers = (
        _given(defaults or {}, cwd),
        _from_file(_file(file, environ, cwd), cwd),
        _from_environ(environ, cwd),
        _given(flags, cwd),
    )
    settings: dict[str, Any] = {}
    of_providers: dict[str, dict[str, object]] = {}
    sources: dict[str, str] = {}
    for found in (one for layer in layers for one in layer):
        sources[found.name] = found.source
        if found.name in _BY_NAME:
            settings[found.name] = _parsed(_BY_NAME[found.name], found)
        else:
            _, slug, key = found.name.split(".", 2)
            of_providers.setdefault(slug, {})[key] = found.raw
    frozen = {slug: MappingProxyType(table) for slug, table in of_providers.items()}
    config = Config(
        **settings,
        providers_settings=MappingProxyType(frozen),
        sources=MappingProxyType(sources),
    )
    return _consistent(config)


def with_settings(config: Config, settings: Mapping[str, object], cwd: Path) -> Config:
    """Return a Config with other values for some of its fields.

    Args:
        config: What stays as it is.
        settings: Typed values, or raw ones as flags have them, by field name.
        cwd: Where relative paths start.

    Raises:
        ConfigError: There is no such field, or its value is wrong.
    """
    values: dict[str, Any] = {}
    for name, raw in settings.items():
        if name in _BY_NAME:
            values[name] = _typed(_BY_NAME[name], raw, cwd)
        elif name in _UNPARSED:
            values[name] = raw
        else:
            raise _unknown("keyword", name, [*_BY_NAME, *_UNPARSED])
    sources = {**config.sources, **dict.fromkeys(settings, "keyword")}
    sources = values.pop("sources", MappingProxyType(sources))
    return _consistent(replace(config, **values, sources=sources))


def _typed(setting: Setting, raw: object, cwd: Path) -> Any:
    if raw is None and setting.default is None:
        return None
    if setting.name.endswith("_s") and type(raw) in {int, float}:
        return raw  # a duration in seconds already
    return _parsed(setting, _Found("keyword", setting.name, raw, cwd))


def _parsed(setting: Setting, found: _Found) -> Any:
    try:
        return setting.kind.parse(found.raw, found.base)
    except (ValueError, TypeError) as error:
        shown = (
            "a value that is not shown"
            if setting.is_secret
            else values.shown(repr(found.raw))
        )
        raise ConfigError(
            f"{found.source}: {setting.key}: found {shown}, "
            f"expected {setting.kind.expected}"
        ) from error


def _consistent(config: Config) -> Config:
    if config.workers > 1 and not values.is_shared(config.store):
        store = config.store.partition(":")[0]
        raise ConfigError(
            f"{config.sources['workers']}: workers: found {config.workers}, "
            f"expected 1: the store {store} cannot be shared between processes;"
            " redis://HOST:PORT can"
        )
    return config


def _given(flags: Mapping[str, object], cwd: Path) -> Iterator[_Found]:
    for name, raw in flags.items():
        if raw is None or (raw == [] and name not in _BY_NAME):
            continue
        if name == "set":
            yield from _assigned(raw, cwd)
        elif name in _BY_NAME:
            yield _Found(_BY_NAME[name].flag, name, raw, cwd)
        else:
            raise _unknown("option", name, _BY_NAME)


def _assigned(raw: object, cwd: Path) -> Iterator[_Found]:
    for item in [raw] if isinstance(raw, str) or not isinstance(raw, Iterable) else raw:
        match = _SET.fullmatch(str(item))
        if match is None:
            raise ConfigError(f"--set: found {item!r}, expected slug.key=value")
        yield _Found("--set", f"providers.{match[1]}.{match[2]}", match[3], cwd)


def _from_environ(environ: Mapping[str, str], cwd: Path) -> Iterator[_Found]:
    for variable in sorted(environ):
        raw = environ[variable]
        if not variable.startswith(_PREFIX) or variable in _NOT_SETTINGS or not raw:
            continue
        slug, parted, key = variable.removeprefix(_PREFIX).partition("__")
        if variable in _BY_ENV:
            yield _Found(variable, _BY_ENV[variable].name, raw, cwd)
        elif parted and slug and key:
            # A slug may hold dashes, which a variable's name cannot.
            name = f"providers.{slug.lower().replace('_', '-')}.{key.lower()}"
            yield _Found(variable, name, raw, cwd)
        elif not _is_client_url(variable):
            raise _unknown("environment", variable, _BY_ENV)


def _is_client_url(variable: str) -> bool:
    """Tell `MOCKSERVER_<SLUG>_URL` from a misspelt setting that ends in `_URL`."""
    bare = variable.removeprefix(_PREFIX).lower()
    is_near = difflib.get_close_matches(bare, _BY_KEY, 1, cutoff=0.85)
    return _CLIENT_URL.fullmatch(variable) is not None and not is_near


def _file(file: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    named = file or environ.get(_CONFIG_ENV)
    if named:
        path = cwd / Path(named).expanduser()
        if not path.is_file():
            raise ConfigError(f"{path}: found no such file, expected a TOML file")
        return path
    candidates = (cwd / "mockserver.toml", cwd / "pyproject.toml")
    return next((path for path in candidates if path.is_file()), None)


def _from_file(path: Path | None, cwd: Path) -> Iterator[_Found]:
    if path is None:
        return
    shown = path.relative_to(cwd) if path.is_relative_to(cwd) else path
    lines, table = _read(path, str(shown))
    is_shared = path.name == "pyproject.toml"
    prefix = ("tool", "mockserver") if is_shared else ()
    for part in prefix:
        table = _table(table.get(part, {}), f"{shown}: {part}")
    for key, raw in table.items():
        source = f"{shown}:{_line(lines, (*prefix, key))}"
        if key == "providers":
            yield from _provider_tables(raw, source, (lines, prefix), path)
        elif key in _BY_KEY:
            yield _Found(source, _BY_KEY[key].name, raw, path.parent)
        else:
            raise _unknown(source, key, _BY_KEY)


def _provider_tables(
    raw: object,
    source: str,
    origin: tuple[list[str], tuple[str, ...]],
    path: Path,
) -> Iterator[_Found]:
    lines, prefix = origin
    wanted = (
        "tables [providers.SLUG]; the list of providers to serve is the key provider"
    )
    for slug, table in _table(raw, f"{source}: providers", wanted).items():
        where = f"{source}: providers.{slug}"
        for key, value in _table(table, where, f"a table [providers.{slug}]").items():
            line = _line(lines, (*prefix, "providers", slug, key))
            place = f"{source.rpartition(':')[0]}:{line}"
            yield _Found(place, f"providers.{slug}.{key}", value, path.parent)


def _table(raw: object, where: str, wanted: str = "a table") -> dict[str, object]:
    if not isinstance(raw, dict):
        raise ConfigError(f"{where}: found {raw!r}, expected {wanted}")
    return raw


def _read(path: Path, shown: str) -> tuple[list[str], dict[str, object]]:
    try:
        written = path.read_text(encoding="utf-8")
        return written.splitlines(), tomllib.loads(written)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{shown}: found no readable TOML: {error}") from error


def _line(lines: list[str], keys: tuple[str, ...]) -> int:
    """Return the 1-based line that sets a key, or the nearest that holds its name.

    tomllib keeps no places, so this follows headers as far as people write them.
    """
    table: tuple[str, ...] = ()
    near = 1
    for number, written in enumerate(lines, start=1):
        header = re.match(r"\s*\[+([^\[\]]+)\]+", written)
        table = _dotted(header[1]) if header else table
        place = table if header else (*table, *_dotted(written.partition("=")[0]))
        if place[: len(keys)] == keys:
            return number
        near = number if place == keys[: len(place)] else near
    return near


def _dotted(written: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in written.split("."))


def _unknown(source: str, name: str, known: Iterable[str]) -> ConfigError:
    names = {one.removeprefix(_PREFIX): one for one in known}
    near = difflib.get_close_matches(name.removeprefix(_PREFIX), names, 1, cutoff=0.5)
    right = f"the nearest known one is {names[near[0]]}" if near else ""
    right = right or "known are " + ", ".join(names.values())
    return ConfigError(f"{source}: found unknown setting {name!r}; {right}")
