"""Every 422, character by character."""

from typing import Any, ClassVar

import pytest

from tests.providers.hourone.conftest import (
    CREATE,
    DRAFT,
    NOWHERE,
    OVERRIDE,
    TOKEN,
    Api,
    MakeApi,
)

O = ["body", "__root__", "OverrideVideoRequest"]  # noqa: E741 - the contract's P
C = ["body", "__root__", "NewVideoRequest"]
W = ["body", "__root__", "WorkflowVideoRequest"]
SCENE = {"name": "a", "layout_id": "l"}
MISSING = {"msg": "field required", "type": "value_error.missing"}
NONE = {"msg": "none is not an allowed value", "type": "type_error.none.not_allowed"}
STR = {"msg": "str type expected", "type": "type_error.str"}
LIST = {"msg": "value is not a valid list", "type": "type_error.list"}
DICT = {"msg": "value is not a valid dict", "type": "type_error.dict"}
INTEGER = {"msg": "value is not a valid integer", "type": "type_error.integer"}
BOOL = {
    "msg": "value could not be parsed to a boolean",
    "type": "type_error.bool",
}


def at_most(limit: int) -> dict[str, Any]:
    return {
        "msg": f"ensure this value has at most {limit} characters",
        "type": "value_error.any_str.max_length",
        "ctx": {"limit_value": limit},
    }


def only(value: str, given: object) -> dict[str, Any]:
    return {
        "msg": f"unexpected value; permitted: '{value}'",
        "type": "value_error.const",
        "ctx": {"given": given, "permitted": [value]},
    }


COLOR = r"^#?(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{6})$"
REGEX = {
    "msg": f'string does not match regex "{COLOR}"',
    "type": "value_error.str.regex",
    "ctx": {"pattern": COLOR},
}
TOO_FEW = {
    "msg": "ensure this value has at least 1 items",
    "type": "value_error.list.min_items",
    "ctx": {"limit_value": 1},
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scenes": None}, [(["scenes"], NONE)]),
        ({"scenes": {}}, [(["scenes"], LIST)]),
        ({"scenes": [5, "x"]}, [(["scenes", 0], DICT), (["scenes", 1], DICT)]),
        ({"scenes": [{}, {}]}, [(["scenes", 0, "name"], MISSING),
                                (["scenes", 1, "name"], MISSING)]),
        ({"scenes": [{"name": None}]}, [(["scenes", 0, "name"], NONE)]),
        ({"scenes": [{"name": "a", "type": "x"}]},
         [(["scenes", 0, "type"], only("override_scene", "x"))]),
        ({"scenes": [{"name": "a", "type": 5}]},
         [(["scenes", 0, "type"], only("override_scene", 5))]),
        ({"scenes": [{"name": "a", "type": None}]}, [(["scenes", 0, "type"], NONE)]),
        ({"scenes": [{"name": "a", "media": "x"}]}, [(["scenes", 0, "media"], LIST)]),
        ({"scenes": [{"name": "a", "texts": ["b", 1]}]},
         [(["scenes", 0, "texts", 1], STR)]),
        ({"scenes": [{"name": "a", "transcript": "x" * 1001}]},
         [(["scenes", 0, "transcript"], at_most(1000))]),
        ({"name": 5}, [(["name"], STR)]),
        ({"correlation_id": "x" * 101}, [(["correlation_id"], at_most(100))]),
        ({"metadata": []}, [(["metadata"], DICT)]),
        ({"metadata": {"a": None}}, [(["metadata", "a"], NONE)]),
        ({"metadata": {"a": 1.5}}, [(["metadata", "a"], STR),
                                    (["metadata", "a"], INTEGER),
                                    (["metadata", "a"], BOOL)]),
        # several at once, in the order of the schema and not of the sender
        ({"correlation_id": 1, "voice_id": [], "name": 5},
         [(["name"], STR), (["voice_id"], STR), (["correlation_id"], STR)]),
    ],
)  # fmt: skip
async def test_an_override_that_breaks_its_schema(
    api: Api, changes: dict[str, Any], expected: list[tuple[list[Any], dict[str, Any]]]
) -> None:
    detail = await api.errors("/videos", {**OVERRIDE, **changes})

    assert detail == [{"loc": [*O, *place], **entry} for place, entry in expected]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scenes": []}, [(["scenes"], TOO_FEW)]),
        ({"scenes": [{"name": "a"}]}, [(["scenes", 0, "layout_id"], MISSING)]),
        ({"palette": [{}, {"color": "red"}, {"color": "#1234567"}]},
         [(["palette", 0, "color"], MISSING), (["palette", 1, "color"], REGEX),
          (["palette", 2, "color"], REGEX)]),
        ({"scenes": [{**SCENE, "texts_elements": [{"id": "x"}]}]},
         [(["scenes", 0, "texts_elements", 0, "text"], MISSING)]),
    ],
)  # fmt: skip
async def test_a_dynamic_video_that_breaks_its_schema(
    api: Api, changes: dict[str, Any], expected: list[tuple[list[Any], dict[str, Any]]]
) -> None:
    detail = await api.errors("/videos", {**CREATE, **changes})

    assert detail == [{"loc": [*C, *place], **entry} for place, entry in expected]


