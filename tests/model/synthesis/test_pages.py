"""Rendered pages: the right size, the ink where the boxes say, legible on every paper."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.synthesis.glyphs.glyph_images import enlarge
from model.synthesis.layout import Layout
from model.synthesis.pages import (
    LEAST_CONTRAST,
    Page,
    _ground,
    _legible,
    _light,
    _write,
    _written_part,
    photograph,
    render,
)
from model.synthesis.paper.printed_lines import Line, PrintedLines
from model.synthesis.pen.ink import Ink
from model.synthesis.pen.pens import Pen
from model.synthesis.styles import Style
from tests.model.mnist_pages import digit
from tests.model.synthesis.draws import draws

SIZES = [(160, 120), (97, 131)]
PEN = Pen(
    width=8, keeps=False, nib=1, angle=0, slant=0, strength=1,
    mottle=0, grain=0, gaps=0, bleed=0, colour=np.array([200, 60, 40], np.float32),
)  # fmt: skip
AS_IT_IS = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(256, 1, 3)  # a device's curve


def glyphs(count: int) -> list[MatLike]:
    return [enlarge(digit(label % 10)) for label in range(count)]


def rendered(count: int, style: Style, size: tuple[int, int] = (160, 120), seed: int = 0) -> Page:
    return render(glyphs(count), style, size, np.random.default_rng(seed))


def departure(photo: MatLike) -> NDArray[np.float32]:
    """How far each pixel is from the photo's commonest colour (h, w)."""
    paper = np.median(photo, axis=(0, 1))
    return np.asarray(np.abs(photo - paper).max(axis=2), np.float32)


def outside(shape: Sequence[int], boxes: Sequence[Box]) -> NDArray[np.bool_]:
    """What is not within a few pixels of any box: JPEG leaves rings that far."""
    mask = np.ones(shape[:2], bool)
    for x, y, width, height in boxes:
        mask[max(0, y - 16) : y + height + 16, max(0, x - 16) : x + width + 16] = False
    return mask


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("size", SIZES)
def test_every_style_renders_in_the_given_size(
    style: Style, count: int, size: tuple[int, int]
) -> None:
    photo, boxes = rendered(count, style, size)
    assert photo.shape == (size[1], size[0], 3)
    assert photo.dtype == np.uint8
    assert len(boxes) == count


def test_a_page_may_be_as_large_as_telegram_sends() -> None:
    assert rendered(5, Style.SQUARED, (1280, 960)).photo.shape == (960, 1280, 3)


