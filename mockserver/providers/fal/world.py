"""What a world may hold of fal: models, by the path of their app."""

from typing import Any, Final

from mockserver.providers.kinds import Thing, WorldPart
from mockserver.providers.models import models_kind

__all__ = ["ALSO", "PART"]

ALSO: Final = ("seed", "video_id", "actual_prompt", "expanded_prompt", "timings")
"""What outputs may say beside the video."""


def _model(key: str, thing: Thing) -> dict[str, Any]:
    return {"file": "File", "also": [], **thing, "id": key}


PART: Final = WorldPart(
    kinds=(
        models_kind(
            nowhere="mock/not-there",
            ids=r"[A-Za-z0-9][\w.-]{0,98}(?:/[A-Za-z0-9][\w.-]{0,98}){1,7}",
            complete=_model,
            queue={
                "type": "array",
                "items": {"type": "number", "minimum": 0},
                "minItems": 2,
                "maxItems": 2,
                "description": "Seconds in the queue, at least and at most.",
            },
            ends={
                "enum": ["completed", "failed", "never"],
                "description": "What becomes of its requests.",
            },
            error={"type": "string", "description": "The type of error they end with."},
            losses={
                "type": "integer",
                "minimum": 0,
                "maximum": 9,
                "description": "How often a runner is lost, and they queue again.",
            },
            file={
                "enum": ["File", "VideoFile", "missing"],
                "description": "What is told of the video: VideoFile has its size;"
                " a missing one is linked to, and not there.",
            },
            also={
                "type": "array",
                "items": {"enum": [*ALSO]},
                "description": "What the output says beside the video.",
            },
        ),
    ),
)
