"""Settings of the site, as literals; every setting of Pelican may be added. publishconf.py adds the public address."""

SITENAME = "News archive"
SITESUBTITLE = "Stories kept from the papers"
SITEURL = ""
TIMEZONE = "UTC"  # for dates that do not say their own offset
DEFAULT_LANG = "en"  # of the interface, and of articles that do not say theirs

PATH = "content"
THEME = "theme"
PLUGIN_PATHS = ["plugins"]
PLUGINS = ["pressroom"]

ROBOTS = "noindex"  # or "index", or "disallow"; the articles are others', so readers find the originals first
PRESSROOM_SEARCH = True

ARTICLE_PATHS = [""]
ARTICLE_EXCLUDES = ["pages", "images"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["images"]
USE_FOLDER_AS_CATEGORY = False
DEFAULT_CATEGORY = "News"
DEFAULT_METADATA = {}
ARTICLE_TRANSLATION_ID = None
PAGE_TRANSLATION_ID = None
WITH_FUTURE_DATES = True
DEFAULT_DATE = "1970-01-01 00:00"  # a fixed placeholder, never shown; a file's time or the clock is no date
FILENAME_METADATA = ""
DELETE_OUTPUT_DIRECTORY = False
LOAD_CONTENT_CACHE = False
CACHE_CONTENT = False
TYPOGRIFY = False
DEFAULT_PAGINATION = 50
PAGINATED_TEMPLATES = {
    "tag": None,
    "category": None,
    "author": None,
    "source": None,
    "undated": None,
    "on": None,
    "period_archives": None,
}
PAGINATION_PATTERNS = [
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]
RELATIVE_URLS = True  # the same output/ works at a root, under a sub-path and by double-click

ARTICLE_URL = "{date:%Y}/{date:%m}/{date:%d}/{slug}/"
ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{date:%d}/{slug}/index.html"
ARTICLE_LANG_URL = ARTICLE_URL
ARTICLE_LANG_SAVE_AS = ARTICLE_SAVE_AS
DRAFT_URL = "drafts/{slug}/"
DRAFT_SAVE_AS = "drafts/{slug}/index.html"
DRAFT_LANG_URL = DRAFT_URL
DRAFT_LANG_SAVE_AS = DRAFT_SAVE_AS
PAGE_URL = "{slug}/"
PAGE_SAVE_AS = "{slug}/index.html"
PAGE_LANG_URL = PAGE_URL
PAGE_LANG_SAVE_AS = PAGE_SAVE_AS
YEAR_ARCHIVE_URL = "{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"
MONTH_ARCHIVE_URL = "{date:%Y}/{date:%m}/"
MONTH_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/index.html"
DAY_ARCHIVE_URL = "{date:%Y}/{date:%m}/{date:%d}/"
DAY_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/{date:%d}/index.html"
CATEGORY_URL = "category/{slug}/"
CATEGORY_SAVE_AS = "category/{slug}/index.html"
TAG_URL = "tag/{slug}/"
TAG_SAVE_AS = "tag/{slug}/index.html"
AUTHOR_URL = "author/{slug}/"
AUTHOR_SAVE_AS = "author/{slug}/index.html"
SOURCE_URL = "source/{slug}/"
SOURCE_SAVE_AS = "source/{slug}/index.html"
INDEX_SAVE_AS = "index.html"
INDEX_URL = ""
DIRECT_TEMPLATES = ["index", "categories", "tags", "authors", "archives"]
CATEGORIES_URL = "category/"
CATEGORIES_SAVE_AS = "category/index.html"
TAGS_URL = "tag/"
TAGS_SAVE_AS = "tag/index.html"
AUTHORS_URL = "author/"
AUTHORS_SAVE_AS = "author/index.html"
ARCHIVES_URL = "calendar/"
ARCHIVES_SAVE_AS = "calendar/index.html"

# pressroom writes the feeds: Pelican's would forge dates and let a tag's feed overwrite a category's.
FEED_ATOM = None
FEED_RSS = None
FEED_ALL_ATOM = None
FEED_ALL_RSS = None
CATEGORY_FEED_ATOM = None
CATEGORY_FEED_RSS = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
TAG_FEED_ATOM = None
TAG_FEED_RSS = None
TRANSLATION_FEED_ATOM = None
TRANSLATION_FEED_RSS = None

JINJA_ENVIRONMENT = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "extensions": []}
