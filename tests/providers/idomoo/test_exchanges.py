"""The worked exchanges, byte for byte where bytes are given."""

import re
from typing import Any

from tests.providers.idomoo.conftest import MAIN, Api, basic

BOUNDARY = "955cdbd4ca5fc1cd8fe8dae1e799cb5f"
UPLOAD = (
    f"--{BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="file"; filename="intro.idm"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
    f"IDM0\r\n--{BOUNDARY}--\r\n"
)
SDK_SCENE: dict[str, Any] = {
    "scene_id": 1234,
    "media": [
        {
            "key": "image",
            "val": "https://mypic.png",
            "alignment_scale_type": "fit",
            "if_longer": "cut",
            "mute": False,
            "sidechain_compression_affect": False,
            "duration_referrer": False,
            "is_hidden": False,
        }
    ],
    "text": [
        {
            "key": "text1",
            "val": [{"text": "Hello", "color": "rgb(1,1,255)"}],
            "wrapping_truncate": False,
            "wrapping_truncate_string": "\u2026",
            "right_to_left": False,
            "vertical": False,
            "is_hidden": False,
        }
    ],
    "audio": [],
}


async def test_the_account(api: Api) -> None:
    response = await api.ask("GET", "/accounts/")

    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json"
    assert await response.text() == (
        '{"account_id":1234,"email":"dev@example.com","first_name":"Dev",'
        '"last_name":"Local","company":"Example","max_concurrency_allowed":10,'
        '"credits":1000}'
    )


async def test_a_wrong_secret(api: Api) -> None:
    response = await api.ask("GET", "/accounts/", basic("1234", "wrong"))

    said = await response.text()
    number = re.search(r"\d+\.\d+\.\d{3}\.\d{3}\.\d{7}", said)
    assert response.status == 401
    assert number is not None
    assert number[0].startswith("0.1893456000.")
    assert said.replace(number[0], "N") == (
        '{"status":"Error","request_id":"N","errors":[{'
        '"error_code":1000,"error_message":"Authorization error",'
        '"error_description":"Account ID or API Secret Key is not valid."}]}'
    )


async def test_no_two_refusals_have_one_request_id(api: Api) -> None:
    refusals = [await api.ask("GET", "/accounts/", {}) for _ in range(3)]

    ids = {(await refusal.json())["request_id"] for refusal in refusals}
    assert len(ids) == 3


async def test_uploading_a_scene_as_the_sdk_does(api: Api) -> None:
    headers = {**MAIN, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}

    response = await api.ask(
        "POST", "/scenes/?library=501", headers, data=UPLOAD.encode()
    )

    assert response.status == 200
    assert await response.text() == (
        '{"scene_id":93001,"ref":"' + api.running.origin + "/idomoo/api/v2/scenes/93001"
        '"}'
    )


async def test_generating_two_kinds_of_output(api: Api) -> None:
    output = {
        "video": [{"video_type": "mp4", "height": 720, "overlay_scale": "fit"}],
        "jpg": [{"height": 720, "time": 1.5, "overlay_scale": "fit"}],
    }
    data = [{"key": "name", "val": "My Name"}, {"key": "bday", "val": "00/00/1991"}]

    response = await api.storyboard(output=output, data=data, video_file_name="k2f0c1")

    base = f"{api.running.origin}/idomoo"
    status = f"{base}/api/v2/check_status/1234/0000/k2f0c1"
    assert response.status == 200
    assert await response.text() == (
        '{"status":"Success","output":{"video":[{"video_type":"mp4","Quality":26,'
        '"quality":26,"height":720,"duration":10.0,"cost":1,"links":{"url":"'
        f'{base}/media/1234/0000/k2f0c1.mp4","check_status_url":"{status}"'
        '}}],"jpg":[{"height":720,"time":1.5,"cost":0,"links":{"url":"'
        f'{base}/media/1234/0000/k2f0c1.jpg","check_status_url":"{status}"'
        '}}]},"unique_id":"1234/0000/k2f0c1",'
        '"request_id":"1234.1893456000.450.267.8908322","total_cost":1,'
        f'"check_status_url":"{status}"}}'
    )


async def test_quality_may_be_spelled_with_a_capital(api: Api) -> None:
    video = {"video_type": "mp4", "height": 90, "Quality": 40}

    answer = await (await api.storyboard(output={"video": [video]})).json()

    told = answer["output"]["video"][0]
    assert (told["Quality"], told["quality"]) == (40, 40)


