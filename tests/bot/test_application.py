"""The wiring: a bot of which operators can ask whether each part is there."""

import pytest
from telegram.error import NetworkError

from bot.application import Service, running_service
from bot.sandbox.faults import Faults
from bot.sandbox.server import Sandbox, running
from bot.storage.database import DatabaseError
from bot.translations import for_code
from model.reader import Reader
from tests.bot.conversation import answering, chatting
from tests.bot.poison import PoisonedReader


async def test_of_each_part_it_can_be_asked_whether_it_is_there(service: Service) -> None:
    assert [*service.checks] == ["model", "telegram", "database"]
    for check in service.checks.values():
        await check()


async def test_with_telegram_away_only_that_check_fails(reader: Reader) -> None:
    faults = Faults(share=0, kinds=["500"])
    with running(faults=faults) as sandbox:
        async with answering(sandbox, reader) as service:
            faults.share = 1
            with pytest.raises(NetworkError):
                await service.checks["telegram"]()
            await service.checks["model"]()
            await service.checks["database"]()
            faults.share = 0


async def test_without_its_database_it_does_not_start(sandbox: Sandbox, reader: Reader) -> None:
    nowhere = "sqlite:////nowhere/at/all.db"
    with pytest.raises(DatabaseError):
        async with running_service(
            sandbox.token, sandbox.url, reader, nowhere, single_instance=True
        ):
            pass


async def test_a_picture_that_takes_longer_than_the_deadline_is_refused(
    sandbox: Sandbox, reader: Reader
) -> None:
    poisoned = PoisonedReader(reader.model, reader.lines)
    async with answering(sandbox, poisoned, deadline_seconds=1), chatting(sandbox) as chat:
        sent = await chat.send_file(b"spin", "digit.png", "image/png")
        refusal = for_code("en")("refused-too-demanding")
        assert (await chat.reply_to(sent))["text"] == refusal
