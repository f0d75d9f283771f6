#!/usr/bin/env python3
"""Show the site while it is written: every saved change is built, and open pages load themselves again.

Three kinds of processes: this one watches, and has at hand what a build imports; a forked child makes each build, so that
a failing one takes nothing down; another serves the output folder, and tells browsers by server-sent events.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import posixpath
import re
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import build

STEP = 10
"""Milliseconds without another change after which a build begins; editors write a file in several steps."""
LOOK = 300
"""Milliseconds between looks at the settings files: watching a file by name loses it when an editor replaces it."""
PING = 15.0
"""Seconds after which a silent connection says that it is there."""
EVENTS = "/.pressroom/events"
SCRIPT = """<script>
(() => {
  const loaded = VERSION
  let events, box
  const show = text => {
    box?.remove()
    if (!text) return
    box = document.createElement("pre")
    box.setAttribute("role", "alert")
    box.style.cssText = "position:fixed;inset:auto 0 0;z-index:2147483647;margin:0;padding:1rem;max-height:50vh;overflow:auto;" +
      "white-space:pre-wrap;background:#7a0c0c;color:#fff;font:14px/1.4 monospace;text-align:left;direction:ltr"
    box.textContent = text
    document.body.append(box)
  }
  const listen = () => {
    events = new EventSource("EVENTS")
    events.onmessage = message => {
      const state = JSON.parse(message.data)
      if (state.version === loaded) show(state.problem)
      else { events.close(); location.reload() }
    }
  }
  listen()
  // A browser opens six connections to a server: tabs that nobody sees must not keep them.
  document.addEventListener("visibilitychange", () => { events.close(); if (!document.hidden) listen() })
  addEventListener("pagehide", () => events.close())
  addEventListener("pageshow", event => { if (event.persisted) listen() })
})()
</script>
"""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


# --- serving --------------------------------------------------------------------------------------------------------


class News:
    """What browsers are told: the version of the site, and what is wrong."""

    def __init__(self) -> None:
        self._changed, self._state = threading.Condition(), {"version": "", "problem": ""}

    def read(self, pipe: BinaryIO) -> None:
        """Take what the watching process says, line by line, until it ends."""
        for line in pipe:
            with self._changed:
                self._state = json.loads(line)
                self._changed.notify_all()
        os.kill(os.getpid(), signal.SIGTERM)

    @property
    def version(self) -> str:
        """The version that is served now."""
        return self._state["version"]

    def states(self) -> Iterator[dict[str, str] | None]:
        """Yield the state, then each other one; None where there is no other for a while."""
        state = None
        while True:
            with self._changed:
                if state is self._state:
                    self._changed.wait(PING)
                new = self._state
            yield None if new is state else new
            state = new


class Handler(SimpleHTTPRequestHandler):
    """Serves the output folder; pages get the script that waits for changes. No file is changed."""

    protocol_version = "HTTP/1.1"
    news: News

    def do_GET(self) -> None:
        """Answer with a page, a file or the events."""
        path = urlsplit(self.path).path
        if path == EVENTS:
            self._events()
        elif any(part.startswith(".") and part != ".well-known" for part in unquote(path).split("/")):
            self._page(HTTPStatus.NOT_FOUND, self._missing())
        else:
            self._file(path)

    def _file(self, path: str) -> None:
        version = self.news.version  # before the file is read: a page is never newer than it says
        place = Path(self.translate_path(path))
        if place.is_dir() and path.endswith("/"):
            place /= "index.html"
        elif not place.exists() and place.with_name(f"{place.name}.html").is_file():
            place = place.with_name(f"{place.name}.html")
        if place.is_dir():
            super().do_GET()  # it sends on to the folder's address
            return
        if posixpath.splitext(place.name)[1].lower() not in (".html", ".htm") and place.is_file():
            super().do_GET()
            return
        try:
            self._page(HTTPStatus.OK, place.read_bytes(), version)
        except OSError:
            self._page(HTTPStatus.NOT_FOUND, self._missing(), version)

    def _missing(self) -> bytes:
        try:
            page = Path(self.directory, "404.html").read_bytes()
        except OSError:
            return b"<!doctype html>\n<title>Not found</title>\n<body><p>There is no such page.</p></body>\n"
        return re.sub(rb'<base href="[^"]*">', b'<base href="/">', page, count=1)

    def _page(self, status: HTTPStatus, page: bytes, version: str = "") -> None:
        script = SCRIPT.replace("VERSION", json.dumps(version)).replace("EVENTS", EVENTS).encode()
        head, end, tail = page.rpartition(b"</body>")
        payload = head + script + end + tail if end else page + script
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            for state in self.news.states():
                self.wfile.write(f"data: {json.dumps(state)}\n\n".encode() if state else b":\n\n")

    def end_headers(self) -> None:
        """Let browsers ask each time: the next build may be a moment away."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


