def after_name(text: str) -> str | None:
    import re

    m = re.match(r"\W*(?:(?:hey|oye|ey|ok|hola)\W+)?(?:jarvis|yarvis)\b\W*", text, re.I)
    return text[m.end() :] if m else None
