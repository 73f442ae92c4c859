"""Predictions as answers, streams and webhooks show them."""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.providers.handover import INSIDE, inside
from mockserver.providers.replicate import clips, wire
from mockserver.providers.services import Services

__all__ = ["MARKS", "View", "is_removed", "log_lines", "stream_names", "view"]

MARKS: Final = 4
"""In how many parts a prediction's logs tell its progress."""
_BAR: Final = 10
_STEPS: Final = 50
_MARK, _SEAL = 4, 26
_BASE32: Final = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class View:
    """How a prediction looks at one time to somebody.

    Attributes:
        services: The server's rooms.
        space: The prediction's space.
        job: The prediction.
        at: When it is looked at.
        base: What stands before our paths in links.
        is_listed: It is one of many, of which no client makes files.
    """

    services: Services
    space: Space
    job: Job
    at: float
    base: str
    is_listed: bool = False

    @property
    def url(self) -> str:
        """Where the prediction is read."""
        provider = self.services.providers[wire.SLUG]
        return provider.url(self.base, "get-prediction", prediction_id=self.job.id)

    def link(self, name: str) -> str:
        """Return the link to one of its files."""
        seal = clips.seal(self.space, self.job)
        return self.services.link(
            wire.SLUG, self.base, "file", job_id=self.job.id, seal=seal, name=name
        )

    def path(self, name: str) -> str:
        """Return where one of its files is, below our root."""
        routes = self.services.providers[wire.SLUG].routes
        seal = clips.seal(self.space, self.job)
        return routes.url_for("", "file", job_id=self.job.id, seal=seal, name=name)

    async def outputs(self) -> list[str]:
        """Return its files, as links or as they are; none until it has succeeded.

        Source: contract replicate, section 5.
        """
        job = self.job
        is_done = job.at(self.at).step.phase is Phase.SUCCEEDED
        if not is_done or is_removed(job, self.at):
            return []
        names = clips.names(self.space, job)
        if not self._is_inside():
            return [self.link(name) for name in names]
        handover = self.services.options.handover
        mode = handover if handover in INSIDE else "data"
        files = [
            await self.services.media.get(clips.video(job, number))
            for number in range(len(names))
        ]
        return [
            inside(mode, await to_thread(file.read), file.content_type)
            for file in files
        ]

    def _is_inside(self) -> bool:
        """Say whether its files themselves are told, and not links to them.

        A client makes a file of an output by https or `data:` only.
        """
        if self.job.media_state(self.at) is not MediaState.AVAILABLE:
            return False
        handover = self.services.options.handover
        if handover in INSIDE or handover != "link":
            return handover in INSIDE
        how = self.services.setting(wire.SLUG, "result_delivery", self.space)
        is_file = self.base.startswith("http:") and not self.is_listed
        return how == "data" or (how == "auto" and is_file)


async def view(
    services: Services,
    space: Space,
    job: Job,
    at: float,
    base: str,
    *,
    is_listed: bool = False,
) -> dict[str, Any]:
    """Return a prediction, or a training, as it is at a time.

    Source: contract replicate, sections 3.2 and 3.7.
    """
    seen = View(services, space, job, at, base, is_listed=is_listed)
    if job.operation == wire.TRAINING:
        return _training(seen)
    return _document(seen, await seen.outputs())


def is_removed(job: Job, at: float) -> bool:
    """Say whether input, output, logs and files of a prediction are gone.

    Source: contract replicate, section 4.
    """
    keep_s = job.media.keep_s
    is_over = job.at(at).step.phase.is_terminal
    is_old = keep_s is not None and at >= job.ends_at + keep_s
    return bool(job.data.get("is_removed")) or (is_over and is_old)


def log_lines(job: Job, at: float) -> list[str]:
    """Return the lines that a prediction has logged by a time; none goes again.

    Source: contract replicate, section 4.
    """
    begun = _started_at(job, at)
    if begun is None:
        return []
    moment, data = job.at(at), job.data
    is_done = moment.step.phase is Phase.SUCCEEDED
    progress = 100.0 if is_done else moment.progress or 0.0
    marks = int(progress / 100 * MARKS + 1e-9)
    if data.get("version", "hidden") != "hidden":
        steps = int(data.get("steps") or _STEPS)
        return [_bar(mark, steps) for mark in range(marks + 1)]
    lines = ["Moderating content...\n", "Generating video...\n"]
    lines += ["Still generating...\n"] * min(marks, MARKS - 1)
    if is_done:
        lines.append(f"Generated in {job.ends_at - begun:.1f} sec\n")
    return lines


