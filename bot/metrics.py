"""The metrics for Prometheus: counts, durations and errors, and nothing about users."""

import asyncio

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

PHOTOS = Counter("digitbot_photos_total", "Pictures that were looked at")
REFUSALS = Counter("digitbot_refusals_total", "Pictures that were not read", ["reason"])
STAGES = Histogram("digitbot_stage_seconds", "Time by stage", ["stage"], buckets=SECONDS)
UNDER_WAY = Gauge("digitbot_updates_under_way", "Updates in hand, waiting ones included")
TELEGRAM_ERRORS = Counter("digitbot_telegram_errors_total", "Failed calls of the Bot API", ["kind"])
TASKS = Gauge("digitbot_tasks", "What asyncio has in hand, whoever asks for it included")


def _tasks() -> int:
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:  # no event loop is running
        return 0


TASKS.set_function(_tasks)
