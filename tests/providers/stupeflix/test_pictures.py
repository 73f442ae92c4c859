"""A video shows the pictures that came with its definition."""

import io
import zipfile

import av
import pytest
from PIL import Image

from tests.deep import first
from tests.media.cards.test_pictures import BLUE, RED, halves, near
from tests.providers.stupeflix.conftest import STORED, Api, movie

pytestmark = pytest.mark.ffmpeg

GREEN = (20, 160, 20)


def shown(*files: str) -> bytes:
    effects = (
        f'<effect type="none"><image filename="{one}"/></effect>' for one in files
    )
    return movie(*effects)


def zipped(xml: bytes, **files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("movie.xml", xml)
        for name, content in files.items():
            archive.writestr(name.replace("__", "/") + ".png", content)
    return data.getvalue()


def green() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 64), GREEN).save(written, "PNG")
    return written.getvalue()


async def frames(api: Api, *seconds: int) -> list[Image.Image]:
    """Return what a finished video shows at some times."""
    data = await (await api.get("/alice/clip1/iphone/")).read()
    with av.open(io.BytesIO(data), "r") as film:
        stream = film.streams.video[0]
        rate = float(stream.average_rate or 1)
        every = [frame.to_image() for frame in film.decode(stream)]  # type: ignore[no-untyped-call]  # PyAV's own gap
    return [every[int(second * rate)] for second in seconds]


def corners(image: Image.Image) -> tuple[object, object]:
    width, _ = image.size
    return image.getpixel((4, 4)), image.getpixel((width - 4, 4))


async def test_a_video_shows_the_pictures_of_its_zip_in_turn(api: Api) -> None:
    body = zipped(shown("a.png", "images/b.png"), images__a=halves(), images__b=green())
    api.finish(await api.render(STORED, body))

    first, second = await frames(api, 2, 7)

    left, right = corners(first)
    assert (near(left, RED), near(right, BLUE)) == (True, True)
    assert [near(one, GREEN) for one in corners(second)] == [True, True]


async def test_a_thumbnail_shows_the_picture(api: Api) -> None:
    api.finish(await api.render(STORED, zipped(shown("a.png"), a=halves())))

    data = await (await api.get("/alice/clip1/iphone/thumb.jpg/")).read()

    left, right = corners(Image.open(io.BytesIO(data)))
    assert (near(left, RED), near(right, BLUE)) == (True, True)


async def test_a_video_keeps_its_pictures_when_the_definition_is_replaced(
    api: Api,
) -> None:
    job = await api.render(STORED, zipped(shown("a.png"), a=halves()))
    await api.define(body=zipped(shown("a.png"), a=green()))
    api.finish(job)

    (image,) = await frames(api, 2)

    left, right = corners(image)
    assert (near(left, RED), near(right, BLUE)) == (True, True)


@pytest.mark.parametrize("data", first([b"", b"no picture", halves()[:50]]))
async def test_what_is_no_picture_is_shown_by_its_name(api: Api, data: bytes) -> None:
    job = await api.render(STORED, zipped(shown("a.png"), a=data))
    api.finish(job)

    assert (await api.get("/alice/clip1/iphone/")).status == 200


async def test_a_link_is_not_fetched(api: Api) -> None:
    """A picture of the same name in the zip is another one."""
    body = zipped(shown("http://example.com/a.png"), a=halves())
    api.finish(await api.render(STORED, body))

    (image,) = await frames(api, 2)

    left, right = corners(image)
    assert left == right
