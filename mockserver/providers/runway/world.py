"""What a world may hold of Runway: models by endpoint and name, and their limits."""

from typing import Any, Final

from mockserver.providers.kinds import Thing, WorldPart
from mockserver.providers.models import models_kind
from mockserver.providers.runway.wire import CREATES

__all__ = ["PART", "PRICE"]

PRICE: Final = 10.0  # contract runway, section 7


def _model(key: str, thing: Thing) -> dict[str, Any]:
    return {"legacy": False, **thing, "id": key}


_LIMIT: Final = {"type": ["integer", "null"], "minimum": 0}

PART: Final = WorldPart(
    kinds=(
        models_kind(
            nowhere="text_to_video/no-such-model",
            ids=rf"(?:{'|'.join(CREATES)})/[\w.-]{{1,99}}",
            complete=_model,
            price={
                "type": "number",
                "minimum": 0,
                "description": "Credits for each second of video, or for each picture"
                " or sound.",
            },
            price_with_audio={
                "type": "number",
                "minimum": 0,
                "description": "The same for a video with sound.",
            },
            legacy={
                "type": "boolean",
                "description": "Switched off, unless the setting legacy_models is on.",
            },
        ),
    ),
    details={
        "limits": {
            "type": "object",
            "description": "Limits of single models, whatever the tier says; null for"
            " none.",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"concurrent": _LIMIT, "daily": _LIMIT},
            },
        },
    },
)
