"""Deliveries on the space's clock: order, retries, lanes, reports, bugs."""

import asyncio
import json
from collections import deque
from pathlib import Path

import pytest

from mockserver.delivery.body import FileBody, Form, Part
from mockserver.delivery.delivery import ANY_STATUS, Attempt, DeliveryState, Record
from mockserver.delivery.message import Message
from mockserver.delivery.send import Client
from mockserver.engine.agenda import Due
from mockserver.engine.spaces import Space, Spaces
from mockserver.errors import DeliveryError, NotFoundError
from tests.delivery.invented import Office, Pretender, parcel
from tests.delivery.sink import Sink
from tests.resting import rest


def attempts(outbox: Office, space: Space, delivery_id: str) -> list[Attempt]:
    record = outbox.find(space, delivery_id)
    assert record is not None
    return list(record.attempts)


def state(outbox: Office, space: Space, delivery_id: str) -> str:
    record = outbox.find(space, delivery_id)
    assert record is not None
    return record.state.value


async def test_a_delivery_really_arrives(
    client: Client, space: Space, sink: Sink
) -> None:
    outbox = Office(client)
    delivery = outbox.plan(space, parcel('{"a":1}', sink.url("/x")), 1000.0)

    await outbox.settle(space)

    attempt = attempts(outbox, space, delivery.id)[0]
    assert sink.seen[0].line == "POST /x HTTP/1.1"
    assert sink.bodies == [b'{"a":1}']
    assert (attempt.number, attempt.at) == (1, 1000.0)
    assert (attempt.status, attempt.answer, attempt.error) == (200, "ok", None)
    assert state(outbox, space, delivery.id) == "delivered"


async def test_nothing_is_sent_before_its_time(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    outbox.plan(space, parcel("a"), 1060.0)
    space.clock.advance(59.9)

    await outbox.settle(space)

    assert pretender.sent == []
    assert [record.state for record in outbox.deliveries(space)] == ["pending"]


async def test_advancing_goes_through_the_whole_ladder(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    """Each retry is planned from the failed attempt, not from now."""
    pretender.outcomes["a"] = deque([500, DeliveryError("timeout", "late"), 404])
    delivery = outbox.plan(space, parcel("a", ladder=(1.0, 60.0, 3600.0)), 1010.0)
    space.clock.advance(86_400)

    await outbox.settle(space)

    assert [
        (attempt.number, attempt.at, attempt.status, attempt.error)
        for attempt in attempts(outbox, space, delivery.id)
    ] == [
        (1, 1010.0, 500, None),
        (2, 1011.0, None, "timeout"),
        (3, 1071.0, 404, None),
        (4, 4671.0, 200, None),
    ]
    assert state(outbox, space, delivery.id) == "delivered"


async def test_a_ladder_goes_on_where_the_clock_stood(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500, 500])
    outbox.plan(space, parcel("a", ladder=(10.0, 10.0)), 1000.0)
    space.clock.advance(15)
    await outbox.settle(space)
    assert pretender.sent == ["a", "a"]

    space.clock.advance(5)
    await outbox.settle(space)

    assert pretender.sent == ["a", "a", "a"]


async def test_the_last_rung_ends_in_failure(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500, 500, 500])
    delivery = outbox.plan(space, parcel("a", ladder=(1.0, 4.0)), 1000.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert len(attempts(outbox, space, delivery.id)) == 3
    assert state(outbox, space, delivery.id) == "failed"
    assert len(space.agenda) == 0


async def test_what_counts_as_a_success_is_the_deliverys_own(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500])
    delivery = outbox.plan(space, parcel("a", accepts=ANY_STATUS), 1000.0)

    await outbox.settle(space)

    assert state(outbox, space, delivery.id) == "delivered"


async def test_a_refused_delivery_fails_with_the_reason(
    client: Client, space: Space
) -> None:
    outbox = Office(client)
    delivery = outbox.plan(space, parcel(url="http://93.184.216.34/"), 1000.0)

    await outbox.settle(space)

    attempt = attempts(outbox, space, delivery.id)[0]
    assert (attempt.error, attempt.status) == ("refused", None)
    assert "--allow-host 93.184.216.34" in attempt.reason


