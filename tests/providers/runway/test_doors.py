"""Doors: by path, by the vendor's own host, and links as the vendor writes them."""

import pytest
from yarl import URL

from tests.providers.conftest import Serve
from tests.providers.runway.conftest import BOAT, FROZEN, HEADERS, Api

HOST = {"Host": "api.dev.runwayml.com"}


async def test_who_comes_by_the_vendors_host_stays_there(api: Api) -> None:
    """Another host may not lead here, so that files and uploads are below the same."""
    client = api.running.client
    task = await client.get(f"/v1/tasks/{FROZEN}4", headers={**HEADERS, **HOST})
    upload = await client.post(
        "/v1/uploads",
        json={"filename": "a.mp4", "type": "ephemeral"},
        headers={**HEADERS, **HOST},
    )

    link = URL((await task.json())["output"][0])
    form = URL((await upload.json())["uploadUrl"])
    assert (link.host, link.path) == (HOST["Host"], f"/_cdn/{FROZEN}4.mp4")
    assert (form.host, form.parts[1]) == (HOST["Host"], "_upload")
    served = await client.get(link.raw_path_qs, headers={**HOST, "Range": "bytes=0-1"})
    assert served.status == 206


@pytest.mark.ffmpeg
async def test_the_cdns_host_serves_files_at_its_root(serve: Serve) -> None:
    api = Api(await serve(handover="canonical"))
    link = URL((await api.read(f"{FROZEN}4"))["output"][0])

    response = await api.running.client.get(
        link.raw_path_qs, headers={"Host": "dnznrvs05pmza.cloudfront.net"}
    )

    assert str(link).startswith(
        f"https://dnznrvs05pmza.cloudfront.net/{FROZEN}4.mp4?_jwt="
    )
    assert (response.status, (await response.read())[4:8]) == (200, b"ftyp")


@pytest.mark.ffmpeg
async def test_a_file_may_stand_in_the_answer(serve: Serve) -> None:
    api = Api(await serve(handover="data"))

    told = await api.read(f"{FROZEN}4")

    assert told["output"][0].startswith("data:video/mp4;base64,AAAA")


async def test_a_task_goes_on_where_links_ask_for_credentials(serve: Serve) -> None:
    api = Api(await serve(handover="content"))
    link = (await api.read(f"{FROZEN}4"))["output"][0]
    bearer = {"Authorization": HEADERS["Authorization"], "Range": "bytes=0-1"}

    open_handed, with_key = await api.get(link, {}), await api.get(link, bearer)

    assert (open_handed.status, with_key.status) == (401, 206)


async def test_a_task_can_be_looked_at_on_the_page(api: Api) -> None:
    task = await api.submit("/v1/text_to_video", BOAT)
    api.advance(60)
    services = api.running.instance.services
    space = api.running.space("runway", "main")
    provider = services.providers["runway"]
    assert provider.preview is not None

    shown = provider.preview(services, space, space.jobs("runway").get(task))

    path = URL(shown["video"])
    served = await api.running.client.get(
        f"/runway{path.raw_path_qs}", headers={"Range": "bytes=0-1"}
    )
    assert served.status == 206
