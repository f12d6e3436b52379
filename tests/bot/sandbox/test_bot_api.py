"""How a call of the Bot API arrives over HTTP, and how it is answered."""

from urllib.parse import quote

import httpx
import pytest

from bot.sandbox.server import Sandbox


@pytest.mark.parametrize(
    ("token", "code", "description"),
    [
        ("123456:AA" + "x" * 33, 401, "Unauthorized"),
        ("nonsense", 404, "Not Found"),
        ("123456:short", 401, "Unauthorized"),
    ],
)
def test_another_token_is_refused(
    sandbox: Sandbox, token: str, code: int, description: str
) -> None:
    for path in (f"bot{token}/getMe", f"file/bot{token}/photos/file_0.jpg"):
        answer = httpx.get(f"{sandbox.url}/{path}")
        assert answer.status_code == code
        assert answer.json() == {"ok": False, "error_code": code, "description": description}


def test_an_unknown_method_is_not_found(sandbox: Sandbox) -> None:
    answer = httpx.post(f"{sandbox.url}/bot{sandbox.token}/sendDice")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


@pytest.mark.parametrize("method", ["getMe", "getme", "GETME"])
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_method_names_have_no_case(sandbox: Sandbox, method: str, verb: str) -> None:
    answer = httpx.request(verb, f"{sandbox.url}/bot{quote(sandbox.token)}/{method}")
    assert answer.json()["result"]["is_bot"] is True


@pytest.mark.parametrize("style", ["params", "data", "json", "files"])
def test_parameters_arrive_in_any_form(sandbox: Sandbox, style: str) -> None:
    values: dict[str, object] = {"action": "typing", "chat_id": "999999"}
    if style == "files":
        values = {name: (None, str(value)) for name, value in values.items()}
    url = f"{sandbox.url}/bot{sandbox.token}/sendChatAction"
    answer = httpx.request("POST", url, **{style: values})  # type: ignore[arg-type]
    assert answer.json()["description"] == "Bad Request: chat not found"


def test_a_body_that_is_not_json_is_refused(sandbox: Sandbox) -> None:
    for body in (b"{", b"5"):
        answer = httpx.post(
            f"{sandbox.url}/bot{sandbox.token}/getMe",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 400


DEEP = "[" * 900 + "]" * 900
BOTTOMLESS = "[" * 100_000


@pytest.mark.parametrize(
    "body",
    [
        '{"message_id": 1e400}',
        '{"message_id": NaN}',
        f'{{"reply_markup": {DEEP}}}',
        f'{{"reply_markup": {BOTTOMLESS}',
        r'{"text": "\ud83d"}',
    ],
    ids=["infinite", "no number", "deep", "bottomless", "half a character"],
)
def test_json_that_nobody_can_send_on_is_refused(sandbox: Sandbox, body: str) -> None:
    answer = httpx.post(
        f"{sandbox.url}/bot{sandbox.token}/editMessageText",
        content=body,
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.json()["description"] == "Bad Request: can't parse the request body"


@pytest.mark.parametrize("value", ['{"message_id": 1e400}', DEEP, BOTTOMLESS])
def test_nor_is_such_json_taken_in_a_parameter(sandbox: Sandbox, value: str) -> None:
    url = f"{sandbox.url}/bot{sandbox.token}/setMyCommands"
    answer = httpx.post(url, data={"scope": value})
    assert answer.status_code == 400
    assert answer.json()["description"] == "Bad Request: can't parse scope JSON object"


@pytest.mark.parametrize(
    ("method", "name", "value"),
    [
        ("setMyCommands", "commands", "[7]"),
        ("setMyCommands", "commands", '["start"]'),
        ("setMyCommands", "commands", "{}"),
    ],
)
def test_objects_have_to_be_objects(sandbox: Sandbox, method: str, name: str, value: str) -> None:
    answer = httpx.post(f"{sandbox.url}/bot{sandbox.token}/{method}", data={name: value})
    assert answer.status_code == 400
    assert answer.json()["description"].startswith(f"Bad Request: can't parse {name}")
