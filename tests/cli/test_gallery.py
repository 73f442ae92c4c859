"""The gallery shows one of each, and a page to look through it."""

from pathlib import Path

import pytest
from PIL import Image

from mockserver.cli import main
from mockserver.cli.gallery import called, provider_samples
from mockserver.config import Config
from mockserver.media.gallery import samples


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_every_layout_form_and_script_is_in_it() -> None:
    names = {f"{one.section}: {one.name}" for one in samples()}

    assert {
        "Layouts: title, wide",
        "Layouts: photo, square",
        "Layouts: presenter, upright",
        "Scripts: Arabic",
        "Scripts: Thai",
        "Looks: asked colours",
    } <= names


def test_every_provider_that_makes_films_is_in_it() -> None:
    found = [*provider_samples(Config())]

    assert {one.section for one in found} >= {
        "digitalcarbon", "fal", "google", "hourone", "idomoo", "impossible", "luma",
        "openai", "replicate", "runway", "stupeflix",
    }  # fmt: skip


@pytest.mark.ffmpeg
def test_the_page_shows_film_poster_and_four_moments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gallery"

    code = main(["gallery", str(folder), "--only", "title, wide"])

    page = (folder / "index.html").read_text(encoding="utf-8")
    assert (code, capsys.readouterr().out) == (
        0,
        f"1 films and pictures: {folder / 'index.html'}\n",
    )
    assert (
        '<video controls preload="none" poster="000-poster.jpg" src="000.mp4">' in page
    )
    assert size_of(folder / "000-poster.jpg") == (640, 360)
    assert size_of(folder / "000-sheet.jpg") == (880, 124)


def test_a_word_that_nothing_has_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["gallery", str(tmp_path), "--only", "nonesuch"])

    assert code == 2
    assert (
        "nothing in the gallery has 'nonesuch' in its name" in capsys.readouterr().err
    )


def test_a_curl_command_becomes_a_request() -> None:
    made = called("curl -s http://h/p -u a:b -H 'X-Key: k' -d '{\"a\":1}'")

    assert (made.full_url, made.data) == ("http://h/p", b'{"a":1}')
    assert made.headers == {"Authorization": "Basic YTpi", "X-key": "k"}