async def test_deliveries_start_in_the_order_of_their_due_times(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500])
    outbox.plan(space, parcel("d"), 1030.0)
    outbox.plan(space, parcel("a", ladder=(20.0,)), 1000.0)
    outbox.plan(space, parcel("c"), 1021.0)
    outbox.plan(space, parcel("b"), 1019.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert pretender.sent == ["a", "b", "a", "c", "d"]


async def test_several_are_on_their_way_at_once(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender, width=3)
    pretender.yields = {str(index): 5 for index in range(9)}
    for index in range(9):
        outbox.plan(space, parcel(str(index)), 1000.0)

    await outbox.settle(space)

    assert pretender.most == 3
    assert pretender.sent == list("012345678")


async def test_one_order_key_waits_for_its_retries(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500])
    outbox.plan(space, parcel("a", order_key="k", ladder=(60.0,)), 1000.0)
    later = outbox.plan(space, parcel("b", order_key="k"), 1010.0)
    outbox.plan(space, parcel("c", order_key="other"), 1020.0)
    outbox.plan(space, parcel("d", slug="other", order_key="k"), 1021.0)
    outbox.plan(space, parcel("e", order_key="k"), 1022.0)
    space.clock.advance(3600)

    await outbox.settle(space)

    assert pretender.sent == ["a", "c", "d", "a", "b", "e"]
    assert attempts(outbox, space, later.id)[0].at == 1060.0


async def test_a_lane_goes_on_when_its_first_has_failed(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500])
    outbox.plan(space, parcel("a", order_key="k"), 1000.0)
    outbox.plan(space, parcel("b", order_key="k"), 1000.0)

    await outbox.settle(space)

    assert pretender.sent == ["a", "b"]


async def test_a_newcomer_does_not_overtake_who_has_waited(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500])
    outbox.plan(space, parcel("a", order_key="k", ladder=(60.0,)), 1000.0)
    outbox.plan(space, parcel("b", order_key="k"), 1010.0)
    outbox.plan(space, parcel("c", order_key="k"), 1060.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert pretender.sent == ["a", "a", "b", "c"]


async def test_a_dropped_delivery_is_not_sent_and_frees_its_lane(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500])
    first = outbox.plan(space, parcel("a", order_key="k", ladder=(60.0,)), 1000.0)
    second = outbox.plan(space, parcel("b", order_key="k"), 1010.0)
    outbox.plan(space, parcel("c", order_key="k"), 1020.0)
    space.clock.advance(30)
    await outbox.settle(space)

    outbox.drop(space, second.id)
    outbox.drop(space, first.id)
    await outbox.settle(space)

    assert pretender.sent == ["a", "c"]
    assert state(outbox, space, first.id) == "dropped"


async def test_the_provider_is_told_of_a_delivery_that_somebody_drops(
    pretender: Pretender, space: Space
) -> None:
    """An upload that never ends would leave its job unfinished for ever."""
    reports: list[Due] = []

    async def handle(_: Space, due: Due) -> None:
        reports.append(due)

    outbox = Office(pretender, handle)
    delivery = outbox.plan(space, parcel("a", report="ended"), 2000.0)

    outbox.drop(space, delivery.id)
    await outbox.settle(space)

    assert [due.data["state"] for due in reports] == ["dropped"]
    assert reports[0].at == 1000.0


async def test_a_settled_delivery_can_be_sent_again(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500, 500])
    delivery = outbox.plan(space, parcel("a", ladder=(1.0,)), 1000.0)
    space.clock.advance(60)
    await outbox.settle(space)
    assert state(outbox, space, delivery.id) == "failed"

    outbox.resend(space, delivery.id)
    await outbox.settle(space)

    assert [
        (attempt.number, attempt.at) for attempt in attempts(outbox, space, delivery.id)
    ] == [(1, 1000.0), (2, 1001.0), (3, 1060.0)]
    assert state(outbox, space, delivery.id) == "delivered"


