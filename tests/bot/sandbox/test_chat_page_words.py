"""The chat page in the person's language."""

import httpx
import pytest

from bot.sandbox.server import Sandbox
from bot.translations import all_languages


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
