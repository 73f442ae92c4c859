"""What a test is told of the money that its client's jobs would cost."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from mockserver.errors import ConfigError
from mockserver.server.bills import amount_of, rows
from mockserver.server.handles import JobHandle
from mockserver.server.mock import MockServer
from mockserver.verdict.bill import Paid

ORDER = {"model": "gen4.5", "promptText": "A boat", "ratio": "1280:720", "duration": 5}
LISTING = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    with MockServer(pace="manual", auth="strict", media_dir=tmp_path) as running:
        yield running


def ordered(server: MockServer) -> JobHandle:
    """Order a clip of Runway's, which costs 60 cents; return its job."""
    key = server.space.credential("runway")
    headers = {"Authorization": f"Bearer {key}", "X-Runway-Version": "2024-11-06"}
    url = server.url_for("runway") + "/v1/text_to_video"
    assert requests.post(url, json=ORDER, headers=headers, timeout=5).status_code == 200
    return server.jobs.last()


def listed(server: MockServer) -> None:
    """Order a video of DigitalCarbon's, of which no price is known."""
    headers = {"X-API-Key": server.space.credential("digitalcarbon")}
    url = server.url_for("digitalcarbon") + "/v1-beta/generate-video"
    requests.post(url, json=LISTING, headers=headers, timeout=5)


def test_a_budget_holds_to_the_last_cent(server: MockServer) -> None:
    ordered(server)
    ordered(server)

    server.assert_cost(at_most="1.20", currency="USD", provider="runway")
    with pytest.raises(AssertionError) as failed:
        server.space.assert_cost(at_most=Decimal("1.19"))

    assert str(failed.value) == (
        "2 jobs cost USD 1.20, expected at most USD 1.19\n"
        "  runway PENDING: 2 x, USD 1.20"
    )


def test_a_job_says_what_it_costs(server: MockServer) -> None:
    job = ordered(server)

    job.assert_cost(at_most=0.6)
    with pytest.raises(AssertionError, match=r"1 job cost USD 0\.60, expected at most"):
        job.assert_cost(at_most="0.59", currency="USD")
    assert (job.charge.net, job.charge.paid) == (Decimal("0.60"), Paid.CHARGED)


def test_what_nobody_knows_the_price_of_keeps_no_budget(server: MockServer) -> None:
    listed(server)

    with pytest.raises(AssertionError, match="no price is known of 1 job of digitalc"):
        server.assert_cost(at_most=1000)
    server.assert_cost(at_most=0, provider="runway")


def test_rows_for_the_summary_are_plain(server: MockServer) -> None:
    ordered(server)
    listed(server)

    assert rows(server.bill) == [
        ["digitalcarbon", "", 1, "0"],
        ["runway", "USD", 1, "0.600000"],
    ]


def test_a_reset_begins_a_new_bill(server: MockServer) -> None:
    ordered(server)
    server.space.reset()

    assert server.bill.sums == []


@pytest.mark.parametrize("said", ["-1", "nan", "much", "Infinity"])
def test_what_is_no_amount_is_refused(said: str) -> None:
    with pytest.raises(ConfigError, match=r"at_most: found .*, expected an amount"):
        amount_of(said)


def test_a_float_is_what_it_is_written_as() -> None:
    assert amount_of(0.1) == Decimal("0.1")
