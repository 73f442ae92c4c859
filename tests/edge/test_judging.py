"""Findings: looked for in turns, so that nobody waits for them."""

from mockserver.edge.judging import judged, judging
from tests.edge.conftest import Running


async def test_clients_are_served_while_it_looks(server: Running) -> None:
    """What one turn sees of a space, the later ones see, whatever happens meanwhile."""
    await server.draw()
    await server.draw()
    services = server.instance.services
    space = services.spaces.find("sketch.main")
    assert space is not None
    before = judged(services, [space])

    found = []
    turns = 0
    for some in judging(services, [space]):
        found += some
        turns += 1
        await server.draw()

    assert [one.rule.id for one in before] == ["submit-twice"]
    assert sorted(found, key=lambda one: one.order) == before
    assert turns > 20
    assert judged(services, [space]) != before
