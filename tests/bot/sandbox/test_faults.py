"""The sandbox misbehaves as it is told to, towards the bot alone."""

import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from bot.sandbox.faults import WITHOUT_EFFECT, Faults
from bot.sandbox.server import Sandbox, running

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Party:
    """The bot and the user of a sandbox with faults."""

    def __init__(self, sandbox: Sandbox, faults: Faults, client: httpx.Client) -> None:
        """Talk through one client, which knows the chat page's origin."""
        self.sandbox = sandbox
        self.faults = faults
        self.client = client

    def call(self, method: str, **parameters: object) -> httpx.Response:
        """Call a method as the bot."""
        url = f"{self.sandbox.url}/bot{self.sandbox.token}/{method}"
        return self.client.post(url, json=parameters)

    def say(self, text: str = "hi") -> None:
        """Write to the bot."""
        url = f"{self.sandbox.url}/chat/1/messages"
        self.client.post(url, data={"text": text}).raise_for_status()

    def heard(self) -> list[str]:
        """The texts that the bot has sent."""
        events = self.client.get(f"{self.sandbox.url}/chat/1/events").json()["events"]
        messages = [event["message"] for event in events if event["type"] == "message"]
        return [each["text"] for each in messages if each["from"]["is_bot"]]

    def file_url(self) -> str:
        """Where the bot can download a document of 100,000 bytes."""
        files = {"file": ("a.bin", bytes(range(250)) * 400)}
        url = f"{self.sandbox.url}/chat/1/messages"
        sent = self.client.post(url, data={"kind": "document"}, files=files).json()
        found = self.call("getFile", file_id=sent["document"]["file_id"]).json()["result"]
        return f"{self.sandbox.url}/file/bot{self.sandbox.token}/{found['file_path']}"


@contextmanager
def faulty(
    *kinds: str, share: float = 1, seconds: float = 8, delay: float = 1, part_delay: float = 1
) -> Iterator[Party]:
    """A sandbox whose user has written; faults begin when `faults.share` is set to `share`."""
    faults = Faults(0, kinds, seconds=seconds, delay=delay, part_delay=part_delay)
    with running(faults=faults) as sandbox:
        headers = {"Origin": sandbox.url}
        with httpx.Client(headers=headers, timeout=20, verify=_NO_TLS) as client:
            party = Party(sandbox, faults, client)
            party.say()
            faults.share = share
            yield party


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """No fault makes the server complain."""
    yield
    for phase in ("setup", "call"):
        records = caplog.get_records(phase)
        assert [each for each in records if each.name in ("asyncio", "uvicorn.error")] == []
    assert capfd.readouterr() == ("", "")


def test_too_many_requests_tell_when_to_come_back() -> None:
    with faulty("429") as party:
        answer = party.call("getMe")
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "1"
        assert answer.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }


def test_an_internal_error_is_json_and_a_proxys_is_not() -> None:
    with faulty("500") as party:
        answer = party.call("getMe")
        assert (answer.status_code, answer.json()["error_code"]) == (500, 500)
    with faulty("502") as party:
        answer = party.call("getMe")
        assert answer.status_code == 502
        assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("kind", ["429", "500", "502", "dropped", "time-out"])
def test_a_call_that_fails_has_no_effect(kind: str) -> None:
    with faulty(kind, seconds=0.3) as party:
        if kind in ("dropped", "time-out"):
            with pytest.raises(httpx.TransportError):
                party.call("sendMessage", chat_id=1, text="lost")
        else:
            assert party.call("sendMessage", chat_id=1, text="lost").is_error
        party.faults.share = 0
        assert party.call("sendMessage", chat_id=1, text="said").is_success
        assert party.heard() == ["said"]
        assert party.faults.counts == {kind: 1}


def test_a_lost_call_has_its_effect_and_no_answer() -> None:
    with faulty("lost") as party:
        with pytest.raises(httpx.TransportError):
            party.call("sendMessage", chat_id=1, text="said")
        assert party.heard() == ["said"]


def test_a_time_out_takes_longer_than_the_client_waits() -> None:
    with faulty("time-out", seconds=0.4) as party:
        begun = time.monotonic()
        with pytest.raises(httpx.RemoteProtocolError):
            party.call("getMe")
        assert time.monotonic() - begun >= 0.4
        party.client.timeout = httpx.Timeout(0.1)
        with pytest.raises(httpx.ReadTimeout):
            party.call("getMe")


