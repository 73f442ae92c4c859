"""What the page looks at is nobody's request: no journal, no read, no rule."""

import pytest

from tests.edge.conftest import OTHER_KEY, Running, Serve


async def test_a_finished_job_is_looked_at(server: Running) -> None:
    job_id = await server.draw()
    await server.post("/clock/advance", {"by": "1m"})
    [job] = (await server.get("/jobs"))["jobs"]

    response = await server.client.get(job["preview"]["video"])

    assert job["preview"] == {
        "video": f"/_mock/media/sketch.main/sketch/{job_id}/video"
    }
    assert response.status == 200
    assert await response.read() == b"\xff\xfe\x00drawing"


async def test_what_is_looked_at_is_in_no_journal(server: Running) -> None:
    await server.draw()
    await server.post("/clock/advance", {"by": "1m"})
    [job] = (await server.get("/jobs"))["jobs"]
    before = server.instance.services.journal.recorded

    await server.client.get(job["preview"]["video"])
    await server.client.head(job["preview"]["video"])
    await server.client.get("/_mock/media/sketch.main/sketch/nope/video")

    assert server.instance.services.journal.recorded == before


@pytest.mark.parametrize(
    "path",
    [
        "/_mock/media/sketch.main/sketch/{job}/video",
        "/_mock/media/sketch.main/sketch/{job}/thumbnail",
        "/_mock/media/sketch.main/sketch/nope/video",
        "/_mock/media/sketch.other/sketch/{job}/video",
        "/_mock/media/nowhere/sketch/{job}/video",
        "/_mock/media/sketch.main/nobody/{job}/video",
        "/_mock/media/sketch.main/sketch/{job}",
        "/_mock/media/sketch.main/sketch/{job}/files/{job}",
        "/_mock/media/",
    ],
)
async def test_what_is_no_file_of_a_finished_job_is_404(
    server: Running, path: str
) -> None:
    job_id = await server.draw()
    await server.draw(OTHER_KEY)

    response = await server.client.get(path.format(job=job_id))

    assert response.status == 404
    assert await response.json() == {"error": "media: there is no such file now"}


async def test_only_our_own_pages_may_look(server: Running) -> None:
    response = await server.client.get(
        "/_mock/media/sketch.main/sketch/x/video",
        headers={"Origin": "https://evil.example"},
    )

    assert response.status == 403


async def test_nothing_is_posted_there(server: Running) -> None:
    response = await server.client.post("/_mock/media/sketch.main/sketch/x/video")

    assert response.status == 404


async def test_a_vanished_job_is_gone(serve: Serve) -> None:
    server = await serve()
    await server.draw()
    await server.post("/clock/advance", {"by": "1m"})
    [job] = (await server.get("/jobs"))["jobs"]
    await server.post("/reset")

    response = await server.client.get(job["preview"]["video"])

    assert response.status == 404
