"""What a screen says when it is read aloud: the words of its own HTML, in reading order, in one language. Pure.

A new screen is spoken as it is drawn, without another text to write and forget.
"""

from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"p", "h1", "h2", "h3", "li", "button", "label", "legend", "header", "section", "div", "td", "th", "output"}
)
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link"})
_UNHEARD = {"hidden", "data-silent"}
"""What is not read aloud: what is not seen, and the keys of the keyboard, whose letters nobody wants to hear."""
_STOPS = {"zh-CN": ("。", ""), "en": (".", " ")}
"""What ends a sentence, and what stands between two."""
_ENDS = tuple("。！？；：，.!?;:,·")


def spoken_text(html: str, tag: str) -> str:
    """Return the sentences of a fragment that stand under the HTML language ``tag``; hidden parts are left out."""
    reader = _Reader(tag)
    reader.feed(html)
    reader.close()
    reader.end_sentence()
    stop, between = _STOPS[tag]
    return between.join(text if text.endswith(_ENDS) else text + stop for text in reader.told)


class _Reader(HTMLParser):
    def __init__(self, tag: str) -> None:
        super().__init__()
        self._tag = tag
        self._open: list[tuple[str, str, bool]] = [("", tag, False)]
        self._words: list[str] = []
        self.told: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        _, language, hidden = self._open[-1]
        language = given.get("lang") or language
        hidden = hidden or bool(_UNHEARD & given.keys()) or given.get("aria-hidden") == "true"
        if tag in _BLOCKS:
            self.end_sentence()
        label = given.get("aria-label")
        if label and not hidden and language == self._tag:
            self._words.append(label)
            if tag in _BLOCKS:
                self.end_sentence()
            hidden = True  # the label stands for what is within
        if tag not in _VOID:
            self._open.append((tag, language, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        self._open.pop()
        if tag in _BLOCKS:
            self.end_sentence()

    def handle_data(self, data: str) -> None:
        _, language, hidden = self._open[-1]
        if not hidden and language == self._tag:
            self._words.append(data)

    def end_sentence(self) -> None:
        text = " ".join("".join(self._words).replace("*", " ").split())  # what is masked is not spelt out
        self._words.clear()
        if text:
            self.told.append(text)