async def test_sound_is_answered_as_it_was_asked_for(api: Api) -> None:
    mp3 = {"file_type": "mp3", "sample_rate": 44100, "mp3_bitrate": 64, "channels": 1}
    output = {"audio": [{**mp3, "suffix": "a"}, {"file_type": "wav", "suffix": "b"}]}

    response = await api.storyboard(output=output, video_file_name="x")

    base = f"{api.running.origin}/idomoo"
    status = f"{base}/api/v2/check_status/1234/0000/x"
    answer = await response.json()
    assert answer["output"] == {
        "audio": [
            {
                "file_type": "mp3",
                "sample_rate": 44100,
                "bit_depth": 16,
                "mp3_bitrate": 64,
                "channels": 1,
                "suffix": "a",
                "cost": 1,
                "links": {
                    "url": f"{base}/media/1234/0000/x_a.mp3",
                    "check_status_url": status,
                },
            },
            {
                "file_type": "wav",
                "sample_rate": 44100,
                "bit_depth": 16,
                "channels": 2,
                "suffix": "b",
                "cost": 1,
                "links": {
                    "url": f"{base}/media/1234/0000/x_b.wav",
                    "check_status_url": status,
                },
            },
        ]
    }
    assert answer["total_cost"] == 2


async def test_polling_to_the_end(api: Api) -> None:
    await api.storyboard(video_file_name="k2f0c1")
    bodies = []

    for seconds in (0, 1.1, 1.9, 60):
        api.advance(seconds)
        bodies.append(
            await (await api.fetch("/api/v2/check_status/1234/0000/k2f0c1")).text()
        )

    assert bodies == [
        '{"status":"IN_PROCESS","id":"1234/0000/k2f0c1"}',
        '{"status":"IN_QUEUE","id":"1234/0000/k2f0c1"}',
        '{"status":"RENDERING","id":"1234/0000/k2f0c1"}',
        '{"status":"VIDEO_AVAILABLE","id":"1234/0000/k2f0c1"}',
    ]


async def test_polling_a_failed_render(api: Api) -> None:
    response = await api.fetch("/api/v2/check_status/1234/0000/failed")

    assert response.status == 200
    assert await response.text() == (
        '{"status":"ERROR","id":"1234/0000/failed","errors":[{"error_code":20,'
        '"error_message":"General","error_description":"The render failed."}]}'
    )


async def test_polling_an_unknown_identifier(api: Api) -> None:
    response = await api.fetch("/api/v2/check_status/1234/0000/nothing")

    assert response.status == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert await response.text() == '{"status":"NOT_EXIST","id":"1234/0000/nothing"}'


async def test_what_the_sdks_jpg_sends_is_refused(api: Api) -> None:
    output = {"video": [{"height": 720, "time": 1, "overlay_scale": "fit"}]}

    response = await api.storyboard(output=output)

    document = await response.json()
    assert response.status == 400
    assert document.pop("request_id").startswith("1234.1893456000.")
    assert document == {
        "status": "GENERATION_FAILED",
        "errors": [
            {
                "error_code": 2030,
                "error_message": "Schema validation",
                "error_description": "Schema error: $.output.video[0].video_type:"
                " is missing but it is required",
            }
        ],
    }


async def test_generating_from_scenes_as_the_sdk_does(api: Api) -> None:
    response = await api.scenes(SDK_SCENE, scene_order="linear")

    document = await response.json()
    assert response.status == 200
    assert document["status"] == "Success"
    assert document["output"]["video"][0]["duration"] == 10.0
    assert document["total_cost"] == 1


async def test_version_1_at_security_level_high(api: Api) -> None:
    video = {
        "storyboard_id": "1234",
        "account_id": "1234",
        "data": [{"key": "Koko", "val": "amam"}],
        "authentication_token": "6jsffLO4aBLerN3Twyi7KA--",
        "landing_page_id": "88",
        "output_formats": [{"format": "VIDEO_MP4_V_X264_1280X720_800_A_AAC_128"}],
    }

    response = await api.running.client.post(
        "/idomoo/ext/cg", json={"response_format": "json", "video": video}
    )

    base = f"{api.running.origin}/idomoo"
    body = await response.text()
    name = body.partition("/media/1234/0000/")[2].partition(".mp4")[0]
    assert response.status == 200
    assert len(name) == 39
    assert body == (
        '{"status":"SUCCESS","video":{"output_formats":[{'
        '"format":"VIDEO_MP4_V_X264_1280X720_800_A_AAC_128","links":[{'
        f'"url":"{base}/media/1234/0000/{name}.mp4",'
        f'"landing_page_url":"{base}/lp/88/1234/0000/{name}"'
        '}]},{"format":"IMAGE_JPG_1280X720","links":[{'
        f'"url":"{base}/media/1234/0000/{name}_2.jpg"'
        "}]}]}}"
    )
