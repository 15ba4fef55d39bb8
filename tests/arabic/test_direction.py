import pytest

from newsarchive.arabic.direction import name_direction, text_direction


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("ar-EG", "rtl"), ("FA", "rtl"), ("en", "ltr"), ("fr-FR", "ltr"), ("", "auto")],
)
def test_direction_of_a_text(language: str, direction: str) -> None:
    assert text_direction(language) == direction


@pytest.mark.parametrize(
    ("name", "direction"), [("الجزيرة", "rtl"), ("CNN بالعربية", "rtl"), ("BBC", "auto"), ("", "auto")]
)
def test_direction_of_a_name(name: str, direction: str) -> None:
    assert name_direction(name) == direction
