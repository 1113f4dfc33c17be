"""A page taken apart, as a browser would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = frozenset({"meta", "link", "br"})


@dataclass
class Element:
    """An element with what is in it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, blanks joined."""
        return " ".join("".join(child if isinstance(child, str) else f" {child.text} " for child in self.children).split())

    @property
    def all(self) -> list["Element"]:
        """It and everything in it, in order."""
        return [self, *(each for child in self.children if isinstance(child, Element) for each in child.all)]

    def find(self, tag: str, kind: str | None = None) -> list["Element"]:
        """The elements of a tag, and of a class where one is given."""
        return [each for each in self.all if each.tag == tag and (kind is None or kind in each.attributes.get("class", "").split())]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(page: str) -> Element:
    """The root of a page; whatever is not closed in order fails."""
    parser = _Parser()
    parser.feed(page)
    parser.close()
    [root] = parser.open
    return next(child for child in root.children if isinstance(child, Element))
