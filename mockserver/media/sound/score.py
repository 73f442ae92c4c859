"""Score: which short stretches of sound make up a clip, and when each begins.

All sound consists of *cells*: a syllable, or a beat of all that plays at once, between
moments of silence. So each cell is encoded once, and repeated wherever it is heard.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from msgspec.structs import replace

from mockserver.media.sound.heard import Heard, Music, Speech
from mockserver.media.sound.speech import Syllable, utter
from mockserver.media.sound.waves import PEAK, Note, Unit, Vowel

__all__ = ["LEVEL_DB", "Cell", "Grid", "Score", "score_of"]

LEVEL_DB: Final = 1.5
"""How much louder one level is than the one below."""
_SYLLABLE_S, _QUICK_S, _BEAT_S = 0.15, 0.085, 0.25
_LOUDEST: Final = 0.7  # what all together may reach, to full scale: 3 dB below
_INAUDIBLE_DB: Final = -48.0
_MOST_DB: Final = 24.0
_TRACKS_MAX: Final = 100
_TUNES_MAX: Final = 8
_AT_ONCE_MAX: Final = 8
_VOICES_MAX: Final = 8
_CELLS_MAX: Final = 96
_COARSER: Final = (2, 4, 8)  # levels that one step of a fade may be
_BEATS: Final = 16
_SCALES: Final = ((0, 4, 7, 9), (2, 4, 7, 12))
_ROOTS: Final = (0, 5)
_NOTES: Final = 4
_INSTRUMENTS: Final = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of sound that stands alone.

    Attributes:
        parts: What sounds together, each with its level.
        frames: How long it is, with the silence that it begins with.
    """

    parts: tuple[tuple[Unit, int], ...]
    frames: int

    @property
    def peak(self) -> float:
        """The most that its parts can reach together, to full scale."""
        return sum(_peak(unit) * _ratio(level) for unit, level in self.parts)


class Grid(NamedTuple):
    """How finely a codec lets sounds be placed.

    Attributes:
        frame_s: How long one encoded frame plays.
        guard: Frames of silence that keep two cells apart.
    """

    frame_s: float
    guard: int

    def frames(self, seconds: float) -> int:
        """Return how many frames a sound takes, with the silence before it."""
        return max(1, round(seconds / self.frame_s) - self.guard) + self.guard


@dataclass(frozen=True, slots=True)
class Score:
    """All that is heard in a clip.

    Attributes:
        cells: What is encoded, each once.
        events: When each cell begins, in seconds, and which of them it is; in order.
    """

    cells: tuple[Cell, ...]
    events: tuple[tuple[float, int], ...]


_Placed = list[tuple[float, Cell]]


def score_of(heard: Sequence[Heard], seconds: float, grid: Grid) -> Score:
    """Return the score of a clip.

    Args:
        heard: What is to be heard, in any order.
        seconds: The clip's length.
        grid: What its codec allows.
    """
    speeches = [one for one in heard if isinstance(one, Speech)]
    music = _told_apart([one for one in heard if isinstance(one, Music)])
    if not music:
        placed, stock = _spoken(speeches, seconds, grid)
    else:
        placed = _mixed(speeches, music, seconds, grid)
        stock = _notes_of(music[0], grid) if len(heard) == 1 else []
    cells = [*dict.fromkeys([*stock, *(cell for _, cell in placed)])]
    lower = _lowered(cells)
    place_of = {cell: place for place, cell in enumerate(cells)}
    return Score(
        tuple(_quieter(cell, lower) for cell in cells),
        tuple((at_s, place_of[cell]) for at_s, cell in placed),
    )


def _notes_of(music: Music, grid: Grid) -> list[Cell]:
    """List all that a track's instrument plays: others of that have the same cells."""
    level = _level(music.volume_db, _COARSER[0])
    if level is None:
        return []
    frames = grid.frames(_BEAT_S)
    return [Cell(((note, level),), frames) for note in _notes(music.name)]


def _told_apart(music: Sequence[Music]) -> list[Music]:
    """Return the tracks that are played; those after the eighth repeat a tune."""
    names = [*dict.fromkeys(one.name for one in music)]
    tunes = {name: names[place % _TUNES_MAX] for place, name in enumerate(names)}
    return [replace(one, name=tunes[one.name]) for one in music[:_TRACKS_MAX]]


