"""Hour One's operations: what is where, and who answers it."""

from typing import Final

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

table: Final = Routes()

# The seed names these paths bare, too (contract hourone, section 1).
for root in (API, ""):
    table.get(f"{root}/videos", "list-videos")(videos.list_videos)
    table.post(f"{root}/videos", "create-video")(videos.create_video)
    one = f"{root}/videos/{{video_id}}"
    table.get(one, "get-video")(videos.get_video)
    table.delete(one, "delete-video")(videos.delete_video)
    table.post(f"{one}/subtitles", "create-subtitles")(videos.create_subtitles)
    table.get(f"{one}/metadata", "video-metadata")(videos.video_metadata)

table.post(f"{API}/voice-preview", "create-voice-preview")(
    previews.create_voice_preview
)
table.get(f"{API}/voice-preview/{{task_id}}", "get-voice-preview")(
    previews.get_voice_preview
)

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
table.get(f"{API}/playground/videos", "playground-videos")(playground.playground_videos)
table.get(f"{_SHOT}/download", "playground-download")(playground.playground_download)
table.put(f"{_SHOT}/share", "playground-share")(playground.playground_share)

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

table.get("/media/{video_id}.mp4", "video", public="video_id", answers_head=True)(
    files.video
)
table.get(
    "/media/{task_id}.wav", "voice-preview-file", public="task_id", answers_head=True
)(files.voice_preview_file)
table.get(
    "/media/{video_id:[^/.]+}.{language:[a-z]+}.{extension:vtt|srt}",
    "subtitles-file",
    public="video_id",
    answers_head=True,
)(files.subtitles_file)
table.get("/player/{video_id}", "player", public="video_id", answers_head=True)(
    files.player
)
