"""What a device makes of the light: its tone curve, its lens, its sensor and its files."""

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from math import erf, sqrt

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.geometry import SUBPIXEL_BITS, subpixel
from model.synthesis.textures import NOISE_DEVIATION, NOISE_MEAN, noise

Channels = NDArray[np.floating]  # (256, 1, 3): light 0..1 of each grey level, in each channel
Blur = Callable[[MatLike], MatLike]


class Device(Enum):
    """What takes the photo."""

    PHONE = auto()
    SCANNER = auto()
    SCREENSHOT = auto()


# Tone, as shares of the brightest light; by eye.
BALANCE_DEVIATIONS = (0.05, 0.015)  # of a phone's white balance: its warmth, its greenness
PHONE_EXPOSURES, SCANNER_EXPOSURES = (0.7, 1.2), (0.95, 1.1)
GAMMA_DEVIATION = 0.15  # of its logarithm
HAZY_SHARE = 0.3  # of the photos
HAZE_CONTRASTS, HAZE_LIGHTS = (0.7, 1.0), (0.0, 0.2)
SCAN_APP_SHARE = 0.12  # of the photos
SCAN_APP_BLACKS, SCAN_APP_CONTRASTS = (0.0, 0.15), (1.3, 2.0)

# Blur: its deviation as a share of a stroke's width at most, lest nobody could read the digits.
BLURS = {Device.PHONE: 0.45, Device.SCANNER: 0.15, Device.SCREENSHOT: 0.0}
BROADEST_BLURRED = 14  # pixels; broader strokes are not blurred more
LEAST_BLUR = 0.3  # pixels
BLUR_CURVE = 1.5  # power of a draw in 0..1: most photos are fairly sharp
SHARP, SHAKEN, FAR = 0.2, 0.4, 0.55  # upper bounds of a draw in 0..1; the rest is out of focus
SHAKE = 3.5  # times the deviation: a line so long has about that deviation, 1 / sqrt(12) of it
ENLARGEMENT = 2.0  # times the deviation

# The sensor and the file; by eye.
LEAST_NOISE, MOST_NOISE = 0.7, 10.0  # grey levels, deviation
NOISE_GROWTH = 0.9  # mean of an exponential distribution, of the logarithm of noise to the least
NOISE_SIZES = (1.0, 2.0)  # pixels of its grains
SHARPENED_SHARE = 0.3  # of the photos
SHARPENINGS = (0.3, 1.2)  # shares of an edge's step that are added on both sides
SHARPENED_EDGES = (0.8, 2.0)  # pixels, deviation of the blur that finds the edges
PNG_SHARE = 0.5  # of the screenshots; the others are JPEG, as all photos
QUALITIES = (40, 96)  # of JPEG, the upper bound exclusive


def tone(device: Device, rng: Generator) -> NDArray[np.uint8]:
    """The device's tone curve: what it makes of each channel's light.

    Args:
        device: a screenshot keeps the light as it is.
        rng: what decides white balance, exposure and gamma.

    Returns:
        A table (256, 1, 3) uint8 as `cv2.LUT` takes it; it never falls.
    """
    ramp = np.linspace(0, 1, 256, dtype=np.float32)
    channels = np.stack([ramp, ramp, ramp], axis=-1)
    light = channels[:, None]
    if device is not Device.SCREENSHOT:
        light = _exposed(light, device, rng)
        light = _processed(light, rng)
    clipped = light.clip(0, 1)
    levels = np.rint(255 * clipped)
    return np.asarray(levels, np.uint8)


def _exposed(light: Channels, device: Device, rng: Generator) -> Channels:
    """With the device's white balance, exposure and gamma."""
    scanner = device is Device.SCANNER
    # A scanner brings its own lamp, so its balance is right. The numbers are drawn all the same, so
    # that what follows does not depend on the device.
    deviations = rng.normal(0, BALANCE_DEVIATIONS)
    warmth, greenness = (0, 0) if scanner else deviations
    balance = np.array([1 - warmth, 1 + greenness, 1 + warmth])
    exposures = SCANNER_EXPOSURES if scanner else PHONE_EXPOSURES
    exposure = rng.uniform(*exposures)
    balanced = exposure * light * balance
    fitting = balanced / balance.max()
    gamma = np.exp(rng.normal(0, GAMMA_DEVIATION))
    exposed = np.clip(fitting, 0, 1)
    return np.asarray(exposed**gamma)


