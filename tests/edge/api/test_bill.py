"""The bill over the control API: by space, provider, state and job; and its budget."""

from pathlib import Path
from typing import Any

import pytest

from tests.edge.conftest import Running, Serve

PRICES = """
sketch:
  catalogue:
    prices:
      currency: EUR
      rates: [{operation: draw, per_job: "0.30"}]
"""


@pytest.fixture
async def priced(serve: Serve, tmp_path: Path) -> Running:
    world = tmp_path / "prices.yaml"
    world.write_text(PRICES)
    return await serve(world=(world,))


_COST = "cost EUR 0.60 (EUR 0.60 of it once they succeed)"


def _money(**more: Any) -> dict[str, Any]:
    none = {"charged": "0.00", "refunded": "0.00", "net": "0.00", "pending": "0.00"}
    return {"currency": "EUR", **none, **more}


async def test_a_job_that_goes_on_is_pending(priced: Running) -> None:
    job = await priced.draw()

    told = await priced.get("/bill")

    pending = {"jobs": 1, **_money(pending="0.30")}
    assert told == {
        "total": [pending],
        "bills": [
            {
                "space": "sketch.main",
                "total": [pending],
                "sums": [{"provider": "sketch", "state": "waiting", **pending}],
                "jobs": [
                    {
                        "provider": "sketch",
                        "job": job,
                        "operation": "draw",
                        "model": "",
                        "state": "waiting",
                        "paid": "pending",
                        "price": "0.30",
                        **_money(pending="0.30"),
                        "is_assumed": False,
                    }
                ],
            }
        ],
    }


async def test_one_that_has_succeeded_is_charged(priced: Running) -> None:
    await priced.draw()
    await priced.draw()
    await priced.post("/clock/advance", {"by": "1h"})

    told = await priced.get("/bill", space="sketch.main", limit="1")

    assert told["total"] == [{"jobs": 2, **_money(charged="0.60", net="0.60")}]
    assert [one["paid"] for one in told["bills"][0]["jobs"]] == ["charged"]


async def test_a_job_that_is_deleted_stays_on_the_bill(priced: Running) -> None:
    job = await priced.draw()
    await priced.post("/clock/advance", {"by": "1h"})
    response = await priced.client.delete(f"/_mock/api/jobs/{job}")

    told = await priced.get("/bill")

    assert response.status == 200
    assert told["total"] == [{"jobs": 1, **_money(charged="0.30", net="0.30")}]
    assert told["bills"][0]["sums"][0]["state"] == "gone"
    assert told["bills"][0]["jobs"] == []


async def test_a_reset_of_the_jobs_is_one_of_the_bill(priced: Running) -> None:
    await priced.draw()
    await priced.post("/clock/advance", {"by": "1h"})
    await priced.post("/reset", {"what": ["jobs"]})

    assert await priced.get("/bill") == {"total": [], "bills": []}


async def test_no_price_is_made_up(server: Running) -> None:
    await server.draw()

    told = await server.get("/bill")

    assert told["total"] == []
    (job,) = told["bills"][0]["jobs"]
    assert (job["price"], job["currency"], job["paid"]) == (None, None, "unknown")


@pytest.mark.parametrize(
    ("body", "failures"),
    [
        ({"at_most": "0.60"}, []),
        ({"at_most": 0.6, "currency": "EUR"}, []),
        (
            {"at_most": "0.59"},
            [f"2 jobs {_COST}, expected at most EUR 0.59"],
        ),
        (
            {"at_most": "9", "currency": "USD"},
            [f"jobs {_COST}, expected nothing but USD"],
        ),
    ],
)
async def test_a_budget_is_kept_or_not(
    priced: Running, body: dict[str, Any], failures: list[str]
) -> None:
    await priced.draw()
    await priced.draw()

    told = await priced.post("/bill/assert", body)

    assert told == {"passed": not failures, "failures": failures}


async def test_a_job_has_a_budget_of_its_own(priced: Running) -> None:
    job = await priced.draw()

    told = await priced.post(f"/jobs/{job}/assert", {"costs": {"at_most": "0.10"}})

    (said,) = told["failures"]
    assert said.startswith("1 job cost EUR 0.30 (EUR 0.30 of it once they succeed), ")
    assert said.endswith("expected at most EUR 0.10")


async def test_what_has_no_known_price_keeps_no_budget(server: Running) -> None:
    await server.draw()

    told = await server.post("/bill/assert", {"at_most": "100"}, provider="sketch")

    assert told == {
        "passed": False,
        "failures": [
            (
                "no price is known of 1 job of sketch: say sketch/catalogue/prices in a"
                " world file"
            )
        ],
    }
