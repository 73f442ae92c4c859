"""A movie shows its parameters as a table, and links as what they name."""

from mockserver.providers.impossible import clips

SHAPE = {"width": 640, "height": 360, "fps": [25, 1], "frames": 250}


def test_parameters_are_seen_with_names_and_values() -> None:
    made = clips.spec(
        "mp4",
        SHAPE,
        source="job-1",
        movie="welcome",
        params={"title": "Hi", "n": 3, "photo": "https://e.com/a/b.jpg?x", "deep": {}},
        query={},
    )

    assert made.sign is not None
    assert (made.sign.maker, made.sign.job) == ("ImpossibleFX", "job-1")
    assert len(made.cards) == 5
    assert made.cards[1].label == "Scene 2 of 5"
    assert made.cards[1].facts == (("title", "Hi"), ("n", "3"))
    assert [slot.name for slot in made.cards[1].slots] == ["photo: b.jpg"]
