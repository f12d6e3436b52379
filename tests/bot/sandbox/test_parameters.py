"""The parameters of a Bot API call, however they arrive."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.sandbox.errors import ApiError
from bot.sandbox.parameters import Parameters

Refusal = Callable[..., Awaitable[tuple[int, str]]]


@pytest.mark.parametrize(
    ("value", "text"), [("x", "x"), (5, "5"), ("", ""), (None, ""), (False, "False")]
)
def test_any_value_is_text(value: object, text: str) -> None:
    assert Parameters({"name": value}).text("name") == text


@pytest.mark.parametrize(("value", "number"), [("7", 7), (-7, -7), ("x", 3), (None, 3), ("", 3)])
def test_what_is_no_number_is_the_default(value: object, number: int) -> None:
    assert Parameters({"name": value}).integer("name", default=3) == number


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), ("True", True), ("yes", True), (1, True), ("0", False), ("", False)],
)
def test_flags_are_words_or_numbers(value: object, flag: bool) -> None:
    assert Parameters({"name": value}).flag("name") is flag


def test_what_is_missing_is_empty() -> None:
    nothing = Parameters({})
    assert (nothing.text("name"), nothing.integer("name"), nothing.flag("name")) == ("", 0, False)
    assert nothing.array("name") is None
    assert nothing.upload("name") is None
    assert nothing.decoded("name") is None
    assert nothing.nested("name").values == nothing.keyboard() == {}


def test_arrays_and_objects_arrive_as_json_or_as_they_are() -> None:
    for encode in (json.dumps, lambda value: value):
        call = Parameters({"array": encode([1, 2]), "object": encode({"name": "x"})})
        assert call.array("array") == [1, 2]
        assert call.nested("object").text("name") == "x"


def test_an_array_of_objects_is_parameters_of_their_own() -> None:
    call = Parameters({"name": '[{"a": "1"}, {"a": "2"}]'})
    assert [each.text("a") for each in call.objects("name")] == ["1", "2"]
    assert Parameters({}).objects("name") == []


@pytest.mark.parametrize(
    ("read", "value", "reason"),
    [
        (Parameters.decoded, "{", "can't parse name JSON object"),
        (Parameters.array, '{"a": 1}', "can't parse name: expected an Array"),
        (Parameters.array, 7, "can't parse name: expected an Array"),
        (Parameters.nested, "[1]", "can't parse name: expected an Object"),
        (Parameters.objects, "[1]", "can't parse name: expected an Object"),
        (Parameters.objects, "{}", "can't parse name: expected an Array"),
    ],
)
def test_what_is_of_another_kind_is_refused(
    read: Callable[[Parameters, str], Any], value: object, reason: str
) -> None:
    with pytest.raises(ApiError, match=reason) as refused:
        read(Parameters({"name": value}), "name")
    assert refused.value.code == 400


def test_an_upload_has_the_name_of_the_parameter_or_one_that_it_points_to() -> None:
    uploads = {"photo": b"one", "other": b"two"}
    assert Parameters({}, uploads).upload("photo") == b"one"
    assert Parameters({"photo": "attach://other"}, uploads).upload("photo") == b"two"
    assert Parameters({"photo": "file-id"}, uploads).upload("photo") is None
    nested = Parameters({"media": {"media": "attach://other"}}, uploads).nested("media")
    assert nested.upload("media") == b"two"


def test_formatted_text_is_the_fields_of_a_message() -> None:
    bold = {"text": " <b>7</b>\t", "parse_mode": "HTML"}
    assert Parameters(bold).formatted("text", "entities") == {
        "text": "7",
        "entities": [{"type": "bold", "offset": 0, "length": 1}],
    }
    given = {"caption": "7 /help", "caption_entities": [{"type": "code", "offset": 0, "length": 1}]}
    assert Parameters(given).formatted("caption", "caption_entities") == {
        "caption": "7 /help",
        "caption_entities": [
            {"type": "code", "offset": 0, "length": 1},
            {"type": "bot_command", "offset": 2, "length": 5},
        ],
    }
    assert Parameters({"text": " "}).formatted("text", "entities") == {}


def test_other_parse_modes_are_refused() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        Parameters({"text": "x", "parse_mode": "MarkdownV2"}).formatted("text", "entities")


def test_a_keyboard_is_a_field_of_a_message() -> None:
    rows = [
        [{"text": "7", "callback_data": "é" * 32, "style": "success"}],
        [{"text": "x", "url": "http://x.org"}],
        [{"text": "Copy", "copy_text": {"text": "7" * 256}}],
    ]
    call = Parameters({"reply_markup": {"inline_keyboard": rows}})
    assert call.keyboard() == {"reply_markup": {"inline_keyboard": rows}}
    assert Parameters({"reply_markup": {"remove_keyboard": True}}).keyboard() == {}


@pytest.mark.usefixtures("hello")
@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "style": "danger"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": "7" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": [7]}, "can't parse copy_text: expected an Object"),
        (
            {"text": "x", "callback_data": "x", "style": "red"},
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (
            {"text": "", "callback_data": "x"},
            "can't parse inline keyboard button: Text must be non-empty",
        ),
    ],
)
async def test_bad_buttons_are_refused(
    refusal: Refusal, button: dict[str, Any], reason: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert await refusal("sendMessage", text="x", reply_markup=markup) == (
        400,
        f"Bad Request: {reason}",
    )
