"""Large fonts are taken from the machine, the best one that it has."""

from pathlib import Path

from mockserver.media.cards.systemfonts import Script, identity, on_this_machine


def test_the_best_font_of_each_script_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("wqy-zenhei.ttc", "NotoSansCJK-Regular.ttc", "NotoColorEmoji.ttf"):
        (tmp_path / "a" / name).write_bytes(b"font")

    found = on_this_machine((str(tmp_path),))

    assert [(one.script, Path(one.path).name, one.fixed_px) for one in found] == [
        (Script.CJK, "NotoSansCJK-Regular.ttc", 0),
        (Script.EMOJI, "NotoColorEmoji.ttf", 109),
    ]


def test_other_fonts_make_other_files(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, data in ((one, b"font"), (other, b"longer font")):
        folder.mkdir()
        (folder / "wqy-zenhei.ttc").write_bytes(data)

    assert identity((str(one),)) != identity((str(other),))
    assert identity((str(tmp_path / "none"),)) == ""
