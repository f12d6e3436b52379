"""How the bot presents itself, in each language."""

from bot.sandbox.profile import Profile


def test_a_bot_that_has_set_nothing_has_no_commands_and_no_descriptions() -> None:
    profile = Profile()
    assert profile.commands_for(1, "en") == []
    assert (profile.description_for("en"), profile.short_description_for("en")) == ("", "")


def test_the_short_description_has_languages_of_its_own() -> None:
    profile = Profile()
    profile.descriptions.update({"": "I read digits.", "de": "Ich lese Ziffern."})
    profile.short_descriptions.update({"": "Digits", "ru": "Цифры"})
    assert [profile.short_description_for(code) for code in ("ru", "de")] == ["Цифры", "Digits"]
    assert [profile.description_for(code) for code in ("ru", "de")] == [
        "I read digits.",
        "Ich lese Ziffern.",
    ]
