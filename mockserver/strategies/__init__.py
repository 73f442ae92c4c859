"""Strategies: lives of jobs and faults of a provider, drawn by Hypothesis."""

try:
    import hypothesis as _hypothesis  # noqa: F401 - what is asked is whether it is there
except ImportError as missing:
    raise ImportError(
        "mockserver.strategies: found no hypothesis, expected the extra of that name:"
        " pip install 'video-mockserver[hypothesis]'"
    ) from missing

from mockserver.strategies.lives import timelines
from mockserver.strategies.story import Story
from mockserver.strategies.tales import stories
from mockserver.strategies.troubles import faults

__all__ = ["Story", "faults", "stories", "timelines"]
