"""Templates as text: which others each reaches, the hash of all that, and their code, kept from build to build."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, TemplateNotFound, meta

from pressroom.templates import partials


def keep_code(env: Environment, state: Path, base: str, *, anew: bool) -> None:
    """Let the code of templates be kept for later builds of the same base: filters of constants are worked out in it."""
    folder = state.with_suffix(".templates")
    if anew:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(folder), f"{base}-%s.cache")


def fingerprint_templates(env: Environment, known: dict[str, list[str] | None]) -> dict[str, str]:
    """Return, by template, the hash of its source and of all that it includes, extends or imports.

    `known` has what sources name, by their hashes; it gets what was not known, and keeps what is still asked for.
    """
    names = [name for name in env.list_templates() if not name.startswith("!")]
    sources, uses = {}, {}
    for name in names:
        try:
            source = env.loader.get_source(env, name)[0]  # type: ignore[union-attr]
        except (TemplateNotFound, UnicodeDecodeError):
            continue
        sources[name] = hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=12).hexdigest()
        uses[name] = source
    everything = hashlib.blake2b(repr(sorted(sources.items())).encode(), digest_size=12).hexdigest()
    before = dict(known)
    known.clear()
    for name, source in uses.items():
        hashed = sources[name]
        known[hashed] = before[hashed] if hashed in before else find_references(env, name, source)
    named = {name: known[sources[name]] for name in uses}
    return {name: _hash_reached(name, sources, named) or everything for name in sources}


def find_references(env: Environment, name: str, source: str) -> list[str] | None:
    """Return the templates that a source names, None where it computes a name."""
    try:
        named = set(meta.find_referenced_templates(env.parse(source, name)))
    except Exception:
        return None
    named.update(f"{name}.html" for name in partials.FILTERED if f"|{name[1:]}" in source)
    return None if None in named else sorted(name for name in named if name)


def _hash_reached(name: str, sources: dict[str, str], uses: dict[str, list[str] | None]) -> str:
    reached, waiting = set(), [name]
    while waiting:
        template = waiting.pop()
        if template in reached:
            continue
        reached.add(template)
        if template.startswith("!"):
            waiting.append(template.split("/", 1)[1])
            continue
        named = uses.get(template, [])
        if named is None:
            return ""
        waiting += named
    parts = [(template, sources.get(template, "")) for template in sorted(reached)]
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()