def test_a_slow_call_is_answered_after_a_while() -> None:
    with faulty("slow", delay=0.3) as party:
        begun = time.monotonic()
        assert party.call("sendMessage", chat_id=1, text="at last").is_success
        assert time.monotonic() - begun >= 0.3
        assert party.heard() == ["at last"]


def test_a_slow_file_drips() -> None:
    with faulty("slow", share=0, part_delay=0.01) as party:
        url = party.file_url()
        party.faults.share = 1
        begun = time.monotonic()
        with party.client.stream("GET", url) as answer:
            parts = list(answer.iter_raw())
        assert time.monotonic() - begun >= 0.3
        assert len(parts) > 10
        assert b"".join(parts) == bytes(range(250)) * 400


@pytest.mark.parametrize("kind", ["429", "500", "502"])
def test_a_download_can_fail(kind: str) -> None:
    with faulty(kind, share=0) as party:
        url = party.file_url()
        party.faults.share = 1
        assert party.client.get(url).status_code == int(kind)


@pytest.mark.parametrize("kind", ["429", "dropped", "lost"])
def test_polling_fails_and_loses_no_update(kind: str) -> None:
    with faulty(kind) as party:
        try:
            assert party.call("getUpdates").status_code == 429
        except httpx.TransportError:
            assert kind != "429"
        party.faults.share = 0
        (update,) = party.call("getUpdates").json()["result"]
        assert update["message"]["text"] == "hi"


@pytest.mark.parametrize("kind", ["429", "502", "dropped", "lost"])
def test_a_large_upload_can_fail(kind: str) -> None:
    with faulty(kind) as party:
        url = f"{party.sandbox.url}/bot{party.sandbox.token}/sendPhoto"
        files = {"photo": ("a.png", bytes(9 * 2**20))}
        for _ in range(3):
            try:
                answer = party.client.post(url, data={"chat_id": "1"}, files=files)
            except httpx.TransportError:
                assert kind in ("dropped", "lost")
            else:
                assert answer.status_code == int(kind)
        assert party.faults.counts == {kind: 3}


@pytest.mark.parametrize("kind", WITHOUT_EFFECT)
def test_the_chat_page_never_fails(kind: str) -> None:
    with faulty(kind) as party:
        for path in ("/", "/page.js", "/commands", "/chat/1/events"):
            assert party.client.get(party.sandbox.url + path).is_success
        party.say("still here")
        assert not party.faults.counts


def test_the_share_is_kept_and_each_fault_counted() -> None:
    with faulty("429", "500", "502", share=0.2) as party:
        codes = Counter(party.call("getMe").status_code for _ in range(200))
        del codes[200]
        assert 20 < codes.total() < 60
        assert len(codes) == 3
        assert {int(kind): count for kind, count in party.faults.counts.items()} == codes


def test_the_same_seed_fails_the_same_calls() -> None:
    first, second, other = (Faults(0.5, seed=seed) for seed in (1, 1, 2))
    drawn = [[faults.draw() for _ in range(100)] for faults in (first, second, other)]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize("kinds", [(), ("503",), ("429", "nonsense")])
def test_an_unknown_kind_is_refused_with_the_known_ones(kinds: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="among 429, 500, 502, dropped, slow, time-out, lost"):
        Faults(0.1, kinds)


async def test_the_bots_library_understands_them(monkeypatch: pytest.MonkeyPatch) -> None:
    # Else it warns of a change to come in how it tells the seconds.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    faults = Faults(1, ["429"])
    with running(faults=faults) as sandbox:
        bot = Bot(sandbox.token, base_url=f"{sandbox.url}/bot")
        with pytest.raises(RetryAfter):
            await bot.initialize()
        for kind in ("500", "502", "dropped", "lost"):
            faults.kinds = [kind]
            with pytest.raises(NetworkError):
                await bot.initialize()
        faults.share = 0
        await bot.initialize()
        await bot.shutdown()


@pytest.mark.parametrize("kind", ["time-out", "lost"])
def test_a_fault_under_way_ends_with_the_server(kind: str) -> None:
    failures: list[httpx.RemoteProtocolError] = []

    def poll(url: str) -> None:
        try:
            httpx.get(url, timeout=60)
        except httpx.RemoteProtocolError as failure:
            failures.append(failure)

    faults = Faults(1, [kind], seconds=60)
    with running(faults=faults) as sandbox:
        url = f"{sandbox.url}/bot{sandbox.token}/getUpdates?timeout=50"
        polling = threading.Thread(target=poll, args=(url,))
        polling.start()
        while not faults.counts:
            time.sleep(0.01)
    polling.join(timeout=5)
    assert len(failures) == 1