def serve(server: ThreadingHTTPServer, output: Path, pipe: BinaryIO) -> None:
    """Serve a folder until the other end of the pipe closes."""
    news = News()
    server.daemon_threads = True
    server.RequestHandlerClass = partial(type("Bound", (Handler,), {"news": news}), directory=str(output))
    threading.Thread(target=news.read, args=(pipe,), daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.serve_forever()


# --- building -------------------------------------------------------------------------------------------------------


class Builds:
    """Makes builds in forked children, and tells the server of each."""

    def __init__(self, args: argparse.Namespace, say: Any) -> None:
        self.args, self._say, self._rules = args, say, ""
        self._start, self._count = time.time_ns(), 0
        self._dirty = self._failed = True

    def everything(self) -> None:
        """Ingest and build."""
        self._build(self.args.raw)
        self._rules = self._rule_files()

    def rules(self) -> None:
        """Clean again after a change of rules; ingest writes rules too, and needs no second run for them."""
        if not self.args.raw or self._rules == self._rule_files():
            return
        folders = [
            item
            for name in ("content", "reports", "cache", "rules")
            for item in (f"--{name}", str(getattr(self.args, name)))
        ]
        subprocess.run([sys.executable, str(build.BASE / "scripts/reclean.py"), self.args.raw, *folders], check=False)
        self.everything()

    def site(self, changed: tuple[str, ...] | None = None) -> None:
        """Build; `changed` are the content files that changed, where nothing else did."""
        self._build("", changed)

    def _rule_files(self) -> str:
        found = (path for folder in _rule_folders(self.args) for path in sorted(folder.rglob("*")) if path.is_file())
        return hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()

    def _build(self, raw: str, changed: tuple[str, ...] | None = None) -> None:
        args = argparse.Namespace(**{**vars(self.args), "raw": raw})
        problem, code, is_new = in_child(args, None if self._failed else changed)
        self._failed = code != 0
        if code == 0:
            problem = ""
        if is_new or code:
            self._count += is_new
            self._say({"version": f"{self._start}-{self._count}", "problem": problem.strip()})
            self._dirty = bool(code)
        elif self._dirty:
            self._say({"version": f"{self._start}-{self._count}", "problem": ""})
            self._dirty = False


def in_child(args: argparse.Namespace, changed: tuple[str, ...] | None = None) -> tuple[str, int, bool]:
    """Build in a forked child; return what it said of errors, its exit code, and whether the site changed."""
    sys.stdout.flush()
    sys.stderr.flush()
    pipes = {name: os.pipe() for name in ("out", "err", "answer")}
    child = os.fork()
    if not child:
        code = 1
        try:
            os.dup2(pipes["out"][1], 1)
            os.dup2(pipes["err"][1], 2)
            code, report = build.build(args, time.monotonic(), changed=changed, look=False)
            os.write(pipes["answer"][1], b"1" if report.get("written") or report.get("removed") else b"0")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    texts: dict[str, bytes] = dict.fromkeys(pipes, b"")
    with selectors.DefaultSelector() as selector:
        for name, (reader, writer) in pipes.items():
            os.close(writer)
            selector.register(reader, selectors.EVENT_READ, name)
        while selector.get_map():
            for key, _ in selector.select():
                text = os.read(key.fd, 65536)
                if not text:
                    selector.unregister(key.fd)
                    os.close(key.fd)
                texts[key.data] += text
                if key.data != "answer":
                    os.write(1 if key.data == "out" else 2, text)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    problem = _COLOURS.sub("", texts["err"].decode("utf-8", "replace"))
    return problem or f"the build ended with {status}" * bool(status), status, texts["answer"] == b"1"


# --- watching -------------------------------------------------------------------------------------------------------


def watch(args: argparse.Namespace, builds: Builds) -> None:
    """Build, and again on every change, until the user stops it."""
    import watchfiles

    args.content.mkdir(parents=True, exist_ok=True)

    folders = _folders(args)
    settings = _settings(args)
    changes = watchfiles.watch(
        *_outermost([path for paths in folders.values() for path in paths]),
        step=STEP, debounce=200, rust_timeout=LOOK, yield_on_timeout=True, raise_interrupt=True,
    )  # fmt: skip
    next(changes)  # from here on no change is missed
    builds.everything()
    for found in changes:
        now = _settings(args)
        if now != settings:
            settings = now
            builds.site()
        changed = {
            kind for kind, roots in folders.items() for _, path in found if any(_within(path, root) for root in roots)
        }
        if "rules" in changed:
            builds.rules()
        if "raw" in changed:
            builds.everything()
        elif changed == {"content"}:
            builds.site(_files(found, args.content))
        elif changed - {"rules"}:
            builds.site()


def _files(found: set[tuple[Any, str]], content: Path) -> tuple[str, ...] | None:
    """Return changed files below the content folder, None where a change may be of a whole folder."""
    root = content.resolve()
    if any(Path(path).is_dir() or not Path(path).suffix for _, path in found):
        return None
    return tuple(Path(path).relative_to(root).as_posix() for _, path in found if _within(path, root))


def _folders(args: argparse.Namespace) -> dict[str, list[Path]]:
    """Return the folders to watch, by what a change in them asks for."""
    from pelican.settings import read_settings

    found = read_settings(str(args.settings))
    theme = [Path(found["THEME"]), *map(Path, found["THEME_TEMPLATES_OVERRIDES"])]
    raw = [Path(args.raw)] if args.raw else []
    kinds = {"raw": raw, "rules": _rule_folders(args) if args.raw else [], "content": [args.content], "theme": theme}
    return {kind: [path.resolve() for path in paths if path.is_dir()] for kind, paths in kinds.items()}


def _rule_folders(args: argparse.Namespace) -> list[Path]:
    return [build.BASE / "scripts" / "rules", args.rules]


def _outermost(paths: list[Path]) -> list[Path]:
    """Return folders without those inside others, which would be told twice."""
    return [path for path in dict.fromkeys(paths) if not any(other in path.parents for other in paths)]


def _within(path: str, root: Path) -> bool:
    place = Path(path)
    return (place == root or root in place.parents) and not any(
        part.startswith(".") for part in place.relative_to(root).parts
    )


def _settings(args: argparse.Namespace) -> list[tuple[str, int, int]]:
    """Return what tells whether a settings file changed: it, those beside it, and ours, which it may read."""
    folders = dict.fromkeys([args.settings.resolve().parent, build.BASE])
    files = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    return [(str(path), stat.st_mtime_ns, stat.st_size) for path in files if (stat := path.stat())]


def main() -> int:
    """Parse the arguments, serve, build, watch."""
    parser = build.arguments()
    parser.description = __doc__.partition("\n")[0]
    parser.add_argument("--bind", default="127.0.0.1", help="address to serve at (default: this machine only)")
    parser.add_argument("--no-server", action="store_true", help="build on every change, serve nothing")
    args = parser.parse_args()
    say: Any = lambda state: None  # noqa: E731
    if not args.no_server:
        try:
            server = ThreadingHTTPServer((args.bind, int(args.port)), Handler)
        except OSError as error:
            print(f"port {args.port}: {error.strerror}. Name another: make devserver PORT=8001", file=sys.stderr)
            return 1
        say = _forked(server, args.output)
        port = server.server_address[1]
        print(f"http://{'localhost' if args.bind in ('127.0.0.1', '0.0.0.0') else args.bind}:{port}/  Ctrl-C ends it.")
    with suppress(KeyboardInterrupt):
        watch(args, Builds(args, say))
    return 0


def _forked(server: ThreadingHTTPServer, output: Path) -> Any:
    """Serve in a process of its own; return what tells it of a state."""
    reader, writer = os.pipe()
    output.mkdir(parents=True, exist_ok=True)
    if not os.fork():
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            serve(server, output, pipe)
        os._exit(0)
    os.close(reader)
    server.socket.close()
    return lambda state: os.write(writer, json.dumps(state).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main())
