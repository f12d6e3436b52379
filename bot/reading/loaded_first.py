"""What the fork server loads before it forks any worker: all of them then share its memory."""

import gc
from contextlib import suppress

from bot.reading import worker_process
from model.quiet import quiet_libraries
from model.reader import ModelError, Reader

# The usual networks have read a picture by then, and so all that this takes is loaded. If they
# cannot be loaded, the bot itself says so.
with quiet_libraries(), suppress(ModelError):
    worker_process.warm_up(Reader.trained())
# What is searched for garbage is written to, and no longer shared.
gc.freeze()
