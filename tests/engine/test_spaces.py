"""Spaces are private worlds, opened by a credential and reset at will."""

from collections.abc import Callable

import pytest

from mockserver.engine.clock import Pace
from mockserver.engine.keyring import Grant
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
