"""Packs the frames of a clip as pictures into one archive, each drawn once."""

import io
import zipfile
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from mockserver.media.cards.painter import CardPainter
from mockserver.media.cards.stills import still
from mockserver.media.loops import montage_of
from mockserver.media.spec import Container, MediaSpec

__all__ = ["pieces"]

_FIRST: Final = (1980, 1, 1, 0, 0, 0)  # the same bytes on every day


def pieces(spec: MediaSpec, painter: CardPainter) -> Iterator[bytes]:
    """Yield a ZIP of PNG frames, `frame.0001.png` and so on, then what is beside them.

    Frames that look the same are drawn once. What has been written is yielded after
    each, so that who counts can stop.
    """
    out, written = io.BytesIO(), 0
    montage, drawn = montage_of(spec), dict[tuple[int, int], bytes]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for frame in range(spec.frames):
            looks = (montage.shot_at(frame).start, montage.phase_at(frame))
            if looks not in drawn:
                drawn[looks] = _picture(spec, frame, painter)
            _add(archive, f"frame.{frame + 1:04}.png", drawn[looks])
            yield _since(out, written)
            written = out.tell()
        for name, text in spec.beside:
            _add(archive, name, text.encode())
    yield out.getvalue()[written:]


def _picture(spec: MediaSpec, frame: int, painter: CardPainter) -> bytes:
    return still(replace(spec.still(Container.PNG, frame=frame), beside=()), painter)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _FIRST), data)


def _since(out: io.BytesIO, at: int) -> bytes:
    return bytes(out.getbuffer()[at:])