@pytest.mark.parametrize("style", Style)
def test_a_seed_decides_everything(style: Style) -> None:
    one, same, other = (rendered(2, style, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.photo, same.photo)
    assert one.boxes == same.boxes
    assert not np.array_equal(one.photo, other.photo)


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("count", [1, 5])
def test_boxes_lie_inside_the_photo(style: Style, count: int) -> None:
    for seed in range(5):
        for x, y, width, height in rendered(count, style, seed=seed).boxes:
            assert 0 <= x < x + width <= 160
            assert 0 <= y < y + height <= 120


@pytest.mark.parametrize("count", [1, 5])
def test_ink_is_in_the_boxes_and_nowhere_else(count: int) -> None:
    for seed in range(8):
        photo, boxes = rendered(count, Style.SCREEN, (320, 240), seed)
        ink = departure(photo)
        assert ink[outside(photo.shape, boxes)].max() < 25
        for x, y, width, height in boxes:
            inside = ink[y : y + height, x : x + width]
            assert inside.max() > 30
            # The box is tight: the ink reaches all of its sides.
            edges = [inside[:2], inside[-2:], inside[:, :2], inside[:, -2:]]
            assert min(edge.max() for edge in edges) > 0.15 * inside.max()


@pytest.mark.parametrize("style", Style)
def test_ink_departs_from_every_paper(style: Style) -> None:
    for seed in range(8):
        photo, [(x, y, width, height)] = rendered(1, style, seed=seed)
        grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
        darkest, lightest = np.percentile(grey[y : y + height, x : x + width], (2, 98))
        assert lightest - darkest > 30


def test_a_row_reads_from_left_to_right_and_rows_from_top_to_bottom() -> None:
    page = render(glyphs(6), Style.PLAIN, (640, 480), np.random.default_rng(3), rows=2)
    first, second = page.boxes[:3], page.boxes[3:]
    for row in (first, second):
        for left, right in pairwise(row):
            assert left.right < right.x
    assert max(box.bottom for box in first) < min(box.y for box in second)


@pytest.mark.parametrize("style", [Style.PLAIN, Style.CELL, Style.FORM, Style.SCREEN])
def test_digits_are_about_as_high_as_asked(style: Style) -> None:
    for seed in range(5):
        page = render(glyphs(1), style, (400, 400), np.random.default_rng(seed), height=150)
        assert page.boxes[0].height == pytest.approx(150, rel=0.3)


BLOCK = np.full((60, 30), 255, np.uint8)


def photographed(printed: Sequence[PrintedLines] = ()) -> Page:
    """Two blocks on a screen, which shows them where they are."""
    positions = np.array([[40.0, 30, 20], [100, 80, 40]])
    layout = Layout(positions, np.empty((0, 4)))
    rng = np.random.default_rng(0)
    return photograph(
        [BLOCK, BLOCK], layout, Style.SCREEN, SIZES[0], rng, digit_height=30, printed=printed
    )


def test_glyphs_are_written_where_a_layout_has_them() -> None:
    photo, (first, second) = photographed()
    assert photo.shape == (120, 160, 3)
    # Their middles are there, and they are as high as the layout says.
    assert (first.x + first.width / 2, first.y + first.height / 2) == pytest.approx((40, 30), abs=3)
    assert (second.x + second.width / 2, second.y + second.height / 2) == pytest.approx(
        (100, 80), abs=3
    )
    assert first.height == pytest.approx(20, abs=5)
    assert second.height == pytest.approx(40, abs=5)


def test_lines_are_printed_beside_those_of_the_style() -> None:
    black = Line(np.zeros(3, np.float32), 3, 1)
    white = Line(np.full(3, 255, np.float32), 3, 1)
    upper = np.array([[[0.0, 5], [160, 5]]])
    lower = np.array([[[0.0, 115], [160, 115]]])
    photo, _ = photographed([PrintedLines(upper, black), PrintedLines(lower, white)])
    assert photo[4:7].mean() < 30
    assert photo[114:117].mean() > 225


@pytest.mark.parametrize("style", [Style.DARK, Style.COLOURED, Style.PLAIN])
def test_a_styles_paper_is_seen_in_its_photos(style: Style) -> None:
    papers = [np.median(rendered(1, style, seed=seed).photo, axis=(0, 1)) for seed in range(15)]
    lightness = float(np.median(papers))
    chroma = float(np.median(np.ptp(papers, axis=1)))
    assert (lightness < 100) == (style is Style.DARK)
    assert (chroma > 40) == (style is Style.COLOURED)


def test_a_board_is_written_on_in_lighter_ink() -> None:
    lighter = []
    for seed in range(10):
        photo, [box] = rendered(1, Style.DARK, seed=seed)
        grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY).astype(int)
        inside = grey[box.y : box.bottom, box.x : box.right]
        lighter.append(np.percentile(inside, 98) - np.median(grey) > 20)
    assert np.mean(lighter) >= 0.8


def test_a_screenshot_is_even_where_nothing_is_written() -> None:
    for seed in range(6):
        photo, boxes = rendered(1, Style.SCREEN, (200, 200), seed)
        assert departure(photo)[outside(photo.shape, boxes)].max() <= 12


def sides(style: Style, random: float) -> float:
    """How far the colours of the photo's left and right edges are apart."""
    photo = render(glyphs(1), style, (160, 120), draws(random=random), height=40).photo
    left, right = np.median(photo[:, :3], axis=(0, 1)), np.median(photo[:, -3:], axis=(0, 1))
    return float(np.abs(left - right).max())


def test_fifteen_in_a_hundred_papers_lie_on_a_table() -> None:
    assert sides(Style.PLAIN, 0.149) > 60
    assert sides(Style.PLAIN, 0.151) < 40


@pytest.mark.parametrize("style", [Style.CELL, Style.FORM, Style.SCREEN])
def test_puzzles_forms_and_screens_do_not(style: Style) -> None:
    assert sides(style, 0.149) < 40


INK = np.zeros((4, 6), np.uint8)
INK[1:3, 1:5] = 255
INK[1, 1] = 51  # a fifth


def written(*, multiply: bool) -> MatLike:
    surface = np.full((10, 12, 3), (200, 150, 100), np.uint8)
    surface[:, 6:] = (100, 100, 100)
    colour = np.array([51, 102, 204], np.float32)
    _write(surface, Ink(INK, 3, 2, Box(4, 3, 4, 2), 2), colour, multiply=multiply)
    return surface


def test_on_light_paper_what_is_below_the_ink_shows_through() -> None:
    surface = written(multiply=True)
    assert surface[3, 5] == pytest.approx([40, 60, 80], abs=1)
    assert surface[3, 7] == pytest.approx([20, 40, 80], abs=1)
    # Where a fifth is inked, a fifth of the change is seen.
    assert surface[3, 4] == pytest.approx([168, 132, 96], abs=1)
    assert surface[2, 5].tolist() == surface[3, 3].tolist() == [200, 150, 100]
    assert surface[5, 5].tolist() == [200, 150, 100]
    assert surface[3, 8].tolist() == [100, 100, 100]


