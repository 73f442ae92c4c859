"""Loading: from the path of a file to a provider, or to all that is wrong with it."""

from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType
from typing import Final

from mockserver.errors import ConfigError, ScenarioError
from mockserver.providers.declared import module as modules
from mockserver.providers.declared.answering import Function
from mockserver.providers.declared.compiling import provider_of
from mockserver.providers.declared.model import Definition
from mockserver.providers.declared.reading import read
from mockserver.providers.declared.sense import check
from mockserver.providers.provider import Provider
from mockserver.scenarios.written.source import SIZE_MAX, Source

__all__ = ["SUFFIXES", "files_of", "load", "mistakes"]

SUFFIXES: Final = (".yaml", ".yml")


def load(file: Traversable, name: str = "") -> Provider:
    """Return the provider that a file describes.

    Args:
        file: It.
        name: What people know it as.

    Raises:
        ConfigError: It cannot be read, or does not fit: file and line of each mistake.
    """
    try:
        definition, functions = _read(file, name or str(file))
        return provider_of(definition, functions)
    except ScenarioError as error:
        raise ConfigError("; ".join(str(error).split("\n"))) from error


def mistakes(file: Path) -> list[str]:
    """Return what is wrong with a file, one line each."""
    try:
        provider_of(*_read(file, str(file)))
    except ScenarioError as error:
        return str(error).split("\n")
    except ConfigError as error:
        return [str(error)]
    return []


def files_of(path: Path) -> list[Path]:
    """Return the files of which a provider is made: its own, and its module."""
    try:
        definition, _ = _read(path, str(path), runs=False)
    except (ScenarioError, ConfigError):
        return [path]
    return [path, *([path.parent / definition.python] if definition.python else [])]


def _read(
    file: Traversable, name: str, *, runs: bool = True
) -> tuple[Definition, dict[str, Function]]:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{name}: found no readable file: {reason}") from error
    if len(text) > SIZE_MAX:
        raise ConfigError(f"{name}: found more than 1 MiB, expected a provider")
    folder = file.parent if isinstance(file, Path) else Path()
    definition = read(Source.parse(text, name), folder)
    if not runs:
        return definition, {}
    module = _module(definition)
    functions = None if module is None else _functions(module)
    check(definition, functions)
    return replace(definition, functions=functions or {}), functions or {}


def _module(definition: Definition) -> ModuleType | None:
    if not definition.python:
        return None
    return modules.load(definition.folder / definition.python, definition.slug)


def _functions(module: ModuleType) -> dict[str, Function]:
    return {name: one for name, one in vars(module).items() if callable(one)}
