"""What Prometheus is told: under which names, and nothing of anybody."""

import asyncio

import pytest
from prometheus_client import REGISTRY, generate_latest

from bot import metrics


@pytest.mark.parametrize(
    "name",
    [
        "digitbot_photos_total",
        "digitbot_refusals_total",
        "digitbot_stage_seconds",
        "digitbot_updates_under_way",
        "digitbot_telegram_errors_total",
        "digitbot_tasks",
    ],
)
def test_operators_find_each_metric_under_its_name(name: str) -> None:
    described = generate_latest().decode()
    assert f"# HELP {name} " in described


def test_a_stage_is_counted_where_its_time_belongs() -> None:
    metrics.STAGES.labels("test").observe(0.3)
    for bound, count in (("0.25", 0), ("0.5", 1), ("+Inf", 1)):
        labels = {"stage": "test", "le": bound}
        assert REGISTRY.get_sample_value("digitbot_stage_seconds_bucket", labels) == count


def test_where_nothing_runs_there_are_no_tasks() -> None:
    assert REGISTRY.get_sample_value("digitbot_tasks") == 0


async def test_every_task_under_way_counts() -> None:
    before = REGISTRY.get_sample_value("digitbot_tasks")
    assert before is not None
    assert before >= 1  # this test
    task = asyncio.create_task(asyncio.Event().wait())
    assert REGISTRY.get_sample_value("digitbot_tasks") == before + 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert REGISTRY.get_sample_value("digitbot_tasks") == before