async def test_a_dynamic_video_without_anything_is_refused_as_documented(
    api: Api,
) -> None:
    body = {"type": "create", "template_id": "64f0c0de00000000000000a1", "scenes": []}

    assert await api.errors("/videos", body) == [
        {"loc": [*C, "character_id"], **MISSING},
        {"loc": [*C, "voice_id"], **MISSING},
        {"loc": [*C, "scenes"], **TOO_FEW},
    ]


async def test_a_workflow_without_anything(api: Api) -> None:
    assert await api.errors("/videos", {"type": "workflow"}) == [
        {"loc": [*W, "workflow_id"], **MISSING},
        {"loc": [*W, "variables"], **MISSING},
    ]


DISCRIMINATED = "value_error.discriminated_union"
UNNAMED = {
    "loc": ["body", "__root__"],
    "msg": "Discriminator 'type' is missing in value",
    "type": f"{DISCRIMINATED}.missing_discriminator",
    "ctx": {"discriminator_key": "type"},
}


@pytest.mark.parametrize(
    ("kind", "shown"), [("x", "'x'"), (None, "None"), ([], "[]"), (1, "1")]
)
async def test_an_unknown_type_is_shown_in_python_notation(
    api: Api, kind: object, shown: str
) -> None:
    assert await api.errors("/videos", {"type": kind}) == [
        {
            "loc": ["body", "__root__"],
            "msg": (
                f"No match for discriminator 'type' and value {shown}"
                " (allowed values: 'override', 'create', 'workflow')"
            ),
            "type": f"{DISCRIMINATED}.invalid_discriminator",
            "ctx": {
                "discriminator_key": "type",
                "discriminator_value": kind,
                "allowed_values": "'override', 'create', 'workflow'",
            },
        }
    ]


@pytest.mark.parametrize("body", [[], "x", 5, True])
async def test_a_body_that_is_no_object_has_no_type(api: Api, body: object) -> None:
    assert await api.errors("/videos", body) == [UNNAMED]


@pytest.mark.parametrize("body", [b"", b"null"])
@pytest.mark.parametrize("path", ["/videos", "/voice-preview"])
async def test_no_body_at_all(api: Api, path: str, body: bytes) -> None:
    assert await api.errors(path, None, body=body) == [{"loc": ["body"], **MISSING}]


async def test_another_body_that_is_no_object(api: Api) -> None:
    assert await api.errors("/voice-preview", []) == [{"loc": ["body"], **DICT}]


async def test_broken_json_is_worded_by_the_decoder(api: Api) -> None:
    assert await api.errors("/videos", None, body=b'{"a" 1}') == [
        {
            "loc": ["body", 5],
            "msg": "Expecting ':' delimiter: line 1 column 6 (char 5)",
            "type": "value_error.jsondecode",
            "ctx": {
                "msg": "Expecting ':' delimiter",
                "doc": '{"a" 1}',
                "pos": 5,
                "lineno": 1,
                "colno": 6,
            },
        }
    ]


@pytest.mark.parametrize("body", [b"\xff\xfe\xfd", b'{"name": "\\ud800"}'])
async def test_what_is_no_text_cannot_be_parsed(api: Api, body: bytes) -> None:
    answer = await api.call("POST", "/videos", body=body)

    assert (answer.status, answer.body) == (
        400,
        {"detail": "There was an error parsing the body"},
    )


async def test_another_content_type_is_read_as_json_all_the_same(api: Api) -> None:
    headers = {"api-key": "hourone-test-key", "Content-Type": "text/plain"}

    assert (await api.post("/videos", OVERRIDE, headers)).status == 201


LANGUAGES = "en es de pt it fr nl ja tr pl hu cz he zh hi ru ko ar".split()  # noqa: SIM905 - as the contract lists them


async def test_languages_and_formats_are_closed_lists(api: Api) -> None:
    path = "/videos/x/subtitles"
    permitted = ", ".join(f"'{code}'" for code in LANGUAGES)

    assert await api.errors(path, {"language_code": "cs", "format": "ass"}) == [
        {
            "loc": ["body", "language_code"],
            "msg": f"value is not a valid enumeration member; permitted: {permitted}",
            "type": "type_error.enum",
            "ctx": {"enum_values": LANGUAGES},
        },
        {
            "loc": ["body", "format"],
            "msg": "value is not a valid enumeration member; permitted: 'vtt', 'srt'",
            "type": "type_error.enum",
            "ctx": {"enum_values": ["vtt", "srt"]},
        },
    ]