async def test_a_pending_delivery_is_not_sent_twice(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    delivery = outbox.plan(space, parcel("a"), 1000.0)

    outbox.resend(space, delivery.id)
    await outbox.settle(space)

    assert pretender.sent == ["a"]


def test_what_is_not_there_cannot_be_sent_again(outbox: Office, space: Space) -> None:
    with pytest.raises(NotFoundError):
        outbox.resend(space, "no-such-delivery")


def test_identifiers_depend_on_seed_space_and_ordinal_alone(
    spaces: Spaces, outbox: Office
) -> None:
    one, other = spaces.open("one"), spaces.open("other")

    ids = [outbox.plan(one, parcel(), at).id for at in (1.0, 2.0)]
    again = Office(outbox.client).plan(spaces.reset("one"), parcel(), 9.0).id

    assert ids[0] == again == "fe3b9d16-658d-460a-b17f-a8dce933552b"
    assert len({*ids, outbox.plan(other, parcel(), 1.0).id}) == 3


def test_deliveries_are_listed_by_what_they_are_about(
    outbox: Office, space: Space
) -> None:
    outbox.plan(space, parcel("a", job_id="7"), 1.0)
    outbox.plan(space, parcel("b", label="burnt"), 1.0)
    outbox.plan(space, parcel("c", slug="other"), 1.0)

    def listed(**wanted: str) -> list[str]:
        records = outbox.deliveries(space, **wanted)
        return [str(record.delivery.message.body) for record in records]

    assert listed() == ["b'a'", "b'b'", "b'c'"]
    assert listed(job_id="7") == ["b'a'"]
    assert listed(label="burnt") == ["b'b'"]
    assert listed(slug="other") == ["b'c'"]
    assert listed(state="delivered") == []


async def test_only_so_many_settled_deliveries_are_kept(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender, log_max=10)
    waiting = outbox.plan(space, parcel("first"), 2000.0)
    for index in range(200):
        outbox.plan(space, parcel(str(index)), 1000.0)
        await outbox.settle(space)

    records = outbox.deliveries(space)

    assert 10 <= len(records) <= 20
    assert records[0].id == waiting.id
    assert records[-1].delivery.message.body == b"199"


async def test_events_and_deliveries_happen_in_one_order(
    pretender: Pretender, space: Space
) -> None:
    async def handle(_: Space, due: Due) -> None:
        pretender.sent.append(f"event {due.kind} at {due.at:g}")

    outbox = Office(pretender, handle)
    outbox.plan(space, parcel("a"), 1000.0)
    space.agenda.add(1001.0, "b", "acme", {})
    outbox.plan(space, parcel("c"), 1002.0)
    space.agenda.add(1003.0, "d", "acme", {})
    space.clock.advance(60)

    await outbox.settle(space)

    assert pretender.sent == ["a", "event b at 1001", "c", "event d at 1003"]


async def test_an_event_waits_for_the_outcomes_before_it(
    pretender: Pretender, space: Space
) -> None:
    known: list[str] = []

    async def handle(where: Space, _: Due) -> None:
        known.extend(record.state.value for record in outbox.deliveries(where))

    outbox = Office(pretender, handle)
    pretender.yields["a"] = 9
    outbox.plan(space, parcel("a"), 1000.0)
    space.agenda.add(1000.0, "look", "acme", {})

    await outbox.settle(space)

    assert known == ["delivered"]


async def test_what_an_event_plans_is_sent_in_the_same_go(
    pretender: Pretender, space: Space
) -> None:
    async def handle(where: Space, due: Due) -> None:
        outbox.plan(where, parcel("from the event"), due.at)

    outbox = Office(pretender, handle)
    space.agenda.add(1000.0, "served", "acme", {})

    await outbox.settle(space)

    assert pretender.sent == ["from the event"]


async def test_a_handler_that_settles_is_not_stuck(
    pretender: Pretender, space: Space
) -> None:
    async def handle(where: Space, due: Due) -> None:
        outbox.plan(where, parcel("a"), due.at)
        await outbox.settle(where)

    outbox = Office(pretender, handle)
    space.agenda.add(1000.0, "served", "acme", {})

    await outbox.settle(space)

    assert (pretender.sent, outbox.faults.count) == (["a"], 0)


@pytest.mark.parametrize(
    ("outcomes", "ends", "status"),
    [([200], "delivered", 200), ([500, 503], "failed", 503)],
)
async def test_the_provider_is_told_of_the_end_if_it_wants(
    pretender: Pretender, space: Space, outcomes: list[int], ends: str, status: int
) -> None:
    reports: list[Due] = []

    async def handle(_: Space, due: Due) -> None:
        reports.append(due)

    outbox = Office(pretender, handle)
    pretender.outcomes["a"] = deque(outcomes)
    wanted = parcel("a", ladder=(5.0,), report="webhook-ended")
    delivery = outbox.plan(space, wanted, 1000.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert [(due.kind, due.slug, due.data) for due in reports] == [
        (
            "webhook-ended",
            "acme",
            {"delivery": delivery.id, "state": ends, "status": status},
        )
    ]
    assert reports[0].at == 1000.0 + 5.0 * (len(outcomes) - 1)


async def test_listeners_hear_of_each_attempt(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    heard: list[tuple[str, int]] = []

    def listen(_: Space, record: Record) -> None:
        heard.append((record.state.value, len(record.attempts)))

    outbox.on_attempt(listen)
    pretender.outcomes["a"] = deque([500])
    outbox.plan(space, parcel("a", ladder=(1.0,)), 1000.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert heard == [("pending", 1), ("delivered", 2)]


async def test_bugs_of_others_are_counted_and_survived(
    pretender: Pretender, space: Space, caplog: pytest.LogCaptureFixture
) -> None:
    async def handle(_: Space, due: Due) -> None:
        raise RuntimeError(due.kind)

    def listen(_: Space, record: Record) -> None:
        raise RuntimeError(record.id)

    outbox = Office(pretender, handle)
    outbox.on_attempt(listen)
    space.agenda.add(1000.0, "served", "acme", {})
    outbox.plan(space, parcel("a"), 1000.0)

    await outbox.settle(space)

    assert pretender.sent == ["a"]
    assert outbox.faults.count == 2
    assert [text.splitlines()[0] for text in outbox.faults.latest] == [
        "served of acme in acme.main",
        "a listener in acme.main",
    ]
    assert "please report it: served of acme in acme.main" in caplog.text


async def test_an_event_that_nobody_handles_is_a_bug(
    outbox: Office, space: Space
) -> None:
    space.agenda.add(1000.0, "served", "acme", {})

    await outbox.settle(space)

    assert outbox.faults.count == 1


async def test_a_lost_file_is_our_trouble_and_not_retried(
    client: Client, space: Space, sink: Sink, tmp_path: Path
) -> None:
    outbox = Office(client)
    lost = Message("PUT", sink.url(), (), FileBody(tmp_path / "gone.mp4", 1))
    delivery = outbox.plan(space, parcel(message=lost, ladder=(1.0,)), 1000.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert [attempt.error for attempt in attempts(outbox, space, delivery.id)] == [
        "lost"
    ]
    assert (state(outbox, space, delivery.id), outbox.faults.count) == ("failed", 1)


async def test_two_that_settle_send_everything_once(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    """Who comes second waits until the first has the outcomes."""
    gate = pretender.gates["a"] = asyncio.Event()
    outbox.plan(space, parcel("a"), 1000.0)
    both = [asyncio.create_task(outbox.settle(space)) for _ in range(2)]
    await rest()
    assert not any(task.done() for task in both)

    gate.set()
    await asyncio.gather(*both)

    assert pretender.sent == ["a"]


async def test_what_was_on_its_way_is_due_again_after_a_cancellation(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    gate = pretender.gates["a"] = asyncio.Event()
    delivery = outbox.plan(space, parcel("a", order_key="k"), 1000.0)
    task = asyncio.create_task(outbox.settle(space))
    await rest()
    task.cancel()
    await asyncio.wait([task])

    gate.set()
    await outbox.settle(space)

    assert pretender.sent == ["a", "a"]
    assert len(attempts(outbox, space, delivery.id)) == 1


async def test_a_space_that_begins_anew_forgets_what_is_on_its_way(
    spaces: Spaces, pretender: Pretender
) -> None:
    outbox = Office(pretender, spaces=spaces)
    old = spaces.open("acme.main")
    gate = pretender.gates["a"] = asyncio.Event()
    pretender.outcomes["a"] = deque([500])
    outbox.plan(old, parcel("a", ladder=(0.0,)), 1000.0)
    task = asyncio.create_task(outbox.settle(old))
    await rest()

    new = spaces.reset("acme.main")
    gate.set()
    await task
    await outbox.settle(new)

    assert pretender.sent == ["a"]
    assert outbox.deliveries(new) == []


def test_a_record_survives_json(outbox: Office, space: Space) -> None:
    """So that a store may keep it elsewhere."""
    form = Form((Part("file", FileBody(Path("clip"), 3), "a.mp4", "video/mp4"),
                 Part("b", b"\x00\xff")))  # fmt: skip
    message = Message("POST", "http://127.0.0.1/", (("X-A", "1"), ("X-A", "2")), form)
    delivery = outbox.plan(
        space, parcel(message=message, ladder=(1.0,), data={"webhook": "w"}), 1000.0
    )
    record = Record(
        delivery, DeliveryState.FAILED, 1000.0, (Attempt(number=1, at=1.0, status=500),)
    )

    packed = json.loads(json.dumps(record.pack()))

    assert Record.unpack(packed) == record


def test_a_plain_body_survives_json() -> None:
    message = Message("PUT", "http://127.0.0.1/", (("A", "b"),), b"\x00\xff")

    packed = json.loads(json.dumps([message.pack(), Message("GET", "x").pack()]))

    assert Message.unpack(packed[0]) == message
    assert Message.unpack(packed[1]).body is None


async def test_a_status_that_is_refused_for_good_ends_the_ladder(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender)
    pretender.outcomes["a"] = deque([500, 302, 200])
    sent = outbox.plan(
        space, parcel("a", ladder=(1.0, 1.0, 1.0), refuses=((300, 399),)), 1000.0
    )
    space.clock.advance(60)

    await outbox.settle(space)

    record = outbox.find(space, sent.id)
    assert record is not None
    assert [one.status for one in record.attempts] == [500, 302]
    assert record.state == "failed"


async def test_what_is_dropped_while_it_waits_does_not_wait_after_a_restart(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([500])
    outbox.plan(space, parcel("a", order_key="k", ladder=(60.0,)), 1000.0)
    later = outbox.plan(space, parcel("b", order_key="k"), 1000.0)
    await outbox.settle(space)
    waited = len(space.store.table(space.id, "", "waiting"))

    outbox.drop(space, later.id)

    assert (waited, len(space.store.table(space.id, "", "waiting"))) == (1, 0)
