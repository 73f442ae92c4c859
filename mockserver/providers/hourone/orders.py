"""What is to be made: any body of POST /videos, brought into one form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from mockserver.engine.timeline import Timeline
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.hourone import clips, shapes, wire
from mockserver.providers.hourone.studio import PARTS, Shelf
from mockserver.providers.wires.pydantic import Entry

__all__ = ["Order", "of_playground", "space_headers", "take"]

Place = tuple[str | int, ...]
Thing = Mapping[str, Any]

KEY: Final = "type"
_SOURCES: Final = ("source_draft_id", "recipe_id", "template_id")
_TAIL: Final = ("metadata", "correlation_id", "palette", "global_media_elements")
_MODELS: Final = {
    "override": "OverrideVideoRequest",
    "create": "NewVideoRequest",
    "workflow": "WorkflowVideoRequest",
}
_LINK_MAX, _FILES_MAX = 2083, 3


@dataclass(frozen=True, slots=True)
class Order:
    """A video to be made.

    Attributes:
        data: What its job keeps: `{"answer": {...}, "tail"?: {...}, "clip":
            [{"title", "lines"?, "said"?, "recording"?, "seconds"}, ...],
            "colors"?: [str], "workspace"?: str, "team"?: str}`; answer and tail are
            repeated in every answer, before and after the links.
        timeline: Its life.
        payload: The body, for scenarios.
    """

    data: dict[str, Any]
    timeline: Timeline
    payload: Any


async def take(call: Call) -> Order:
    """Return what a call of `POST /videos` asks for.

    Raises:
        UnreadableBodyError: The body is not JSON.
        InvalidPayloadError: It breaks a schema, or a rule of the studio.

    Source: contract hourone, section 3.2 and appendix B.
    """
    document = await shapes.read_document(call)
    branch, place = _branch(call, document)
    body, wrong = await shapes.judge_body(
        call, f"create-video.{branch}", {**document, KEY: branch}, place
    )
    if KEY not in document or call.setting("dialect") == "legacy":
        # The version without `type` renders a draft as it is if no scenes are sent.
        lacks = [*place, "scenes"] if branch == "override" else None
        wrong = [one for one in wrong if one["loc"] != lacks or "scenes" in document]
    shapes.refuse(wrong)
    shelf = Shelf(call, place)
    order = _TAKE[branch](shelf, body)
    shapes.refuse(shelf.wrong)
    life = wire.DOOMED if order["source"].get("is_broken") else wire.VIDEO
    if call.setting("queue"):
        life = wire.queued(life)
    order["tail"] = _tail(body)
    clip = await off_loop(len(await call.body()), order["clip"])
    order["clip"] = clip or [_scene("Scene 1", (), None)]
    kept = {k: v for k, v in order.items() if k != "source" and v}
    return Order({**kept, **space_headers(call)}, life, document)


def of_playground(call: Call, body: Thing) -> dict[str, Any]:
    """Return what the job of a single-shot video keeps.

    Source: contract hourone, section 3.15.
    """
    said = body.get("transcript")
    title = body.get("title") or "Playground"
    scene = _scene(title, (), said)
    return {"answer": dict(body), "clip": [scene], **space_headers(call)}


def space_headers(call: Call) -> dict[str, str]:
    """Return workspace and team of a call, if it names them."""
    named = {
        "workspace": call.headers.get("workspace-id"),
        "team": call.headers.get("team-id"),
    }
    # Header bytes that are no UTF-8 arrive as halves of surrogate pairs.
    return {
        name: text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        for name, text in named.items()
        if text
    }


def _branch(call: Call, document: Any) -> tuple[str, Place]:
    """Return which of the three kinds of video is asked for, and where errors lie."""
    if document is None:
        shapes.refuse([_absent()])
    dialect = call.setting("dialect")
    root = ("body", "__root__")
    if not isinstance(document, dict):
        shapes.refuse([_no_object() if dialect == "legacy" else _unnamed(root)])
    if KEY in document and dialect != "legacy":
        branch = document[KEY]
        if not isinstance(branch, str) or branch not in _MODELS:
            shapes.refuse([_unknown(root, branch)])
        return branch, (*root, _MODELS[branch])
    if dialect == "strict":
        shapes.refuse([_unnamed(root)])
    if "workflow_id" in document:
        return "workflow", ("body",)
    return ("create" if "template_id" in document else "override"), ("body",)


def _absent() -> Entry:
    return {"loc": ["body"], "msg": "field required", "type": "value_error.missing"}


def _no_object() -> Entry:
    message = "value is not a valid dict"
    return {"loc": ["body"], "msg": message, "type": "type_error.dict"}


def _unnamed(root: Place) -> Entry:
    return {
        "loc": list(root),
        "msg": "Discriminator 'type' is missing in value",
        "type": "value_error.discriminated_union.missing_discriminator",
        "ctx": {"discriminator_key": KEY},
    }


def _unknown(root: Place, found: object) -> Entry:
    allowed = ", ".join(repr(name) for name in _MODELS)
    return {
        "loc": list(root),
        "msg": (
            f"No match for discriminator 'type' and value {found!r}"
            f" (allowed values: {allowed})"
        ),
        "type": "value_error.discriminated_union.invalid_discriminator",
        "ctx": {
            "discriminator_key": KEY,
            "discriminator_value": found,
            "allowed_values": allowed,
        },
    }


def _override(shelf: Shelf, body: Thing) -> dict[str, Any]:
    draft, recipe = body.get("source_draft_id"), body.get("recipe_id")
    if draft is None and recipe is None:
        shelf.refuse("", "either source_draft_id or recipe_id is required")
    # Both may be given; then the draft wins.
    field = "recipe_id" if draft is None else "source_draft_id"
    source = shelf.take(field, body.get(field))
    parts = _parts(shelf, body, source)
    scenes, base = body.get("scenes"), source.get("scenes")
    if scenes is not None and base is not None and len(scenes) != len(base):
        shelf.refuse("scenes", f"number of scenes must be {len(base)}")
    shelf.learn_scenes(field, body.get(field), len(scenes or ()))
    return {
        "source": source,
        "answer": _answer(body, source, parts),
        "clip": partial(_overridden, scenes, base or ()),
        "colors": _colors(shelf, parts),
    }


def _overridden(
    scenes: Sequence[Thing] | None, base: Sequence[Thing]
) -> list[dict[str, Any]]:
    """Return the scenes that are seen: what was sent, completed from the source."""
    if scenes is None:
        scenes = [{"name": scene["name"]} for scene in base]
    shown = []
    for index, scene in enumerate(scenes):
        under = base[index] if index < len(base) else {}
        texts, usual = scene.get("texts", ()), under.get("texts", ())
        # Surplus texts are dropped, missing ones are the source's.
        if under:
            texts = [*texts[: len(usual)], *usual[len(texts) :]]
        said = scene.get("transcript")
        if said is None and "voice_recording_url" not in scene:
            said = under.get("transcript")
        sent = scene.get("voice_recording_url")
        media = _files(scene.get("media") or under.get("media") or ())
        shown.append(_scene(scene["name"], texts, said, recording=sent, media=media))
    return shown


def _create(shelf: Shelf, body: Thing) -> dict[str, Any]:
    template = shelf.take("template_id", body["template_id"])
    parts = _parts(shelf, body, template)
    palette, size = body.get("palette"), template.get("palette_size")
    if palette is not None and size is not None and len(palette) != size:
        shelf.refuse("palette", f"palette size must be {size}")
    sent = [each["color"] for each in palette or ()]
    return {
        "source": template,
        "answer": _answer(body, template, parts),
        "clip": partial(_created, body["scenes"]),
        "colors": sent or _colors(shelf, parts),
    }


def _created(scenes: Iterable[Thing]) -> list[dict[str, Any]]:
    """Return the scenes that are seen of a template."""
    shown = []
    for scene in scenes:
        texts = [each["text"] for each in scene.get("texts_elements", ())]
        said, sent = scene.get("transcript"), scene.get("voice_recording_url")
        links = (each.get("url") for each in scene.get("media_elements", ()))
        shown.append(
            _scene(
                scene["name"],
                texts,
                said,
                recording=sent,
                media=_files(links),
                layout=scene.get("layout_id", ""),
            )
        )
    return shown


def _workflow(shelf: Shelf, body: Thing) -> dict[str, Any]:
    workflow = shelf.take("workflow_id", body["workflow_id"])
    parts = _parts(shelf, body, workflow)
    return {
        "source": workflow,
        "answer": _answer(body, workflow, parts),
        "clip": partial(_worked, workflow, body["variables"]),
        "colors": _colors(shelf, parts),
    }


def _worked(workflow: Thing, variables: Iterable[Thing]) -> list[dict[str, Any]]:
    """Return the scenes that are seen of a workflow, with what they say."""
    values = {}
    for variable in workflow.get("variables", ()):
        ids = {variable["name"], variable["variable_id"]}
        for sent in variables:
            if ids & {sent.get("name"), sent.get("variable_id")}:
                values[variable["name"]] = sent["value"]
    return [
        _scene(scene["name"], (), values.get(scene["says"]))
        for scene in workflow.get("scenes", ())
    ]


_TAKE: Final = {"override": _override, "create": _create, "workflow": _workflow}


def _parts(shelf: Shelf, body: Thing, source: Thing) -> dict[str, str]:
    """Return palette, character and voice: those that were sent, or the source's."""
    shelf.take("folder_id", body.get("folder_id"))
    parts = {}
    for field in PARTS:
        shelf.take(field, body.get(field))
        parts[field] = body.get(field) or source.get(field) or shelf.usual()[field]
    return parts


