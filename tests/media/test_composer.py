"""A card is encoded once; its edge for each time that it tells."""

import io
from typing import Any, cast

import av
import pytest
from msgspec.structs import replace
from PIL import Image, ImageChops, ImageStat

from mockserver.media.cards.card import Art
from mockserver.media.cards.marker import AMBER, Marker
from mockserver.media.cards.painter import CardPainter, place
from mockserver.media.cards.reel import Reel
from mockserver.media.composer import Composer
from mockserver.media.formats import mp4
from mockserver.media.loops import montage_of
from mockserver.media.pieces import pack
from mockserver.media.spec import Card, MediaSpec, Sign

SIGN = Sign("Maker", "job-1")
STILL = mp4(
    320,
    180,
    seconds=4,
    fps=10,
    cards=(Card(title="One"), Card(title="Two")),
    sign=SIGN,
)
MOVING = mp4(
    320, 180, seconds=3, fps=24, cards=(Card(title="Cat", art=Art("cat")),), sign=SIGN
)


def film(spec: MediaSpec) -> list[Image.Image]:
    montage, painter = montage_of(spec), CardPainter()
    reel = Reel(painter, spec, montage)
    loop = Composer().loops(spec, montage, montage.shots, reel, bool)
    data = pack(spec, montage, loop, None)[0].data
    with av.open(io.BytesIO(data), "r") as container:
        return [to_image(frame) for frame in container.decode(video=0)]


def to_image(frame: Any) -> Image.Image:
    return cast("Image.Image", frame.to_image())


def distance(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_each_frame_is_what_was_drawn() -> None:
    frames, montage = film(STILL), montage_of(STILL)
    reel = Reel(CardPainter(), STILL, montage)

    assert len(frames) == 40
    drawn = [reel.frame(montage.shot_at(at), 0) for at in range(40)]
    assert max(distance(frames[at], drawn[at]) for at in range(40)) < 3
    assert len({frame.tobytes() for frame in frames}) == 8  # twice a second


@pytest.mark.parametrize(
    "size", [(360, 640), (854, 480), (1280, 720), (96, 96), (64, 64)]
)
def test_frames_of_any_size_are_what_was_drawn(size: tuple[int, int]) -> None:
    """Also where tiles do not end at the edge, and where nothing tells the time."""
    spec = mp4(*size, seconds=3, fps=8, cards=(Card(title="One"),), sign=SIGN)
    frames, montage = film(spec), montage_of(spec)
    reel, marker = Reel(CardPainter(), spec, montage), Marker.of(*size, 2)

    drawn = []
    for at in range(24):
        shot = montage.shot_at(at)
        drawn.append(reel.frame(shot, 0).copy())
        place(drawn[-1], marker, shot.start / 24, AMBER)

    assert max(distance(frames[at], drawn[at]) for at in range(24)) < 4
    assert len({frame.tobytes() for frame in frames}) == 6


def test_what_moves_goes_on_while_the_edge_tells_the_time() -> None:
    frames = film(MOVING)
    tops = [frame.crop((0, 0, 320, 144)).tobytes() for frame in frames]
    edges = [frame.crop((0, 160, 320, 180)).tobytes() for frame in frames]

    assert len(frames) == 72
    assert len(dict.fromkeys(tops)) == montage_of(MOVING).turns == 8
    # Two frames for each of eight pictures, whatever time it is.
    assert all(tops[at] == tops[at % 16] for at in range(72))
    assert len(dict.fromkeys(edges)) == 6
    assert edges.index(edges[12]) == 12


def test_equal_films_have_equal_bytes() -> None:
    montage = montage_of(MOVING)
    one, other = (
        Composer().loops(
            MOVING, montage, montage.shots, Reel(CardPainter(), MOVING, montage), bool
        )
        for _ in range(2)
    )

    assert one.packets == other.packets


@pytest.mark.parametrize("spec", [STILL, MOVING])
def test_what_was_made_before_changes_no_byte(spec: MediaSpec) -> None:
    """Nor does it change what is kept for the next one."""
    montage, others = montage_of(spec), (Sign("Maker", "job-2"), SIGN)

    def packets(composer: Composer, sign: Sign) -> tuple[bytes, ...]:
        told = replace(spec, sign=sign)
        reel = Reel(CardPainter(), told, montage)
        return composer.loops(told, montage, montage.shots, reel, bool).packets

    busy = Composer()
    after_others = [packets(busy, sign) for sign in (SIGN, *others)]

    assert after_others == [packets(Composer(), sign) for sign in (SIGN, *others)]
    assert after_others[0] == after_others[2] != after_others[1]


def test_films_of_other_qualities_share_no_tiles() -> None:
    montage, composer = montage_of(STILL), Composer()

    sizes = [
        sum(
            len(packet)
            for packet in composer.loops(
                spec, montage, montage.shots, Reel(CardPainter(), spec, montage), bool
            ).packets
        )
        for spec in (STILL, replace(STILL, quality=40), STILL)
    ]

    assert sizes[0] == sizes[2] > sizes[1]
