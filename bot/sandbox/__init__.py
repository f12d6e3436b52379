"""A small Telegram on this computer: a Bot API server and a chat page to talk to the bot."""
