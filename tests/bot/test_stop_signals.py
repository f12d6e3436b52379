"""Which signals stop the bot."""

import importlib
import signal

import pytest

from bot import stop_signals


def test_ctrl_c_a_service_manager_and_a_closed_terminal_stop_it() -> None:
    assert stop_signals.STOP_SIGNALS == (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def test_without_a_signal_for_closed_terminals_there_are_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.delattr(signal, "SIGHUP")
        importlib.reload(stop_signals)
        assert stop_signals.STOP_SIGNALS == (signal.SIGINT, signal.SIGTERM)
    importlib.reload(stop_signals)
