"""Talks: interactions as answers and events show them."""

from base64 import b64encode
from math import ceil
from typing import Any, Final

from mockserver.engine.clock import iso
from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.providers.call import Call
from mockserver.providers.google import failures, shapes, wire

__all__ = ["content", "errors", "head", "interaction", "signature", "status", "usage"]

PER_SECOND: Final = 5792
_LETTERS_A_TOKEN: Final = 4
_SIGNATURE_BYTES: Final = 48


async def interaction(
    call: Call, job: Job, *, delivery: str = "inline", has_input: bool = False
) -> dict[str, Any]:
    """Return an interaction as it is now.

    Args:
        call: Who asks.
        job: The interaction.
        delivery: How its video is handed over: a read has it inside always.
        has_input: What was asked for is told, too.

    Source: contract google, sections 3.4 and 3.5.
    """
    told = head(call, job)
    phase = call.moment(job).step.phase
    steps = [_input(job)] if has_input else []
    if phase is Phase.SUCCEEDED:
        made = {"content": [await content(call, job, delivery)], "type": "model_output"}
        thought = {"signature": signature(call, job), "type": "thought"}
        return {
            "id": told["id"],
            "status": told["status"],
            "usage": usage(job),
            "created": told["created"],
            "updated": told["updated"],
            "service_tier": "standard",
            "steps": [*steps, thought, made],
            "object": told["object"],
            "model": told["model"],
        }
    if steps:
        told["steps"] = steps
    if phase is Phase.FAILED:
        told["errors"] = errors(call, job)
    return told


def head(call: Call, job: Job) -> dict[str, Any]:
    """Return what is told of an interaction whatever has become of it."""
    moment = call.moment(job)
    return {
        "id": job.id,
        "status": status(job, call.now),
        "object": "interaction",
        "model": job.data.get("model", ""),
        "created": iso(job.created_at),
        "updated": iso(job.entered_at(moment.position)),
    }


def status(job: Job, at_s: float) -> str:
    """Return the word for where an interaction is: it never seems to be queued.

    Source: contract google, section 10.
    """
    word = job.at(at_s).step.state
    return "in_progress" if word == "accepted" else word


async def content(call: Call, job: Job, delivery: str) -> dict[str, Any]:
    """Return the video of an interaction: its bytes, or where it is."""
    told: dict[str, Any] = {"mime_type": wire.MP4}
    files, objects = job.data.get("files"), job.data.get("objects")
    if delivery == "uri" and objects:
        told["uri"] = f"gs://{objects[0]}"
    elif delivery == "uri" and files:
        told["uri"] = shapes.link(call, files[0])
    else:
        told["data"] = await shapes.base64_of(call, job)
    return {**told, "type": "video"}


def errors(call: Call, job: Job) -> list[dict[str, str]]:
    """Return why an interaction has failed."""
    failure = failures.failure_of(call.moment(job).step)
    return [{"code": failure.word, "message": failure.message}]


def usage(job: Job) -> dict[str, Any]:
    """Return the tokens that an interaction has used.

    Source: contract google, section 3.4.
    """
    data = job.data
    letters = int(data.get("characters", len(data.get("prompt", ""))))
    asked = max(1, ceil(letters / _LETTERS_A_TOKEN))
    made = int(PER_SECOND * float(data.get("seconds", 8)))
    return {
        "total_tokens": asked + made,
        "total_input_tokens": asked,
        "input_tokens_by_modality": [{"modality": "text", "tokens": asked}],
        "total_cached_tokens": 0,
        "total_output_tokens": made,
        "output_tokens_by_modality": [{"modality": "video", "tokens": made}],
        "total_tool_use_tokens": 0,
        "total_thought_tokens": 0,
    }


def signature(call: Call, job: Job) -> str:
    """Return what stands for the thoughts of the model."""
    drawn = call.jobs.chance(job.ordinal).draw_bytes("signature", _SIGNATURE_BYTES)
    return b64encode(drawn).decode()


def _input(job: Job) -> dict[str, Any]:
    data = job.data
    usual = [{"type": "text", "text": data.get("prompt", "")}]
    return {"content": data.get("content", usual), "type": "user_input"}
