"""Story: a scenario that was drawn, which is shown as the file that replays it."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Self

import yaml
from hypothesis import note
from hypothesis import strategies as st

__all__ = ["Story", "Worded", "drawn"]

Worded = tuple[Sequence[dict[str, Any]], Sequence[str]]
"""Rules, and what they say in sentences."""


class Story(dict[str, Any]):
    """A scenario as `use` and `fresh` take it.

    Where Hypothesis shows one that fails, it is a file of YAML that `--scenario` and
    `mockserver scenarios validate` take as it stands.
    """

    @classmethod
    def of(
        cls, slug: str, rules: Sequence[dict[str, Any]], told: Sequence[str]
    ) -> Self:
        """Return the story of some rules, named after what they say.

        Args:
            slug: The provider.
            rules: What happens.
            told: The same in sentences.
        """
        said = json.dumps([slug, rules], sort_keys=True).encode()
        return cls(
            scenario=f"story-{blake2b(said, digest_size=4).hexdigest()}",
            about=" ".join(told),
            provider=slug,
            rules=[*rules],
        )

    @property
    def yaml(self) -> str:
        """The file."""
        return yaml.safe_dump({**self}, sort_keys=False, allow_unicode=True, width=88)

    def __repr__(self) -> str:
        file = f"{self['scenario']}.yaml"
        return f"\n# {file}: mockserver serve --scenario ./{file}\n{self.yaml}"


@st.composite
def drawn(draw: st.DrawFn, slug: str, worded: st.SearchStrategy[Worded]) -> Story:
    """Return a strategy for the stories of some rules.

    Of what `map` or `builds` has made, Hypothesis would show the call and not the file.
    """
    story = Story.of(slug, *draw(worded))
    # pytest shows the argument's first line only, which is empty.
    note(story)
    return story
