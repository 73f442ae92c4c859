"""Hour One's operations: what is where, and who answers it."""

from functools import partial
from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.hourone import (
    analytics,
    examples,
    files,
    keys,
    playground,
    previews,
    videos,
    webhooks,
)
from mockserver.providers.hourone.wire import API
from mockserver.providers.routes import Routes

__all__ = ["table"]

table: Final = Routes[Call]()

_ALL: Final = partial(videos.of_operation, operation="create-video")
_VIDEO: Final = partial(videos.one, parameter="video_id", operations=("create-video",))
_SINGLE: Final = partial(
    videos.one, parameter="video_id", operations=(playground.OPERATION,)
)
_FILE: Final = partial(videos.one, parameter="video_id", operations=files.VIDEOS)
_PREVIEW: Final = partial(
    videos.one, parameter="task_id", operations=("create-voice-preview",)
)

# The seed names these paths bare, too (contract hourone, section 1).
for root in (API, ""):
    table.get(f"{root}/videos", "list-videos", subject=_ALL, polls=True)(
        videos.list_videos
    )
    table.post(f"{root}/videos", "create-video")(videos.create_video)
    one = f"{root}/videos/{{video_id}}"
    table.get(one, "get-video", subject=_VIDEO, polls=True)(videos.get_video)
    table.delete(one, "delete-video", subject=_VIDEO)(videos.delete_video)
    table.post(f"{one}/subtitles", "create-subtitles", subject=_VIDEO)(
        videos.create_subtitles
    )
    table.get(f"{one}/metadata", "video-metadata", subject=_VIDEO)(
        videos.video_metadata
    )

table.post(f"{API}/voice-preview", "create-voice-preview")(
    previews.create_voice_preview
)
table.get(
    f"{API}/voice-preview/{{task_id}}",
    "get-voice-preview",
    subject=_PREVIEW,
    polls=True,
)(previews.get_voice_preview)

table.post(f"{API}/examples", "create-example")(examples.create_example)
table.get(f"{API}/examples/create-video", "create-video-example")(
    examples.create_video_example
)
table.get(f"{API}/analytics/summary", "analytics-summary")(analytics.analytics_summary)

table.get(f"{API}/keys", "list-keys")(keys.list_keys)
table.post(f"{API}/keys", "create-key")(keys.create_key)
table.delete(f"{API}/keys/{{key_id}}", "revoke-key")(keys.revoke_key)

_SHOT: Final = f"{API}/playground/videos/{{video_id}}"
table.post(f"{API}/playground/generate", "playground-generate")(
    playground.playground_generate
)
table.get(
    f"{API}/playground/videos",
    "playground-videos",
    subject=playground.visible,
    polls=True,
)(playground.playground_videos)
table.get(f"{_SHOT}/download", "playground-download", subject=_SINGLE, polls=True)(
    playground.playground_download
)
table.put(f"{_SHOT}/share", "playground-share", subject=_SINGLE)(
    playground.playground_share
)

_HOOK: Final = f"{API}/webhooks/{{webhook_id}}"
table.get(f"{API}/webhooks", "list-webhooks")(webhooks.list_webhooks)
table.post(f"{API}/webhooks", "create-webhook")(webhooks.create_webhook)
table.get(_HOOK, "get-webhook")(webhooks.get_webhook)
table.put(_HOOK, "update-webhook")(webhooks.update_webhook)
table.delete(_HOOK, "delete-webhook")(webhooks.delete_webhook)
table.put(f"{_HOOK}/secret", "regenerate-webhook-secret")(
    webhooks.regenerate_webhook_secret
)
table.put(f"{_HOOK}/pause", "pause-webhook")(webhooks.pause_webhook)
table.put(f"{_HOOK}/toggle-status", "toggle-webhook-status")(
    webhooks.toggle_webhook_status
)

table.get(
    "/media/{video_id}.mp4",
    "video",
    public="video_id",
    subject=_FILE,
    answers_head=True,
)(files.video)
table.get(
    "/media/{task_id}.wav",
    "voice-preview-file",
    public="task_id",
    subject=_PREVIEW,
    answers_head=True,
)(files.voice_preview_file)
table.get(
    "/media/{video_id:[^/.]+}.{language:[a-z]+}.{extension:vtt|srt}",
    "subtitles-file",
    public="video_id",
    subject=_FILE,
    answers_head=True,
)(files.subtitles_file)
table.get(
    "/player/{video_id}",
    "player",
    public="video_id",
    subject=_FILE,
    is_page=True,
)(files.player)
