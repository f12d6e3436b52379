"""The signals that stop the bot, of those that the system has."""

import signal

# SIGHUP says that the terminal was closed; Windows has none. The settings are only read at the
# start, so there is nothing to read again, as other services do.
STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
