"""What a world may hold of Luma: models, and concepts for the camera."""

from typing import Any, Final

from mockserver.providers.kinds import Kind, Thing, WorldPart

__all__ = ["PART"]

_POSITIVE: Final = {"type": "number", "exclusiveMinimum": 0}
_PRICE: Final = {"type": "number", "minimum": 0}


def _model(key: str, thing: Thing) -> dict[str, Any]:
    return {
        "makes": "video",
        "time": 1.0,
        "price": 0.64,
        "modify_price": 1.582,
        "modify_s": 10.0,
        "reframe_s": 10.0,
        "concepts": True,
        "legacy": False,
        **thing,
        "id": key,
    }


PART: Final = WorldPart(
    kinds=(
        Kind(
            name="models",
            table="model",
            about="Models to generate with, by name; there are no others.",
            thing={
                "additionalProperties": False,
                "properties": {
                    "makes": {"enum": ["video", "image"]},
                    "time": {
                        **_POSITIVE,
                        "description": "How long it takes, of what is usual.",
                    },
                    "price": {
                        **_PRICE,
                        "description": "US cents for a picture, or for each million"
                        " pixels of all frames of a video.",
                    },
                    "modify_price": {
                        **_PRICE,
                        "description": "The same for a video that is modified.",
                    },
                    "modify_s": {
                        **_POSITIVE,
                        "description": "How long a video to modify may be.",
                    },
                    "reframe_s": {
                        **_POSITIVE,
                        "description": "How long a video to reframe may be.",
                    },
                    "concepts": {
                        "type": "boolean",
                        "description": "It takes concepts.",
                    },
                    "legacy": {
                        "type": "boolean",
                        "description": "Only with the setting legacy_models.",
                    },
                },
            },
            complete=_model,
            nowhere="ray-nowhere",
            ids=r"[a-z0-9][\w.-]{0,98}",
        ),
        Kind(
            name="concepts",
            table="concept",
            about="Concepts for videos, by key.",
            thing={"additionalProperties": False, "properties": {}},
            complete=lambda key, thing: {**thing, "id": key},
            nowhere="no_such_concept",
            ids=r"[a-z0-9_]{1,64}",
        ),
    ),
)
