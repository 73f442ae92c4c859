"""What a world may hold of DigitalCarbon: templates."""

from typing import Final

from mockserver.providers.kinds import Kind, WorldPart

__all__ = ["PART"]

PART: Final = WorldPart(
    kinds=(
        Kind(
            name="templates",
            table="template",
            about="Templates to name in requests.",
            thing={
                "properties": {
                    "about": {"type": "string", "description": "For yourself."}
                },
                "additionalProperties": False,
            },
            nowhere="NoSuchTemplate",
        ),
    )
)
