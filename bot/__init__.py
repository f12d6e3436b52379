"""The Telegram bot: words, pictures and buttons around a Reading."""

__version__ = "0.1.0"
