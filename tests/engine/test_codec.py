"""What a store holds comes back as exactly what it was."""

from dataclasses import replace
from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.delivery.body import Form, Part
from mockserver.delivery.delivery import Attempt, Delivery, DeliveryState, Record
from mockserver.delivery.lanes import Holder, Waiting
from mockserver.delivery.message import Message
from mockserver.edge.storing.stores import codec
from mockserver.engine.agenda import About, Due
from mockserver.engine.clock import Pace
from mockserver.engine.jobs import Job, MediaLife, Queued
from mockserver.engine.keyring import Grant
from mockserver.engine.store.codec import VERSION
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import StoreError
from mockserver.scenarios.faults.course import Memory

PLACE = ("row", "acme", "dish", "soup")
LIFE = Timeline(
    (
        Step("PILED", Phase.WAITING, (1.0, 2.5)),
        Step("SERVED", Phase.SUCCEEDED, progress=(0.0, 100.0), error="cold"),
    )
)
JOB = Job("j", "s", -3, "order", 1.5, LIFE, (2.0,), b'{"a":1}', MediaLife(1.0, 2.0))
MESSAGE = Message(
    method="POST",
    url="http://127.0.0.1:9/",
    headers=(("A", "b"),),
    body=Form((Part("file", b"\0\xff", "x.mp4", "video/mp4"),)),
)
RECORD = Record(
    Delivery(slug="acme", label="served", message=MESSAGE, ladder=(1.0,), id="d"),
    DeliveryState.PENDING,
    2.5,
    (Attempt(number=1, at=2.5, status=503, is_repeat=True),),
)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(st.characters()), inner)
        | st.dictionaries(st.text(), inner).map(MappingProxyType)
    ),
    max_leaves=12,
)


def again(value: object) -> object:
    """Return what is read of what was written of a value."""
    place, found = codec().read(codec().place(PLACE), codec().encode(PLACE, value))
    assert place == PLACE
    return found


@given(PLAIN)
def test_plain_values_come_back_as_what_they_were(value: object) -> None:
    """Tuples stay tuples, proxies proxies; any text and any number."""
    assert repr(again(value)) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        JOB,
        RECORD,
        LIFE,
        replace(JOB, queued=Queued("main", 2, (1.5,))),
        Phase.RUNNING,
        Due(1.0, 2, "delivery", "acme", {"id": "x"}, About("j", 0, 1.0, {"a": 1})),
        Due(1.0, 2, "tell", "acme", {}),
        Grant("acme", "key", "secret", "main", "acme.main", is_revoked=True),
        Pace.parse("x60"),
        Memory(5.0, 2),
        Holder("d"),
        Waiting(("acme", "lane"), "000000000001", 2.0, {"id": "d"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_tables_hold_comes_back_equal_and_of_its_type(value: object) -> None:
    """Each type that engine, deliveries and rules keep."""
    found = again(value)

    assert found == value
    assert type(found) is type(value)


def test_the_steps_of_a_life_come_back_as_tuples() -> None:
    """Nested values are frozen again, not lists."""
    found = again(JOB)

    assert isinstance(found, Job)
    assert found.timeline.steps == LIFE.steps
    assert found.timeline.ends is not None


def test_equal_lives_are_one_when_they_are_read() -> None:
    """A million jobs have a few timelines."""
    one = codec()
    written = one.encode(PLACE, JOB)

    jobs = [one.read(b"row", written)[1] for _ in range(2)]

    assert jobs[0].timeline is jobs[1].timeline
    assert jobs[0].ends is jobs[1].ends


def test_a_type_without_a_name_is_refused_with_its_place() -> None:
    """Whoever puts it into a table learns which one."""
    with pytest.raises(TypeError, match=r"row/acme/dish/soup: found a set, expected"):
        codec().encode(PLACE, {"x": {1}})


def test_a_version_from_the_future_is_refused() -> None:
    """What a later release has written is not guessed at."""
    future = msgspec.msgpack.encode((VERSION + 1, "x"))

    with pytest.raises(
        StoreError, match="found version 2, expected at most 1: a later"
    ):
        codec().read(codec().place(PLACE), future)


def test_damaged_bytes_are_refused_with_their_place() -> None:
    """Half a value is no value."""
    half = codec().encode(PLACE, JOB)[:-5]

    with pytest.raises(StoreError, match="row/acme/dish/soup: found damaged bytes"):
        codec().read(codec().place(PLACE), half)


@given(st.lists(st.text(st.characters()), min_size=1).map(tuple))
def test_places_come_back_whatever_clients_put_into_keys(
    place: tuple[str, ...],
) -> None:
    """Even what parts a place in two, and halves of characters."""
    assert codec().read_place(codec().place(place)) == place
