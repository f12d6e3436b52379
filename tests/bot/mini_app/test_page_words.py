"""Pages in the person's language."""

from pathlib import Path

import pytest

from bot.mini_app.page_words import fill_in
from bot.translations import Translator


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
