"""Shotstack, beside its file: how long an edit is, how large, and what it leaves."""

from typing import Any, Final

from mockserver.providers.declared.words import Scene

SIDES: Final = {
    "preview": (512, 288),
    "mobile": (640, 360),
    "sd": (1024, 576),
    "hd": (1280, 720),
    "1080": (1920, 1080),
}
LONGEST_S: Final = 3600.0


def length_of(scene: Scene) -> float:
    """Return the end of the last clip, in seconds."""
    clips = (
        clip
        for track in scene.document["timeline"]["tracks"]
        for clip in track["clips"]
    )
    ends = (_number(clip["start"]) + _number(clip["length"], 3.0) for clip in clips)
    return min(max(ends, default=1.0) or 1.0, LONGEST_S)


def size_of(scene: Scene) -> list[int]:
    """Return width and height as resolution and proportions ask for them."""
    output = scene.document["output"]
    own = output.get("size")
    if isinstance(own, dict):
        sides = [_number(own.get(name)) for name in ("width", "height")]
        if all(16 <= side <= 1920 for side in sides):
            return [int(side) for side in sides]
    wide, high = SIDES.get(str(output.get("resolution")), SIDES["hd"])
    ratio = str(output.get("aspectRatio", "16:9"))
    return {
        "9:16": [high, wide],
        "1:1": [high, high],
        "4:5": [high * 4 // 5, high],
        "4:3": [high * 4 // 3, high],
    }.get(ratio, [wide, high])


def spent_ms(scene: Scene) -> float | None:
    """Return how long the render took, in milliseconds."""
    job = scene.job
    done = None if job is None else job.succeeded_at()
    return None if job is None or done is None else round((done - job.created_at) * 1e3)


def url(scene: Scene) -> str | None:
    """Return the link to the render, once it is there."""
    return _link(scene, "video") if scene.job and scene.job.succeeded_at() else None


def poster(scene: Scene) -> str | None:
    """Return the link to the poster, if one was asked for."""
    return _link(scene, "poster") if _asked(scene, "poster") else None


def thumbnail(scene: Scene) -> str | None:
    """Return the link to the thumbnail, if one was asked for."""
    return _link(scene, "thumb") if _asked(scene, "thumbnail") else None


def assets(scene: Scene) -> list[dict[str, Any]]:
    """Return what the Serve API hosts of a render: its files as JSON:API has them."""
    job = scene.job
    if job is None or not job.succeeded_at():
        return []
    chance = None if scene.space is None else scene.space.jobs(scene.slug)
    owner = scene.view(scene)["owner"] if scene.view is not None else ""
    links = [url(scene), poster(scene), thumbnail(scene)]
    found = []
    for number, link in enumerate(link for link in links if link):
        key = chance.chance(job.ordinal).uuid(f"asset {number}") if chance else job.id
        found.append(
            {
                "type": "asset",
                "attributes": {
                    "id": key,
                    "owner": owner,
                    "region": "au",
                    "renderId": job.id,
                    "providerId": key,
                    "filename": link.rpartition("/")[2],
                    "url": link,
                    "status": "ready",
                },
            }
        )
    return found


def _asked(scene: Scene, name: str) -> bool:
    return scene.job is not None and scene.job.data.get(name) is not None


def _link(scene: Scene, name: str) -> str | None:
    return None if scene.links is None else scene.links(name)


def _number(value: Any, usual: float = 0.0) -> float:
    """Return a number from 0; the words `auto`, `end` and their like are the usual."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return min(float(value), LONGEST_S) if is_number and value >= 0 else usual
