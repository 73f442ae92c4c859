"""A server keeps a bounded number of spaces; the idle ones go first."""

import logging
from collections.abc import Callable

import pytest

from mockserver.engine.clock import Pace
from mockserver.engine.keyring import Grant
from mockserver.engine.spaces import Spaces, SpaceSettings
from mockserver.engine.store.memory import MemoryStore
from tests.engine.invented import CONDUCT, SLUG, NoScript, Wall, order


@pytest.fixture
def three() -> Spaces:
    """Return spaces of which three are kept, `a`, `b` and `c` now."""
    spaces = Spaces(
        SpaceSettings(pace=Pace.parse("manual"), wall=Wall()),
        store=MemoryStore(),
        conduct=lambda space, slug: CONDUCT,
        make_script=NoScript,
        populate=lambda space, slug: None,
        most=3,
    )
    for name in "abc":
        spaces.open(name)
    return spaces


def names(spaces: Spaces) -> str:
    return "".join(space.id for space in spaces)


def test_the_space_that_was_not_used_for_longest_is_forgotten(three: Spaces) -> None:
    three.open("a")

    three.open("d")

    assert names(three) == "acd"


def test_reading_a_public_link_is_a_use(three: Spaces) -> None:
    job = three.open("a").jobs(SLUG).submit(order())
    three.open("a").clock.advance(1000)
    three.open("b")
    three.open("c")
    three.owner(SLUG, "job", job.id)

    three.open("d")

    assert names(three) == "acd"


def test_a_space_with_an_unfinished_job_stays(three: Spaces) -> None:
    three.open("a").jobs(SLUG).submit(order())
    three.open("b")
    three.open("c")

    three.open("d")

    assert names(three) == "acd"


def test_a_space_in_which_something_is_planned_stays(three: Spaces) -> None:
    three.open("a").agenda.add(2e9, "notify", SLUG, {})
    three.open("b")
    three.open("c")

    three.open("d")

    assert names(three) == "acd"


def test_a_space_whose_jobs_have_ended_goes(three: Spaces) -> None:
    space = three.open("a")
    space.jobs(SLUG).submit(order())
    space.clock.advance(1000)
    three.open("b")
    three.open("c")

    three.open("d")

    assert names(three) == "bcd"


def test_if_all_are_busy_the_oldest_goes(three: Spaces) -> None:
    """A bound that everybody can lift is none."""
    for name in "bca":
        three.open(name).jobs(SLUG).submit(order())

    three.open("d")

    assert names(three) == "acd"


def test_a_forgotten_space_leaves_nothing_behind(three: Spaces) -> None:
    """Its key, its jobs and their public names go; the same key begins anew."""
    three.keyring.add(Grant(SLUG, "k", None, "a", "a", origin="open"))
    space = three.open("a")
    job = space.jobs(SLUG).submit(order())
    space.clock.advance(1000)
    for name in "bcd":
        three.open(name)

    assert three.keyring.find(SLUG, "k") is None
    assert three.store.owner(SLUG, "job", job.id) is None
    assert "a" not in three.store.spaces()
    assert three.open("a").jobs(SLUG).submit(order()).id == job.id


def test_many_keys_are_no_more_than_the_bound(three: Spaces) -> None:
    """147,000 keys were 0.7 GB."""
    for number in range(500):
        name = f"open-{number}"
        three.keyring.add(Grant(SLUG, name, None, name, name, origin="open"))
        three.open(name)

    assert len(three) == 3
    assert len([*three.keyring.grants()]) == 3
    assert three.forgotten == 500


def test_it_is_said_once(three: Spaces, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for name in "defgh":
            three.open(name)

    (said,) = caplog.messages
    assert said == (
        "more than 3 spaces: those that were not used for longest are forgotten"
        " with their jobs and keys; --spaces-max keeps more"
    )


def test_a_deleted_space_makes_room(three: Spaces) -> None:
    three.delete("c")

    three.open("d")

    assert names(three) == "abd"
    assert three.forgotten == 0


def test_a_key_that_is_given_to_another_space_leaves_with_that(
    make_spaces: Callable[..., Spaces],
) -> None:
    spaces = make_spaces()
    spaces.keyring.add(Grant(SLUG, "k", None, "a", "a", origin="minted"))
    spaces.keyring.add(Grant(SLUG, "k", None, "a", "b", origin="minted"))

    spaces.delete("a")
    assert [grant.space for grant in spaces.keyring.grants(space="b")] == ["b"]
    assert [*spaces.keyring.grants(space="a")] == []
    spaces.delete("b")

    assert [*spaces.keyring.grants()] == []


def test_a_public_name_belongs_to_who_published_it_last() -> None:
    """Resetting the space that had it before takes nothing away."""
    store = MemoryStore()
    store.publish(SLUG, "job", "x", "a")
    store.publish(SLUG, "job", "x", "b")

    store.reset("a")
    after_a = store.owner(SLUG, "job", "x")
    store.retract(SLUG, "job", "x", "b")
    store.reset("b")

    assert after_a == "b"
    assert store.owner(SLUG, "job", "x") is None
