"""Uploaded files: they come whole or in parts, are found by links, and expire."""

from pathlib import Path

import pytest

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.edge.storing.stores import codec
from mockserver.engine.store.log import Ledger
from mockserver.errors import ConflictError, NotFoundError, PayloadTooLargeError
from mockserver.providers import assets
from mockserver.providers.assets import Asset
from mockserver.providers.call import Call
from tests.engine.shelves import RecordingShelf
from tests.providers.wires.conftest import SLUG, Ask, asking

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Return the parts of a server that does not run."""
    return build(pace="manual", auth="open", media_dir=tmp_path)


@pytest.fixture
def ask(instance: Instance) -> Ask:
    """Return a function that makes calls to it."""
    return asking(instance)


@pytest.fixture
def call(ask: Ask) -> Call:
    """Return a call of a space."""
    return ask(space="mine")


def announced(call: Call, keep_s: float | None = 60.0) -> Asset:
    return assets.begin(call, "in.png", "image/png", keep_s=keep_s)


async def uploaded(call: Call, data: bytes = PNG) -> Asset:
    return await assets.arrive(call, announced(call), data)


def test_what_is_announced_has_no_bytes(call: Call) -> None:
    asset = announced(call)

    assert (asset.size_bytes, asset.arrived_at) == (0, None)
    assert not asset.is_there(call.now)
    with pytest.raises(NotFoundError, match="asset"):
        assets.read(call, asset)


async def test_bytes_that_have_come_are_read_as_they_were(call: Call) -> None:
    asset = await uploaded(call)

    assert assets.read(call, asset) == PNG
    assert asset.size_bytes == 8
    assert asset.md5_hex == "e9dd2797018cad79186e03e8c5aec8dc"
    assert asset.sha256_hex == (
        "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6"
    )


async def test_what_is_learnt_of_a_file_later_is_remembered_with_the_rest(
    call: Call,
) -> None:
    asset = assets.begin(call, "in.png", "image/png", details={"number": 7})

    assets.detail(call, asset, seconds=5)

    assert assets.get(call, asset.id).details == {"number": 7, "seconds": 5}


async def test_a_file_is_served_with_its_type_and_an_etag(call: Call) -> None:
    reply = assets.served(call, await uploaded(call))

    assert reply.content_type == "image/png"
    assert reply.file is not None
    assert reply.file.etag == '"e9dd2797018cad79186e03e8c5aec8dc"'


async def test_a_type_that_is_no_type_stays_out_of_the_headers(call: Call) -> None:
    asset = assets.begin(call, "x", "image/png\r\nX-Evil: 1")

    reply = assets.served(call, await assets.arrive(call, asset, PNG))

    assert reply.content_type == "application/octet-stream"


async def test_what_a_file_is_may_be_told_when_it_comes(call: Call) -> None:
    asset = assets.begin(call, "x", "", details={"from": "form"})

    await assets.arrive(
        call, asset, PNG, content_type="image/png", details={"lines": 720}
    )
    known = await assets.arrive(call, asset, PNG)

    assert known.content_type == "image/png"
    assert known.details == {"from": "form", "lines": 720}


async def test_a_file_expires_on_the_clock_of_its_space(call: Call) -> None:
    asset = await uploaded(call)

    call.space.clock.advance(60)

    assert assets.list_assets(call) == []
    assert assets.find(call, f"https://h/{asset.id}") == asset
    with pytest.raises(NotFoundError, match="asset"):
        assets.served(call, asset)


async def test_without_an_end_a_file_stays(call: Call) -> None:
    asset = await assets.arrive(call, announced(call, keep_s=None), PNG)

    call.space.clock.advance(1e9)

    assert assets.read(call, asset) == PNG


async def test_parts_are_joined_by_their_numbers(call: Call) -> None:
    asset = announced(call)

    assets.add_part(call, asset, 10, b"c")
    assets.add_part(call, asset, 2, b"b")
    tag = assets.add_part(call, asset, 1, b"a")
    whole = await assets.complete(call, asset, [1, 2, 10])

    assert tag == "0cc175b9c0f1b6a831c399e269772661"
    assert assets.read(call, whole) == b"abc"
    assert assets.parts_of(call, whole) == {}


async def test_a_part_that_comes_again_replaces_the_first(call: Call) -> None:
    asset = announced(call)

    assets.add_part(call, asset, 1, b"torn")
    assets.add_part(call, asset, 1, b"whole")

    assert assets.read(call, await assets.complete(call, asset)) == b"whole"


@pytest.mark.parametrize("numbers", [None, [1], [1, 2]])
async def test_without_its_parts_nothing_is_complete(
    call: Call, numbers: list[int] | None
) -> None:
    with pytest.raises(ConflictError, match="parts"):
        await assets.complete(call, announced(call), numbers)


async def test_other_parts_than_have_come_keep_it_open(call: Call) -> None:
    asset = announced(call)
    assets.add_part(call, asset, 1, b"a")

    with pytest.raises(ConflictError, match="parts"):
        await assets.complete(call, asset, [1, 2])

    assert assets.parts_of(call, asset) == {1: b"a"}


async def test_parts_of_one_file_are_no_others(call: Call) -> None:
    one, other = announced(call), announced(call)
    assets.add_part(call, one, 1, b"a")
    assets.add_part(call, other, 1, b"b")

    assert assets.read(call, await assets.complete(call, one)) == b"a"
    assert assets.parts_of(call, other) == {1: b"b"}


@pytest.mark.parametrize(
    "form",
    [
        "https://v3.fal.media/files/b/{}/in.png",
        "https://api.replicate.com/v1/files/{}",
        "https://generativelanguage.googleapis.com/v1beta/files/{}:download?alt=media",
        "runway://{}",
        "https://h/upload?upload_id={}&x=1",
        "{}",
    ],
)
async def test_a_link_names_its_file(call: Call, form: str) -> None:
    asset = await uploaded(call)

    assert assets.find(call, form.format(asset.id)) == asset


@pytest.mark.parametrize("link", ["", "https://h/a.png", "data:image/png;base64,AA=="])
def test_other_links_name_none(call: Call, link: str) -> None:
    announced(call)

    assert assets.find(call, link) is None


async def test_another_space_has_it_not(ask: Ask) -> None:
    asset = await uploaded(ask(space="mine"))

    assert assets.find(ask(space="yours"), asset.id) is None


async def test_a_route_without_credentials_finds_the_space(ask: Ask) -> None:
    asset = announced(ask(space="mine"))
    put = ask()
    put.parameters = {"asset_id": asset.id}

    found = assets.located("asset_id")(put)

    assert found is not None
    assert found.id == "mine"


async def test_what_is_removed_is_gone_with_its_bytes(ask: Ask) -> None:
    call = ask(space="mine")
    asset = await uploaded(call)
    assets.add_part(call, asset, 1, b"a")

    assets.remove(call, asset)

    call.parameters = {"asset_id": asset.id}
    assert assets.located("asset_id")(call) is None
    assert assets.find(call, asset.id) is None
    assert assets.parts_of(call, asset) == {}
    with pytest.raises(NotFoundError, match="asset"):
        await assets.arrive(call, asset, PNG)


async def test_files_are_listed_newest_first(call: Call) -> None:
    first, second = await uploaded(call), await uploaded(call)

    assert assets.list_assets(call) == [second, first]


def test_each_file_has_a_seal_of_its_own(call: Call) -> None:
    one, other = announced(call), announced(call)

    assert len(one.seal) == 32
    assert one.seal != other.seal


@pytest.fixture
def narrow(tmp_path: Path) -> Call:
    """Return a call where there is room for one small file and a little more."""
    room = assets.COST_BYTES * 2 + 10
    tight = build(pace="manual", media_dir=tmp_path, uploads_max_bytes=room)
    return asking(tight)(space="mine")


async def test_more_than_there_is_room_for_is_refused(narrow: Call) -> None:
    await uploaded(narrow)

    with pytest.raises(PayloadTooLargeError, match="uploads") as refused:
        await uploaded(narrow)

    assert refused.value.detail == {"limit": 2058, "found": 2064}


async def test_parts_take_room_as_well(narrow: Call) -> None:
    await uploaded(narrow)

    with pytest.raises(PayloadTooLargeError):
        assets.add_part(narrow, announced(narrow), 1, PNG)


async def test_so_do_files_without_bytes(narrow: Call) -> None:
    made = [announced(narrow), announced(narrow)]

    with pytest.raises(PayloadTooLargeError):
        announced(narrow)

    assert len({one.id for one in made}) == 2


async def test_what_has_expired_makes_room(narrow: Call) -> None:
    old = await uploaded(narrow)
    assets.add_part(narrow, old, 1, b"a")
    narrow.space.clock.advance(60)

    new = await uploaded(narrow, b"123456789")

    assert assets.read(narrow, new) == b"123456789"
    assert assets.find(narrow, old.id) is None


async def test_what_is_removed_makes_room(narrow: Call) -> None:
    assets.remove(narrow, await uploaded(narrow))

    assert assets.read(narrow, await uploaded(narrow)) == PNG


async def test_other_bytes_in_place_of_its_own_need_no_room(narrow: Call) -> None:
    asset = await uploaded(narrow)

    again = await assets.arrive(narrow, asset, b"12345678")

    assert assets.read(narrow, again) == b"12345678"


async def test_a_whole_takes_what_its_parts_have_taken(narrow: Call) -> None:
    asset = announced(narrow)
    assets.add_part(narrow, asset, 0, PNG)

    whole = await assets.complete(narrow, asset)

    assert assets.read(narrow, whole) == PNG


async def test_a_store_keeps_files_with_their_bytes(tmp_path: Path) -> None:
    shelf = RecordingShelf()
    ledger = Ledger(shelf, codec())
    first = build(ledger=ledger, pace="manual", media_dir=tmp_path)
    asset = await uploaded(asking(first)(space="mine"))
    await ledger.settle()

    again = build(
        ledger=Ledger(RecordingShelf(shelf.groups), codec()),
        pace="manual",
        media_dir=tmp_path,
    )
    call = asking(again)(space="mine")

    assert assets.find(call, asset.id) == asset
    assert assets.read(call, asset) == PNG
    assert again.services.owner(SLUG, "asset", asset.id) is call.space
