"""gallery: one of each film and picture, and a page to look through them."""

import asyncio
import json
import os
import shlex
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final
from urllib import request

from msgspec.structs import replace

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.output import print_line
from mockserver.config import Config, load_config
from mockserver.errors import MediaError
from mockserver.media.cache import MediaCache
from mockserver.media.gallery import Sample, samples
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import Container, MediaSpec, Sheet
from mockserver.providers.services import Services
from mockserver.server.mock import MockServer

__all__ = ["called", "provider_samples", "run", "write"]

_ACCOUNT: Final = "main"
_PROVIDERS: Final = "/_mock/api/providers"
_FILE_MAX_BYTES: Final = 1 << 30
_PATIENCE_S: Final = 30.0
_EACH_MOST: Final = 8
_TILES: Final = 4
_TILE_PX: Final = 220
_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; background: #f4f4f6; }
section { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; background: #fff; padding: .6rem; border-radius: .5rem; }
video, img { display: block; max-width: 320px; max-height: 320px; }
img.sheet { margin-top: .4rem; max-width: 320px; }
figcaption { max-width: 320px; overflow-wrap: anywhere; margin-top: .3rem; }
@media (prefers-color-scheme: dark) {
  body { background: #16171b; color: #eee; } figure { background: #24262c; }
}
"""


def run(verb: str, given: list[str]) -> int:
    """Write the gallery and say where it is; return 0.

    Raises:
        ConfigError: A setting is wrong.
        MediaError: Something cannot be made, or the folder cannot be written.
    """
    parser = Parser(verb, "Render one of each film and picture, with a page of them.")
    parser.add_argument("folder", metavar="DIR", help="Where it goes; made if needed.")
    parser.add_argument("--config", metavar="FILE", help="Read this file of settings.")
    parser.add_argument(
        "--only", metavar="WORD", default="", help="Those whose names have this word."
    )
    options = parser.parse(given)
    file = Path(options.config) if options.config else None
    config = load_config({}, os.environ, Path.cwd(), file)
    every = [*samples(), *provider_samples(config)]
    word = options.only.lower()
    wanted = [one for one in every if word in f"{one.section} {one.name}".lower()]
    if not wanted:
        raise MediaError(f"nothing in the gallery has {options.only!r} in its name")
    folder = Path(options.folder)
    asyncio.run(write(folder, wanted))
    print_line(f"{len(wanted)} films and pictures: {folder / 'index.html'}")
    return 0


def provider_samples(config: Config) -> Iterator[Sample]:
    """Yield what jobs of each provider make: those of its world, and its first call."""
    with MockServer(config, port=0, store="memory") as server:
        services = server.instance.services
        starts = {one["slug"]: one["start"] for one in _told_by(server.url)}
        for slug, provider in sorted(services.providers.items()):
            if provider.makes is not None and starts.get(slug):
                # What refuses its own first call is no reason to show no others.
                with suppress(OSError):
                    _read(called(starts[slug]))
                yield from _of(services, slug)


def called(command: str) -> request.Request:
    """Return the request that a curl command sends, of the few kinds that we show."""
    words = iter(shlex.split(command)[1:])
    url, data, headers = "", None, dict[str, str]()
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(words).encode()
        elif word == "-u":
            pair = b64encode(next(words).encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        elif not word.startswith("-"):
            url = word
    return request.Request(url, data, headers)  # noqa: S310 - our own server's


def _told_by(url: str) -> list[dict[str, str]]:
    """Return what a server says of its providers."""
    asked = request.Request(url + _PROVIDERS)  # noqa: S310 - our own server's
    told: list[dict[str, str]] = json.loads(_read(asked))["providers"]
    return told


def _read(what: request.Request) -> bytes:
    with request.urlopen(what, timeout=_PATIENCE_S) as answer:  # noqa: S310 - our own server's
        data: bytes = answer.read()
        return data


def _of(services: Services, slug: str) -> Iterator[Sample]:
    """Yield what one provider's jobs make; what looks alike only once."""
    services.spaces.open(f"{slug}.{_ACCOUNT}").jobs(slug)
    makes = services.providers[slug].makes
    seen = set[object]()
    # The newest is what our own call has made, whatever its account is called.
    jobs = [
        (space, job)
        for space in services.spaces
        if slug in space.slugs()
        for job in space.jobs(slug).list_jobs(newest_first=True)
    ]
    for space, job in jobs:
        for spec in () if makes is None else makes(services, space, job):
            looks = (spec.encoded_px, spec.container, spec.cards)
            if spec.is_sound or looks in seen or len(seen) >= _EACH_MOST:
                continue
            seen.add(looks)
            name = f"{job.operation}, {spec.width_px}x{spec.height_px}, {job.id}"
            yield Sample(slug, name, spec)


async def write(folder: Path, wanted: Sequence[Sample]) -> None:
    """Render samples into a folder, with a page that shows them.

    Raises:
        MediaError: One cannot be made, or the folder cannot be written.
    """
    cache = MediaCache(None, FfmpegRenderer(), memory_bytes=_FILE_MAX_BYTES)
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        figures = [
            await _figure(folder, f"{number:03}", sample, cache)
            for number, sample in enumerate(wanted)
        ]
        page = _page([*zip(wanted, figures, strict=True)])
        await asyncio.to_thread((folder / "index.html").write_text, page, "utf-8")
    except OSError as error:
        raise MediaError(f"{folder} cannot be written: {error.strerror}") from error


async def _figure(folder: Path, stem: str, sample: Sample, cache: MediaCache) -> str:
    """Write the files of a sample; return what shows them."""
    spec = _shown(sample.spec)
    name = f"{stem}.{spec.extension}"
    await _save(folder / name, spec, cache)
    alt = escape(f"{sample.section}: {sample.name}", quote=True)
    if spec.is_still or spec.container is Container.GIF:
        return f'<img src="{name}" alt="{alt}" loading="lazy">'
    poster, sheet = f"{stem}-poster.jpg", f"{stem}-sheet.jpg"
    middle = spec.still(at_s=spec.duration_s / 2)
    await _save(folder / poster, middle, cache)
    await _save(folder / sheet, spec.spread(Container.JPEG, _sheet(spec)), cache)
    return (
        f'<video controls preload="none" poster="{poster}" src="{name}"></video>'
        f'<img class="sheet" src="{sheet}" alt="{alt}, four moments" loading="lazy">'
    )


def _shown(spec: MediaSpec) -> MediaSpec:
    """Return a film as a page can show it; stills and GIFs are as they are."""
    if spec.is_still or spec.container in {Container.GIF, Container.MP4}:
        return spec
    return replace(spec.still(Container.JPEG, frame=spec.frames // 2))


def _sheet(spec: MediaSpec) -> Sheet:
    scale = _TILE_PX / max(spec.width_px, spec.height_px)
    sides = (max(1, round(side * scale)) for side in (spec.width_px, spec.height_px))
    return Sheet(_TILES, _TILES, *sides)


async def _save(path: Path, spec: MediaSpec, cache: MediaCache) -> None:
    file = await cache.get(spec)
    if file.data is not None:
        await asyncio.to_thread(path.write_bytes, file.data)


def _page(shown: Sequence[tuple[Sample, str]]) -> str:
    parts = []
    for section, figures in groupby(shown, key=lambda pair: pair[0].section):
        inside = "\n".join(
            f"<figure>{figure}<figcaption>{escape(sample.name)}</figcaption></figure>"
            for sample, figure in figures
        )
        parts.append(f"<h2>{escape(section)}</h2>\n<section>\n{inside}\n</section>")
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<title>video-mockserver: gallery</title>\n"
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>Gallery</h1>\n{body}\n"
        "</body>\n</html>\n"
    )
