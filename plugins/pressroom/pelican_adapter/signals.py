"""The plugin's place in Pelican: it takes a build over where it can, and says why where it cannot.

Only Pelican's own extension points are used. Where the engine takes a build, Pelican's generators get nothing to do and
`EngineGenerator` does everything; where it does not, Pelican's own path is used, with the hooks of `fallback`, and one line
says why, and what is left out.
"""

from __future__ import annotations

from typing import Any

from pelican import signals
from pelican.generators import Generator
from pelican.log import console
from pelican.settings import DEFAULT_CONFIG

from pressroom.build import engine
from pressroom.core import progress
from pressroom.core import settings as defaults
from pressroom.pelican_adapter import foreign_files
from pressroom.templates import filters, partials

FIRED = ("initialized", "finalized")
"""Signals of Pelican that a build by the engine sends too."""
UNTAKEN = ("TEMPLATE_PAGES", "OUTPUT_SOURCES")
"""Settings that only Pelican's own generators know."""
AS_DEFAULT = (
    "ARTICLE_ORDER_BY", "PAGE_ORDER_BY", "WITH_FUTURE_DATES", "TYPOGRIFY", "FORMATTED_FIELDS", "INTRASITE_LINK_REGEX",
    "STATIC_EXCLUDE_SOURCES", "STATIC_CREATE_LINKS",
)  # fmt: skip
"""Settings of which only Pelican's default value is ours too."""
FEEDS: dict[str, Any] = {
    **dict.fromkeys(key for key in DEFAULT_CONFIG if "FEED_" in key and key.endswith(("ATOM", "RSS"))),
    **dict.fromkeys(["FEED_ATOM", "FEED_RSS", "FEED_ALL_RSS", "TAG_FEED_ATOM", "TAG_FEED_RSS"]),
}  # fmt: skip
"""Settings of Pelican's own feeds: the engine writes others, so no theme links to these."""
NOTHING: dict[str, Any] = {
    "ARTICLE_PATHS": [], "PAGE_PATHS": [], "STATIC_PATHS": [], "DIRECT_TEMPLATES": [], "THEME_STATIC_PATHS": [],
    "EXTRA_PATH_METADATA": {}, "YEAR_ARCHIVE_SAVE_AS": "", "MONTH_ARCHIVE_SAVE_AS": "", "DAY_ARCHIVE_SAVE_AS": "",
    **FEEDS,
}  # fmt: skip
"""What Pelican's own generators are given to do."""


def connect() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(begin)
    signals.get_generators.connect(_choose_generator)
    signals.generator_init.connect(_prepare_environment)


def begin(pelican: Any) -> None:
    """Complete the settings; take the build, or connect the hooks of Pelican's own path."""
    from pressroom.pelican_adapter import fallback

    settings = pelican.settings
    defaults.complete_settings(settings)
    settings["JINJA_FILTERS"] = {**filters.FILTERS, **settings["JINJA_FILTERS"]}
    pelican.pressroom = None
    reasons = [*find_reasons(settings)]
    if reasons:
        line = f"pressroom: Pelican's own path is used: {'; '.join(reasons)}. So it leaves out: {', '.join(defaults.turn_off_engine_pages(settings))}. "
        line += "Take the setting back, or the plugin out of PLUGINS, to have that."
        console.print(line, highlight=False, markup=False, soft_wrap=True)
        fallback.connect()
        return
    fallback.disconnect()
    pelican.pressroom = {**settings, **FEEDS}
    pelican.delete_outputdir = False
    settings.update(NOTHING)


def find_reasons(settings: dict[str, Any]) -> list[str]:
    """Return why the engine does not take a build; nothing where it does."""
    if not settings["PRESSROOM_ENGINE"]:
        return ["PRESSROOM_ENGINE is off"]
    reasons = [f"{key} is set" for key in UNTAKEN if settings.get(key)]
    reasons += [f"{key} is {settings[key]!r}" for key in AS_DEFAULT if settings.get(key) != DEFAULT_CONFIG[key]]
    if any(isinstance(form, tuple) for form in settings["DATE_FORMATS"].values()):
        reasons.append("DATE_FORMATS names locales")
    if settings.get("DEFAULT_DATE") == "fs":
        reasons.append("DEFAULT_DATE is 'fs'")
    for name in sorted(vars(signals)):
        signal = getattr(signals, name)
        if name in FIRED or not hasattr(signal, "receivers"):
            continue
        for receiver in list(signal.receivers_for(None)):
            module = getattr(receiver, "__module__", "") or ""
            if not module.startswith("pressroom"):
                reasons.append(f"the plugin {module} listens to the signal {name}")
    return reasons


def _prepare_environment(generator: Any) -> None:
    """Let templates use `{% cache %}`, whoever renders them."""
    if not isinstance(generator, EngineGenerator):
        generator.env.add_extension(partials.PlainCacheTag)


def _choose_generator(pelican: Any) -> type[Generator] | None:
    if pelican.pressroom is None:
        return None

    _take_late(pelican)

    class Bound(EngineGenerator):
        whole = pelican.pressroom
        owner = pelican

    return Bound


def _take_late(pelican: Any) -> None:
    """Take over what plugins after this one set when they began. Raises RuntimeError where they listen to what is not sent."""
    whole = pelican.pressroom
    later = pelican.settings.items()
    whole.update({key: value for key, value in later if key not in NOTHING or value != NOTHING[key]})
    reasons = find_reasons(whole)
    if reasons:
        raise RuntimeError(f'{reasons[0]}, since it began. Put "pressroom" last in PLUGINS.')


class EngineGenerator(Generator):  # type: ignore[misc]
    """Lets the engine build the whole site when Pelican writes its output."""

    whole: dict[str, Any]
    owner: Any

    def generate_output(self, writer: Any) -> None:
        """Build."""
        from pressroom.pelican_adapter import fallback

        reader = foreign_files.find_reader(self.whole)
        self.owner.pressroom_engine = built = engine.Engine(defaults.make_settings(self.whole), self.env, reader)
        with progress.Progress() as shown:
            report = built.build(shown)
        if not self.whole.get("PRESSROOM_CALLER"):
            fallback.log_findings(report.findings)
            done = f"pressroom: {report.articles:,} articles, {report.files:,} files, {report.written:,} written."
            for line in [*report.notes, *report.removed_markup, done]:
                console.print(line, highlight=False, markup=False, soft_wrap=True)