async def test_null_is_refused_where_there_is_a_default(api: Api) -> None:
    body = {"language_code": "en", "format": None}

    assert await api.errors("/videos/x/subtitles", body) == [
        {"loc": ["body", "format"], **NONE}
    ]


async def test_null_is_absent_where_a_member_may_be_left_out(api: Api) -> None:
    video = await api.start(
        name=None, recipe_id=None, metadata=None, correlation_id=None
    )

    assert video["name"] == "Welcome"
    assert "metadata" not in video


URL = ["body", "url"]


def url_error(kind: str, message: str, **context: object) -> dict[str, Any]:
    error = {"loc": URL, "msg": message, "type": f"value_error.url.{kind}"}
    return {**error, "ctx": context} if context else error


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("x", url_error("scheme", "invalid or missing URL scheme")),
        ("http:/a.b", url_error("scheme", "invalid or missing URL scheme")),
        ("ftp://a.bc", url_error("scheme", "URL scheme not permitted",
                                 allowed_schemes=["http", "https"])),
        ("http://", url_error("host", "URL host invalid")),
        ("http://-a.bc", url_error("host", "URL host invalid")),
        ("http://a.bc:65536",
         url_error("port", "URL port invalid, port cannot exceed 65535")),
        ("http://a b", url_error(
            "extra", "URL invalid, extra characters found after valid URL: ' b'",
            extra=" b")),
        ("", {"loc": URL, "msg": "ensure this value has at least 1 characters",
              "type": "value_error.any_str.min_length", "ctx": {"limit_value": 1}}),
        ("http://a.bc/" + "x" * 2072, {"loc": URL, **at_most(2083)}),
        (5, {"loc": URL, **STR}),
        (None, {"loc": URL, **NONE}),
    ],
)  # fmt: skip
async def test_a_webhook_needs_an_http_address(
    api: Api, url: object, error: dict[str, Any]
) -> None:
    body = {"name": "a", "events": [], "url": url}

    assert await api.errors("/webhooks", body, headers=TOKEN) == [error]


@pytest.mark.parametrize(
    "url",
    ["http://localhost:9000/hook", "http://listener:8080/hook", "http://127.0.0.1:65535",
     "https://[::1]/", "HTTP://a.bc/" + "x" * 2071],
)  # fmt: skip
async def test_any_host_may_listen(api: Api, url: str) -> None:
    body = {"name": "a", "events": [], "url": url}

    assert (await api.post("/webhooks", body, TOKEN)).body["url"] == url


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://localhost:9000/hook", 422),
        ("http://listener:8080/hook", 422),
        ("http://127.0.0.1:9000/hook", 201),
        ("https://hooks.example.com/", 201),
    ],
)
async def test_real_strictness_asks_for_a_dotted_host(
    api_with: MakeApi, url: str, status: int
) -> None:
    api = await api_with(strict_hosts=True)

    answer = await api.post("/webhooks", {"name": "a", "events": [], "url": url}, TOKEN)

    assert answer.status == status
    assert status == 201 or answer.body["detail"] == [
        url_error("host", "URL host invalid, top level domain required")
    ]


async def test_query_headers_and_body_are_told_together(api: Api) -> None:
    answer = await api.post(
        "/playground/generate", {"title": 5}, {**TOKEN, "reals-platform": "web"}
    )

    assert answer.body["detail"] == [
        {
            "loc": ["header", "reals-platform"],
            "msg": (
                "value is not a valid enumeration member;"
                " permitted: 'mobile', 'reals', 'reals_api'"
            ),
            "type": "type_error.enum",
            "ctx": {"enum_values": ["mobile", "reals", "reals_api"]},
        },
        {"loc": ["body", "title"], **STR},
    ]


def rule(place: list[str], message: str) -> dict[str, Any]:
    return {"loc": place, "msg": message, "type": "value_error"}


UNKNOWN = [
    ("source_draft_id", "source draft not found"),
    ("folder_id", "folder not found"),
    ("palette_id", "palette not found"),
    ("character_id", "character not found"),
    ("voice_id", "voice not found"),
]


@pytest.mark.parametrize(("field", "message"), UNKNOWN)
async def test_24_zeros_are_never_there(api: Api, field: str, message: str) -> None:
    detail = await api.errors("/videos", {**OVERRIDE, field: NOWHERE})

    assert detail == [rule([*O, field], message)]


