"""The server's counts for Prometheus."""

from tests.edge.conftest import Running


async def _metrics(server: Running) -> list[str]:
    return (await (await server.ask("GET", "/metrics")).text()).splitlines()


async def test_the_type_is_that_of_prometheus(server: Running) -> None:
    response = await server.ask("GET", "/metrics")

    assert response.headers["Content-Type"] == (
        "text/plain; version=0.0.4; charset=utf-8"
    )


async def test_requests_are_counted_by_provider_operation_and_status(
    server: Running,
) -> None:
    job = await server.draw()
    await server.look(job)
    before = await _metrics(server)

    await server.look(job)
    after = await _metrics(server)

    labels = 'provider="sketch",operation="look",status="200"'
    assert f"mockserver_requests_total{{{labels}}} 1" in before
    assert f"mockserver_requests_total{{{labels}}} 2" in after


async def test_jobs_spaces_deliveries_and_bugs_are_counted(filled: Running) -> None:
    lines = await _metrics(filled)

    assert 'mockserver_info{version="0.1.0",pace="manual"} 1' in lines
    assert 'mockserver_jobs{provider="sketch"} 1' in lines
    assert "mockserver_spaces 1" in lines
    assert 'mockserver_deliveries{provider="sketch",state="delivered"} 1' in lines
    assert "mockserver_exchanges_total 2" in lines
    assert "mockserver_journal_exchanges 2" in lines
    assert "mockserver_listeners 0" in lines
    assert "mockserver_bugs_total 0" in lines


async def test_every_family_is_described_once(filled: Running) -> None:
    lines = await _metrics(filled)

    described = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    counted = {line.split("{")[0].split()[0] for line in lines if line[0] != "#"}
    assert len(described) == len(set(described))
    assert counted <= set(described)


async def test_nothing_counts_before_somebody_looks(server: Running) -> None:
    journal = server.instance.services.journal

    before = len(journal._listeners)
    await _metrics(server)
    await _metrics(server)

    assert (before, len(journal._listeners)) == (0, 1)
