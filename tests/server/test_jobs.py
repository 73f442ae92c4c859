"""What a test says of a job: one line that passes, and a drawn story if it does not."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver.errors import ClockError
from mockserver.server.handles import JobHandle
from mockserver.server.mock import MockServer

ORDER = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    with MockServer(pace="manual", auth="strict", media_dir=tmp_path) as running:
        yield running


class Client:
    """A client of DigitalCarbon whose waits move the clock."""

    def __init__(self, server: MockServer) -> None:
        self.server = server
        self.url = server.url_for("digitalcarbon") + "/v1-beta/generate-video"
        self.headers = {"X-API-Key": server.space.credential("digitalcarbon")}

    def order(self) -> JobHandle:
        requests.post(self.url, json=ORDER, headers=self.headers, timeout=5)
        return self.server.jobs.last()

    def read(self, job: JobHandle, *waits_s: float) -> None:
        for wait_s in (0.0, *waits_s):
            self.server.advance(wait_s)
            url = f"{self.url}/{job.id}/status"
            requests.get(url, headers=self.headers, timeout=5)


@pytest.fixture
def client(server: MockServer) -> Client:
    return Client(server)


Assert = Callable[[JobHandle], None]

# What a client that does nothing beyond its order has broken.
IDLE: list[tuple[Assert, str]] = [
    (lambda job: job.assert_polled(), "polled 0 times, expected at least 1"),
    (lambda job: job.assert_polled(at_least=2), "polled 0 times, expected at least 2"),
    (
        lambda job: job.assert_backed_off(),
        "polled 0 times; whether it backs off is seen from 3 polls on",
    ),
    (
        lambda job: job.assert_honoured_retry_after(),
        "was never told to wait: no answer had a Retry-After",
    ),
    (
        lambda job: job.assert_stopped_after_end(),
        "whether it stops is not known: the job has not ended",
    ),
    (lambda job: job.assert_downloaded(), "no file of it was downloaded"),
    (
        lambda job: job.assert_webhook_acknowledged(),
        "no webhook about it has been sent",
    ),
    (
        lambda job: job.assert_signature_checked(),
        "digitalcarbon does not sign its webhooks",
    ),
    (lambda job: job.assert_cancelled(), "nobody has asked to cancel it"),
]


@pytest.mark.parametrize(("check", "said"), IDLE)
def test_what_was_not_done_is_said(client: Client, check: Assert, said: str) -> None:
    job = client.order()

    with pytest.raises(AssertionError) as caught:
        check(job)

    assert str(caught.value).splitlines()[0] == f"job {job.id}: {said}"


def test_a_failure_draws_the_story_and_marks_the_line(client: Client) -> None:
    job = client.order()
    client.read(job, 2.0, 0.5)

    with pytest.raises(AssertionError) as caught:
        job.assert_polled(at_most=2, every="2s")

    first, *lines = str(caught.value).splitlines()
    assert first == (
        f"job {job.id}: polled 3 times, expected at most 2; 1 of 3 polls came less than"
        " 2 s after the answer before; the shortest wait was 0.50 s"
    )
    assert [line for line in lines if line.startswith(">")] == [lines[-1]]
    assert re.search(r"\+2\.500 s  #\d+  poll +200  queued  0\.500 s after", lines[-1])


def test_a_client_that_behaves_passes(client: Client) -> None:
    job = client.order()
    client.read(job, 1.0, 2.0, 4.0)
    job.finish()
    client.read(job)

    job.assert_submitted_once()
    job.assert_polled(at_most=5, at_least=5, every=timedelta(seconds=1))
    job.assert_backed_off()
    job.assert_stopped_after_end()


@pytest.mark.ffmpeg
def test_a_download_is_asserted(client: Client) -> None:
    job = client.order()
    job.finish()
    client.read(job)
    url = f"{client.url}/{job.id}/results"
    told = requests.get(url, headers=client.headers, timeout=5).json()
    link = re.findall(r"http[^\"']+\.mp4", str(told))[0]
    requests.get(link, headers=client.headers, timeout=60)

    job.assert_downloaded(times=1)
    with pytest.raises(AssertionError, match="downloaded 1 times, expected 2"):
        job.assert_downloaded(2)


def test_the_story_is_there_for_the_asking(client: Client) -> None:
    job = client.order()
    client.read(job)

    assert [re.sub(r"#\d+", "#N", " ".join(line.split())) for line in job.story] == [
        "+0.000 s #N submit 200 queued",
        "+0.000 s is queued",
        "+0.000 s #N poll 200 queued",
    ]


def test_a_job_that_its_client_deletes_still_has_a_story(server: MockServer) -> None:
    url = server.url_for("runway") + "/v1"
    headers = {
        "Authorization": f"Bearer {server.space.credential('runway')}",
        "X-Runway-Version": "2024-11-06",
    }
    order: dict[str, Any] = {"model": "gen4.5", "ratio": "1280:720", "duration": 5}
    order["promptText"] = "Spring"
    requests.post(f"{url}/text_to_video", json=order, headers=headers, timeout=5)
    job = server.jobs.only()
    requests.delete(f"{url}/tasks/{job.id}", headers=headers, timeout=5)

    job.assert_cancelled()
    assert re.search(r"#\d+  delete  204", job.story[-1])


@pytest.mark.parametrize("every", ["often", "2 parsecs"])
def test_what_is_no_duration_is_named(client: Client, every: str) -> None:
    job = client.order()

    with pytest.raises(ClockError, match=r"^every: "):
        job.assert_polled(every=every)