def _answer(body: Thing, source: Thing, parts: Mapping[str, str]) -> dict[str, Any]:
    """Return what every answer about the video repeats, in the documented order.

    Source: contract hourone, section 3.2.
    """
    head = {
        "name": body.get("name", source.get("name", "Untitled")),
        **{k: body[k] for k in _SOURCES if k in body},
        **parts,
    }
    return {**head, "scenes": body["scenes"]} if "scenes" in body else head


def _tail(body: Thing) -> dict[str, Any]:
    """Return what every answer repeats after the links."""
    return {name: body[name] for name in _TAIL if name in body}


def _scene(
    title: str, lines: Iterable[str], said: str | None, **more: Any
) -> dict[str, Any]:
    """Return a scene that is seen.

    Args:
        title: Its name.
        lines: Its texts.
        said: Its transcript.
        more: What else is kept if there is any: `recording`, `media`, `layout`.
    """
    seen = [line for line in lines if line]
    scene = {"title": title, "lines": seen, "said": said, **more}
    seconds = clips.scene_s(said)
    return {**{k: v for k, v in scene.items() if v or k == "title"}, "seconds": seconds}


def _files(links: Iterable[object]) -> list[str]:
    """Return the links to pictures and films that were sent for a scene."""
    return [str(link)[:_LINK_MAX] for link in links if link][:_FILES_MAX]


def _colors(shelf: Shelf, parts: Mapping[str, str]) -> list[str]:
    palette = shelf.known("palette_id", parts["palette_id"]) or {}
    return list(palette.get("colors", ()))
