"""What `scripts/build.py` calls: whether there is anything to do, one build at a time, run, swapped in."""

from __future__ import annotations

import os
from typing import Any

from pressroom.build import freshness
from pressroom.build.job import Job
from pressroom.state import database
from pressroom.state.scanner import Look

ZONE = "/etc/localtime"
"""What stands for TZ where that is not set; Babel, told so, does not ask for its name, which has pytz look at 600 files."""


def check_unchanged(job: Job) -> tuple[dict[str, Any] | None, Look | None]:
    """Return the last build's report if nothing has changed since, else what was found in the content folder, if anything
    was looked at. Imports no Pelican."""
    own, folder = job.find_state(), job.find_folder()
    return (
        freshness.check_unchanged(own, job.list_inputs(), job.find_target()) if folder.is_showing(own) else (None, None)
    )


def render_site(job: Job) -> tuple[int, dict[str, Any]]:
    """Run Pelican with the site's settings; return its exit code and what was done."""
    folder = job.find_folder()
    with database.lock(folder.note):
        if job.whole:
            folder.begin_tree()
            code, report = _run_pelican(job)
            if not code:
                folder.show_tree(job.find_state())
            return code, report
        folder.take_over(job.find_state())
        return _run_pelican(job)


def _run_pelican(job: Job) -> tuple[int, dict[str, Any]]:
    if os.path.exists(ZONE):
        os.environ.setdefault("TZ", f":{ZONE}")
    from pressroom.pelican_adapter import run  # Pelican takes longer to import than to find that nothing changed

    target = job.find_target()
    target.mkdir(parents=True, exist_ok=True)
    caller = {
        "CACHE_PATH": str(job.cache.resolve()), "PRESSROOM_SITEURL": job.siteurl, "PRESSROOM_JOBS": job.jobs,
        "PRESSROOM_SETTINGS_FILE": str(job.settings.resolve()), "PRESSROOM_OPTIONS": job.list_inputs(),
        "PRESSROOM_CALLER": "publish" if job.whole else "build", "PRESSROOM_CHANGED": job.changed,
        "PRESSROOM_LOOK": job.look,
    }  # fmt: skip
    return run.run(job, caller)
