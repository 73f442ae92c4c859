"""The language of definitions: what is refused, how long things are, what is seen."""

import pytest

from mockserver.providers.stupeflix.movie import (
    EFFECTS,
    TRANSITIONS,
    MovieError,
    annotated,
    check,
    study,
)
from mockserver.providers.stupeflix.xmltree import parse
from tests.providers.stupeflix.conftest import movie

IMAGE = "<image color='#336699'/>"


def effect(seconds: str = "", inside: str = IMAGE) -> str:
    return (
        f"<effect type='none' {seconds and f'duration={seconds!r}'}>{inside}</effect>"
    )


@pytest.mark.parametrize("kind", EFFECTS)
def test_each_effect_is_known(kind: str) -> None:
    check(parse(movie(f"<effect type='{kind}'>{IMAGE}</effect>")))


@pytest.mark.parametrize("kind", TRANSITIONS)
def test_each_transition_is_known(kind: str) -> None:
    check(parse(movie(effect(), f"<transition type='{kind}'/>", effect())))


@pytest.mark.parametrize("service", ["craftsman-1.0", "stupeflix-1.0"])
def test_both_languages_are_known(service: str) -> None:
    check(parse(f'<movie service="{service}"><body>{effect()}</body></movie>'.encode()))


@pytest.mark.parametrize(
    "part",
    [
        effect(inside="<image type='map' center='Paris'/>"),
        effect(inside="<image color='#33669980'/>"),
        effect(inside="<image filename='https://example.com/a.png'/>"),
        effect(inside="<video filename='http://example.com/a.flv'/><filter/>"),
        "<text type='legend'>Hello</text>",
        "<text>Hello</text>",
        "<overlay duration='3'><image filename='here.jpg'/></overlay>",
        "<stack><audio filename='here.mp3' duration='..'/>" + effect() + "</stack>",
        "<sequence><widget type='any'><thing/></widget></sequence>",
        f"<sphere>{IMAGE}</sphere>",
        effect() + "<animator type='any' unknown='1'/>",
    ],
)
def test_what_the_language_has_is_accepted(part: str) -> None:
    check(parse(movie(part)), {"here.jpg", "here.mp3"})


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("<effect type='spin'/>", "movie/body/effect[1]: type 'spin' is not one of"),
        (effect(inside=""), "movie/body/effect[1]: needs an element image or video"),
        (effect() + "<film/>", "movie/body/film[1]: unknown element"),
        (effect() + effect("x"), "movie/body/effect[2]: duration 'x' is no number"),
        (effect("-1"), "movie/body/effect[1]: duration '-1' is no number"),
        (effect("nan"), "movie/body/effect[1]: duration 'nan' is no number"),
        (effect("1e9"), "movie/body/effect[1]: duration '1e9' is no number"),
        (effect() + "<transition/>", "movie/body/transition[1]: needs attribute type"),
        (
            f"<stack>{effect()}<transition type='cube'/></stack>",
            "movie/body/stack[1]/transition[1]: only inside a sequence or body",
        ),
        ("<sequence/>", "movie/body/sequence[1]: has no element to show"),
        (
            effect(inside="<image/>"),
            "movie/body/effect[1]/image: needs a filename, or a color",
        ),
        (
            effect(inside="<image color='red'/>"),
            "movie/body/effect[1]/image: needs a filename, or a color",
        ),
        (
            effect(inside="<video/>"),
            "movie/body/effect[1]/video: needs attribute filename",
        ),
        (
            effect(inside="<video filename='ftp://example.com/a.flv'/>"),
            "filename 'ftp://example.com/a.flv' is not http or https",
        ),
        (
            effect(inside="<image filename='http://example.com/a.tiff'/>"),
            "movie/body/effect[1]/image: tiff is not supported for image",
        ),
        ("<audio filename='gone.mp3'/>", "movie/body/audio[1]: file 'gone.mp3'"),
    ],
)
def test_a_fault_names_its_element(part: str, text: str) -> None:
    with pytest.raises(MovieError) as error:
        check(parse(movie(part)))

    assert text in str(error.value)


