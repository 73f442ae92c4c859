"""Module: the Python beside a provider's file, for what cannot be said in it."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from mockserver.errors import ConfigError

__all__ = ["load"]


def load(path: Path, slug: str) -> ModuleType:
    """Load a module from its file, anew each time.

    Raises:
        ConfigError: There is none, or it does not load; names file and reason.
    """
    name = f"mockserver_declared_{slug.replace('-', '_')}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ConfigError(f"{path}: found no such file, expected a Python module")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        source = path.read_bytes()
        # What was compiled of an older file must not stand in for it.
        exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - the user's own module
    except Exception as error:
        line = getattr(error, "lineno", None) or _line(error, path)
        where = f"{path}:{line}" if line else str(path)
        why = f"{type(error).__name__}: {error}"
        raise ConfigError(f"{where}: found a module that does not load: {why}") from (
            error
        )
    return module


def _line(error: BaseException, path: Path) -> int | None:
    """Return the line of a file at which an error was raised."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