def _lowered(cells: Sequence[Cell]) -> int:
    """Return by how many levels a mix is too loud."""
    most = max((cell.peak for cell in cells), default=0.0)
    if most <= _LOUDEST:
        return 0
    return math.ceil(20 * math.log10(most / _LOUDEST) / LEVEL_DB)


def _quieter(cell: Cell, levels: int) -> Cell:
    parts = tuple((unit, level - levels) for unit, level in cell.parts)
    return Cell(parts, cell.frames)


def _spoken(
    speeches: Sequence[Speech], seconds: float, grid: Grid
) -> tuple[_Placed, list[Cell]]:
    """Place syllables where they are due, and list all that their voices can say."""
    placed: _Placed = []
    ranges: list[_Range] = []
    lead_s = grid.guard * grid.frame_s
    for speech in speeches:
        told = utter(speech, limit_s=seconds)
        level = _level(speech.volume_db)
        if not told or level is None:
            continue
        own = _Range(*_voice(speech), level, _syllable_frames(told, grid))
        if own not in ranges:
            if len(ranges) < _VOICES_MAX:
                ranges.append(own)
            else:
                own = ranges[len(placed) % _VOICES_MAX]
        placed += [(one.start_s - lead_s, own.cell(one)) for one in told]
    placed.sort(key=lambda one: one[0])
    return placed, [cell for own in ranges for cell in own.stock()]


class _Range(NamedTuple):
    """All that a voice can say: other texts of it need nothing else."""

    voice: str
    language: str
    semitones: int
    level: int
    frames: int

    def cell(self, one: Syllable) -> Cell:
        return self._cell(*_sound_of(one))

    def stock(self) -> Iterator[Cell]:
        yield from (self._cell(vowel, 0) for vowel in range(5))
        yield from (self._cell(0, bend) for bend in (-1, 1))

    def _cell(self, vowel: int, bend: int) -> Cell:
        unit = Vowel(self.voice, self.language, vowel, bend, self.semitones)
        return Cell(((unit, self.level),), self.frames)


def _voice(speech: Speech) -> tuple[str, str, int]:
    return speech.voice, speech.language[:2].lower(), speech.semitones


def _sound_of(one: Syllable) -> tuple[int, int]:
    """Return vowel and bend: a voice bends one vowel only."""
    return (0, one.bend) if one.bend else (one.vowel, 0)