@pytest.mark.parametrize(
    ("parts", "seconds"),
    [
        ((effect("2.0"),), 2.0),
        ((effect(),), 5.0),
        ((effect("2"), effect("3")), 5.0),
        ((effect("2"), "<transition type='cube' duration='0.5'/>", effect("3")), 4.5),
        ((effect("2"), "<transition type='cube'/>", effect("3")), 4.0),
        (("<sequence>" + effect("2") + effect("1") + "</sequence>", effect("4")), 7.0),
        (("<stack>" + effect("2") + effect("7") + "</stack>",), 7.0),
        (("<stack duration='3'>" + effect("2") + effect("7") + "</stack>",), 3.0),
        (
            ("<stack><audio filename='a' duration='..'/>" + effect("2") + "</stack>",),
            2.0,
        ),
        (("<text duration='1.5'>a</text>", "<overlay/>"), 6.5),
        ((effect("0"),), 5.0),
    ],
)
def test_a_movie_is_as_long_as_its_parts(
    parts: tuple[str, ...], seconds: float
) -> None:
    assert study(parse(movie(*parts))).duration_s == pytest.approx(seconds)


def test_texts_and_colours_are_seen_for_their_time() -> None:
    found = study(
        parse(
            movie(
                effect("2"),
                "<transition type='cube' duration='0.5'/>",
                "<stack duration='3'><text type='legend'>Two\n words</text>"
                "<effect type='kenburns'><image filename='http://e.com/x/a.jpg'/>"
                "</effect></stack>",
            )
        )
    )

    assert found.cards == (
        {
            "title": "",
            "lines": [],
            "seconds": 2.0,
            "effects": ["none"],
            "color": "#336699",
        },
        {
            "title": "Two words",
            "lines": [],
            "seconds": 2.5,
            "slots": [["a.jpg", "image", "http://e.com/x/a.jpg"]],
            "effects": ["kenburns"],
        },
    )
    assert found.heard == ()


def test_a_thousand_parts_are_drawn_as_sixty() -> None:
    assert len(study(parse(movie(effect("1") * 1000))).cards) == 60


def test_a_report_has_the_duration_of_every_timed_element() -> None:
    text = annotated(parse(movie(effect("2"), "<text>a &lt; b</text>")))

    assert text == (
        '<movie service="craftsman-1.0" duration="7"><body duration="7">'
        '<effect type="none" duration="2"><image color="#336699"/></effect>'
        '<text duration="5">a &lt; b</text></body></movie>'
    )


def test_what_is_heard_has_its_time_volume_and_fades() -> None:
    audio = (
        "<stack duration='8'>"
        "<audio filename='http://e.com/a.mp3' volume='0.5' fadein='1' fadeout='2'"
        " duration='..'/>"
        "<sequence><effect type='none' duration='3'><image color='#000000'/></effect>"
        "<effect type='none' duration='4'><video filename='http://e.com/b.mp4'/>"
        "</effect></sequence>"
        "<audio filename='http://e.com/c.mp3' duration='2'/>"
        "<audio filename='http://e.com/mute.mp3' volume='0'/></stack>"
    )

    found = study(parse(movie(effect("2"), audio)))

    assert found.heard == (
        {"name": "http://e.com/a.mp3", "starts_s": 2.0, "seconds": 8.0,
         "volume_db": -6.02, "fade_in_s": 1.0, "fade_out_s": 2.0},
        {"name": "http://e.com/b.mp4", "starts_s": 5.0, "seconds": 4.0,
         "volume_db": 0.0},
        {"name": "http://e.com/c.mp3", "starts_s": 2.0, "seconds": 2.0,
         "volume_db": 0.0},
    )  # fmt: skip
