"""Three replicas behind nginx, with one PostgreSQL: nothing is lost when one of these goes."""

import asyncio
import itertools
import signal
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.sandbox.server import Sandbox, running
from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.pseudonyms import PseudonymKey
from bot.web import LARGEST_BODY, SECRET_HEADER
from tests.bot.conversation import Chat, chatting, photo_of, replied_to
from tests.bot.deploy.parts import Program, free_port, nginx, nobodys_folder, postgresql, replica

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECRET = "only-telegram-knows"  # noqa: S105  nobody's
PEOPLE, PHOTOS_EACH = 20, 10
PATIENCE = 120  # s


@dataclass(frozen=True)
class Site:
    """All that serves."""

    folder: Path
    sandbox: Sandbox
    database: Program
    database_url: str
    http: str
    https: str
    replicas: dict[str, Program]
    """By address."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    http, https, *ports = (free_port() for _ in range(5))
    with ExitStack() as stack:
        folder = stack.enter_context(nobodys_folder())
        database, database_url = stack.enter_context(postgresql(folder))
        sandbox = stack.enter_context(running())
        stack.enter_context(nginx(folder, (http, https), ports))
        settings = {
            "TELEGRAM_TOKEN": sandbox.token,
            "TELEGRAM_API_URL": sandbox.url,
            "WEBHOOK_URL": f"http://127.0.0.1:{http}/hook",
            "WEBHOOK_SECRET": SECRET,
            "PSEUDONYM_KEY": SECRET * 2,
            "DATABASE_URL": database_url,
        }
        replicas = {
            f"http://127.0.0.1:{port}": stack.enter_context(
                replica(folder / f"replica-{port}.log", port, **settings)
            )
            for port in ports
        }
        yield Site(
            folder,
            sandbox,
            database,
            database_url,
            f"http://127.0.0.1:{http}",
            f"https://localhost:{https}",
            replicas,
        )


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """Asks, once all replicas are ready."""
    trusting = ssl.create_default_context(cafile=site.folder / "fullchain.pem")
    async with httpx.AsyncClient(verify=trusting, timeout=PATIENCE) as client:
        await until(lambda: all_ready(site, client, 200))
        yield client


async def until(come: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it."""
    async with asyncio.timeout(PATIENCE):
        while not await come():
            await asyncio.sleep(0.1)


async def all_ready(site: Site, client: httpx.AsyncClient, status: int) -> bool:
    """Whether this is what each replica says when it is asked if it is ready."""
    try:
        answers = [await client.get(f"{url}/readyz") for url in site.replicas]
    except httpx.TransportError:
        return False
    return all(answer.status_code == status for answer in answers)


@asynccontextmanager
async def people(site: Site, count: int) -> AsyncIterator[list[Chat]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(chatting(site.sandbox)) for _ in range(count)]


async def webhook(site: Site, client: httpx.AsyncClient) -> dict[str, Any]:
    """What Telegram tells of the webhook."""
    answer = await client.post(f"{site.sandbox.url}/bot{site.sandbox.token}/getWebhookInfo")
    info: dict[str, Any] = answer.json()["result"]
    return info


async def all_done(site: Site, client: httpx.AsyncClient) -> bool:
    """Whether Telegram has got rid of all updates, and the inbox holds none to be answered."""
    if (await webhook(site, client))["pending_update_count"]:
        return False
    waiting = text("SELECT count(*) FROM inbox WHERE NOT answered")
    async with connected(site.database_url) as database:
        return not await database.run(lambda session: session.scalar(waiting))


async def answers(chats: list[Chat]) -> Counter[tuple[int, int]]:
    """How many answers each message has, by chat and message."""
    await asyncio.gather(*map(Chat.fetch, chats))
    return Counter((chat.id, replied_to(m) or 0) for chat in chats for m in chat.received)


