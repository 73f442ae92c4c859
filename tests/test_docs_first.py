"""Whoever copies the first example of a page gets a video that plays.

The examples run as they stand, but for the server's address, as tests have ports of
their own, and for their sleep: no job takes longer here for being read at once.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from mockserver import MockServer
from mockserver.providers import discover
from tests.deep import some

pytestmark = [pytest.mark.slow, pytest.mark.ffmpeg]

ROOT = Path(__file__).parents[1]
ADDRESS = "http://127.0.0.1:7357"
PROGRAMS = {"python": [sys.executable, "-c"], "bash": ["bash", "-euc"]}
SLEEPLESS = {
    "python": "import time; time.sleep = print\n",
    "bash": "sleep() { :; }\n",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    """Return a server as `serve` starts it, whose jobs take a few reads each."""
    with MockServer(pace="step", auth="open", media_dir=tmp_path / "media") as running:
        yield running


def first_example(page: Path) -> tuple[str, str]:
    """Return the language and text of the first example that is a program."""
    text = page.read_text(encoding="utf-8")
    found = re.search(
        r"^```(python|bash|sh)\n(.*?)^```", text, re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found[1], found[2]


def played(page: Path, server: MockServer, folder: Path) -> tuple[int, float]:
    """Run the first example of a page; return frames and seconds of what it leaves."""
    language, code = first_example(page)
    assert ADDRESS in code
    subprocess.run(
        [*PROGRAMS[language], SLEEPLESS[language] + code.replace(ADDRESS, server.url)],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    with av.open(str(folder / "video.mp4")) as video:
        frames = sum(1 for _ in video.decode(video=0))
        return frames, (video.duration or 0) / av.time_base


@pytest.mark.parametrize("slug", some(discover(), of=5))
def test_the_first_example_of_a_provider_ends_with_a_video(
    slug: str, server: MockServer, tmp_path: Path
) -> None:
    frames, seconds = played(ROOT / f"docs/providers/{slug}.md", server, tmp_path)

    assert frames > 10
    assert seconds > 1
    assert {exchange.slug for exchange in server.exchanges} == {slug}


@pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl"
)
def test_the_first_example_of_the_readme_ends_with_a_video(
    server: MockServer, tmp_path: Path
) -> None:
    frames, seconds = played(ROOT / "README.md", server, tmp_path)

    assert frames == 900, "30 frames a second"
    assert seconds == pytest.approx(30, abs=0.1)
