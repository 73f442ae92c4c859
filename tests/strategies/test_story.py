"""A story that fails is told as a file that replays it."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import find, given, settings

from mockserver.cli import main
from mockserver.strategies import Story, faults, stories

pytestmark = pytest.mark.slow


@given(story=stories("digitalcarbon"))
def test_what_is_shown_is_the_scenario(story: Story) -> None:
    assert yaml.safe_load(repr(story)) == story


@pytest.mark.deep
def test_what_is_shown_is_accepted_as_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = find(stories("digitalcarbon"), lambda one: len(one["rules"]) == 3)
    file = tmp_path / f"{story['scenario']}.yaml"
    file.write_text(repr(story), encoding="utf-8")

    assert main(["scenarios", "validate", "--strict", str(file)]) == 0
    assert capsys.readouterr().err == ""


def test_equal_stories_have_equal_names_and_others_others() -> None:
    rules = [{"job": {"fail_at": 50}}]
    one, other = Story.of("luma", rules, ["A."]), Story.of("fal", rules, ["A."])

    assert one["scenario"] == Story.of("luma", rules, ["B."])["scenario"]
    assert one["scenario"] != other["scenario"]


@pytest.mark.deep
def test_a_failing_example_is_told_as_a_file() -> None:
    @settings(database=None, print_blob=False)
    @given(story=faults("digitalcarbon"))
    def check(story: Story) -> None:
        assert not story

    with pytest.raises(AssertionError) as failed:
        check()

    told = "\n".join(failed.value.__notes__)
    assert "# story-18c893eb.yaml: mockserver serve --scenario ./story" in told
    assert "    retry_after: 2s\n" in told


def test_without_hypothesis_its_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import mockserver.cli, mockserver.server.mock, mockserver.pytest_plugin\n"
        "import mockserver.strategies"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.stderr.splitlines()[-1] == (
        "ImportError: mockserver.strategies: found no hypothesis, expected the extra of"
        " that name: pip install 'video-mockserver[hypothesis]'"
    )
