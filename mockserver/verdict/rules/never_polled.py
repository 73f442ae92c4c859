"""Rule: an accepted job is never looked at again."""

from collections.abc import Iterator

from mockserver.verdict.case import Story
from mockserver.verdict.exchange import Exchange
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    is_told = any(one.status is not None for one in story.sent)
    if story.polls or story.downloads or is_told or not story.exchanges:
        return
    if any(_has_waited(story, one) for one in story.exchanges):
        return
    if story.job.at(story.now).step.phase.is_terminal:
        first = story.exchanges[0]
        yield Seen("ended without anybody having asked for it", (first.number,))


def _has_waited(story: Story, exchange: Exchange) -> bool:
    """Say whether an order was answered only when its job had ended, and told that."""
    life = exchange.life_of(story.id)
    if life is None or exchange.role != "submit":
        return False
    is_over = life.at(exchange.at).step.phase.is_terminal
    return is_over and not life.at(life.created_at).step.phase.is_terminal


RULE = Rule(
    id="never-polled",
    severity=Severity.NOTE,
    about=(
        "The client has ordered a job and never asked what became of it, nor has "
        "a webhook reached it."
    ),
    fix="Follow each job to its end, or say where its webhook goes.",
    judge=of_jobs(_judge),
)
