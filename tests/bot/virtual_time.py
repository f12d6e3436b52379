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
        self.threads_at_work = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.threads_at_work:  # they take real time
            return super().select(timeout)
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

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]  # noqa: ANN401  the parent's types are long
        """Let the clock stand still until it is done."""
        self._impatient.threads_at_work += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_is_done)
        return future

    def _thread_is_done(self, _: asyncio.Future[Any]) -> None:
        self._impatient.threads_at_work -= 1


def in_virtual_time(work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work`, which waits for nothing but timers, executors and its own event loop."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)