@pytest.mark.parametrize(("field", "message"), UNKNOWN)
async def test_a_strict_world_refuses_what_the_world_does_not_list(
    api_with: MakeApi, field: str, message: str
) -> None:
    api = await api_with(world="strict")

    detail = await api.errors("/videos", {**OVERRIDE, field: "mine"})

    assert detail == [rule([*O, field], message)]


async def test_unknown_recipes_templates_and_workflows(api: Api) -> None:
    recipe = {"type": "override", "recipe_id": NOWHERE, "scenes": []}
    template = {**CREATE, "template_id": NOWHERE}
    workflow = {"type": "workflow", "workflow_id": NOWHERE, "variables": []}

    assert await api.errors("/videos", recipe) == [
        rule([*O, "recipe_id"], "recipe not found")
    ]
    assert await api.errors("/videos", template) == [
        rule([*C, "template_id"], "template not found")
    ]
    assert await api.errors("/videos", workflow) == [
        rule([*W, "workflow_id"], "workflow not found")
    ]


async def test_something_has_to_be_the_source(api: Api) -> None:
    assert await api.errors("/videos", {"type": "override", "scenes": []}) == [
        rule(O, "either source_draft_id or recipe_id is required")
    ]
    assert await api.errors("/videos", {}) == [
        rule(["body"], "either source_draft_id or recipe_id is required")
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_the_draft_says_how_many_scenes_there_are(api: Api, count: int) -> None:
    body = {**OVERRIDE, "scenes": [{"name": "a"}] * count}

    assert await api.errors("/videos", body) == [
        rule([*O, "scenes"], "number of scenes must be 2")
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 4])
async def test_the_template_says_how_many_colours_there_are(
    api: Api, count: int
) -> None:
    body = {**CREATE, "palette": [{"color": "#112233"}] * count}

    assert await api.errors("/videos", body) == [
        rule([*C, "palette"], "palette size must be 3")
    ]


async def test_a_preview_is_500_characters_long_at_most(api: Api) -> None:
    body = {"source_draft_id": DRAFT, "transcript": "x" * 501}

    longest = await api.post("/voice-preview", {**body, "transcript": "x" * 500})

    assert longest.status == 201
    assert await api.errors("/voice-preview", body) == [
        {"loc": ["body", "transcript"], **at_most(500)}
    ]


class TestDialects:
    """Which of the two published versions is spoken."""

    BARE: ClassVar = {name: value for name, value in OVERRIDE.items() if name != "type"}

    async def test_strict_asks_for_the_type(self, api_with: MakeApi) -> None:
        api = await api_with(dialect="strict")

        assert await api.errors("/videos", self.BARE) == [UNNAMED]
        assert (await api.post("/videos", OVERRIDE)).status == 201

    async def test_strict_refuses_every_null(self, api_with: MakeApi) -> None:
        api = await api_with(dialect="strict")

        assert await api.errors("/videos", {**OVERRIDE, "name": None}) == [
            {"loc": [*O, "name"], **NONE}
        ]

    async def test_a_body_is_judged_anew_in_another_dialect(self, api: Api) -> None:
        """What was valid twice in one is not known to be so in the other."""
        body = {**OVERRIDE, "name": None}
        before = [(await api.post("/videos", body)).status for _ in range(2)]
        api.space().settings["hourone", "dialect"] = "strict"

        assert before == [201, 201]
        assert await api.errors("/videos", body) == [{"loc": [*O, "name"], **NONE}]

    async def test_legacy_ignores_the_type(self, api_with: MakeApi) -> None:
        api = await api_with(dialect="legacy")

        assert (await api.post("/videos", {**self.BARE, "type": "x"})).status == 201
        assert await api.errors("/videos", []) == [{"loc": ["body"], **DICT}]

    async def test_auto_tells_the_kind_from_the_members(self, api: Api) -> None:
        template = {"template_id": "t"}

        assert await api.errors("/videos", {"workflow_id": "w"}) == [
            {"loc": ["body", "variables"], **MISSING}
        ]
        assert [one["loc"] for one in await api.errors("/videos", template)] == [
            ["body", "character_id"], ["body", "voice_id"], ["body", "scenes"],
        ]  # fmt: skip

    async def test_the_plain_model_has_plain_places(self, api: Api) -> None:
        assert await api.errors("/videos", {**self.BARE, "name": 5}) == [
            {"loc": ["body", "name"], **STR}
        ]

    async def test_the_first_version_takes_its_own_sample(self, api: Api) -> None:
        names = ("name", "source_draft_id", "recipe_id", "folder_id", "palette_id",
                 "character_id", "voice_id")  # fmt: skip
        scene = {"name": "text", "media": ["text"], "texts": ["text"]}
        body = {**dict.fromkeys(names, "text"), "scenes": [scene]}

        assert (await api.post("/videos", body)).status == 201
