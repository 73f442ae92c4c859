"""The pytest plugin, in a small project of its own that is run as its users run it."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from xml.etree.ElementTree import parse

import pytest

from tests.cradle import Cradle, cradle

pytestmark = pytest.mark.slow

CLIENT = """
import pytest, requests

JOBS = "/v1-beta/generate-video"
ORDER = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


class Client:
    def __init__(self, base, key):
        self.base, self.headers = base + JOBS, {"X-API-Key": key}

    def submit(self):
        answer = requests.post(self.base, json=ORDER, headers=self.headers)
        return answer.json()["job_id"]

    def status(self, job_id):
        url = f"{self.base}/{job_id}/status"
        return requests.get(url, headers=self.headers).json()["status"]


@pytest.fixture
def client(mockserver):
    key = mockserver.space.credential("digitalcarbon")
    return Client(mockserver.url_for("digitalcarbon"), key)
"""


@dataclass(frozen=True)
class Done:
    """What a run of pytest has said."""

    code: int
    text: str

    @property
    def counts(self) -> dict[str, int]:
        """Return how many tests had which outcome."""
        last = self.text.strip().splitlines()[-1]
        return {word: int(n) for n, word in re.findall(r"(\d+) ([a-z]+)", last)}

    def of(self, test: str) -> str:
        """Return what is said about one failed test."""
        parts = re.split(
            r"^_+ (?:ERROR at \w+ of )?(\w+) _+$", self.text, flags=re.MULTILINE
        )
        return dict(zip(parts[1::2], parts[2::2], strict=True))[test]


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def runs() -> Iterator[Cradle]:
    """Return where pytest starts from; the plug-in itself is imported by each run."""
    with cradle("pytest", "requests", "mockserver.server.mock") as made:
        yield made


@pytest.fixture
def run(tmp_path: Path, runs: Cradle) -> Run:
    """Return a function that runs pytest on modules: `run(*arguments, test_a=...)`."""

    def run_pytest(*arguments: str, **files: str) -> Done:
        for name, source in files.items():
            text = CLIENT + dedent(source) if name == "conftest" else dedent(source)
            (tmp_path / f"{name}.py").write_text(text)
        clean = ("PYTEST", "MOCKSERVER", "COV_")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(clean)}
        # Loading all plugins of the environment would cost seconds in each run.
        environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        names = ("mockserver.pytest_plugin", "xdist.plugin", "pytest_asyncio.plugin")
        plugins = [word for name in names for word in ("-p", name)]
        words = ("-p", "no:cacheprovider", *plugins, *arguments)
        with closing(runs.start("pytest", *words, cwd=tmp_path, env=environ)) as done:
            said, _ = done.communicate()
            return Done(done.wait(), said)

    return run_pytest


def test_fixtures_marker_and_options_work_in_parallel(run: Run) -> None:
    done = run(
        "-n",
        "2",
        "-W",
        "error",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
        conftest="",
        test_work="""
            import asyncio
            import pytest

            def test_polls_move_time(mockserver, client):
                job_id = client.submit()
                states = [client.status(job_id) for _ in range(3)]
                assert states == ["queued", "processing", "completed"]
                job = mockserver.jobs.only()
                job.assert_submitted_once()
                job.assert_polled(at_most=3)

            @pytest.mark.parametrize("number", range(6))
            def test_each_test_has_a_space_of_its_own(mockserver, client, number):
                client.submit()
                assert len(mockserver.jobs) == 1
                assert len(mockserver.exchanges) == 1

            @pytest.mark.mockserver(pace="manual", seed=7)
            def test_marked(mockserver, client):
                job_id = client.submit()
                assert client.status(job_id) == client.status(job_id) == "queued"
                mockserver.advance("1h")
                assert client.status(job_id) == "completed"
                assert mockserver.seed == 7

            @pytest.mark.mockserver(allow_unmatched=True)
            def test_unmatched_on_purpose(mockserver):
                import requests
                assert requests.get(mockserver.url + "/nope").status_code == 404

            def test_keys_have_to_be_known(mockserver):
                import requests
                url = mockserver.url_for("digitalcarbon") + "/v1-beta/generate-video"
                answer = requests.post(url, json={}, headers={"X-API-Key": "any"})
                assert answer.status_code == 401

            @pytest.mark.asyncio
            async def test_asyncio(mockserver, client):
                job_id = await asyncio.to_thread(client.submit)
                mockserver.finish(job_id)
                assert mockserver.jobs.only().is_terminal

            def test_a_server_of_its_own(make_mockserver, mockserver_session):
                one, two = make_mockserver(pace="demo"), make_mockserver(auth="open")
                assert len({one.url, two.url, mockserver_session.url}) == 3
                assert (one.config.pace, one.config.auth) == ("demo", "strict")
                assert (two.config.pace, two.config.auth) == ("step", "open")
        """,
    )

    assert done.counts["passed"] == 12, done.text
    assert done.code == 0


def test_draws_are_the_same_in_each_run_and_differ_between_tests(run: Run) -> None:
    tests = """
        def test_one(client):
            print("one", client.submit())

        def test_two(client):
            print("two", client.submit())
    """

    first = run("-s", "-q", conftest="", test_it=tests)
    second = run("-s", "-q", "test_it.py::test_two")

    ids = dict(re.findall(r"(one|two) ([0-9a-f-]{36})", first.text))
    assert ids["one"] != ids["two"]
    assert f"two {ids['two']}" in second.text


def test_what_goes_wrong_fails_the_test_and_is_told(run: Run) -> None:
    done = run(
        "-n",
        "1",
        conftest="",
        test_wrong="""
            import pytest, requests

            def test_unmatched(mockserver):
                requests.get(mockserver.url + "/digitalcarbno/v1?api_key=hunter2")

            def test_wrong_method(client):
                requests.put(client.base, headers=client.headers)

            def test_failing(mockserver, client):
                client.status(client.submit())
                assert 1 == 2

            @pytest.mark.mockserver(speed="fast")
            def test_wrong_mark(mockserver):
                pass

            @pytest.mark.mockserver(scenario="stuck")
            def test_unknown_scenario(mockserver):
                pass

            def test_unmatched_elsewhere(make_mockserver):
                requests.get(make_mockserver().url + "/nope")
        """,
    )

    unmatched = done.of("test_unmatched")
    assert "1 requests that no provider knows" in unmatched
    assert "GET /digitalcarbno/v1  404  no provider is at this path" in unmatched
    assert "hunter2" not in unmatched.partition("- mockserver -")[2]
    assert "PUT /digitalcarbon/v1-beta/generate-video  405" in done.of(
        "test_wrong_method"
    )
    failing = done.of("test_failing")
    assert re.search(r"-+ mockserver -+\nhttp://127\.0\.0\.1:\d+  seed 1", failing)
    assert re.search(r"space test_failing-[0-9a-f]{8}, pace step", failing)
    assert re.search(r"\d+  POST /digitalcarbon/v1-beta/generate-video  200", failing)
    assert re.search(r"/status  200  status  queued  [0-9a-f-]{36}", failing)
    assert "found speed, expected allow_unmatched, ignore_findings, pace" in done.of(
        "test_wrong_mark"
    )
    assert "found 'stuck'" in done.of("test_unknown_scenario")
    assert "GET /nope  404" in done.of("test_unmatched_elsewhere")


def test_a_failed_test_is_told_with_all_that_happened(run: Run) -> None:
    done = run(
        conftest="",
        test_told="""
            import requests

            def test_told(mockserver, client):
                mockserver.use("status-blips")
                job_id = client.submit()
                url = f"{client.base}/{job_id}/status"
                for _ in range(3):
                    requests.get(url, headers=client.headers)
                requests.post(mockserver.webhooks.url_for("done"), data="hello")
                mockserver.jobs.only().assert_polled(at_most=2)
        """,
    )

    told = done.of("test_told")
    assert "polled 3 times, expected at most 2" in told
    assert re.search(r"\+0\.000 s  +#\d+  poll +503  queued  rule status-blips/1", told)
    assert re.search(
        r"\+0\.000 s +\d+  POST /digitalcarbon/v1-beta/generate-video", told
    )
    assert re.search(r'> {"files": \[{"url": "https://example.com/image1.jpg"}\]', told)
    assert '< {"status":"completed"}' in told
    assert re.search(r"completed  \(queued 0\.0 s > processing \d+\.\d s > comp", told)
    assert re.search(
        r"status-blips/1 \(active\): fired 2 times: #\d+ at \+0\.000 s", told
    )
    assert re.search(r"1 POST /done at \+\d+\.\d{3} s  hello", told)
    assert "dc_" not in told.partition("- mockserver -")[2]


def test_no_secret_is_in_what_pytest_tells(run: Run, tmp_path: Path) -> None:
    """Neither in the summary nor in the sections of failures, nor in its JUnit file."""
    done = run(
        "--mockserver-findings=fail",
        "--junitxml=told.xml",
        conftest="",
        test_planted="""
            import requests

            TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJt." + "-".join(["planted", "1"])

            def test_planted(mockserver, client):
                client.headers["Authorization"] = f"Bearer {TOKEN}"
                job_id = client.submit()
                url = f"{client.base}/{TOKEN}/status?token={TOKEN}"
                for _ in range(3):
                    requests.get(url, headers=client.headers)
                mockserver.jobs.only().assert_polled()

            def test_waits(mockserver):
                requests.get(f"{mockserver.url}/nowhere/{TOKEN}")
                mockserver.wait_for_request(provider="luma", timeout=0)
        """,
    )

    assert "polled 0 times, expected at least 1" in done.of("test_planted")
    assert "warning retry-of-a-refusal" in done.text
    assert "/nowhere/[hidden]" in done.of("test_waits")
    assert "planted-1" not in done.text
    assert "planted-1" not in (tmp_path / "told.xml").read_text("utf-8")


def test_the_inside_of_the_plug_in_is_not_shown(run: Run) -> None:
    done = run(
        conftest="",
        test_hidden="""
            import pytest

            def test_assertion(mockserver):
                mockserver.jobs.only()

            def test_error(mockserver):
                mockserver.use("stuck")

            def test_waiting(mockserver):
                mockserver.webhooks.wait()

            @pytest.mark.mockserver(scenario="stuck")
            def test_mark(mockserver):
                pass
        """,
    )

    assert "found 0 jobs, expected one" in done.of("test_assertion")
    assert "expected 'stuck-in-queue'" in done.of("test_error")
    assert "nothing more is planned" in done.of("test_waiting")
    assert done.of("test_mark").startswith("mockserver: scenario: found 'stuck'", 1)
    places = re.findall(r"^(\S+\.py):\d+: ", done.text, re.MULTILINE)
    assert places == ["test_hidden.py"] * 3
    assert "During handling" not in done.text


def test_rules_that_never_fired_are_named_and_fail_if_asked(run: Run) -> None:
    tests = """
        import pytest

        @pytest.mark.mockserver(scenario="status-blips")
        def test_fires(client):
            client.submit()
            for _ in range(2):
                pytest.raises(KeyError, client.status, client.submit())

        @pytest.mark.mockserver(scenario="flaky")
        def test_never(mockserver):
            pass
    """

    quiet = run(conftest="", test_rules=tests)
    loud = run("-v", "-n", "1", "--mockserver-fail-on=unfired", test_rules=tests)

    assert quiet.counts == {"passed": 2}, quiet.text
    assert "flaky/1: never fired in 1 test" in quiet.text
    assert "status-blips/1" not in quiet.text
    assert loud.counts == {"failed": 1, "passed": 1}, loud.text
    assert "status-blips/1: fired 2x in 1 test" in loud.text
    assert "rules that never fired:\n  flaky/1" in loud.of("test_never")


def test_habits_of_the_client_are_summed_up_and_fail_if_asked(run: Run) -> None:
    tests = """
        import pytest

        def test_again(client):
            client.submit()
            client.submit()

        def test_refused(client, mockserver):
            lost = {"kind": "reset", "after": True}
            rule = {"on": {"operation": "create"}, "fault": lost}
            mockserver.use({"scenario": "x", "rules": [rule]})
            for _ in range(2):
                pytest.raises(Exception, client.submit)

        @pytest.mark.mockserver(ignore_findings=["submit-twice"])
        def test_ignored(client):
            client.submit()
            client.submit()

        @pytest.mark.mockserver(ignore_findings=["submit-thrice"])
        def test_misspelt(client):
            client.submit()
    """

    warned = run(conftest="", test_habits=tests)
    failed = run("--mockserver-findings=fail", "-n", "1", test_habits=tests)
    silent = run("--mockserver-findings=off", test_habits=tests)

    assert "findings about the client" in warned.text
    assert "note submit-twice\n  test_habits.py::test_again: ordered 2" in warned.text
    assert "error submit-after-silence\n  test_habits.py::test_refused" in warned.text
    assert "test_ignored" not in warned.text
    assert failed.counts == {"failed": 1, "passed": 2, "error": 1}, failed.text
    assert "error submit-after-silence: ordered again" in failed.of("test_refused")
    assert "expected 'submit-twice', the nearest" in failed.of("test_misspelt")
    assert "findings about" not in silent.text


def test_our_own_bugs_fail_the_test(run: Run) -> None:
    done = run(
        conftest="",
        test_bug="""
            import logging

            def test_bug(mockserver, mockserver_session, monkeypatch, client):
                logging.disable()
                engine = mockserver_session.instance.services.spaces
                monkeypatch.setattr(engine, "open", None)
                import requests
                answer = requests.get(client.base + "/x/status", headers=client.headers)
                monkeypatch.undo()
                assert answer.status_code == 500
                assert answer.headers["X-Mock-Bug"] == "1"
        """,
    )

    assert done.counts == {"failed": 1}, done.text
    assert "1 bugs in video-mockserver, please report them:" in done.of("test_bug")
    assert "TypeError: 'NoneType' object is not callable" in done.of("test_bug")


def test_settings_come_from_fixture_file_and_options(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mockserver.toml").write_text('seed = 5\npace = "x2"\nport = 7357\n')

    done = run(
        "--mockserver-pace=x3",
        "--mockserver-set=digitalcarbon.world=strict",
        conftest="""
            @pytest.fixture(scope="session")
            def mockserver_config():
                return {"auth": "open", "pace": "manual"}
        """,
        test_settings="""
            def test_settings(mockserver, mockserver_session):
                config = mockserver_session.config
                assert (config.auth, config.seed, mockserver.pace) == ("open", 5, "x3")
                assert config.providers_settings["digitalcarbon"]
                assert not mockserver.url.endswith(":7357")
        """,
    )

    assert done.counts == {"passed": 1}, done.text


def test_a_wrong_setting_is_one_line(run: Run) -> None:
    done = run(
        "--mockserver-pace=fast",
        conftest="",
        test_it="def test_it(mockserver): pass",
    )

    assert done.counts == {"error": 1}
    assert "mockserver: --pace: pace: found 'fast', expected demo" in done.text
    assert "Traceback" not in done.text


def test_options_fixtures_and_marker_are_listed(run: Run) -> None:
    helped = run("--help")
    marked = run("--markers")
    fixtures = run("--fixtures")

    assert "--mockserver-pace=PACE" in helped.text
    assert "@pytest.mark.mockserver(pace=..., seed=..., scenario=..." in marked.text
    for name in ("mockserver", "mockserver_session", "make_mockserver"):
        assert re.search(
            rf"^{name}( \[session scope\])? -- ", fixtures.text, re.MULTILINE
        )


def test_the_examples_of_the_documentation_work(run: Run) -> None:
    page = Path(__file__).parents[1] / "docs" / "pytest.md"
    blocks = re.findall(r"(?s)```python\n(.*?)```", page.read_text())

    done = run(
        "-s",
        test_first=blocks[0],
        conftest=blocks[1],
        test_second=blocks[2],
        test_third="def test_third():\n" + indent(blocks[3], "    "),
    )

    assert len(blocks) == 4
    assert done.counts == {"passed": 3}, done.text


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_report_for_junit_has_what_the_terminal_has(
    run: Run, tmp_path: Path, workers: str
) -> None:
    """Pipelines show that file, and nobody there sees the terminal."""
    done = run(
        "-n",
        workers,
        "--junitxml=report.xml",
        test_fails="""
            def test_fails(mockserver):
                assert mockserver.pace == "real"
        """,
    )

    (told,) = parse(tmp_path / "report.xml").iter("failure")  # noqa: S314 - written now
    assert done.text.count("- mockserver -") == 1
    assert "- mockserver -" not in str(told.get("message"))
    assert ", pace step\n" in str(told.text)


def test_the_documented_clients_give_up_or_wait(run: Run) -> None:
    page = Path(__file__).parents[1] / "docs" / "time.md"
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    files = {f"test_example_{number}": code for number, code in enumerate(blocks)}

    done = run("-q", "-o", "asyncio_mode=auto", **files)

    assert done.counts == {"passed": 3}, done.text
