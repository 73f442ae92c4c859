"""Each file is rendered once; the directory stays bounded, whole and optional."""

import asyncio
import hashlib
import logging
from pathlib import Path

import pytest

from mockserver.errors import MediaError
from mockserver.media.cache import MediaCache
from mockserver.media.formats import hls, mp4
from mockserver.media.parts import Part
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import MediaSpec
from tests.media.conftest import FakeRenderer

SPEC = mp4(64, 64)


def numbered(n: int) -> MediaSpec:
    return mp4(64, 64, seconds=n + 1)


def stored(directory: Path) -> list[Path]:
    return sorted(directory.glob("*/*"))


async def test_a_file_says_what_it_is(fake: FakeRenderer, tmp_path: Path) -> None:
    file = await MediaCache(tmp_path, fake).get(SPEC)

    data = b"file of " + SPEC.digest().encode()
    assert file.data == data
    assert file.size_bytes == len(data)
    assert file.md5_hex == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert file.etag == f'"{file.md5_hex}"'
    assert file.content_type == "video/mp4"
    assert file.path is not None
    assert file.path.read_bytes() == data


async def test_concurrent_requests_share_one_rendering(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    cache = MediaCache(tmp_path, fake)

    files = await asyncio.gather(*(cache.get(SPEC) for _ in range(50)))

    assert fake.calls == 1
    assert len({file.md5_hex for file in files}) == 1


async def test_a_known_file_comes_from_memory(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    cache = MediaCache(tmp_path, fake)

    first = await cache.get(SPEC)
    second = await cache.get(SPEC)

    assert second is first


async def test_a_file_outlives_the_process(fake: FakeRenderer, tmp_path: Path) -> None:
    first = await MediaCache(tmp_path, fake).get(SPEC)
    second = await MediaCache(tmp_path, fake).get(SPEC)

    assert fake.calls == 1
    assert second.data == first.data


async def test_another_renderer_renders_anew(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    await MediaCache(tmp_path, fake).get(SPEC)
    fake.version = "2"
    await MediaCache(tmp_path, fake).get(SPEC)

    assert fake.calls == 2


@pytest.mark.parametrize("damage", [b"", b"file of", b"something else altogether"])
async def test_a_damaged_file_is_rendered_again(
    damage: bytes, fake: FakeRenderer, tmp_path: Path
) -> None:
    good = await MediaCache(tmp_path, fake).get(SPEC)
    stored(tmp_path)[0].write_bytes(damage)

    again = await MediaCache(tmp_path, fake).get(SPEC)

    assert again.data == good.data
    assert fake.calls == 2
    assert stored(tmp_path)[0].read_bytes() == good.data


async def test_an_entry_without_files_is_rendered_again(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    good = await MediaCache(tmp_path, fake).get(SPEC)
    stored(tmp_path)[0].unlink()

    again = await MediaCache(tmp_path, fake).get(SPEC)

    assert again.data == good.data
    assert fake.calls == 2


async def test_the_directory_stays_bounded(fake: FakeRenderer, tmp_path: Path) -> None:
    cache = MediaCache(tmp_path, fake, max_bytes=200)

    for n in range(6):
        await cache.get(numbered(n))

    assert sum(path.stat().st_size for path in stored(tmp_path)) <= 200


async def test_memory_stays_bounded(fake: FakeRenderer) -> None:
    cache = MediaCache(None, fake, memory_bytes=200)

    for n in (0, 1, 2, 3, 3, 0):
        await cache.get(numbered(n))

    assert fake.calls == 5


async def test_a_large_file_in_use_is_never_removed(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    cache = MediaCache(tmp_path, fake, max_bytes=150, memory_bytes=100)
    held = await cache.get(numbered(0))

    for n in range(1, 5):
        await cache.get(numbered(n))

    assert held.data is None
    assert held.path is not None
    assert held.path.exists()
    assert held.read() == b"file of " + numbered(0).digest().encode()
    assert len(stored(tmp_path)) == 2


async def test_a_large_file_is_not_rendered_again(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    cache = MediaCache(tmp_path, fake, memory_bytes=10)

    await cache.get(SPEC)
    await cache.get(SPEC)

    assert fake.calls == 1


async def test_without_a_usable_directory_memory_is_enough(
    fake: FakeRenderer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no directory")
    cache = MediaCache(blocked / "cache", fake)

    with caplog.at_level(logging.WARNING):
        await cache.get(numbered(0))
        await cache.get(numbered(1))
        file = await cache.get(numbered(0))

    assert file.data == b"file of " + numbered(0).digest().encode()
    assert fake.calls == 2
    assert [r.getMessage().split(":")[0] for r in caplog.records] == [
        "media is kept in memory only"
    ]


async def test_a_rendering_that_nobody_waits_for_is_given_up(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    fake.gate.clear()
    cache = MediaCache(tmp_path, fake)
    tasks = [asyncio.create_task(cache.get(SPEC)) for _ in range(3)]
    await fake.begun.wait()

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)

    assert fake.cancelled == 1


async def test_a_rendering_goes_on_for_whoever_still_waits(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    fake.gate.clear()
    cache = MediaCache(tmp_path, fake)
    first, second = (asyncio.create_task(cache.get(SPEC)) for _ in range(2))
    await fake.begun.wait()

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    fake.gate.set()

    assert (await second).data is not None
    assert (fake.calls, fake.cancelled) == (1, 0)


async def test_a_new_request_after_giving_up_renders_again(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    fake.gate.clear()
    cache = MediaCache(tmp_path, fake)
    first = asyncio.create_task(cache.get(SPEC))
    await fake.begun.wait()

    first.cancel()
    second = asyncio.create_task(cache.get(SPEC))
    fake.gate.set()
    await asyncio.gather(first, return_exceptions=True)

    assert (await second).data is not None


class Failing(FakeRenderer):
    async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
        self.calls += 1
        raise MediaError("no encoder")


async def test_an_error_reaches_everyone_and_is_not_remembered(tmp_path: Path) -> None:
    failing = Failing()
    cache = MediaCache(tmp_path, failing)

    answers = await asyncio.gather(
        cache.get(SPEC), cache.get(SPEC), return_exceptions=True
    )
    with pytest.raises(MediaError):
        await cache.get(SPEC)

    assert [str(answer) for answer in answers] == ["no encoder", "no encoder"]
    assert failing.calls == 2


async def test_a_bundle_is_asked_for_by_its_own_name(fake: FakeRenderer) -> None:
    with pytest.raises(MediaError, match="ask for the bundle"):
        await MediaCache(None, fake).get(hls(64, 64))


async def test_a_bundle_has_a_playlist(fake: FakeRenderer, tmp_path: Path) -> None:
    bundle = await MediaCache(tmp_path, fake).get_bundle(hls(64, 64, seconds=3))

    assert [file.content_type for file in bundle] == ["video/mp2t"]
    assert "#EXTINF:3.000000,\ntoken.ts\n" in bundle.playlist(lambda _: "token.ts")


async def test_warming_up_makes_one_clip_and_keeps_none(fake: FakeRenderer) -> None:
    cache = MediaCache(None, fake)

    await cache.warm()

    assert fake.calls == 1
    assert not cache._memory


async def test_who_has_been_asked_for_a_clip_is_warm(fake: FakeRenderer) -> None:
    cache = MediaCache(None, fake)
    await cache.get(mp4(64, 64, seconds=1))

    await cache.warm()

    assert fake.calls == 1


async def test_what_cannot_warm_up_says_so_in_the_log_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(FakeRenderer):
        async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
            raise MediaError("no memory is left")

    await MediaCache(None, Broken()).warm()

    assert caplog.messages == ["media cannot be made yet: no memory is left"]


async def test_warming_up_needs_no_ffmpeg(caplog: pytest.LogCaptureFixture) -> None:
    def find() -> Path:
        raise MediaError("no ffmpeg is here")

    await MediaCache(None, FfmpegRenderer(find=find)).warm()

    assert caplog.messages == []


async def test_who_asks_first_is_served_first(
    fake: FakeRenderer, tmp_path: Path
) -> None:
    """Also where it takes long to see that a file is damaged."""
    large = (await MediaCache(tmp_path, fake).get(numbered(0))).path
    assert large is not None
    large.write_bytes(bytes(40_000_000))
    began: list[float] = []

    class Noting(FakeRenderer):
        async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
            began.append(spec.seconds)
            return await FakeRenderer.render(self, spec)

    noting = Noting()
    noting.gate.set()
    cache = MediaCache(tmp_path, noting)
    await asyncio.gather(*(cache.get(numbered(n)) for n in range(4)))

    assert began == [1.0, 2.0, 3.0, 4.0]
