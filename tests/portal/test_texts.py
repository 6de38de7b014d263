"""The portal speaks two languages, and no text is forgotten in one of them."""

from penaemas.portal.texts import faults, texts_used


def test_every_text_has_its_english_and_no_catalogue_holds_more() -> None:
    assert faults() == []


def test_texts_are_found_in_templates_in_macros_and_in_python() -> None:
    used = texts_used()

    assert used["Menu utama"].endswith(".html")
    assert used["Kata sandi baru"].endswith(".html")  # an argument of ui.field
    assert used["Kata sandi tidak boleh memuat nama akun."].endswith(".py")
