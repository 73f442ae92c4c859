"""What stands over a picture that moves is the same at all its turns."""

from PIL import Image

from mockserver.media.cards.layers import Layer


def test_a_fifth_of_the_picture_is_seen_through_a_shadow() -> None:
    drawn = Image.new("RGBA", (40, 40))
    drawn.paste((0, 0, 0, 204), (0, 24, 40, 40))
    drawn.paste((10, 20, 30, 255), (8, 28, 16, 36))

    laid = Layer.of(drawn).over(Image.new("RGB", (40, 40), (200, 100, 50)))

    assert laid.getpixel((0, 23)) == (200, 100, 50)
    assert laid.getpixel((0, 24)) == (40, 20, 10)
    assert laid.getpixel((8, 28)) == (10, 20, 30)
    assert laid.getpixel((39, 39)) == (40, 20, 10)


def test_colours_that_are_thin_are_added() -> None:
    drawn = Image.new("RGBA", (40, 40), (100, 0, 50, 204))

    laid = Layer.of(drawn).over(Image.new("RGB", (40, 40), (100, 100, 100)))

    assert laid.getpixel((20, 20)) == (120, 20, 70)


def test_what_stands_above_and_below_are_two_parts() -> None:
    drawn = Image.new("RGBA", (40, 40))
    drawn.paste((9, 9, 9, 255), (30, 0, 40, 5))
    drawn.paste((9, 9, 9, 255), (0, 35, 40, 40))

    assert [part.box for part in Layer.of(drawn).parts] == [
        (30, 0, 40, 5),
        (0, 35, 40, 40),
    ]


def test_nothing_covers_nothing() -> None:
    assert Layer.of(Image.new("RGBA", (40, 40))).parts == ()