async def ask_at(
    replica: str, client: httpx.AsyncClient, chat: Chat, message_id: int, command: str
) -> str:
    """What is answered to a command that this replica gets, as a reply to a message that is there.

    The replica takes it from the inbox at once; the others look there each second.
    """
    message = {
        "message_id": message_id,
        "date": int(time.time()),
        "chat": {"id": chat.id, "type": "private", "first_name": "Somebody"},
        "from": {"id": chat.id, "is_bot": False, "first_name": "Somebody", "language_code": "en"},
        "text": command,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(command)}],
    }
    update = {"update_id": time.time_ns(), "message": message}
    await chat.fetch()
    earlier = len([*chat.received])
    answer = await client.post(f"{replica}/hook", json=update, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 200
    reply = await chat.wait_for(lambda: next(itertools.islice(chat.received, earlier, None), None))
    said: str = reply["text"]
    return said


async def test_nginx_lets_through_what_telegram_posts_and_nothing_else(
    site: Site, client: httpx.AsyncClient
) -> None:
    for url in (site.http, site.https):
        for headers in ({}, {SECRET_HEADER: f"{SECRET}x"}):
            answer = await client.post(f"{url}/hook", json={}, headers=headers)
            assert answer.status_code == 401
        known = {SECRET_HEADER: SECRET}
        assert (await client.post(f"{url}/hook", json={}, headers=known)).status_code == 400
        large = b" " * (LARGEST_BODY + 1)
        assert (await client.post(f"{url}/hook", content=large, headers=known)).status_code == 413
        assert (await client.get(f"{url}/draw/")).headers["Content-Security-Policy"]
        for body, status in ((b"x", 401), (large, 413)):
            assert (await client.post(f"{url}/draw/", content=body)).status_code == status
        others = "/", "/healthz", "/readyz", "/metrics", "/hook/", "/hook/metrics", "/draw/metrics"
        for path in others:
            assert (await client.get(f"{url}{path}")).status_code == 404


async def test_every_photo_is_answered_though_one_replica_is_killed_and_one_restarted(
    site: Site, client: httpx.AsyncClient
) -> None:
    sent: list[tuple[int, int]] = []

    async def send_photos(chat: Chat) -> None:
        for digit in range(PHOTOS_EACH):
            message_id = await chat.send_photo(photo_of(str(digit)))
            sent.append((chat.id, message_id))

    async with people(site, PEOPLE) as chats, asyncio.TaskGroup() as sending:

        async def answered(share: float) -> bool:
            return len(await answers(chats)) >= share * PEOPLE * PHOTOS_EACH

        for chat in chats:
            sending.create_task(send_photos(chat))
        killed, restarted, _ = site.replicas.values()
        await until(lambda: answered(0.2))
        await asyncio.to_thread(killed.stop, signal.SIGKILL)
        await until(lambda: answered(0.4))
        assert await asyncio.to_thread(restarted.stop) == 0
        restarted.start()
        await until(lambda: all_done(site, client))
        counts = await answers(chats)
    killed.start()
    assert len(sent) == PEOPLE * PHOTOS_EACH
    assert [each for each in sent if not counts[each]] == []
    assert sum(counts[each] - 1 for each in sent) <= 0.02 * len(sent)
    assert set(counts) == set(sent)


async def test_what_people_say_at_any_replica_is_known_to_all_and_forgotten_by_all(
    site: Site, client: httpx.AsyncClient
) -> None:
    async with people(site, PEOPLE + 2) as chats:
        answers = await asyncio.gather(*(chat.show(photo_of("7")) for chat in chats))
        await asyncio.gather(
            *(chat.press(answer, "Right") for chat, answer in zip(chats, answers, strict=True))
        )
        await asyncio.gather(*(c.edit_of(m) for c, m in zip(chats, answers, strict=True)))
        log = (site.folder / "upstream.log").read_text()
        assert all(log.count(url.removeprefix("http://")) > 2 for url in site.replicas)
        async with connected(site.database_url) as engine:
            kept = Corrections(engine, PseudonymKey(b""))
            assert len(await kept.readings()) == PEOPLE + 2

        chat, photo = chats[0], replied_to(answers[0]) or 0
        for url in site.replicas:
            said = await ask_at(url, client, chat, photo, "/accuracy")
            assert f"Of {PEOPLE + 2} answers that people judged" in said
        first, *others = site.replicas
        assert "one answer" in await ask_at(first, client, chat, photo, "/forget")
        for url in others:
            assert "nothing of yours" in await ask_at(url, client, chat, photo, "/forget")
        for url in site.replicas:
            said = await ask_at(url, client, chat, photo, "/accuracy")
            assert f"Of {PEOPLE + 1} answers that people judged" in said


async def test_while_the_database_is_away_nothing_is_lost(
    site: Site, client: httpx.AsyncClient
) -> None:
    async with people(site, 6) as chats:
        before = [(chat.id, await chat.send_photo(photo_of("4"))) for chat in chats]
        assert await asyncio.to_thread(site.database.stop, signal.SIGINT) == 0
        await until(lambda: all_ready(site, client, 503))
        since = int(time.time())
        during = [(chat.id, await chat.send_photo(photo_of("5"))) for chat in chats]

        async def refused() -> bool:
            return bool((await webhook(site, client)).get("last_error_date", 0) >= since)

        await until(refused)
        assert "503" in (await webhook(site, client))["last_error_message"]
        counts = await answers(chats)
        assert not any(counts[each] for each in during)
        site.database.start()
        await until(lambda: all_ready(site, client, 200))
        await until(lambda: all_done(site, client))
        counts = await answers(chats)
    assert all(counts[each] for each in before + during)
