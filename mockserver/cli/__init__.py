"""The command: finds the verb, loads its module, turns errors into one line."""

import gc
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

from mockserver.errors import MockserverError, StartError
from mockserver.version import __version__

__all__ = ["CLI_ERROR", "VERBS", "loaded", "main", "module_of"]

CLI_ERROR: Final = 2
CANNOT_START: Final = 3
INTERRUPTED: Final = 130

VERBS: Final = {
    "serve": ("serve", "Start the server (also: start)."),
    "run": ("run", "Run a program whose HTTP clients all end at a server of its own."),
    "env": ("env", "Print the variables that lead programs to a running server."),
    "ca": ("ca", "Print or export the certificate that clients have to trust."),
    "ready": ("ready", "Say whether a server is up; for container health checks."),
    "providers": ("catalogue", "List the providers."),
    "routes": ("catalogue", "List the operations of the providers."),
    "jobs": ("jobs", "List, show or judge the jobs of a running server."),
    "exchanges": ("exchanges", "List, show, find or follow what clients asked."),
    "deliveries": ("deliveries", "List, show or resend what providers send."),
    "tail": ("tail", "Print what happens on a running server while it does."),
    "listen": ("listen", "Receive webhooks, print them, verify and answer them."),
    "spaces": ("spaces", "List, make or reset the spaces of a running server."),
    "credentials": ("credentials", "List, register, name or revoke credentials."),
    "time": ("time", "Look at, move or stop the clocks of a running server."),
    "scenarios": ("scenarios", "List, show or check scenarios, without a server."),
    "fault": ("fault", "Apply scenarios to a running server, list or clear them."),
    "findings": ("findings", "Judge what clients do at a running server."),
    "bill": ("bill", "Show what the jobs of a running server cost."),
    "reset": ("spaces", "Make all spaces of a running server as new."),
    "store": ("store", "Look into a store, compact, export or import it."),
    "init": ("init", "Write a world file to start from."),
    "check": ("check", "Check schemas and fixtures, without a server."),
    "doctor": ("doctor", "Check this machine: Python, ffmpeg, fonts, folders."),
    "gallery": ("gallery", "Render one of each film and picture, and a page of them."),
    "openapi": ("openapi", "Print an OpenAPI document."),
    "completion": ("completion", "Print what completes this command in a shell."),
}
"""Module and purpose of each verb, in the order of the help."""

_ALIASES: Final = {"start": "serve"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code.

    Codes: 0 fine, 1 a check has findings, 2 wrong usage or configuration, 3 the
    server cannot start or be reached, 130 and 143 ended by a signal.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        # Whoever hands the arguments in has a process of its own to care for.
        code = _run(given, loaded if arguments is None else module_of)
        sys.stdout.flush()
    except StartError as error:
        return _complain(error, CANNOT_START)
    except MockserverError as error:
        return _complain(error, CLI_ERROR)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; there is nobody left to tell.
        sys.stdout = None
        return 0
    return code


def _run(given: list[str], load: Callable[[str], Any]) -> int:
    if not given or given[0] in {"-h", "--help", "help"}:
        sys.stdout.write(_help())
        return 0
    if given[0] in {"--version", "-V"}:
        sys.stdout.write(f"mockserver {__version__}\n")
        return 0
    verb = _ALIASES.get(given[0], given[0])
    if verb not in VERBS:
        return _complain(_unknown(verb), CLI_ERROR)
    code: int = load(verb).run(verb, given[1:])
    return code


def module_of(verb: str) -> Any:
    """Return the module that carries a verb out; loaded now, if it is not yet."""
    return import_module(f"mockserver.cli.{VERBS[verb][0]}")


def loaded(verb: str) -> Any:
    """Return the module of a verb, and let no collection look at what it has loaded.

    All that stays: to search it for garbage takes a tenth of the start, and later on
    the pauses that clients see now and then.
    """
    gc.disable()
    try:
        return module_of(verb)
    finally:
        gc.freeze()
        gc.enable()


def _help() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {about}" for verb, (_, about) in VERBS.items()]
    return (
        "usage: mockserver VERB [OPTIONS]\n\n"
        "A fake backend for asynchronous video-generation APIs.\n\n"
        + "\n".join(lines)
        + "\n\n`mockserver VERB -h` explains a verb; `mockserver --version` names"
        " the version.\n"
    )


def _unknown(verb: str) -> str:
    kind = "option" if verb.startswith("-") else "verb"
    near = get_close_matches(verb, VERBS, 1)
    right = f"did you mean {near[0]}?" if near else "see mockserver -h"
    return f"unknown {kind} {verb!r}; {right}"


def _complain(what: object, code: int) -> int:
    line = " ".join(str(what).split())
    sys.stderr.write(f"mockserver: {line}\n")
    return code
