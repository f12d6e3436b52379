"""What people say of answers, kept in PostgreSQL as in a file."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.judgements import JudgedAnswer, Judgement
from bot.storage.schema import VERSION
from tests.bot.deploy.parts import nobodys_folder, postgresql
from tests.bot.storage.test_corrections import ANNA, ANSWER, BORIS, KEY, MODEL, SEVEN, answer, said

pytestmark = pytest.mark.slow  # to make a server takes seconds


async def test_answers_are_replaced_counted_and_forgotten_by_several_at_once() -> None:
    with nobodys_folder() as folder, postgresql(folder) as (_, url):
        async with connected(url) as one, connected(url) as other:
            first, second = Corrections(one, KEY), Corrections(other, KEY)
            digits = [Judgement(place, SEVEN, 7, 7) for place in range(4)]
            right, wrong = JudgedAnswer("77.77", "77.77", digits), JudgedAnswer("77.77", "7")
            both = ((each, what) for each in (first, second) for what in (right, wrong))
            await asyncio.gather(*(each.save(ANNA, ANSWER, what, MODEL) for each, what in both))
            await first.save(BORIS, answer(1), said(7, 1), MODEL)
            assert len(await second.readings()) == 2
            kept = await second.judged(ANSWER)
            assert kept
            assert len(await second.said(ANSWER, 4)) == (4 if kept.truth == "77.77" else 0)
            assert await second.forget(ANNA) == 1
            assert [each.truth for each in await first.readings()] == ["1"]


async def test_a_database_of_the_version_before_gets_the_table_that_it_lacks() -> None:
    with nobodys_folder() as folder, postgresql(folder) as (_, url):
        async with connected(url) as database:
            for statement in ("DROP TABLE readings", "UPDATE schema_version SET version = 4"):
                await database.run(partial(Session.execute, statement=text(statement)))
        async with connected(url) as database:
            assert await Corrections(database, KEY).readings() == []
            version = text("SELECT version FROM schema_version")
            assert await database.run(lambda session: session.scalar(version)) == VERSION
