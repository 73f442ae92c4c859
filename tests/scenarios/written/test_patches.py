"""What a rule changes about an answer; the document that is given stays."""

from typing import Any

import pytest

from mockserver.scenarios.written.patches import AnswerPatch

DOCUMENT: Any = {"state": "done", "links": ["https://x/1", "no link"], "id": 7}


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        (AnswerPatch(), DOCUMENT),
        (AnswerPatch(removes=(("state",), ("id",))), {"links": DOCUMENT["links"]}),
        (AnswerPatch(sets=((("id",), 8), (("id",), 9))), {**DOCUMENT, "id": 9}),
        (
            AnswerPatch(removes=(("links",),), sets=((("links", "a"), 1),)),
            {**DOCUMENT, "links": {"a": 1}},
        ),
        (AnswerPatch(drops_links=True), {**DOCUMENT, "links": ["no link"]}),
        (
            AnswerPatch(drops_links=True, sets=((("links", "-"), "https://y/"),)),
            {**DOCUMENT, "links": ["no link", "https://y/"]},
        ),
        (AnswerPatch(replaces=True, document=None, removes=(("id",),)), None),
    ],
)
def test_links_go_first_then_what_is_removed_then_what_is_set_is_there(
    patch: AnswerPatch, expected: object
) -> None:
    assert patch.change(DOCUMENT) == expected
    assert DOCUMENT["links"] == ["https://x/1", "no link"]


@pytest.mark.parametrize("link", ["http://x", "https://x", "data:video/mp4;base64,"])
def test_these_are_links_wherever_they_stand(link: str) -> None:
    document = {"a": [{"b": link, "c": f"see {link}"}]}

    changed = AnswerPatch(drops_links=True).change(document)

    assert changed == {"a": [{"c": f"see {link}"}]}


@pytest.mark.parametrize(
    ("patch", "changes"),
    [
        (AnswerPatch(), False),
        (AnswerPatch(status=202, text="x"), False),
        (AnswerPatch(sets=((("a",), 1),)), True),
        (AnswerPatch(removes=(("a",),)), True),
        (AnswerPatch(drops_links=True), True),
    ],
)
def test_only_what_is_about_members_changes_a_document(
    patch: AnswerPatch, changes: bool
) -> None:
    assert patch.changes_document is changes