def _bar(mark: int, steps: int) -> str:
    done, width = steps * mark // MARKS, _BAR * mark // MARKS
    bar = "#" * width + " " * (_BAR - width)
    return f"{100 * mark // MARKS:3}%|{bar}| {done}/{steps} [00:{done:02}<00:00]\n"


def _document(seen: View, outputs: list[str]) -> dict[str, Any]:
    job, at, data = seen.job, seen.at, seen.job.data
    step, gone = job.at(at).step, is_removed(job, at)
    is_list = bool((data.get("film") or {}).get("lists"))
    output = (outputs if is_list else outputs[0]) if outputs else None
    error, url = step.error or wire.FAILURE.error, seen.url
    told: dict[str, Any] = {
        "id": job.id,
        "model": data.get("model", "google/veo-3.1"),
        "version": data.get("version", "hidden"),
        "input": {} if gone else data.get("input", {}),
        "logs": "" if gone else "".join(log_lines(job, at)),
        "output": output,
        "data_removed": gone,
        "error": error if step.phase is Phase.FAILED else None,
        "source": "api",
        "status": step.state,
        "created_at": wire.stamp(job.created_at, places=3),
        **_times(job, at),
        "urls": {
            "cancel": f"{url}/cancel",
            "get": url,
            "stream": _stream(seen),
            "web": f"https://replicate.com/p/{job.id}",
        },
    }
    for name in ("deployment", "webhook", "webhook_events_filter"):
        if name in data:
            told[name] = data[name]
    if "deadline_at" in data:
        told["deadline"] = wire.stamp(data["deadline_at"], places=3)
    return told


def _training(seen: View) -> dict[str, Any]:
    """Return a training as it is at a time.

    Source: contract replicate, section 3.7.
    """
    job, at, data = seen.job, seen.at, seen.job.data
    step = job.at(at).step
    version = str(data.get("made", ""))
    name, provider = version.replace(":", "-"), seen.services.providers[wire.SLUG]
    ids = {"training_id": job.id}
    made = {"version": version, "weights": f"https://replicate.delivery/{name}.tar"}
    told: dict[str, Any] = {
        "id": job.id,
        "model": data.get("model", ""),
        "version": data.get("version", ""),
        "input": data.get("input", {}),
        "logs": "".join(log_lines(job, at)),
        "output": made if step.phase is Phase.SUCCEEDED else None,
        "error": step.error if step.phase is Phase.FAILED else None,
        "source": "api",
        "status": step.state,
        "created_at": wire.stamp(job.created_at, places=3),
        **_times(job, at),
        "urls": {
            "cancel": provider.url(seen.base, "cancel-training", **ids),
            "get": provider.url(seen.base, "get-training", **ids),
        },
    }
    for member in ("webhook", "webhook_events_filter"):
        if member in data:
            told[member] = data[member]
    return told


def stream_names(space: Space, job: Job) -> tuple[str, str, str]:
    """Return what names a prediction's stream: its id, what stands before and after.

    Source: contract replicate, section 1.
    """
    chance = space.jobs(wire.SLUG).chance(job.ordinal)
    drawn = chance.word("stream", _MARK + _SEAL, _BASE32)
    return job.id, drawn[:_MARK], drawn[_MARK:]


def _stream(seen: View) -> str:
    job_id, mark, seal = stream_names(seen.space, seen.job)
    provider = seen.services.providers[wire.SLUG]
    return provider.url(seen.base, "stream", mark=mark, job_id=job_id, seal=seal)


def _started_at(job: Job, at: float) -> float | None:
    """Return when it began to process, if that was by then."""
    for index, step in enumerate(job.timeline.steps[: job.at(at).position + 1]):
        if step.phase is Phase.RUNNING:
            return job.entered_at(index)
    return None


def _times(job: Job, at: float) -> Mapping[str, Any]:
    """Return `started_at`, `completed_at` and `metrics`, as far as they are known."""
    begun, moment = _started_at(job, at), job.at(at)
    told: dict[str, Any] = {}
    if begun is not None:
        told["started_at"] = wire.stamp(begun)
    if moment.step.phase.is_terminal:
        over = job.entered_at(moment.position)
        told["completed_at"] = wire.stamp(over)
        metrics = {"total_time": round(over - job.created_at, 6)}
        if begun is not None:
            metrics = {"predict_time": round(over - begun, 6), **metrics}
        told["metrics"] = metrics
    return told
