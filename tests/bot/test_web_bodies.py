"""Whatever is posted to the webhook with the right secret: an answer, and never a failure."""

import json
import socket
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import web
from bot.application import Service
from bot.chat import albums
from tests.bot import update_shapes as shapes
from tests.bot.conversation import Chat

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

FEW = settings(max_examples=40, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=5000)
PATH = "/hook"
SECRET = "only-telegram-knows"  # noqa: S105  nobody's
TEXT = st.text(st.characters(codec=None), max_size=8) | shapes.TEXT  # half characters, too
NUMBERS = st.integers() | st.integers(2**62, 2**70) | st.floats()
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(TEXT, parts, max_size=3),
    max_leaves=8,
)


@st.composite
def mutated(draw: st.DrawFn, value: Any) -> Any:  # noqa: ANN401  JSON
    """The value with anything in place of one of its parts, or without that part."""
    if isinstance(value, list) and value:
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(mutated(value[place])), *value[place + 1 :]]
    if not isinstance(value, dict) or not value or draw(st.integers(0, 7)) == 0:
        return draw(ANYTHING)
    key = draw(st.sampled_from(sorted(value)))
    if draw(st.integers(0, 7)) == 0:
        return {each: value[each] for each in value if each != key}
    return value | {key: draw(mutated(value[key]))}


class Hook:
    """The webhook of the bot at work."""

    def __init__(self, client: httpx.AsyncClient, known: shapes.Known) -> None:
        """Post by `client`."""
        self._client = client
        updates = shapes.updates(known)
        self.updates = st.builds(dict, updates, update_id=st.integers(0, 2**40)).flatmap(mutated)
        self.statuses: Counter[int] = Counter()

    async def post(self, body: bytes) -> None:
        """See that it is answered as Telegram expects."""
        headers = {web.SECRET_HEADER: SECRET}
        status = (await self._client.post(PATH, content=body, headers=headers)).status_code
        assert status in {200, 400, 503}
        self.statuses[status] += 1


@pytest.fixture
async def hook(
    service: Service, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Hook]:
    monkeypatch.setattr(albums, "PATIENCE_SECONDS", 0.01)
    await chat.ask("/help")
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    route = web.webhook_route(PATH, SECRET, service.receive)
    async with httpx.AsyncClient(base_url=url) as client, web.serving([route], listener):
        yield Hook(client, {"Chat.id": st.just(chat.id)})


async def take_whatever_comes(hook: Hook, data: st.DataObject) -> None:
    drawn = data.draw(hook.updates | ANYTHING)
    await hook.post(json.dumps(drawn).encode())


@FEW
@given(data=st.data())
async def test_any_body_is_taken_refused_or_asked_for_again(
    hook: Hook, data: st.DataObject
) -> None:
    await take_whatever_comes(hook, data)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@MANY
@given(data=st.data())
async def test_any_of_many_bodies_is_taken_refused_or_asked_for_again(
    hook: Hook, data: st.DataObject
) -> None:
    await take_whatever_comes(hook, data)


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"reply_to_message": ' * 600 + b"1" + b"}" * 600, b'{"update_id": 1e999}'],
    ids=["nested", "nested-messages", "infinite"],
)
async def test_what_would_exhaust_the_parser_is_refused(hook: Hook, body: bytes) -> None:
    await hook.post(b'{"update_id": 1, "message": ' + body + b"}")
    assert hook.statuses == {400: 1}
