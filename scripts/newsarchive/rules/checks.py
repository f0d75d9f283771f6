"""This module reads a TOML file and checks its values, with errors that say what to mend."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from newsarchive.errors import BadRules


def read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadRules(str(file), "the file is missing", "Restore it from the repository.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRules(str(file), f"it is not TOML: {error}", "Mend that line.") from error


def check_strings(file: Path, key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise BadRules(str(file), f"{key} is not a list of texts", f'Write {key} = ["...", "..."].')


def check_choice(file: Path, name: str, key: str, value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise BadRules(str(file), f"rule {name}: {key} is {value!r}", f"Use one of: {', '.join(known)}.")
    return str(value)
