"""Pages of the theme: what each kind gives its template, beside what every page has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, TemplateNotFound

from pressroom.build.pages import ArticlePage, DirectPage, ListingPage, RemovedPage, is_full
from pressroom.content import removals
from pressroom.core.keys import KINDS, PERIODS
from pressroom.core.page import PageSpec
from pressroom.core.settings import SiteSettings
from pressroom.state.similarity import Related
from pressroom.templates import pagination, site_context
from pressroom.templates.models import Card, Members
from pressroom.templates.pagination import Page, PageLink
from pressroom.templates.partials import CARD, LEVEL, ROOT, render_template
from pressroom.templates.variables import Deferred, make_variables


class HtmlPages:
    """Makes pages by one theme and one set of settings, from one connection to the state."""

    def __init__(self, site: site_context.Site, settings: SiteSettings, templates: Templates) -> None:
        self.site, self.settings, self.templates = site, settings, templates
        self._common = {**settings.raw, **make_variables(site)}
        self._common |= {
            "SITE_ADDRESS": settings.address, "generated_content": {}, "static_links": set(), "static_content": {},
            "localsiteurl": settings.siteurl,
        }  # fmt: skip
        self._plain = {**settings.raw, "SITE_ADDRESS": settings.address, "SITEURL": ROOT, "level": LEVEL}
        try:
            self._card: Template | None = templates.find(CARD)
        except TemplateNotFound:
            self._card = None

    def make_html(self, page: PageSpec, template: str) -> str:
        """Return a page."""
        local = dict(self._common)
        local["output_file"] = page.path
        root = self.settings.siteurl
        if self.settings.relative_urls:
            root = local["SITEURL"] = local["localsiteurl"] = "/".join([".."] * page.path.count("/")) or "."
        self.site.root = root
        local.update(self._describe(page))
        return render_template(self.templates.find(template), local)

    def make_card(self, number: int) -> Card | None:
        """Return how lists show an article, None where the theme has no cards."""
        if self._card is None:
            return None
        article = self.site.get_article(number)
        return article.make_card(render_template(self._card, {**self._plain, "article": article}))

    def begin_page(self, page: PageSpec, key: str) -> None:
        """Forget what the page before read; tell the site which list's page is rendered next, and what stands beside it."""
        # The signature of a full page does not tell of the rest of its list: what is read of that counts.
        self.site.reads, self.site.owner = set(), "" if is_full(page) else key
        self.site.planned_neighbours = page.beside if isinstance(page, ArticlePage | ListingPage) else None

    def _describe(self, page: PageSpec) -> dict[str, Any]:
        """Return the variables of a page's own. Raises TypeError for what is no page of the theme."""
        if isinstance(page, ArticlePage):
            return self._describe_article(page)
        if isinstance(page, RemovedPage):
            return self._describe_removed(page)
        if isinstance(page, DirectPage):
            return self._describe_direct(page)
        if isinstance(page, ListingPage):
            return self._describe_listing(page)
        raise TypeError(f"{page.path}: {type(page).__name__} is made by no template.")

    def _describe_article(self, page: ArticlePage) -> dict[str, Any]:
        article = self.site.get_article(page.id)
        self.site.related = [Related(*values) for values in page.related]
        if article.kind == "page":
            return {"page": article, "url": article.url}
        variables = {"article": article, "category": article.category, "url": article.url, "blog": True}
        if article.status == "draft":
            variables["all_articles"] = Deferred(lambda: Members(self.site, "all"))
        return variables

    def _describe_removed(self, page: RemovedPage) -> dict[str, Any]:
        entries = []
        for number in page.ids:
            article = self.site.get_article(number)
            record = removals.beside(Path(self.settings.content), article.path)
            entries.append({"article": article, "anchor": article.removed_url.partition("#")[2], **record._asdict()})
        return {
            "entries": entries, "part": page.slug, "url": page.url, "page_name": page.url.rstrip("/"),
            "template_name": "removed",
        }  # fmt: skip

    def _describe_direct(self, page: DirectPage) -> dict[str, Any]:
        variables: dict[str, Any] = {"url": page.url, "blog": True, "page_name": page.page_name}
        if page.name in self.settings.direct_templates:
            variables["template_name"] = page.name
        return variables | self._list_articles("all") | self._cut_list(page, page.name, "all")

    def _describe_listing(self, page: ListingPage) -> dict[str, Any]:
        kind, site = page.kind, self.site
        key = f"{kind}:{page.slug}" if page.slug else kind
        variables: dict[str, Any] = {
            "url": page.url, "blog": True, "template_name": page.template_name, "HAS_FEED": page.has_feed,
            "all_articles": Deferred(lambda: Members(site, "all")),
        }  # fmt: skip
        if kind in KINDS:
            variables[kind] = term = site.get_term(kind, page.name, page.slug)
            variables["page_name"] = term.page_name
        elif kind in PERIODS:
            period = site.make_period(kind, page.slug)
            variables |= {"period": period["period"], "period_num": period["period_num"]}
        elif kind == "on":
            variables |= {"slug": page.slug, "page_name": page.url.rstrip("/")}
        else:
            variables["page_name"] = kind
        return variables | self._list_articles(key) | self._cut_list(page, page.template_name, key)

    def _list_articles(self, key: str) -> dict[str, Any]:
        members, oldest_first = Members(self.site, key), not self.settings.newest_first_archives
        return {"articles": members, "dates": Members(self.site, key, oldest_first=True) if oldest_first else members}

    def _cut_list(self, page: ListingPage | DirectPage, template: str, key: str) -> dict[str, Any]:
        """Return what Pelican's paginator gives a template, nothing where the list is not cut."""
        sheet = page.sheet
        if sheet is None:
            return {}
        shown = self.site.list_articles(page.ids)
        layout = pagination.find_layout(self.settings, template)
        assert layout is not None  # it was cut by it
        leaf = Page(sheet, shown, lambda: Members(self.site, key), layout, (page.url, page.save_as))
        variables: dict[str, Any] = {}
        for name in ("articles", "dates"):
            variables |= {
                f"{name}_paginator": leaf.paginator, f"{name}_page": leaf,
                f"{name}_previous_page": PageLink(sheet.newer, sheet.number - 1) if sheet.newer else None,
                f"{name}_next_page": PageLink(sheet.older, sheet.number + 1) if sheet.older else None,
            }  # fmt: skip
        return variables


class Templates:
    """The templates of a theme, each looked for once."""

    def __init__(self, env: Environment, settings: SiteSettings) -> None:
        self.env = env
        self._endings = settings.template_extensions
        self._templates: dict[str, Template] = {}

    def find(self, name: str) -> Template:
        """Return a template by its name without ending. Raises TemplateNotFound."""
        if name not in self._templates:
            self._templates[name] = self.env.select_template([name + ending for ending in self._endings])
        return self._templates[name]
