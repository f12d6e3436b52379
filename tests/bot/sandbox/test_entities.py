"""Telegram's HTML dialect and the entities it becomes."""

import html
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, MessageEntity

from bot.sandbox.entities import clean, parse_html, strip, utf16_length, with_detected
from bot.sandbox.errors import ApiError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_escaped_text_arrives_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


@given(TEXT, TEXT.filter(bool), TEXT)
def test_offsets_count_utf16_units(before: str, inside: str, after: str) -> None:
    source = f"{html.escape(before)}<b>{html.escape(inside)}</b>{html.escape(after)}"
    text, (entity,) = parse_html(source)
    units = text.encode("utf-16-le")[entity["offset"] * 2 :][: entity["length"] * 2]
    assert text == before + inside + after
    assert units.decode("utf-16-le") == inside


@given(TEXT, TEXT)
def test_stripping_keeps_entities_on_their_words(before: str, after: str) -> None:
    entity = {"type": "bold", "offset": utf16_length(before), "length": 4}
    text, (moved,) = strip(f"{before}word{after}", [entity])
    units = text.encode("utf-16-le")[moved["offset"] * 2 :][: moved["length"] * 2]
    assert units.decode("utf-16-le") == "word"


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("I", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
    ],
)
def test_each_tag_has_its_entity(tag: str, kind: str) -> None:
    assert parse_html(f"😀<{tag}>x</{tag}>") == ("😀x", [{"type": kind, "offset": 2, "length": 1}])


def test_a_span_can_be_a_spoiler() -> None:
    _, (entity,) = parse_html('<span class="tg-spoiler">x</span>')
    assert entity["type"] == "spoiler"


def test_entities_nest_with_the_outer_one_first() -> None:
    text, entities = parse_html("<i>a<b>b</b></i>")
    assert text == "ab"
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == [
        ("italic", 0, 2),
        ("bold", 1, 1),
    ]


def test_a_block_of_code_keeps_its_language_and_inline_code_does_not() -> None:
    code = '<code class="language-python">x</code>'
    assert parse_html(f"<pre>{code}</pre>")[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "python"}
    ]
    assert parse_html(code)[1] == [{"type": "code", "offset": 0, "length": 1}]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&b=2"),
        ("example.org", "http://example.org"),
        ("tg://user?id=1", "tg://user?id=1"),
    ],
)
def test_a_link_has_its_url(href: str, url: str) -> None:
    assert parse_html(f'<a href="{href}">x</a>')[1][0]["url"] == url


@pytest.mark.parametrize("href", ["javascript:alert(1)", "", "nowhere", "data:text/html,x"])
def test_a_link_to_nowhere_is_plain_text(href: str) -> None:
    assert parse_html(f'<a href="{href}">x</a>') == ("x", [])


def test_tags_around_nothing_leave_nothing() -> None:
    assert parse_html("a<b></b>") == ("a", [])


def test_unknown_character_references_are_plain_text() -> None:
    assert parse_html("&nbsp;&lter;&lt&amp;")[0] == "&nbsp;&lter;<&"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x<b", "Unclosed start tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<a href='x>y</a>", "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_markup_is_refused_in_telegrams_words(source: str, problem: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {problem}"


@given(TEXT)
def test_any_text_is_either_read_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(f"<b>7{source}</b>")
    except ApiError:
        assert "<" in source
        return
    ends = [entity["offset"] + entity["length"] for entity in entities]
    assert 0 < max(ends) <= utf16_length(text)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("/start", ["/start"]),
        ("😀 /help@digit_sandbox_bot now", ["/help@digit_sandbox_bot"]),
        ("/a /b", ["/a", "/b"]),
        ("1/2 and //x and http://x/y", []),
        ("/é", []),
    ],
)
def test_commands_are_found(text: str, commands: list[str]) -> None:
    found = with_detected(text, [])
    units = text.encode("utf-16-le")
    ends = [(e["offset"] * 2, (e["offset"] + e["length"]) * 2) for e in found]
    assert [units[start:end].decode("utf-16-le") for start, end in ends] == commands


def test_names_are_found_and_no_addresses() -> None:
    text = "😀 @digits_bot, ask @anna or me@example.org @x"
    found = [(e["type"], e["offset"], e["length"]) for e in with_detected(text, [])]
    assert found == [("mention", 3, 11), ("mention", 20, 5)]


def test_commands_inside_code_stay_code() -> None:
    code = {"type": "code", "offset": 0, "length": 6}
    assert with_detected("/start /help", [code]) == [
        code,
        {"type": "bot_command", "offset": 7, "length": 5},
    ]


def test_control_characters_become_spaces() -> None:
    assert clean("a\tb\x00c\r\nd") == "a b c\nd"


async def test_a_message_carries_its_entities(bot: Bot, hello: int, chat_id: int) -> None:
    message = await bot.send_message(chat_id, " 😀 <b>bold</b> &lt;3 /help ", parse_mode="HTML")
    assert hello < message.message_id
    assert message.text == "😀 bold <3 /help"
    assert message.parse_entities() == {
        MessageEntity("bold", 3, 4): "bold",
        MessageEntity("bot_command", 11, 5): "/help",
    }


async def test_entities_can_come_ready_made(bot: Bot, hello: int, chat_id: int) -> None:
    del hello
    bold = MessageEntity("bold", 0, 1)
    message = await bot.send_message(chat_id, "<b>", entities=[bold])
    assert (message.text, message.entities) == ("<b>", (bold,))


async def test_other_parse_modes_are_refused(
    refusal: Callable[..., Awaitable[tuple[int, str]]],
) -> None:
    assert await refusal("sendMessage", text="x", parse_mode="MarkdownV2") == (
        400,
        "Bad Request: unsupported parse_mode",
    )
