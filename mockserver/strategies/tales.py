"""Tales: a life and what goes wrong on the way, drawn by Hypothesis."""

from hypothesis import strategies as st

from mockserver.strategies.lives import Life, lives
from mockserver.strategies.sayings import known_of
from mockserver.strategies.story import Story, Worded, drawn
from mockserver.strategies.troubles import Met, told_of, troubles

__all__ = ["stories"]


def stories(provider: str, *, operation: str | None = None) -> st.SearchStrategy[Story]:
    """Return a strategy for whole stories: a life of the job, troubles, or both.

    Args:
        provider: A slug, or the path of the file that describes a provider.
        operation: What makes the jobs, if the provider has several such operations.

    Raises:
        ConfigError: There is no such provider, or no such operation that makes jobs.
    """
    slug = known_of(provider).slug
    some, life = troubles(provider), lives(provider, operation)
    alone = st.builds(_worded, st.none(), some)
    return drawn(slug, alone | st.builds(_worded, life, st.just([]) | some))


def _worded(life: Life | None, met: list[Met]) -> Worded:
    rules, told = told_of(met)
    if life is None:
        return rules, told
    return [life.rule, *rules], [life.told, *told]
