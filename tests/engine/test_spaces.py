"""Spaces are private worlds; their agenda, quotas and keys."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.agenda import Agenda
from mockserver.engine.clock import Pace
from mockserver.engine.keyring import Grant, Keyring
from mockserver.engine.quotas import Quotas, RateLimit
from mockserver.engine.spaces import Space, Spaces
from tests.engine.invented import SLUG, order


def test_two_spaces_never_see_each_other(spaces: Spaces) -> None:
    one, two = spaces.open("one"), spaces.open("two")
    job = one.jobs(SLUG).submit(order())
    one.clock.advance(1000)

    assert two.jobs(SLUG).find(job.id) is None
    assert two.clock.now() == 1_893_456_000.0
    assert spaces.owner(SLUG, "job", job.id) is one


def test_a_frozen_clock_begins_at_a_fixed_moment(space: Space) -> None:
    assert space.clock.now() == 1_893_456_000.0


def test_a_running_clock_begins_at_the_walls_time(
    make_spaces: Callable[..., Spaces],
) -> None:
    assert make_spaces("real").open("s").clock.now() == 1000.0


def test_a_space_may_have_a_pace_and_seed_of_its_own(spaces: Spaces) -> None:
    space = spaces.open("own", seed=7, pace=Pace.parse("step"))

    assert (space.seed, space.clock.pace.name) == (7, "step")


def test_opening_again_gives_the_same_space(spaces: Spaces) -> None:
    assert spaces.open("one") is spaces.open("one")
    assert len(spaces) == 1


def test_a_reset_space_begins_anew_and_draws_the_same(spaces: Spaces) -> None:
    first = spaces.open("one").jobs(SLUG).submit(order()).id
    spaces.open("one").clock.advance(50)

    space = spaces.reset("one")

    assert space.clock.now() == 1_893_456_000.0
    assert len(space.jobs(SLUG)) == 0
    assert space.jobs(SLUG).submit(order()).id == first


def test_resetting_one_space_leaves_the_others(spaces: Spaces) -> None:
    job = spaces.open("two").jobs(SLUG).submit(order())

    spaces.reset("one")

    assert spaces.owner(SLUG, "job", job.id) is spaces.find("two")


@pytest.mark.parametrize("origin", ["minted", "open", "client"])
def test_a_deleted_space_takes_its_own_keys_along(spaces: Spaces, origin: str) -> None:
    spaces.open("one")
    spaces.keyring.add(Grant(SLUG, "k", None, "a", "one", origin=origin))

    assert spaces.delete("one")
    assert spaces.keyring.find(SLUG, "k") is None
    assert not spaces.delete("one")


@pytest.mark.parametrize("origin", ["fixture", "config"])
def test_fixtures_and_configured_keys_outlive_their_space(
    spaces: Spaces, origin: str
) -> None:
    spaces.open("one")
    kept = spaces.keyring.add(Grant(SLUG, "k", None, "a", "one", origin=origin))

    spaces.delete("one")

    assert spaces.keyring.find(SLUG, "k") is kept


def test_deleting_a_space_leaves_the_keys_of_others(spaces: Spaces) -> None:
    other = spaces.keyring.add(Grant(SLUG, "k", None, "a", "two", origin="minted"))

    spaces.delete("one")

    assert spaces.keyring.find(SLUG, "k") is other


def test_next_moves_to_the_earliest_change_of_any_job(space: Space) -> None:
    space.jobs(SLUG).submit(order())
    space.clock.advance(3)
    space.jobs(SLUG).submit(order())

    assert space.next() - space.clock.started_at_s == 10.0
    assert space.next() - space.clock.started_at_s == 13.0


def test_next_stops_at_what_is_on_the_agenda(space: Space) -> None:
    space.agenda.add(space.clock.now() + 4, "delivery", SLUG, {})

    assert space.next() - space.clock.started_at_s == 4.0


def test_next_stays_when_nothing_is_to_come(space: Space) -> None:
    assert space.next() == space.clock.now()


def test_the_agenda_is_kept_in_order_and_planned_order_breaks_ties() -> None:
    agenda = Agenda()
    for at, name in ((5, "b"), (1, "a"), (5, "c")):
        agenda.add(at, name, SLUG, {})

    taken = [due.kind for due in iter(lambda: agenda.pop(9), None)]

    assert taken == ["a", "b", "c"]


def test_nothing_is_taken_before_it_is_due() -> None:
    agenda = Agenda()
    agenda.add(5, "x", SLUG, {})

    assert agenda.pop(4.9) is None
    assert agenda.next_at() == 5


def test_what_is_no_longer_wanted_leaves_the_agenda() -> None:
    agenda = Agenda()
    for number in range(4):
        agenda.add(number, "x", SLUG, {"n": number})

    assert agenda.drop(lambda due: due.data["n"] % 2 == 0) == 2
    assert [due.data["n"] for due in agenda.list_dues()] == [1, 3]


def test_who_watches_the_agenda_hears_of_new_dues() -> None:
    agenda, heard = Agenda(), []
    agenda.on_add(lambda: heard.append(len(agenda)))

    agenda.add(1, "x", SLUG, {})

    assert heard == [1]


LIMIT = RateLimit(3, 60.0)


def test_a_window_lets_so_many_calls_pass_and_says_when_the_next_may() -> None:
    quotas = Quotas()

    answers = [quotas.take("calls", LIMIT, at) for at in (0.0, 10.0, 20.0, 30.0)]

    assert answers == [None, None, None, 30.0]


def test_a_window_slides() -> None:
    quotas = Quotas()
    for at in (0.0, 10.0, 20.0):
        quotas.take("calls", LIMIT, at)

    assert quotas.take("calls", LIMIT, 60.0) is None
    assert quotas.take("calls", LIMIT, 61.0) == 9.0


def test_counting_goes_on_beyond_the_limit() -> None:
    quotas = Quotas()

    assert [quotas.count("calls", LIMIT, 0.0) for _ in range(5)] == [1, 2, 3, 4, 5]


@given(st.lists(st.floats(0, 300), max_size=60))
def test_no_window_ever_holds_more_than_its_limit(times: list[float]) -> None:
    quotas = Quotas()
    let = [at for at in sorted(times) if quotas.take("c", LIMIT, at) is None]

    crowds = [sum(1 for other in let if at - 60 < other <= at) for at in let]

    assert max(crowds, default=0) <= 3


def test_a_balance_is_spent() -> None:
    quotas = Quotas()

    assert quotas.spend("credits", 30, 100) == 70
    assert quotas.balance("credits", 100) == 70


def test_keys_of_different_kinds_are_different_keys() -> None:
    ring = Keyring()
    ring.add(Grant(SLUG, "k", None, "a", "one"))
    ring.add(Grant(SLUG, "k", None, "a", "two", kind="bearer"))

    found = [ring.find(SLUG, "k", kind) for kind in ("key", "bearer", "other")]

    assert [grant.space if grant else None for grant in found] == ["one", "two", None]


def test_a_revoked_key_says_so() -> None:
    ring = Keyring()
    grant = ring.add(Grant(SLUG, "k", None, "a", "one", origin="client"))

    ring.revoke(grant)

    found = ring.find(SLUG, "k")
    assert found is not None
    assert found.is_revoked


@pytest.mark.parametrize(
    ("origin", "pinned"), [("fixture", True), ("config", True), ("client", False)]
)
def test_only_keys_that_a_client_made_can_be_revoked_by_it(
    origin: str, pinned: bool
) -> None:
    assert Grant(SLUG, "k", None, "a", "one", origin=origin).is_pinned is pinned


def test_keys_are_listed_by_provider_and_space() -> None:
    ring = Keyring()
    for slug, key, space in (("a", "1", "x"), ("a", "2", "y"), ("b", "3", "x")):
        ring.add(Grant(slug, key, None, "acc", space))

    assert [grant.key for grant in ring.grants(slug="a")] == ["1", "2"]
    assert [grant.key for grant in ring.grants(space="x")] == ["1", "3"]
    assert [grant.key for grant in ring.grants()] == ["1", "2", "3"]


def test_a_space_knows_its_providers_and_their_tables(space: Space) -> None:
    space.table(SLUG, "hook").put("a", 1)

    assert space.slugs() == [SLUG]
    assert space.table(SLUG, "hook").get("a") == 1


def test_open_spaces_are_listed_in_order_and_told_to_who_listens(
    spaces: Spaces,
) -> None:
    told: list[Space] = []
    spaces.open("before")
    spaces.on_open(told.append)

    new = spaces.open("new")

    assert told == [new]
    assert [space.id for space in spaces] == ["before", "new"]


def test_a_space_that_was_never_open_can_begin_anew(spaces: Spaces) -> None:
    assert spaces.reset("fresh") is spaces.find("fresh")
