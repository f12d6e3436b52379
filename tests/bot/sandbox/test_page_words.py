"""The chat page in the person's language."""

from pathlib import Path

import httpx
import pytest

from bot.sandbox.page_words import fill_in
from bot.sandbox.server import Sandbox
from bot.translations import Translator, all_languages


@pytest.fixture
def german(tmp_path: Path) -> Translator:
    """A language with a few words."""
    file = tmp_path / "de.ftl"
    file.write_text(
        'page-close = Schließen & "weg"\npage-sending = { $name } wird gesendet, { $size }\n',
        "utf-8",
    )
    return Translator(file)


def test_a_blank_becomes_the_text_safe_for_html(german: Translator) -> None:
    filled = fill_in('<html lang="{{ lang }}"><b title="{{ close }}">{{ close }}</b>', german)
    words = "Schließen &amp; &quot;weg&quot;"
    assert filled == f'<html lang="de"><b title="{words}">{words}</b>'


def test_values_are_left_for_the_scripts(german: Translator) -> None:
    assert fill_in("{{ sending name size }}", german) == "{name} wird gesendet, {size}"


def test_what_is_no_blank_stays_as_it_is(german: Translator) -> None:
    assert fill_in("{close} {{close}} { close }", german) == "{close} {{close}} { close }"


@pytest.mark.parametrize("template", ["{{ open }}", "{{ sending name }}"])
def test_a_missing_text_or_value_is_an_error(german: Translator, template: str) -> None:
    with pytest.raises(LookupError):
        fill_in(template, german)


@pytest.mark.parametrize("code", all_languages())
async def test_the_page_is_whole_in_every_language(
    page: httpx.AsyncClient, sandbox: Sandbox, code: str
) -> None:
    answer = await page.get(sandbox.url, headers={"Accept-Language": f"{code}-XX, fr;q=0.5"})
    assert f'<html lang="{code}">' in answer.text
    assert all_languages()[code]("page-draw") in answer.text
    assert "{{" not in answer.text
    assert "Accept-Language" in answer.headers["vary"]


async def test_the_page_is_english_where_the_language_is_not_here(
    page: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    answer = await page.get(sandbox.url, headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in answer.text


async def test_refusals_are_in_the_persons_language(page: httpx.AsyncClient) -> None:
    answer = await page.post("messages", headers={"Accept-Language": "ru"}, data={"text": " "})
    assert answer.json()["error"].startswith("Отправлять пока нечего")
