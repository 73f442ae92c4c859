"""doctor: what this machine has, and what it lacks."""

import asyncio
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import match
from typing import Final

from PIL import features

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.output import print_json, print_line
from mockserver.config import Config, load_config
from mockserver.config.values import is_shared
from mockserver.edge.storing.stores import open_shelf
from mockserver.errors import MediaError, MockserverError, StartError, StoreError
from mockserver.media.binary import describe_ffmpeg
from mockserver.media.cards.systemfonts import PACKAGES, Found, on_this_machine
from mockserver.providers import discover
from mockserver.server.sockets.listener import bind
from mockserver.version import __version__

__all__ = ["Finding", "examine", "fonts_found", "run"]

_ROOM_BYTES = 200 << 20
# The wheels of Pillow have all that shapes letters but this library of the machine.
_SHAPER: Final = "libfribidi0"
_UNSHAPED: Final = "Hebrew and Arabic run backwards and no letters join"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look has shown.

    Attributes:
        name: What was looked at.
        text: What was found, and how to mend it.
        is_fine: It needs no mending.
    """

    name: str
    text: str
    is_fine: bool = True


def run(verb: str, given: list[str]) -> int:
    """Print what was found; return 1 if anything needs mending, else 0.

    Raises:
        ConfigError: A setting is wrong.
    """
    parser = Parser(verb, "Check this machine: what serving needs and what media need.")
    parser.add_argument("--config", metavar="FILE", help="Read this file of settings.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    options = parser.parse(given)
    file = Path(options.config) if options.config else None
    findings = examine(load_config({}, os.environ, Path.cwd(), file))
    if options.json:
        print_json(
            [{"name": f.name, "text": f.text, "is_fine": f.is_fine} for f in findings]
        )
    else:
        for finding in findings:
            mark = "ok " if finding.is_fine else "BAD"
            print_line(f"{mark}  {finding.name:<10} {finding.text}")
    return 0 if all(finding.is_fine for finding in findings) else 1


def examine(config: Config) -> list[Finding]:
    """Look at everything that the server stands on."""
    looks: tuple[Callable[[Config], Finding], ...] = (
        _python, _packages, _ffmpeg, _fonts, _folder, _store, _port, _providers,
    )  # fmt: skip
    return [look(config) for look in looks]


def _python(config: Config) -> Finding:
    del config
    text = f"{platform.python_version()} at {sys.executable}, {platform.platform()}"
    return Finding("python", text, sys.version_info >= (3, 11))


def _packages(config: Config) -> Finding:
    del config
    found, missing = [f"mockserver {__version__}"], []
    for name in _needed():
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        lacks = ", ".join(missing)
        return Finding("packages", f"missing: {lacks}; pip install them", is_fine=False)
    return Finding("packages", ", ".join(found))


def _needed() -> Iterator[str]:
    for line in requires("video-mockserver") or ():
        name = match(r"[A-Za-z0-9._-]+", line)
        # Whether there is an ffmpeg, the next look says.
        if name and "extra ==" not in line and name[0] != "imageio-ffmpeg":
            yield name[0]


def _ffmpeg(config: Config) -> Finding:
    del config
    try:
        report = asyncio.run(describe_ffmpeg())
    except MediaError as error:
        return Finding("ffmpeg", str(error), is_fine=False)
    text = f"{report.version} from {report.source}: {report.path}"
    if report.missing:
        lacks = ", ".join(report.missing)
        return Finding("ffmpeg", f"{text}; lacks {lacks}", is_fine=False)
    return Finding("ffmpeg", text)


def _fonts(config: Config) -> Finding:
    del config
    return fonts_found(on_this_machine(), can_shape=bool(features.check("raqm")))


def fonts_found(found: Iterable[Found], *, can_shape: bool) -> Finding:
    """Say which scripts are drawn well here, and what would mend the others.

    Text is always drawn: what has no font of its own is coarse, which needs no
    mending. Words that run backwards and letters that do not join are wrong.

    Args:
        found: The fonts of this machine.
        can_shape: Whether words run as they should, and letters join.
    """
    there = {one.script: Path(one.path).name for one in found}
    told = ["Latin, Greek, Cyrillic, Arabic, Hebrew, Devanagari and Thai are shipped"]
    for script, package in PACKAGES.items():
        if script in there:
            told.append(f"{script} by {there[script]}")
        else:
            told.append(f"{script} coarse, {package} has better")
    if not can_shape:
        told.append(f"{_UNSHAPED}: install {_SHAPER}")
    return Finding("fonts", "; ".join(told), can_shape)


def _folder(config: Config) -> Finding:
    folder = config.media_folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        text = f"{folder}: {error.strerror}; name another with media_dir"
        return Finding("media", text, is_fine=False)
    text = f"{folder}, {free >> 20} MiB free"
    return Finding("media", text, free >= _ROOM_BYTES)


def _store(config: Config) -> Finding:
    if not is_shared(config.store):
        return Finding("store", config.store)
    try:
        with closing(open_shelf(config.store)) as shelf:
            said = getattr(shelf, "warnings", [])
            text = "; ".join([f"{shelf.name}, {shelf.size_bytes >> 20} MiB", *said])
    except StoreError as error:
        return Finding("store", str(error), is_fine=False)
    return Finding("store", text, is_fine=not said)


def _port(config: Config) -> Finding:
    try:
        sockets = bind(config.host, config.port)
    except StartError as error:
        return Finding("port", str(error), is_fine=False)
    for bound in sockets:
        bound.close()
    return Finding("port", f"{config.port} on {config.host} is free")


def _providers(config: Config) -> Finding:
    try:
        return Finding("providers", ", ".join(discover(config.providers)))
    except MockserverError as error:
        return Finding("providers", str(error), is_fine=False)
