"""The published schema is the language that is read."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.language import schema

PUBLISHED = Path(__file__).parents[3] / "schemas" / "scenario.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text()))


def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert json.loads(PUBLISHED.read_text()) == schema()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_shipped_scenario_is_valid_for_editors(
    stage: Stage, validator: jsonschema.Draft202012Validator
) -> None:
    documents = [stage.library.source(n).document for n in stage.library.names()]

    wrong = [str(e) for one in documents for e in validator.iter_errors(one)]

    assert len(documents) >= 40
    assert wrong == []


WRONG: list[Any] = [
    {"on": {"opration": "status"}, "job": {"fail_at": 60}},
    {"on": {"times": -1}, "fault": {"kind": "reset"}},
    {"on": {"progress": "about 60"}, "fault": {"kind": "reset"}},
    {"on": {"phase": "sleeping"}, "fault": {"kind": "reset"}},
    {"job": {"slow": "very"}},
    {"job": {}},
    {"timeline": []},
    {"answer": {"status": 700}},
    {"answer": {"set": {"url": 1}}},
    {"delivery": {"signature": "odd"}},
    {"fault": {"kind": "explode"}},
    {"media": {"late": "soon"}},
]


@pytest.mark.parametrize("rule", WRONG, ids=str)
def test_what_the_code_refuses_editors_mark_too(
    stage: Stage, validator: jsonschema.Draft202012Validator, rule: Any
) -> None:
    document = {"scenario": "x", "rules": [rule]}

    with pytest.raises(ScenarioError):
        stage.read(document)
    assert not validator.is_valid(document)