def test_on_dark_paper_ink_covers_it() -> None:
    surface = written(multiply=False)
    assert surface[3, 5].tolist() == surface[3, 7].tolist() == [51, 102, 204]


def legible(
    pen: Pen, ground: tuple[float, float, float], dim: float = 1.0, least: float = LEAST_CONTRAST
) -> list[float]:
    colour = _legible(pen, np.array(ground, np.float32), dim, AS_IT_IS, least)
    return [round(float(channel), 1) for channel in colour]


def test_a_pen_that_stands_out_keeps_its_colour() -> None:
    assert legible(PEN, (250, 250, 250)) == [200, 60, 40]


def test_a_faint_ink_is_deepened_until_it_stands_out() -> None:
    pale = PEN._replace(colour=np.full(3, 240, np.float32))
    # By steps of a fifth, to black on light paper: 240, 192 and so on of 255.
    assert legible(pale, (255, 255, 255)) == [192, 192, 192]
    assert legible(pale, (255, 255, 255), least=62) == [192, 192, 192]
    assert legible(pale, (255, 255, 255), least=64) == [144, 144, 144]
    assert legible(pale, (255, 255, 255), least=999) == [0, 0, 0]


def test_on_dark_paper_it_is_lightened() -> None:
    dull = PEN._replace(colour=np.full(3, 55, np.float32))
    assert legible(dull, (50, 50, 50)) == [95, 95, 95]
    assert legible(dull, (50, 50, 50), least=999) == [255, 255, 255]


def test_light_paper_is_lighter_than_110() -> None:
    grey = PEN._replace(colour=np.full(3, 100, np.float32))
    assert legible(grey, (111, 111, 111), least=999) == [0, 0, 0]
    assert legible(grey, (110, 110, 110), least=999) == [255, 255, 255]


@pytest.mark.parametrize(
    ("strength", "mottle", "grain", "kept"), [(0.5, 0, 0, 0.5), (1, 0.6, 0, 0.8), (1, 0, 0.6, 0.7)]
)
def test_uneven_ink_is_deepened_more(
    strength: float, mottle: float, grain: float, kept: float
) -> None:
    pen = PEN._replace(
        colour=np.full(3, 155, np.float32), strength=strength, mottle=mottle, grain=grain
    )
    assert legible(pen, (255, 255, 255), least=100 * kept - 1) == [155, 155, 155]
    assert legible(pen, (255, 255, 255), least=100 * kept + 1) == [124, 124, 124]


def test_so_is_ink_in_the_dark() -> None:
    pen = PEN._replace(colour=np.full(3, 155, np.float32))
    assert legible(pen, (255, 255, 255), dim=0.5, least=49) == [155, 155, 155]
    assert legible(pen, (255, 255, 255), dim=0.5, least=51) == [124, 124, 124]


def test_the_ground_is_its_commonest_colour() -> None:
    part = np.full((9, 9, 3), (10, 20, 30), np.uint8)
    part[::2, ::5] = 255
    assert _ground(part).tolist() == [10, 20, 30]
    assert _ground(part).dtype == np.float32
    # Every third pixel tells.
    part[::3, ::3] = 99
    assert _ground(part).tolist() == [99, 99, 99]


def test_the_written_part_holds_all_ink() -> None:
    inks = [Ink(INK, 0, 0, Box(30, 20, 10, 40), 2), Ink(INK, 0, 0, Box(50, 10, 5, 20), 2)]
    assert _written_part(inks) == (slice(10, 60), slice(30, 55))
    assert _written_part([Ink(INK, 0, 0, Box(7, 8, 0, 0), 2)]) == (slice(8, 9), slice(7, 8))


def test_scanners_and_screens_are_lit_evenly() -> None:
    for style in (Style.FORM, Style.SCREEN):
        assert (_light((30, 20), style, np.random.default_rng(0)) == np.full((20, 30), 255)).all()


def test_only_shaded_pages_are_dark_and_only_crumpled_ones_creased() -> None:
    def darkest(style: Style) -> float:
        return float(_light((60, 40), style, draws(random=[0.5, 1.0, 0.0], uniform=0)).min())

    # At the lower end of everything a shadow leaves four tenths, and a fold takes a little.
    assert darkest(Style.PLAIN) == 255
    assert darkest(Style.SHADED) < 110
    assert 225 < darkest(Style.CRUMPLED) < 250
    assert _light((60, 40), Style.PLAIN, np.random.default_rng(0)).shape == (40, 60)