def _processed(light: Channels, rng: Generator) -> Channels:
    """Hazy through a dirty lens, steepened by an app for scans, or as it is."""
    if rng.random() < HAZY_SHARE:
        faded = light * rng.uniform(*HAZE_CONTRASTS)
        light = faded + rng.uniform(*HAZE_LIGHTS)
    if rng.random() < SCAN_APP_SHARE:
        darkened = light - rng.uniform(*SCAN_APP_BLACKS)
        light = darkened * rng.uniform(*SCAN_APP_CONTRASTS)
    return light


def lens(device: Device, stroke: float, rng: Generator) -> tuple[Blur, float]:
    """What the lens does to strokes.

    Args:
        device: a screenshot has no lens.
        stroke: how wide they are, in the photo's pixels.
        rng: what decides how, and how badly, the photo is blurred.

    Returns:
        What blurs an image (h, w, 3) uint8, and the share of their contrast that strokes keep, in
        0..1: that of a bar in a Gaussian blur.
    """
    worst = BLURS[device] * min(stroke, BROADEST_BLURRED)
    badness = rng.random() ** BLUR_CURVE
    sigma = max(LEAST_BLUR, worst * badness)
    kept = _kept_contrast(stroke, sigma)
    kind = rng.random()
    if device is Device.SCREENSHOT or kind < SHARP:
        return np.asarray, 1.0
    if kind < SHAKEN:
        angle = rng.uniform(0, np.pi)
        return partial(_shaken, length=SHAKE * sigma, angle=angle), kept
    if kind < FAR:
        factor = max(1.0, ENLARGEMENT * sigma)
        return partial(_enlarged, factor=factor), kept
    return partial(cv2.GaussianBlur, ksize=(0, 0), sigmaX=sigma), kept


def _kept_contrast(stroke: float, sigma: float) -> float:
    """In the middle of a bar `stroke` wide, blurred by a Gaussian of `sigma`: 0..1."""
    return erf(stroke / (2 * sqrt(2) * sigma))


def _shaken(image: MatLike, length: float, angle: float) -> MatLike:
    """The camera moved by `length` pixels, at `angle` radians."""
    side = 2 * int(np.ceil(length / 2)) + 1
    middle = (side - 1) / 2
    direction = np.array([np.cos(angle), np.sin(angle)])
    reach = length / 2 * direction
    ends = np.stack([middle - reach, middle + reach])
    start, end = subpixel(ends).tolist()
    kernel = np.zeros((side, side), np.float32)
    cv2.line(
        kernel,
        start,
        end,
        color=1.0,
        thickness=1,
        lineType=cv2.LINE_8,
        shift=SUBPIXEL_BITS,
    )
    return cv2.filter2D(image, ddepth=-1, kernel=kernel / kernel.sum())


def _enlarged(image: MatLike, factor: float) -> MatLike:
    """Taken from so far away that it had to be enlarged by `factor`."""
    height, width, _ = image.shape
    far_width = max(2, round(width / factor))
    far_height = max(2, round(height / factor))
    small = cv2.resize(
        image,
        dsize=(far_width, far_height),
        interpolation=cv2.INTER_AREA,
    )
    return cv2.resize(small, (width, height))


def develop(image: MatLike, device: Device, rng: Generator) -> MatLike:
    """Add what the sensor, the phone's software and the file do.

    Args:
        image: (h, w, 3) uint8 BGR.
        device: a screenshot has no sensor, and not always a lossy file.
        rng: what decides how strong all is.

    Returns:
        (h, w, 3) uint8 BGR.
    """
    if device is not Device.SCREENSHOT:
        image = _noisy(image, rng)
        image = _sharpened(image, rng)
    elif rng.random() < PNG_SHARE:
        return image
    quality = int(rng.integers(*QUALITIES))
    _, file = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(file, cv2.IMREAD_COLOR)
    return np.asarray(decoded)


def _noisy(image: MatLike, rng: Generator) -> MatLike:
    """With a sensor's noise: little in most photos, much in some."""
    height, width, channels = image.shape
    growth = np.exp(rng.exponential(NOISE_GROWTH))
    deviation = min(MOST_NOISE, LEAST_NOISE * growth)
    share = deviation / NOISE_DEVIATION
    grain_size = rng.uniform(*NOISE_SIZES)
    grain = noise((width, height), grain_size, rng, channels)
    mean = NOISE_MEAN * share
    return cv2.addWeighted(image, 1, grain, share, gamma=-mean)


def _sharpened(image: MatLike, rng: Generator) -> MatLike:
    """As some phones do, the edges exaggerated."""
    if rng.random() > SHARPENED_SHARE:
        return image
    amount = rng.uniform(*SHARPENINGS)
    sigma = rng.uniform(*SHARPENED_EDGES)
    soft = cv2.GaussianBlur(image, (0, 0), sigma)
    return cv2.addWeighted(image, 1 + amount, soft, -amount, gamma=0)
