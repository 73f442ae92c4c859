"""What a world may hold of Replicate: models, deployments, a webhook secret."""

from hashlib import blake2b
from typing import Any, Final

from mockserver.providers.kinds import Kind, Thing, WorldPart
from mockserver.providers.models import models_kind

__all__ = ["NO_VERSION", "PART"]

NO_VERSION: Final = "0" * 64
"""The version that is always unknown."""
_NAME: Final = r"[A-Za-z0-9][\w.-]{0,98}/[A-Za-z0-9][\w.-]{0,98}"
_MODEL: Final = "google/veo-3.1-fast"
_BEGUN: Final = "2025-10-10T00:00:00.000000Z"


def _model(key: str, thing: Thing) -> dict[str, Any]:
    """Complete a model; what depends on nothing but its name is drawn from that."""
    digest = blake2b(key.encode(), digest_size=32).hexdigest()
    return {
        "official": True,
        "version": digest,
        "run_count": int(digest[:4], 16),
        "created": _BEGUN,
        "outputs": 1,
        "about": f"Makes videos: {key}",
        **thing,
        "id": key,
    }


def _deployment(key: str, thing: Thing) -> dict[str, Any]:
    usual = {"model": _MODEL, "hardware": "gpu-t4", "min": 0, "max": 5}
    return {**usual, **thing, "id": key}


_MODELS: Final = models_kind(
    nowhere="nobody/no-such-model",
    ids=_NAME,
    complete=_model,
    official={
        "type": "boolean",
        "description": "It runs by its name, and not by its version alone.",
    },
    version={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    starts={
        "type": "array",
        "items": {"type": "number", "minimum": 0},
        "minItems": 2,
        "maxItems": 2,
        "description": "Seconds before it processes, at least and at most.",
    },
    ends={
        "enum": ["succeeded", "failed", "never"],
        "description": "What becomes of its predictions.",
    },
    error={"type": "string", "description": "Why they fail."},
    outputs={
        "type": "integer",
        "minimum": 0,
        "maximum": 16,
        "description": "How many videos are listed; 1 is told without a list.",
    },
    lists={"type": "boolean", "description": "Even one video is told as a list."},
    about={"type": "string"},
    run_count={"type": "integer", "minimum": 0},
    created={"type": "string"},
    price={
        "type": "number",
        "minimum": 0,
        "description": "US dollars for each second of video.",
    },
    visibility={"enum": ["public", "private"]},
    readme={"type": "string"},
    github_url={"type": "string"},
    paper_url={"type": "string"},
    license_url={"type": "string"},
    cover_image_url={"type": "string"},
    collections={"type": "array", "items": {"type": "string"}},
)

PART: Final = WorldPart(
    kinds=(
        _MODELS,
        Kind(
            name="deployments",
            table="deployment",
            about="Deployments to run models on, by owner and name.",
            thing={
                "additionalProperties": False,
                "properties": {
                    "model": {"type": "string"},
                    "version": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "hardware": {"type": "string"},
                    "min": {"type": "integer", "minimum": 0, "maximum": 5},
                    "max": {"type": "integer", "minimum": 0, "maximum": 20},
                },
            },
            complete=_deployment,
            nowhere="nobody/no-such-deployment",
            ids=_NAME,
        ),
    ),
    details={
        "webhooks": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "secret": {"type": "string", "pattern": "^whsec_[A-Za-z0-9+/]+=*$"}
            },
        },
        "files": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"secret": {"type": "string", "minLength": 1}},
        },
    },
)