def _syllable_frames(told: Sequence[Syllable], grid: Grid) -> int:
    gaps = (b.start_s - a.start_s for a, b in itertools.pairwise(told))
    least = min((gap for gap in gaps if gap > 0), default=1.0)
    usual = grid.frames(_SYLLABLE_S + grid.guard * grid.frame_s)
    if (usual - 0.5) * grid.frame_s <= least:
        return usual
    return grid.frames(_QUICK_S + grid.guard * grid.frame_s)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One thing that is heard, by beats.

    Attributes:
        start: Its first beat.
        stop: The beat after its last.
        unit: Tells what sounds at a beat, if anything does.
        level_db: Tells how loud it is at a beat.
        ducked_db: How much quieter it is while something ducks it.
        ducks: Whether it does that.
    """

    start: int
    stop: int
    unit: Callable[[int], Unit | None]
    level_db: Callable[[int], float]
    ducked_db: float
    ducks: bool


def _mixed(
    speeches: Sequence[Speech], music: Sequence[Music], seconds: float, grid: Grid
) -> _Placed:
    frames = grid.frames(_BEAT_S)
    beat_s = frames * grid.frame_s
    layers = [_voice_layer(one, seconds, beat_s) for one in speeches]
    layers = [layer for layer in layers if layer.stop > layer.start]
    layers += [_music_layer(one, seconds, beat_s) for one in music]
    count = max(layer.stop for layer in layers)
    placed: _Placed = []
    for coarse in _COARSER:
        placed = [*_beats(layers, count, beat_s, frames, coarse)]
        if len({cell for _, cell in placed}) <= _CELLS_MAX:
            return placed
    return [(at_s, _loudest(cell)) for at_s, cell in placed]


def _beats(
    layers: Sequence[_Layer], count: int, beat_s: float, frames: int, coarse: int
) -> Iterator[tuple[float, Cell]]:
    active: list[list[_Layer]] = [[] for _ in range(count)]
    for layer in layers:
        for beat in range(layer.start, layer.stop):
            if len(active[beat]) < _AT_ONCE_MAX:
                active[beat].append(layer)
    for beat, playing in enumerate(active):
        parts = []
        for layer in playing:
            unit = layer.unit(beat)
            if unit is None:
                continue
            is_ducked = any(one.ducks for one in playing if one is not layer)
            loud_db = layer.level_db(beat) + (layer.ducked_db if is_ducked else 0.0)
            level = _level(loud_db, coarse)
            if level is not None:
                parts.append((unit, level))
        if parts:
            yield beat * beat_s, Cell(tuple(parts), frames)


def _voice_layer(speech: Speech, seconds: float, beat_s: float) -> _Layer:
    """Let syllables wait for the beat: with music, all that is heard falls on it."""
    units: dict[int, Unit] = {}
    for one in utter(speech, limit_s=seconds):
        beat = int(one.start_s / beat_s)
        name, language, semitones = _voice(speech)
        units[beat] = Vowel(name, language, *_sound_of(one), semitones)
    start, stop = min(units, default=0), max(units, default=-1) + 1
    return _Layer(start, stop, units.get, lambda _: speech.volume_db, 0.0, ducks=True)


def _music_layer(music: Music, seconds: float, beat_s: float) -> _Layer:
    ends_s = seconds if music.seconds is None else music.starts_s + music.seconds
    ends_s = min(ends_s, seconds)
    start = round(music.starts_s / beat_s)
    stop = max(start, math.ceil(round(ends_s / beat_s, 6)))
    tune = _tune(music.name)

    def level_db(beat: int) -> float:
        at_s = (beat + 0.5) * beat_s
        swell = min(
            _share(at_s - music.starts_s, music.fade_in_s),
            _share(ends_s - at_s, music.fade_out_s),
        )
        if swell <= 0:
            return -math.inf
        return music.volume_db + 20 * math.log10(swell)

    return _Layer(
        start,
        stop,
        lambda beat: tune[(beat - start) % _BEATS],
        level_db,
        music.ducked_db,
        ducks=music.ducks,
    )


def _share(done_s: float, whole_s: float) -> float:
    return 1.0 if whole_s <= 0 else min(1.0, max(0.0, done_s / whole_s))


def _tune(name: str) -> tuple[Note | None, ...]:
    """Return beats of four notes and rests, by the name of the track."""
    notes, tune = _notes(name), list[Note | None]()
    for beat, byte in enumerate(_drawn(name)[:_BEATS]):
        is_rest = beat % 2 == 1 and byte < 80
        tune.append(None if is_rest else notes[byte % _NOTES if beat else 0])
    return tuple(tune)


def _notes(name: str) -> tuple[Note, ...]:
    """Return the four notes of a track; there are few sets of them, and many tunes."""
    byte = _drawn(name)[-1]
    instrument, root = byte % _INSTRUMENTS, _ROOTS[byte // _INSTRUMENTS % len(_ROOTS)]
    scale = _SCALES[byte // (_INSTRUMENTS * len(_ROOTS)) % len(_SCALES)]
    return tuple(Note(instrument, root + step) for step in scale)


def _drawn(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogatepass")).digest()


def _loudest(cell: Cell) -> Cell:
    part = max(cell.parts, key=lambda one: _peak(one[0]) * _ratio(one[1]))
    return Cell((part,), cell.frames)


def _level(loud_db: float, coarse: int = 1) -> int | None:
    """Return a loudness in whole levels; None for what nobody hears."""
    if loud_db < _INAUDIBLE_DB:
        return None
    step_db = LEVEL_DB * coarse
    return round(min(loud_db, _MOST_DB) / step_db) * coarse


def _peak(unit: Unit) -> float:
    return PEAK["note" if isinstance(unit, Note) else "vowel"]


def _ratio(level: int) -> float:
    return float(10 ** (level * LEVEL_DB / 20))
