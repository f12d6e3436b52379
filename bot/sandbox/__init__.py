"""The sandbox, a small Telegram on this machine: a Bot API server and a chat page."""
