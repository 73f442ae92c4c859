"""A price list says what a job costs: the first rate that fits, to the last digit."""

from decimal import Decimal

import pytest

from mockserver.engine.timeline import Phase
from mockserver.verdict.prices import Made, PriceList, Quote, Rate

FILM = Made(1920, 1080, 8.0)
UPRIGHT = Made(720, 1280, 2.5)
SAID = {
    "currency": "USD",
    "rates": [
        {"model": "veo-3*", "resolution": "1080p", "per_second": "0.40"},
        {"model": "veo-3*", "per_second": 0.1, "per_job": "0.05"},
        {"operation": "upscale*", "per_job": 1},
    ],
}


@pytest.mark.parametrize(
    ("operation", "model", "made", "cost"),
    [
        ("create", "veo-3.1", FILM, "3.20"),
        ("create", "veo-3.1", UPRIGHT, "0.30"),
        ("upscale-video", "gen4", FILM, "1"),
    ],
)
def test_the_first_rate_that_fits_says_the_price(
    operation: str, model: str, made: Made, cost: str
) -> None:
    rate = PriceList.of(SAID).rate(operation, model, [made])

    assert rate is not None
    assert rate.of([made]) == Decimal(cost)


def test_what_no_rate_fits_has_no_price() -> None:
    assert PriceList.of(SAID).rate("create", "gen4", [FILM]) is None


def test_a_tenth_is_a_tenth() -> None:
    """Three times a tenth is more than three tenths in binary numbers."""
    rate = Rate(per_second=Decimal("0.1"))

    assert rate.of([Made(1, 1, 3.0)]) == Decimal("0.3")
    assert PriceList.of({"credit": 0.1}).credit == Decimal("0.1")


def test_seconds_of_several_files_add_up_and_a_size_may_be_that_of_any() -> None:
    rate = Rate(resolution="720x1280", per_second=Decimal(2))

    assert rate.fits("create", "", [FILM, UPRIGHT])
    assert rate.of([FILM, UPRIGHT]) == Decimal("21.0")
    assert not rate.fits("create", "", [FILM])
    assert not rate.fits("create", "", [])


def test_credits_become_money() -> None:
    assert Quote(Decimal(60), Decimal(30)) * Decimal("0.01") == Quote(
        Decimal("0.60"), Decimal("0.30")
    )


def test_what_is_given_back_is_named_by_state_or_phase() -> None:
    prices = PriceList.of({"refunds": ["failed", "ABORTED"]})

    assert prices.gives_back("BROKEN", Phase.FAILED)
    assert prices.gives_back("ABORTED", Phase.CANCELLED)
    assert not prices.gives_back("DONE", Phase.SUCCEEDED)


def test_nothing_said_is_no_price_and_charged_on_success() -> None:
    assert PriceList.of({}) == PriceList()
