"""The edge tells who made a film before anything else that it has room for."""

import pytest
from PIL import Image

from mockserver.media.cards.card import Sign
from mockserver.media.cards.fonts import Typeface
from mockserver.media.cards.footer import Footer

FACE, MOMENT = Typeface(), (3.0, 6.0)


def footer(width: int, height: int) -> Footer:
    found = Footer.of(width, height)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ((1280, 720), "0:03.0 / 0:06.0"),
        ((720, 1280), "0:03.0 / 0:06.0"),
        ((320, 180), "0:03.0 / 0:06.0"),
        ((240, 135), "0:03.0"),
        ((160, 120), "0:03.0"),
        ((128, 96), ""),
        ((96, 96), ""),
    ],
)
def test_narrow_pictures_tell_less_of_the_time(
    size: tuple[int, int], told: str
) -> None:
    assert footer(*size).told(MOMENT) == told


@pytest.mark.parametrize("size", [(128, 96), (160, 120), (200, 112)])
def test_a_small_picture_has_all_of_the_provider_s_name(size: tuple[int, int]) -> None:
    drawn = []
    for job in ("", "4f1c9a77-2b3e-4444-9999-00aa11bb22cc"):
        image = Image.new("RGB", size)
        footer(*size).draw_sign(
            image, Sign("Impossible Software", job), FACE, (255,) * 3
        )
        drawn.append(image)

    # What is cut ends in an ellipsis, which is drawn on the line of the text.
    wide = FACE.width("Impossible Software", round(footer(*size).size_px))
    box = drawn[0].getbbox()
    assert box is not None
    assert box[2] - box[0] == pytest.approx(wide, abs=3)
    assert drawn[0].tobytes() == drawn[1].tobytes()
