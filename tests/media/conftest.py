"""Fixtures of the media room: the real renderer, a fake one, and readers of files."""

import asyncio
import io
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from mockserver.media.binary import find_ffmpeg
from mockserver.media.cards.painter import CardPainter
from mockserver.media.parts import Part
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import MediaSpec
from tests.clients.programs import tool
from tests.loops import LOOPS


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Any]:
    """Try what runs a program on each loop that a server may run on."""
    is_real = item.path.stem == "test_process"
    return LOOPS if is_real else {"asyncio": asyncio.new_event_loop}


@dataclass(frozen=True)
class Facts:
    """What a decoder finds in a file."""

    width: int
    height: int
    rate: Fraction
    frames: int
    sound_s: float
    codecs: tuple[str, ...]


def facts_of(data: bytes) -> Facts:
    with av.open(io.BytesIO(data), "r") as file:
        video, audio = file.streams.video, file.streams.audio
        codecs = tuple(s.codec_context.codec.canonical_name for s in (*video, *audio))
        size = (video[0].width, video[0].height) if video else (0, 0)
        rate = Fraction((video and video[0].average_rate) or 0)
    frames = len(pictures_of(data)) if video else 0
    return Facts(*size, rate, frames, sound_seconds(data) if audio else 0.0, codecs)


def pictures_of(data: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(data), "r") as file:
        frames = file.decode(video=0)
        return [frame.to_image() for frame in frames]  # type: ignore[no-untyped-call]  # PyAV's own gap


def sound_seconds(data: bytes) -> float:
    with av.open(io.BytesIO(data), "r") as file:
        return sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))


@pytest.fixture
def painter() -> CardPainter:
    return CardPainter()


@pytest.fixture(scope="session")
def program() -> Path:
    return find_ffmpeg()


@pytest.fixture(scope="session")
def ffprobe() -> str:
    return tool("ffprobe")


@pytest.fixture
def renderer(program: Path) -> FfmpegRenderer:
    return FfmpegRenderer(program)


@pytest.fixture
def complaints(program: Path, tmp_path: Path) -> Callable[[bytes, str], str]:
    """Return what ffmpeg says when it decodes all of a file; "" is as it should be."""

    def complain(data: bytes, extension: str) -> str:
        path = tmp_path / f"clip.{extension}"
        path.write_bytes(data)
        done = subprocess.run(
            [program, "-v", "error", "-i", path, "-f", "null", "-"],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stderr

    return complain


@dataclass
class FakeRenderer:
    """Renders text; can be held back, and counts."""

    calls: int = 0
    cancelled: int = 0
    words: bytes = b"file of "
    version: str = "1"
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def identity(self, spec: MediaSpec) -> str:
        return self.version

    async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
        self.calls += 1
        self.begun.set()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return (Part(self.words + spec.digest().encode(), spec.frames),)


@pytest.fixture
def fake() -> FakeRenderer:
    renderer = FakeRenderer()
    renderer.gate.set()
    return renderer
