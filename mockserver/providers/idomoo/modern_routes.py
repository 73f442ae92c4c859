"""Version 3: access tokens, `format` instead of `video_type`, 202 for a render."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.clock import iso
from mockserver.engine.jobs import MediaLife
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.idomoo import outputs, renders, requests, rules, sounds
from mockserver.providers.idomoo.access import issue_token
from mockserver.providers.idomoo.film import Film
from mockserver.providers.reply import Reply

__all__ = ["generate_scenes", "generate_storyboard", "token"]

LINK_S: Final = 30 * 24 * 3600.0
_LIFE: Final = MediaLife(link_s=LINK_S, issued_at_submit=True)

Answer = dict[str, Any]


async def token(call: Call) -> Reply:
    """Issue an access token; whatever the body says."""
    await call.body()
    text, valid_s = issue_token(call)
    return call.reply(
        {"access_token": text, "token_type": "Bearer", "expires_in": valid_s}
    )


async def generate_storyboard(call: Call) -> Reply:
    """Render from a storyboard; answers 202 without a `status`."""
    requests.count_generate(call)
    payload = await requests.payload(call)
    film = await renders.film_of_storyboard(call, payload)
    size_bytes = len(await call.body())
    found = await off_loop(size_bytes, rules.check_output, payload["output"])
    renders.refuse(found)
    return await _accept(call, payload, film)


async def generate_scenes(call: Call) -> Reply:
    """Render from a timeline of scenes; answers 202 without a `status`."""
    requests.count_generate(call)
    payload = await requests.payload(call)
    rules.require_scenes(payload["timeline"])
    film = await renders.film_of_scenes(call, payload)
    size_bytes = len(await call.body())
    found = await off_loop(size_bytes, rules.check_output, payload["output"])
    found += await off_loop(size_bytes, rules.check_timeline, payload["timeline"])
    renders.refuse(found)
    return await _accept(call, payload, film)


async def _accept(call: Call, payload: Mapping[str, Any], film: Film) -> Reply:
    unique_id = renders.name(call, payload)
    links = renders.links(call, unique_id, "v3-")
    asked, size_bytes = payload["output"], len(await call.body())
    document, kept = await off_loop(
        size_bytes, _outputs, asked, film, links, until=call.now + LINK_S
    )
    total = outputs.total_cost(document)
    renders.accept(call, film, kept, payload, unique_id=unique_id, media=_LIFE)
    renders.spend(call, total)
    answer = {
        "output": document,
        "total_cost": total,
        "check_status_url": links.status,
    }
    return call.reply(answer, 202)


def _outputs(
    asked: Mapping[str, Any], film: Film, links: outputs.Links, *, until: float
) -> tuple[Answer, list[Answer]]:
    """Return what is answered of the outputs, and what is kept of them."""
    older = _as_version_2(asked)
    answered = outputs.answer({**asked, **older}, film, links)
    return _answer(answered, until), outputs.kept(older, film)


def _as_version_2(asked: Mapping[str, Any]) -> Answer:
    """Return what is asked for in the words of version 2."""
    return {
        "video": [
            {**item, "video_type": item["format"], "overlay": _overlay(item)}
            for item in asked.get("video") or ()
        ],
        "gif": [
            {
                **item,
                "start": item["time"],
                "gif_fps": item.get("fps"),
                "gif_loop": item.get("loop"),
                "overlay": _overlay(item),
            }
            for item in asked.get("gif") or ()
        ],
        "jpg": [{**item, "overlay": _overlay(item)} for item in asked.get("jpg") or ()],
        "audio": [
            {**item, "file_type": item["format"], "mp3_bitrate": item.get("bitrate")}
            for item in asked.get("audio") or ()
        ],
    }


def _overlay(item: Mapping[str, Any]) -> str | None:
    paths = [str(overlay["path"]) for overlay in item.get("overlays") or ()]
    return ", ".join(paths) or None


def _answer(older: Mapping[str, Any], until: float) -> Answer:
    """Return `output` of the answer, from what version 2 would say.

    Source: contract idomoo, appendix A.
    """
    found: Answer = {
        "video": [_video(old, until) for old in older.get("video", ())],
        "gif": [_gif(old, until) for old in older.get("gif", ())],
        "jpg": [{**old, "links": _links(old, until)} for old in older.get("jpg", ())],
        "audio": [_sound(old, until) for old in older.get("audio", ())],
        "accessibility": older.get("accessibility"),
    }
    return {kind: items for kind, items in found.items() if items}


def _video(old: Mapping[str, Any], until: float) -> Answer:
    return {
        "format": old["video_type"],
        "quality": old["quality"],
        "height": old["height"],
        **_names(old),
        "duration": old["duration"],
        "cost": old["cost"],
        "links": _links(old, until),
    }


def _gif(old: Mapping[str, Any], until: float) -> Answer:
    return {
        "fps": old["gif_fps"],
        "height": old["height"],
        "time": old["start"],
        **_names(old),
        "duration": old["duration"],
        "cost": old["cost"],
        "links": _links(old, until),
    }


def _sound(old: Mapping[str, Any], until: float) -> Answer:
    return {
        "format": old["file_type"],
        "sample_rate": old["sample_rate"],
        "bit_depth": old["bit_depth"],
        "bitrate": sounds.kilobits(sounds.kept(old)),
        "channels": old["channels"],
        **_names(old),
        "cost": old["cost"],
        "links": _links(old, until),
    }


def _names(item: Mapping[str, Any]) -> Answer:
    return {name: item[name] for name in ("suffix", "label") if item.get(name)}


def _links(old: Mapping[str, Any], until: float) -> Answer:
    links = {k: v for k, v in old["links"].items() if k != "check_status_url"}
    expiry = {"expired": int(until), "expired_string": iso(until, sep=" ")[:19]}
    return {**links, **expiry}
