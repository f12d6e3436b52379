"""What is put into an inbox, and what is left in it."""

from telegram import Update

from bot.storage.inbox import Inbox
from bot.storage.inbox_rows import Taken
from bot.storage.pseudonyms import PseudonymKey
from bot.updates.intake import entry_of

BOT = 123456
KEY = PseudonymKey(b"the key of pseudonyms")


async def store(inbox: Inbox, *updates: Update) -> None:
    """Put updates in."""
    assert await inbox.store(entry_of(each.to_dict(), each, KEY) for each in updates) == []


async def take(inbox: Inbox, update: Update) -> Taken:
    """Put an update in, and take it."""
    await store(inbox, update)
    [taken] = await inbox.take(1)
    return taken


async def left(inbox: Inbox, *updates: Update) -> int:
    """How many updates by the senders of these are not answered."""
    senders = {entry_of(each.to_dict(), each, KEY).sender for each in updates}
    return (await inbox.pending(senders)).total()
