"""The server: where it listens, whom it serves, how it stops."""

import re
import socket
import threading
import time

import httpx
import pytest
from starlette.routing import Route
from telegram import Bot

from bot.sandbox import bot_api, chat_page
from bot.sandbox.server import Sandbox, running


def address(route: Route, **values: str) -> str:
    """A path that leads to this route."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda name: values.get(name[1], "1"), route.path)


def test_a_taken_port_is_an_os_error(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"), running(port):
        pass


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")
    port = int(sandbox.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_every_start_has_its_own_port_and_well_formed_token(sandbox: Sandbox) -> None:
    with running() as other:
        assert other.url != sandbox.url
        assert other.token != sandbox.token
        assert Bot(other.token).token == other.token


def test_the_port_is_free_again_at_once() -> None:
    with running() as first:
        port = int(first.url.rsplit(":", 1)[1])
        httpx.get(first.url)
    with running(port) as second:
        assert httpx.get(second.url).status_code == 200


@pytest.mark.parametrize("path", ["bot{token}/getUpdates?timeout=50", "chat/1/events?wait=25"])
def test_a_hanging_poll_ends_quietly_with_the_server(
    path: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    answers: list[httpx.Response] = []
    with running() as sandbox:
        url = f"{sandbox.url}/{path.format(token=sandbox.token)}"
        poll = threading.Thread(target=lambda: answers.append(httpx.get(url, timeout=60)))
        poll.start()
        time.sleep(0.3)
        assert poll.is_alive()
        threads = threading.active_count()
    poll.join(timeout=5)
    assert answers[0].status_code == 200
    assert threading.active_count() < threads
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
    assert capfd.readouterr() == ("", "")


def test_a_failure_inside_the_context_comes_out_of_it() -> None:
    with pytest.raises(ZeroDivisionError), running():
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "route", [*bot_api.ROUTES, *chat_page.ROUTES], ids=lambda route: route.path
)
def test_a_foreign_host_name_is_refused_everywhere(sandbox: Sandbox, route: Route) -> None:
    path = address(route, token=sandbox.token)
    verb = "POST" if "POST" in (route.methods or ()) else "GET"
    for host in ("evil.example", f"evil.example:{sandbox.url.rsplit(':', 1)[1]}"):
        headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        answer = httpx.request(verb, sandbox.url + path, headers=headers)
        assert answer.status_code == 403
        assert sandbox.url in answer.json()["error"]


@pytest.mark.parametrize(
    "route",
    [route for route in chat_page.ROUTES if "POST" in (route.methods or ())],
    ids=lambda route: route.path,
)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
    ids=str,
)
def test_only_the_page_itself_may_post(
    sandbox: Sandbox, route: Route, headers: dict[str, str]
) -> None:
    answer = httpx.post(sandbox.url + address(route), data={"text": "hi"}, headers=headers)
    assert answer.status_code == 403
    assert sandbox.url in answer.json()["error"]


def test_localhost_is_its_name_too(sandbox: Sandbox) -> None:
    assert httpx.get(sandbox.url.replace("127.0.0.1", "localhost")).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "127.0.0.1:80", ""])
def test_the_right_name_with_a_wrong_port_is_refused(sandbox: Sandbox, host: str) -> None:
    assert httpx.get(sandbox.url, headers={"Host": host}).status_code == 403
