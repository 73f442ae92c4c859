"""Endpoints about deliveries: what providers send, and sending it again."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import dropwhile, islice
from typing import Any, Final

from mockserver.delivery.delivery import DeliveryState, Record
from mockserver.edge.api import shapes
from mockserver.edge.api.clocks import seconds
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.named import unknown_job
from mockserver.edge.api.parts import Key, Reach, Row, Rows, opened, paged
from mockserver.edge.api.views import Views
from mockserver.edge.staging.stage import STAGE
from mockserver.edge.tampering import is_signed
from mockserver.engine.spaces import Space
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.match import fits

__all__ = ["table"]

table: Final = Endpoints()
_SPACE: Final = {"space": shapes.text("Only in this space.")}
_FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "late": {"late": "10s"},
    "twice": {"copies": 1},
    "wrong-signature": {"signature": "wrong"},
}


def _seek(ask: Ask) -> list[tuple[str, str]]:
    """Return where the delivery is that the path names."""
    delivery_id, outbox = ask.path["delivery"], ask.services.outbox
    return [
        (space.id, f"?space={space.id}")
        for space in ask.spaces()
        if outbox.find(space, delivery_id) is not None
    ]


@table.get(
    "/deliveries",
    "list-deliveries",
    about="List what providers send, webhooks and uploads alike, space by space, in"
    " order.",
    query={
        **_SPACE,
        "provider": shapes.text("Only of this provider."),
        "job": shapes.text("Only about the job of this identifier."),
        "state": shapes.choice([state.value for state in DeliveryState]),
        "text": shapes.text("Part of its label, address, job or body, in any case."),
        "errors": shapes.flag("Only those of which an attempt has failed, or not."),
        "newest_first": shapes.flag("In each space the latest come first."),
        "limit": shapes.integer("How many at most; 100 if missing.", maximum=10_000),
        "after": shapes.text("Go on after the delivery of this identifier."),
    },
    answer=shapes.record(
        {
            "deliveries": shapes.array(shapes.ref("delivery")),
            "next": shapes.maybe(shapes.text("`after` of the next page.")),
        }
    ),
    errors=(404,),
    reach=Reach.LATEST,
)
async def list_deliveries(ask: Ask) -> Rows:
    """Return `{"deliveries": [...], "next": str | null}`."""
    slug = ask.query.get("provider")
    if slug is not None:
        ask.provider(slug, "query/provider")
    views, limit = Views(ask.services), ask.query.get("limit", 100)
    mark, found = _begun(ask)
    rows = [
        Row(opened(space), space.id, views.delivery(space, record))
        for space, record in islice(_wanted(ask, found), limit + 1)
    ]
    return Rows(
        name="deliveries",
        rows=rows,
        newest_first=ask.query.get("newest_first", False),
        limit=limit + 1,
        is_paged=True,
        mark=mark,
        lacking=None if rows else unknown_job(ask, ask.query),
        finish=paged("deliveries", limit),
    )


def _begun(ask: Ask) -> tuple[Key | None, Iterator[tuple[Space, Record]]]:
    """Return the deliveries after the one that the query names, and the key of that.

    It has none if it is not here. The space of one that is elsewhere says where those
    of this worker go on.
    """
    is_newest_first = ask.query.get("newest_first", False)
    spaces = sorted(ask.spaces(), key=opened, reverse=is_newest_first)
    after = ask.query.get("after")
    beyond = None if ask.part is None else ask.part.beyond
    if beyond is not None:
        left = [one for one in spaces if opened(one) != beyond]
        left = [one for one in left if (opened(one) < beyond) is is_newest_first]
        return None, _all_of(ask, left)
    if after is None:
        return None, _all_of(ask, spaces)
    outbox = ask.services.outbox
    for at, space in enumerate(spaces):
        if outbox.find(space, after) is not None:
            found = _all_of(ask, spaces[at:])
            rest = dropwhile(lambda one: one[1].id != after, found)
            return opened(space), islice(rest, 1, None)
    return None, iter(())


def _all_of(ask: Ask, spaces: Sequence[Space]) -> Iterator[tuple[Space, Record]]:
    is_newest_first = ask.query.get("newest_first", False)
    outbox = ask.services.outbox
    for space in spaces:
        for record in outbox.records(space, newest_first=is_newest_first):
            yield space, record


def _wanted(
    ask: Ask, found: Iterator[tuple[Space, Record]]
) -> Iterator[tuple[Space, Record]]:
    """Yield the deliveries that the query wants."""
    slug, job = ask.query.get("provider"), ask.query.get("job")
    state, errors = ask.query.get("state"), ask.query.get("errors")
    text = ask.query.get("text", "").lower()
    for space, record in found:
        if (
            slug in {None, record.delivery.slug}
            and job in {None, record.delivery.job_id}
            and state in {None, record.state}
            and errors in {None, _has_failed(record)}
            and _mentions(record, text)
        ):
            yield space, record


def _has_failed(record: Record) -> bool:
    return any(
        attempt.error or not 200 <= (attempt.status or 200) < 300
        for attempt in record.attempts
    )


def _mentions(record: Record, text: str) -> bool:
    """Say whether a text in small letters stands in a delivery."""
    if not text:
        return True
    delivery, body = record.delivery, record.delivery.message.body
    said = (delivery.label, delivery.message.url, delivery.job_id)
    is_told = isinstance(body, bytes) and text.encode() in body.lower()
    return is_told or any(text in one.lower() for one in said)


@table.get(
    "/deliveries/{delivery}",
    "show-delivery",
    about="Show one delivery with what was sent and each attempt.",
    query=_SPACE,
    answer=shapes.ref("delivery"),
    errors=(404,),
    seek=_seek,
)
async def show_delivery(ask: Ask) -> dict[str, Any]:
    """Return one delivery."""
    space, record = _find(ask)
    return Views(ask.services).delivery(space, record)


@table.post(
    "/deliveries/{delivery}/resend",
    "resend-delivery",
    about="Send a delivery again now, with all its retries; answer after the first.",
    query=_SPACE,
    body=shapes.record(
        {
            "fault": shapes.choice(_FAULTS, "What the first attempt is to meet."),
            "delay": shapes.duration("How late it is, where it is; 10s if missing."),
        },
        optional=["fault", "delay"],
    ),
    answer=shapes.ref("delivery"),
    errors=(404, 409),
    seek=_seek,
)
async def resend_delivery(ask: Ask) -> dict[str, Any]:
    """Return the delivery as it is now."""
    (space, record), outbox = _find(ask), ask.services.outbox
    if "delay" in ask.body and ask.body.get("fault") != "late":
        found = ask.body.get("fault", "no fault")
        raise ApiError(400, f"body/delay: found it with {found}, expected fault late")
    if "fault" in ask.body:
        scenario = _resent(ask, space, record)
        try:
            ask.instance.app[STAGE].use([space], scenario)
        except ScenarioError as error:
            raise ApiError(409, f"delivery: {error}") from error
    record = outbox.resend(space, record.id)
    await ask.services.scheduler.settle(space)
    record = outbox.find(space, record.id) or record
    return Views(ask.services).delivery(space, record)


def _resent(ask: Ask, space: Space, record: Record) -> dict[str, Any]:
    """Return the scenario in which the next attempt at a delivery meets a fault.

    Raises:
        ApiError: It cannot, since nothing signs the delivery.
    """
    delivery, fault = record.delivery, ask.body["fault"]
    if fault == "wrong-signature" and not is_signed(delivery.message):
        raise ApiError(
            409,
            f"delivery: found {record.id!r}, which nothing signs, expected one that is"
            " signed",
        )
    meant: dict[str, Any] = {
        "provider": delivery.slug,
        "attempt": record.number,
        "times": 1,
    }
    done = _FAULTS[fault]
    if "delay" in ask.body:
        done = {"late": f"{seconds(ask.body['delay'], 'body/delay'):.9f}s"}
    labels = ask.provider(delivery.slug, "delivery").labels
    if any(fits(known, delivery.label) for known in labels):
        meant["event"] = delivery.label
    # Of a job that is forgotten no rule can speak.
    if space.jobs(delivery.slug).find(delivery.job_id) is not None:
        meant["job"] = delivery.job_id
    return {
        "scenario": f"resent-{fault}",
        "about": f"Delivery {record.id} was sent again by hand.",
        "rules": [{"on": meant, "delivery": done}],
    }


def _find(ask: Ask) -> tuple[Space, Record]:
    """Return the delivery that the path names, and its space."""
    delivery_id = ask.path["delivery"]
    for space in ask.spaces():
        record = ask.services.outbox.find(space, delivery_id)
        if record is not None:
            return space, record
    raise ApiError(404, f"delivery: found {delivery_id!r}, expected one that there is")
