"""The operations of the OpenAI videos dialect: which path is which."""

from typing import Final

from mockserver.engine.chance import Chance
from mockserver.providers.call import Call
from mockserver.providers.openai import characters, endpoints, videos
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes

__all__ = ["decorate", "table"]

table: Final = Routes[Call]()

_ONE: Final = "/v1/videos/{video_id}"
_ID: Final = "video_id"
_HOOK: Final = "/v1/webhook_endpoints/{endpoint_id}"

# These win over a video of that name.
table.post("/v1/videos/edits", "edit-video")(videos.edit)
table.post("/v1/videos/extensions", "extend-video")(videos.extend)
table.post("/v1/videos/characters", "create-character")(characters.create)
table.get("/v1/videos/characters/{character_id}", "get-character")(characters.read)
table.post("/v1/videos", "create-video")(videos.create)
table.get("/v1/videos", "list-videos")(videos.list_videos)
table.get(_ONE, "get-video", subject=_ID, polls=True)(videos.read)
table.delete(_ONE, "delete-video", subject=_ID)(videos.delete)
table.get(f"{_ONE}/content", "content", subject=_ID, answers_head=True)(videos.content)
table.post(f"{_ONE}/remix", "remix-video", subject=_ID)(videos.remix)
table.get(
    "/media/{video_id}/{seal:[0-9a-f]{32}}.mp4",
    "file",
    public=_ID,
    answers_head=True,
)(videos.file)
table.post("/v1/webhook_endpoints", "create-endpoint")(endpoints.create)
table.get("/v1/webhook_endpoints", "list-endpoints")(endpoints.list_endpoints)
table.get(_HOOK, "get-endpoint")(endpoints.read)
table.post(_HOOK, "change-endpoint")(endpoints.change)
table.delete(_HOOK, "delete-endpoint")(endpoints.delete)
table.post(f"{_HOOK}/rotate_secret", "rotate-secret")(endpoints.rotate)
table.post(f"{_HOOK}/test", "test-endpoint")(endpoints.try_out)
table.get("/v1/webhook_event_types", "list-event-types")(endpoints.event_types)


def decorate(call: Call, reply: Reply) -> Reply:
    """Add what all answers have in common; media by link are another service's.

    Source: contract openai, section 7.
    """
    if call.path.startswith("/media/"):
        return reply
    # Not `request_chance`: each poll would be a change for a store to keep.
    seed, number = call.services.spaces.settings.seed, call.services.journal.recorded
    space = call.known_space
    at = "" if space is None else (space.id, space.clock.now())
    chance = Chance(seed, call.provider.slug, "request", number, at)
    return reply.with_headers(
        {
            "x-request-id": f"req_{chance.hex('id', 32)}",
            "openai-version": "2020-10-01",
            "openai-organization": "org-mock",
            "openai-processing-ms": str(20 + chance.integer("ms", 0, 80)),
        }
    )
