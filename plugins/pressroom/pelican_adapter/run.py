"""Run Pelican with a site's settings, and put what its own path built in the output folder's place."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pelican
from pelican.log import console

from pressroom.build.job import Job
from pressroom.state import rows

ADDRESS = 'Write there the address that readers will use, such as SITEURL = "https://archive.example".'


def run(job: Job, caller: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Build a site; `caller` are the settings that the caller gives. Return the exit code and what was done."""
    try:
        parsed = _parse_options(job, caller)
    except SystemExit as stop:
        return _find_code(stop), {}
    except ValueError as error:  # of -e, whose values are JSON
        print(f"{' '.join(job.options)}: {error}", file=sys.stderr)
        return 2, {}
    try:
        instance, _ = pelican.get_instance(parsed)
        if job.whole and not str(instance.settings["SITEURL"]).startswith(("http://", "https://")):
            print(f"{job.settings}: SITEURL is {instance.settings['SITEURL']!r}. {ADDRESS}", file=sys.stderr)
            return 2, {}
        return 0, _build(job, instance)
    except SystemExit as stop:
        return _find_code(stop), {}
    except Exception as error:
        if parsed.verbosity == logging.DEBUG:
            raise
        print(f"{_locate_error(error)}{type(error).__name__}: {error}", file=sys.stderr)
        return 1, {}


def _parse_options(job: Job, caller: dict[str, Any]) -> Any:
    """Return the arguments of Pelican's command, and begin its log. Raises ValueError for a value of `-e` that is no JSON."""
    arguments = [str(job.content), "-o", str(job.find_target()), "-s", str(job.settings), "--fatal", "errors"]
    parsed = pelican.parse_arguments([*arguments, *job.options])
    parsed.overrides = {**caller, **parsed.overrides}
    pelican.init_logging(level=parsed.verbosity, fatal=parsed.fatal, name=pelican.__name__)
    return parsed


def _find_code(stop: SystemExit) -> int:
    return stop.code if isinstance(stop.code, int) else 1


def _locate_error(error: Exception) -> str:
    """Return the template and line at which an error occurred, "" where it was in none."""
    name, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    if name and line:
        return f"{name}:{line}: "
    frames = traceback.extract_tb(error.__traceback__)
    return next(
        (f"{frame.filename}:{frame.lineno}: " for frame in reversed(frames) if frame.filename.endswith(".html")), ""
    )


def _build(job: Job, instance: Any) -> dict[str, Any]:
    """Let the engine build, or Pelican itself where the engine does not take the site; return what was done."""
    console.quiet = True  # it would count no article: they are the engine's
    try:
        if getattr(instance, "pressroom", None) is not None:
            instance.run()
            report: dict[str, Any] = asdict(instance.pressroom_engine.report)
            return report
        target = job.find_target()
        staging = job.cache / f"site-{hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:12]}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        instance.output_path = instance.settings["OUTPUT_PATH"] = str(staging)
        instance.run()
    finally:
        console.quiet = False
    files, written = write_changed(staging, target, staging.with_suffix(".json"))
    shutil.rmtree(staging, ignore_errors=True)
    findings = [finding for finding in instance.settings["PRESSROOM_FINDINGS"] if finding[0] != rows.REMOVED]
    removed = [
        f"{where}: {what}. {todo}"
        for level, where, what, todo in instance.settings["PRESSROOM_FINDINGS"]
        if level == rows.REMOVED
    ]
    return {"files": files, "written": written, "findings": findings, "notes": removed}


def write_changed(staging: Path, output: Path, manifest: Path) -> tuple[int, int]:
    """Move a finished build into `output`: files that did not change keep their bytes and times.

    Files of an earlier build that are no more go away; files that the build never wrote (CNAME, .git) stay.
    Returns (files of the build, files written).
    """
    new = {path.relative_to(staging).as_posix(): path for path in sorted(staging.rglob("*")) if path.is_file()}
    old = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else []
    written = sum(_replace(path, output / name) for name, path in new.items())
    for name in sorted(set(old) - set(new)):
        _remove(output, name)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps(sorted(new)), encoding="utf-8")
    return len(new), written


def _replace(new: Path, target: Path) -> bool:
    if target.is_file() and not target.is_symlink() and target.read_bytes() == new.read_bytes():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    shutil.copyfile(new, temporary)
    os.replace(temporary, target)
    return True


def _remove(output: Path, name: str) -> None:
    (output / name).unlink(missing_ok=True)
    for folder in (output / name).parents:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()
