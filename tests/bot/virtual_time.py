"""An event loop whose clock jumps ahead while everybody waits: minutes pass in milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _ImpatientSelector(selectors.DefaultSelector):
    """Waits for no timer: adds the time to its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0  # s

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(timeout and 0)
        if not events and timeout:
            self.now += timeout
        return events


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._impatient = _ImpatientSelector()
        super().__init__(self._impatient)

    def time(self) -> float:
        return self._impatient.now


def in_virtual_time(work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work`, which waits for nothing but timers and what goes on in its own event loop."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)
