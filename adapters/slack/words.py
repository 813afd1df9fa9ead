"""The few words that Slack's own forms need, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "reason": "Reason",
        "reason_hint": "It is kept with the flag. Do not repeat personal data here.",
        "reason_needed": "Please write a reason.",
        "send": "Send",
        "cancel": "Cancel",
        "report_title": "Report a message",
        "report_about": "A moderator will look at this message. Its author is not told who "
        "reported it.",
        "report_reason": "What is wrong with it? (you may leave this empty)",
        "not_reportable": "This message was not written by a person, so it cannot be reported.",
        "try_again": "The form could not be opened. Please press the button again.",
    },
    "es": {
        "reason": "Motivo",
        "reason_hint": "Se guarda con el aviso. No repita aquí datos personales.",
        "reason_needed": "Escriba un motivo, por favor.",
        "send": "Enviar",
        "cancel": "Cancelar",
        "report_title": "Denunciar un mensaje",
        "report_about": "Un moderador verá este mensaje. A su autor no se le dice quién lo "
        "denunció.",
        "report_reason": "¿Qué tiene de malo? (puede dejarlo vacío)",
        "not_reportable": "Este mensaje no lo escribió una persona, así que no se puede denunciar.",
        "try_again": "No se pudo abrir el formulario. Pulse el botón otra vez, por favor.",
    },
}


def words(lang: str) -> Mapping[str, str]:
    """The words in this language, or in English where it is not spoken."""
    return WORDS.get(lang, WORDS["en"])
