"""A page that stands alone: it asks for nothing, runs nothing, and is read on a phone, printed, and in the dark."""

from importlib import resources

from orbitcfg.report.markup import Content, Markup, element

_NOTHING_ELSE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser may load for this page: nothing, whatever stands in it."""


def html_page(title: str, package: str, *body: Content) -> str:
    """A whole HTML document; `page.css` of the package adds to the style that all pages have."""
    style = "".join(resources.files(each).joinpath("page.css").read_text("utf-8") for each in ("orbitcfg.report", package))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_NOTHING_ELSE),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("link", rel="icon", href="data:,"),
        element("title", title),
        element("style", Markup(style)),
    )
    return f"<!doctype html>\n{element('html', head, element('body', *body), lang='en')}\n"
