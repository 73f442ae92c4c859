"""What a request asks for: which model, with which input, under which conditions."""

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, Final

from msgspec.structs import replace

from mockserver.engine.jobs import Job, MediaLife, Queued
from mockserver.engine.timeline import Phase
from mockserver.errors import InvalidPayloadError, NotFoundError, RateLimitError
from mockserver.numbers import whole
from mockserver.providers import assets, models, things
from mockserver.providers.call import Call
from mockserver.providers.fal import storage, wire
from mockserver.providers.fal.violations import entries, entry
from mockserver.providers.kinds import Thing
from mockserver.providers.wires import sent

__all__ = ["QUEUE", "accepted"]

QUEUE: Final = "in progress"
_PROMPT_MAX: Final = 200
_LINK_MAX: Final = 300
_SECONDS: Final = re.compile(r"(\d+)s")


async def accepted(call: Call) -> Job:
    """Accept a request for the model that the path names.

    What does not fit its schema is found by the runner: the request will fail.

    Raises:
        NotFoundError: Code `app`.
        RateLimitError: Code `queue`; more wait than the client wants.
        InvalidPayloadError: The input is no object, or does not fit and the setting
            `validate_at` says so.

    Source: contract fal, sections 2, 3.1 and 7.
    """
    model = _model(call)
    _check_queue(call)
    payload: Mapping[str, Any] = await call.payload("submit.request")
    said = _taken(call, model, payload)
    wrong = models.check(model, said)
    if wrong and call.setting("validate_at") == "submit":
        raise InvalidPayloadError(wrong)
    told = [*entries(wrong[:_WRONG_MAX]), *_unfetched(call, said)]
    kept = _kept(call, model, said, told)
    kept |= await sent.told(call, sent.of_links(_links(said)))
    job = call.submit(
        kept,
        payload=payload,
        timeline=wire.life_of(
            model,
            str(told[0]["type"]) if told else None,
            retries=call.headers.get("X-Fal-No-Retry", "").lower() not in _TRUE,
        ),
        media=MediaLife(keep_s=storage.keep_s(call)),
        queued=Queued(QUEUE, int(call.setting("concurrency"))),
    )
    return _started_in_time(call, job)


_WRONG_MAX: Final = 20
_TRUE: Final = frozenset({"1", "true", "yes"})


def _model(call: Call) -> Thing:
    name = wire.path_of(call.parameters["app"])
    model = things.find(call, "model", name)
    if model is None:
        app = wire.app_of(name)
        raise NotFoundError("app", name=app.rpartition("/")[2])
    return model


def _check_queue(call: Call) -> None:
    most = whole(call.query.get("fal_max_queue_length", ""))
    if most is not None and call.jobs.queues.length(QUEUE, call.now) > most:
        raise RateLimitError(0.0, "queue")


def _taken(call: Call, model: Thing, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return an input as its model takes it: a number for its text, and vice versa.

    Source: contract fal, appendix A.
    """
    known = model["input"].get("properties", {})
    is_lenient = bool(call.setting("lenient_duration"))
    said = dict(payload)
    for name, value in payload.items():
        choices = known.get(name, {}).get("enum")
        if choices is None or value in choices:
            continue
        found = _SECONDS.fullmatch(value) if isinstance(value, str) else None
        text = found[1] if found and is_lenient and name == "duration" else str(value)
        said[name] = next((one for one in choices if str(one) == text), value)
    return said


def _kept(
    call: Call, model: Thing, said: Mapping[str, Any], wrong: list[dict[str, Any]]
) -> dict[str, Any]:
    small = call.services.options.media_size == "small"
    kept: dict[str, Any] = {"model": model["id"]}
    prompt, seed = said.get("prompt"), said.get("seed")
    if isinstance(prompt, str):
        kept["prompt"] = prompt[:_PROMPT_MAX]
    if isinstance(seed, int) and seed >= 0:
        kept["seed"] = seed
    if wrong:
        kept["wrong"] = wrong
    else:
        kept["film"] = models.film(model, said, small=small)
    if model["file"] != "File":
        kept["file"] = model["file"]
    if model["also"]:
        kept["also"] = model["also"]
    link = next((one for one in said.items() if _is_link(one[1])), None)
    if link is not None:
        kept["file_input"] = (link[0], link[1][:_LINK_MAX])
    # Whoever waits for the answer has no use for being told (section 3.6).
    webhook = call.query.get("fal_webhook") if call.operation == "submit" else None
    if webhook:
        kept["webhook"] = webhook
    return kept


def _unfetched(call: Call, said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is said of uploaded files that are not there, or no more.

    What is at other addresses is not looked at.

    Source: contract fal, section 5.
    """
    for name, link in _links(said):
        asset = assets.find(call, link)
        if asset is not None and not asset.is_there(call.now):
            yield entry("file_download_error", "File download error", (name,), link)


def _links(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        links = value if isinstance(value, list) else [value]
        yield from ((name, link) for link in filter(_is_link, links))


def _is_link(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://", "data:"))


def _started_in_time(call: Call, job: Job) -> Job:
    """Let a request end that does not start within the time that its client gives.

    Source: contract fal, sections 3.1 and 4.
    """
    try:
        seconds = float(call.headers.get("X-Fal-Request-Timeout", ""))
    except ValueError:
        return job
    at_s = job.created_at + seconds
    if not isfinite(at_s) or seconds <= 0:
        return job
    if job.at(at_s).step.phase is not Phase.WAITING:
        return job
    late = replace(wire.FAILURE, error="request_timeout")
    return call.jobs.force(job, late, at_s=at_s)
