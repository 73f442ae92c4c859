"""A provider's file may say what its jobs cost; a world says otherwise."""

from pathlib import Path

import pytest

from mockserver.edge.billing import Till
from mockserver.verdict.bill import money
from tests.providers.conftest import Serve
from tests.providers.declared.conftest import FILE, Acme
from tests.providers.declared.test_mistakes import GOOD, told

PRICES = """
prices:
  currency: EUR
  charged: submit
  refunds: [failed]
  rates:
    - {operation: shoot, per_job: "0.10", per_second: 0.05}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return the path of an invented provider that knows its prices."""
    made = tmp_path / "acme.yaml"
    made.write_text(FILE.read_text("utf-8") + PRICES, "utf-8")
    (tmp_path / "acme.py").write_text(FILE.with_suffix(".py").read_text("utf-8"))
    return str(made)


def costs(acme: Acme) -> list[str]:
    space = acme.running.space("acme", "studio")
    charges = Till(acme.running.instance.services, space).charges()
    return [money(one.net, one.currency) for one in charges]


async def test_a_file_says_what_a_job_and_a_second_cost(
    serve: Serve, file: str
) -> None:
    acme = Acme(await serve(providers=(file,)))
    await acme.shoot()

    assert costs(acme) == ["EUR 0.20"]


async def test_a_world_may_say_otherwise(
    serve: Serve, file: str, tmp_path: Path
) -> None:
    world = tmp_path / "world.yaml"
    world.write_text(
        "acme: {accounts: {studio: {prices:"
        " {currency: USD, rates: [{per_job: 7, resolution: 99p}, {per_job: 9}]}}}}"
    )
    acme = Acme(await serve(providers=(file,), world=(world,)))
    await acme.shoot()

    assert costs(acme) == ["USD 9.00"]


REFUSED = [
    ("{currency: eur, rates: [{per_job: 1}]}", "three letters, such as USD"),
    ("{rates: [{per_job: 1}]}", "currency"),
    ("{currency: EUR, rates: []}", "a list of 1 or more"),
    ("{currency: EUR, rates: [{model: a}]}", "per_job or per_second"),
    ("{currency: EUR, rates: [{per_job: -1}]}", "an amount that is not negative"),
    ("{currency: EUR, rates: [{per_job: yes}]}", "an amount that is not negative"),
    ("{currency: EUR, rates: [{per_job: '1e9'}]}", "an amount that is not negative"),
    ("{currency: EUR, rates: [{per_jb: 1}]}", "'per_job', the nearest known name"),
    (
        "{currency: EUR, rates: [{per_job: 1, resolution: big}]}",
        "such as 720p or 1280x720",
    ),
    ("{currency: EUR, charged: later, rates: [{per_job: 1}]}", "submit, success"),
]


@pytest.mark.parametrize(("said", "right"), REFUSED)
def test_what_is_no_price_list_is_refused(
    tmp_path: Path, said: str, right: str
) -> None:
    lines = told(tmp_path, f"{GOOD}prices: {said}\n")

    assert lines[0].startswith("acme.yaml:18: prices")
    assert right in lines[0]
