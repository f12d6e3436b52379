"""Counts of what the bot has done, logged once a minute at most."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from prometheus_client.metrics import MetricWrapperBase

from bot.background import in_background
from bot.metrics import PHOTOS, REFUSALS, STAGES, TELEGRAM_ERRORS

PERIOD_SECONDS = 60.0

logger = logging.getLogger(__name__)


class Counts(NamedTuple):
    """What has happened since the process began."""

    updates: int
    photos: int
    refused: int
    """Those of the photos that were not read."""
    failed_calls: int
    """Of the Bot API."""


def counts() -> Counts:
    """The counts as they are now."""
    return Counts(
        updates=_sum(STAGES, "digitbot_stage_seconds_count", stage="update"),
        photos=_sum(PHOTOS, "digitbot_photos_total"),
        refused=_sum(REFUSALS, "digitbot_refusals_total"),
        failed_calls=_sum(TELEGRAM_ERRORS, "digitbot_telegram_errors_total"),
    )


@asynccontextmanager
async def logging_activity(period_seconds: float = PERIOD_SECONDS) -> AsyncIterator[None]:
    """Log after each period what has happened in it, if anything has."""
    async with in_background(_log_activity(period_seconds)):
        yield


async def _log_activity(period_seconds: float) -> None:
    before = counts()
    while True:
        await asyncio.sleep(period_seconds)
        now = counts()
        if now != before:
            logger.info("%s", _difference(before, now))
        before = now


def _difference(before: Counts, now: Counts) -> str:
    updates, photos, refused, failed_calls = (
        later - earlier for earlier, later in zip(before, now, strict=True)
    )
    return (
        f"In the last minute: updates {updates}, photos {photos}, "
        f"of these refused {refused}, failed calls of the Bot API {failed_calls}."
    )


def _sum(metric: MetricWrapperBase, name: str, **labels: str) -> int:
    """The sum of a metric's samples of this name that have these labels, among others."""
    total = 0.0
    for family in metric.collect():
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                total += sample.value
    return int(total)
