"""Parts of pages that many pages share, made once: `{% cache KEY, ... %}` for a theme, and cards of articles in lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, Template, nodes, pass_context
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from markupsafe import Markup

ROOT, LEVEL = "\x01", "\x02"
"""Stand in a stored card for the way to the site's root and for the level of its heading; no page has control characters."""
CARD = "_card"
"""This template shows an article in a list: it sees `article`, `level` and the settings, and nothing of the whole site."""
NEIGHBOUR = "_neighbour"
"""This one shows an article that another's page leads to."""
FILTERED = (CARD, NEIGHBOUR)
"""Filters of their names render these templates."""


class CacheTag(Extension):
    """`{% cache KEY, ... %}...{% endcache %}`: what is within is made once for each value of the keys.

    The keys must tell apart everything that differs within; what is read of the whole site is recorded all the same.
    """

    tags = {"cache"}  # noqa: RUF012 - as the base class types it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.extend(kept={}, reads=lambda: set())

    def parse(self, parser: Parser) -> nodes.Node:
        """Parse the tag."""
        line = next(parser.stream).lineno
        keys = [nodes.Const(f"{parser.name}:{line}"), parser.parse_expression()]
        while parser.stream.skip_if("comma"):
            keys.append(parser.parse_expression())
        body = parser.parse_statements(("name:endcache",), drop_needle=True)
        call = self.call_method("_render", [nodes.Tuple(keys, "load")])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _render(self, key: tuple[Any, ...], caller: Callable[[], str]) -> str:
        kept, reads = self.environment.kept, self.environment.reads()  # type: ignore[attr-defined]
        if key not in kept:
            before = set(reads)
            reads.clear()
            text = caller()
            kept[key] = (text, frozenset(reads))
            reads |= before
        text, read = kept[key]
        reads |= read
        return str(text) if not isinstance(text, Markup) else text


class PlainCacheTag(CacheTag):
    """The same tag where nothing is kept: Pelican's own path, in which a context outlives its page."""

    def _render(self, key: tuple[Any, ...], caller: Callable[[], str]) -> str:
        return caller()


def render_template(template: Template, values: dict[str, Any]) -> str:
    """Return what a template's own `render` does, with two copies less of all the values.

    A mistake is told of as there, at the file and line of its template.
    """
    env = template.environment
    context = env.context_class(env, {**template.globals, **values}, template.name, template.blocks, template.globals)
    try:
        return env.concat(template.root_render_func(context))
    except Exception:
        env.handle_exception()


@pass_context
def show_neighbour(context: Context, article: Any) -> Markup:
    """Return an article as the pages next to its own name it, by the theme's `_neighbour.html`.

    That sees the article and how addresses are written, and is made once while the article is at hand: up to four
    pages have it.
    """
    stored = getattr(article, "stored_neighbour", None)
    if not stored:
        template = context.environment.get_template(f"{NEIGHBOUR}.html")
        values = {"article": article, "SITEURL": ROOT, "RELATIVE_URLS": context["RELATIVE_URLS"]}
        stored = render_template(template, values)
        if hasattr(article, "stored_neighbour"):
            article.stored_neighbour = stored
    return Markup(stored.replace(ROOT, context["SITEURL"] or ""))


@pass_context
def show_card(context: Context, article: Any, level: int = 2) -> Markup:
    """Return an article as lists show it, by the theme's `_card.html`; from the state where it is kept there."""
    stored = getattr(article, "stored_card", None)
    if stored:
        return Markup(stored.replace(ROOT, context["SITEURL"] or "").replace(LEVEL, str(level)))
    template = context.environment.get_template(f"{CARD}.html")
    return Markup(template.render({**context.get_all(), "article": article, "level": level}))
