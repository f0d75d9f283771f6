#!/usr/bin/env bash
# Jinja's bytecode cache keeps what a filter of a constant gave, when the filter is another one.
#
# One would guess: FileSystemBytecodeCache keeps compiled templates, and a template is compiled again where that changes its
# code; a filter is called when the page is rendered, so another filter of that name gives another text.
# What happens: a filter of a constant ({{ "archive"|label }}) is called once, when the template is compiled, and its result stands
# in the code that is kept. The cache knows a template by its name and source alone. A program that starts again with another
# filter under that name (another language, another format of dates) shows the old text, and no error.
# How it meets users of a site generator: texts of the interface as filters of constants, compiled templates kept between
# builds, and then another DEFAULT_LANG: half of the page stays in the old language until the cache is deleted.
# Whoever keeps compiled templates must put all that filters depend on into the name of the cache's files.
#
# Seen with Jinja2 3.1.6, 2026-11-29. Exits 1 if it is otherwise.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'jinja2==3.1.6' 2>/dev/null
cat > "$work/render.py" <<'PYTHON'
import sys

import jinja2

words = {"en": {"archive": "The archive"}, "de": {"archive": "Das Archiv"}}[sys.argv[1]]
env = jinja2.Environment(
    loader=jinja2.DictLoader({"page.html": '{{ "archive"|label }} / {{ name|label }}'}),
    bytecode_cache=jinja2.FileSystemBytecodeCache(sys.argv[2]),
)
env.filters["label"] = words.__getitem__
print(env.get_template("page.html").render(name="archive"))
PYTHON
mkdir "$work/cache"
echo "Jinja2 $("$work/venv/bin/python" -c 'from importlib.metadata import version; print(version("jinja2"))')"
first=$("$work/venv/bin/python" "$work/render.py" en "$work/cache")
second=$("$work/venv/bin/python" "$work/render.py" de "$work/cache")
echo "English, constant / variable:                  $first"
echo "German over the same cache, constant / variable: $second"
[ "$first" = "The archive / The archive" ] && [ "$second" = "The archive / Das Archiv" ]
