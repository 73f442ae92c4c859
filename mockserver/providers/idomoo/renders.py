"""Accepting a render, in whichever generation of the API it was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from mockserver.engine.jobs import Job, MediaLife
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Step, Timeline
from mockserver.errors import VIOLATIONS_MAX, InvalidPayloadError, Violation
from mockserver.patterns import pattern
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.idomoo import catalogue, rules, wire
from mockserver.providers.idomoo.answers import account_id
from mockserver.providers.idomoo.clips import VIDEOS
from mockserver.providers.idomoo.film import Film, of_scenes, of_storyboard
from mockserver.providers.idomoo.outputs import Links, credits_of, file_stem
from mockserver.providers.services import Services
from mockserver.verdict.prices import Quote

__all__ = [
    "accept",
    "film_of_scenes",
    "film_of_storyboard",
    "links",
    "name",
    "quoted",
    "refuse",
    "spend",
]

STATISTIC_ID: Final = "0000"
NAME_LENGTH: Final = 39
SOUNDS_MAX: Final = 100
_SPOKEN: Final = {
    "captions": "caption_languages",
    "transcripts": "transcript_languages",
}


async def film_of_storyboard(call: Call, payload: Mapping[str, Any]) -> Film:
    """Return what a storyboard call renders.

    Raises:
        NotFoundError: The account has no such storyboard.
        InvalidPayloadError: A placeholder is unknown, missing or of another type.
    """
    storyboard = await catalogue.usable_storyboard(
        call, payload["storyboard_id"], payload["data"]
    )
    size_bytes = len(await call.body())
    return await off_loop(size_bytes, _filled_in, storyboard, payload["data"])


def _filled_in(storyboard: Mapping[str, Any], data: Sequence[Any]) -> Film:
    rules.check_keys(storyboard, data)
    return of_storyboard(storyboard, data)


async def film_of_scenes(call: Call, payload: Mapping[str, Any]) -> Film:
    """Return what a scenes call renders.

    Raises:
        NotFoundError: The account has no such scene, or it is not exported yet.
        InvalidPayloadError: A placeholder is unknown or of another type.
    """
    timeline = payload["timeline"]
    scenes: dict[Any, dict[str, Any]] = {}
    uses: dict[Any, list[Any]] = {}
    for use in timeline["scenes"]:
        uses.setdefault(use["scene_id"], []).append(use)
    for scene_id, its_uses in uses.items():
        scenes[scene_id] = await catalogue.usable_scene(call, scene_id, its_uses)
    return await off_loop(len(await call.body()), _film, timeline, scenes)


def _film(timeline: Mapping[str, Any], scenes: Mapping[Any, dict[str, Any]]) -> Film:
    known = [scenes[use["scene_id"]] for use in timeline["scenes"]]
    for use, scene in zip(timeline["scenes"], known, strict=True):
        rules.check_scene_keys(use, scene)
    return of_scenes(timeline, known)


def refuse(violations: Sequence[Violation]) -> None:
    """Refuse a call that breaks a rule.

    Raises:
        InvalidPayloadError: There are violations.
    """
    if violations:
        raise InvalidPayloadError(tuple(violations[:VIOLATIONS_MAX]))


def name(call: Call, payload: Mapping[str, Any]) -> str:
    """Return the `unique_id` of a render: account, statistic id, file name.

    Source: contract idomoo, section 3.7 and 5.
    """
    statistic_id = payload.get("statistic_id") or STATISTIC_ID
    chosen = payload.get("video_file_name") or payload.get("output_file_name")
    if not chosen:
        chance = call.chance.fork("name", call.table("name").number())
        chosen = chance.word("name", NAME_LENGTH, wire.NAME_LETTERS)
    return f"{account_id(call)}/{statistic_id}/{chosen}"


def links(call: Call, unique_id: str, version: str = "") -> Links:
    """Return what makes the links of a render.

    Args:
        call: The generate call.
        unique_id: The render's.
        version: `v3-`, or nothing for version 2.
    """
    # Never the file itself: there is none yet that could be handed over.
    link = call.services.link(
        call.provider.slug, call.base, "media", file=f"{unique_id}.mp4"
    )
    base = link.removesuffix(".mp4")

    def file(suffix: str | None, extension: str) -> str:
        if not suffix:
            return f"{base}.{extension}"
        # A slash in a suffix must not part the path, nor be doubled in it.
        return f"{base}_{quote(suffix, safe='')}.{extension}"

    def landing(page_id: str, suffix: str | None) -> str:
        stem = file_stem(unique_id, suffix)
        return call.url_for("landing-page", page_id=page_id, stem=stem)

    status = call.url_for(f"{version}check-status", unique_id=unique_id)
    return Links(file, landing, status)


def accept(
    call: Call,
    film: Film,
    outputs: Sequence[Mapping[str, Any]],
    payload: Mapping[str, Any],
    *,
    unique_id: str,
    media: MediaLife,
) -> Job:
    """Make the job of a render; one of the same identifier is replaced."""
    spoken = (payload.get("output") or {}).get("accessibility") or {}
    data = {
        "title": film.title,
        "duration": film.duration_s,
        "fps": film.fps,
        "ratio": list(film.ratio),
        "cards": [shot.packed() for shot in film.shots],
        "outputs": list(outputs),
        "heard": film.heard[:SOUNDS_MAX],
        **{short: spoken[long] for short, long in _SPOKEN.items() if spoken.get(long)},
    }
    return call.submit(
        data,
        payload=payload,
        timeline=_timeline(call, film),
        job_id=unique_id,
        media=media,
    )


def quoted(services: Services, space: Space, job: Job) -> Quote | None:
    """Return the credits of a render: for each video, or for pictures and sounds alone.

    Source: contract idomoo, section 5.
    """
    del services, space
    data = job.data
    if "outputs" not in data:
        return None  # what a library learns of a scene is no render
    videos = sum(one["kind"] in VIDEOS for one in data["outputs"])
    each = credits_of(data["duration"]) if videos else 1
    return Quote(Decimal(each * (videos or len(data["outputs"]))))


def spend(call: Call, credits_used: int) -> None:
    """Lower the account's balance."""
    initial = catalogue.account(call).get("credits", 1000)
    call.space.quotas.spend("credits", credits_used, initial)


def _timeline(call: Call, film: Film) -> Timeline:
    """Return the default life, or one that fails for want of an asset."""
    timeline = wire.TIMELINES[call.operation]
    wanted = call.setting("broken_assets")
    if not wanted:
        return timeline
    broken = next(filter(pattern(wanted).occurs_in, film.assets), None)
    if broken is None:
        return timeline
    call.note(f"asset {broken} matches idomoo.broken_assets")
    failed = Step(wire.FAILURE.state, wire.FAILURE.phase, error="asset")
    return replace(timeline, steps=(*timeline.steps[:-1], failed))
