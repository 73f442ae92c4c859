"""Layer: a header may ask for a scenario, and a webhook may come before the answer."""

from mockserver.edge.envelope import Layer
from mockserver.errors import ScenarioError
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.scenarios.active import HEADER
from mockserver.scenarios.rules import RuleBook

__all__ = ["HEADER", "cues"]


def cues(inner: Layer) -> Layer:
    """Wrap what answers a call that has entered its space."""

    async def cued(call: Call) -> Reply:
        space = call.known_space
        script = None if space is None else space.script
        if not isinstance(script, RuleBook):
            return await inner(call)
        name = call.headers.get(HEADER)
        if name is None:
            reply = await inner(call)
        else:
            try:
                _load(script, name)
            except ScenarioError as error:
                call.note(f"X-Mock-Scenario: {error}")
                return Reply.json({"error": f"X-Mock-Scenario: {error}"}, 400)
            with script.asked_by(name):
                reply = await inner(call)
        if script.settles and space is not None and call.job is not None:
            await call.services.outbox.settle(space)
        return reply

    return cued


def _load(script: RuleBook, name: str) -> None:
    if script.cue is not None:
        script.cue(name)
