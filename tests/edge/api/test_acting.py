"""What is told of scenarios at work."""

from tests.edge.conftest import Running


async def test_a_rule_tells_how_often_it_has_acted_and_still_may(
    server: Running,
) -> None:
    busy = {"kind": "error", "status": 503}
    thrice = {"operation": "look", "times": 3}
    own = {"operation": "look", "times": 2, "per": "job"}
    rules = [
        {"name": "thrice", "on": thrice, "fault": busy},
        {"name": "own", "on": own, "fault": busy},
        {"name": "always", "on": {"operation": "break"}, "fault": busy},
    ]
    await server.post("/faults", {"scenario": {"scenario": "bad", "rules": rules}})
    job = await server.draw()

    async def told() -> list[tuple[object, ...]]:
        (fault,) = (await server.get("/faults", space="sketch.main"))["faults"]
        names = ("name", "fired", "times", "per", "left")
        return [tuple(rule[name] for name in names) for rule in fault["rules"]]

    assert await told() == [
        ("thrice", 0, 3, "provider", 3),
        ("own", 0, 2, "job", None),
        ("always", 0, None, "provider", None),
    ]
    await server.client.get(
        f"/sketch/drawings/{job}", headers={"X-Sketch-Key": "sketch-test-key"}
    )
    assert (await told())[0] == ("thrice", 1, 3, "provider", 2)
    for _ in range(2):
        await server.client.get(
            f"/sketch/drawings/{job}", headers={"X-Sketch-Key": "sketch-test-key"}
        )
    assert (await told())[0] == ("thrice", 3, 3, "provider", 0)
