"""The bot in one process for long: nothing of what it has done stays with it."""

import pytest

from measures import soak

PHOTOS = 1_500


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_after_many_photos_the_bot_has_no_more_than_after_half_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    taken = soak.samples(PHOTOS)
    half, end = taken[len(taken) // 2 - 1], taken[-1]
    assert len(taken) == soak.SAMPLES
    assert "× button" in capsys.readouterr().err
    # Of any of these, one a photo would be hundreds.
    assert end.descriptors <= half.descriptors + 10
    assert end.descriptors_below <= half.descriptors_below + 10
    assert end.tasks <= half.tasks + 5
    assert end.threads <= half.threads + 2
    # The bytes of the photos kept would be 20 MB, their pixels hundreds.
    assert end.allocated <= half.allocated + 10
    assert end.resident <= half.resident + 10
