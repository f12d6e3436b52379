"""The Telegram bot: takes photos from chats, has them read by `model.reader`, and answers."""

__version__ = "0.1.0"
