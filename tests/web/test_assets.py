import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import newsarchive
from newsarchive.errors import ConfigError
from newsarchive.web import assets
from tests.web.page import get

STYLE = (assets.STATIC_FOLDER / "style.css").read_text(encoding="utf-8")
TEXT_ON_GROUND = (
    *(("ink", ground) for ground in ("paper", "raised", "accent-wash")),
    *(("muted", ground) for ground in ("paper", "raised")),
    *(("accent", ground) for ground in ("paper", "raised", "accent-wash")),
    ("on-accent", "accent"),
    ("on-mark", "mark"),
)


def test_templates_are_found_at_the_root_of_a_checkout() -> None:
    assert assets.templates_folder() == Path(newsarchive.__file__).parents[2] / "templates"


def test_templates_inside_the_package_take_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "lib" / "newsarchive"
    monkeypatch.setattr(newsarchive, "__file__", str(package / "__init__.py"))
    with pytest.raises(ConfigError, match="templates"):
        assets.templates_folder()
    for folder in (tmp_path / "site" / "templates", package / "templates"):
        folder.mkdir(parents=True)
        assert assets.templates_folder() == folder


def test_static_files_with_their_hash_are_immutable(client: FlaskClient) -> None:
    address = get(client, "/").one("link", rel="stylesheet")["href"]
    with client.get(address) as response:
        assert response.content_type == "text/css; charset=utf-8"
    assert {"public", "max-age=31536000", "immutable"} == set(response.headers["Cache-Control"].split(", "))


@pytest.mark.parametrize("address", ["/static/style.css", "/static/style.css?v=old"])
def test_static_files_with_another_hash_are_revalidated(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        assert "no-cache" in response.headers["Cache-Control"]
    with client.get(address, headers={"If-None-Match": response.headers["ETag"]}) as again:
        assert again.status_code == 304


def test_missing_static_files_are_not_found(client: FlaskClient) -> None:
    assert client.get("/static/nothing.css?v=1").status_code == 404


def test_unchanged_pages_are_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/")
    assert first.headers["Cache-Control"] == "no-cache"
    assert client.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get("/?lang=en", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_errors_are_not_cached(client: FlaskClient) -> None:
    assert client.get("/nothing").headers["Cache-Control"] == "no-store"


def test_the_style_sheet_loads_nothing_external() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_the_style_sheet_uses_logical_directions_and_suits_arabic() -> None:
    rules = re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)
    assert not re.search(
        r"letter-spacing|italic|(margin|padding|border|inset)-(left|right)|text-align:\s*(left|right)", rules
    )


def test_reduced_motion_is_respected() -> None:
    outside = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}", "", STYLE, flags=re.DOTALL)
    assert "transition" in STYLE
    assert not re.search("transition|animation", outside)


def palette(scheme: str) -> dict[str, str]:
    blocks = [
        dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    ]
    light, dark = blocks[:2]
    return light if scheme == "light" else {**light, **dark}


def luminance(colour: str) -> float:
    """The relative luminance of a color, as defined by WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors, as defined by WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_contrast_meets_wcag_aa(scheme: str, text: str, ground: str) -> None:
    colours = palette(scheme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_field_borders_have_enough_contrast(scheme: str) -> None:
    colours = palette(scheme)
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert contrast(colours["edge"], colours["raised"]) >= 3
