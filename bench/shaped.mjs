// A static host over HTTP/2 with a slow line: every response waits, and all responses share so many bits a second.
//
// Usage: node shaped.mjs FOLDER KEY CERTIFICATE [DELAY in ms] [RATE in Mbit/s, 0: as fast as it goes]
// Text is sent gzipped, as ordinary hosts do; all files are read and packed before the first request. Prints its port,
// then lines of JSON: of each request when it came (ms since 1970), its path and the bytes that will answer it; then when
// it ended.
// The line is shaped here because DevTools throttles neither workers nor what several connections share.
import { constants, createSecureServer } from "node:http2";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";

const [folder, key, certificate, delay = "0", rate = "0"] = process.argv.slice(2);
const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript",
  ".json": "application/json", ".xml": "application/xml", ".svg": "image/svg+xml", ".txt": "text/plain",
  ".webp": "image/webp", ".png": "image/png", ".woff2": "font/woff2", ".wasm": "application/wasm",
};
const TEXT = new Set([".html", ".css", ".js", ".mjs", ".json", ".xml", ".svg", ".txt"]);
const PIECE = 1400; // bytes that go at once: about a packet
const FRAME = 9; // bytes before each piece
const HEAD = 50; // bytes of the headers of a response, about: HPACK knows most of them

const files = new Map();
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const kind = extname(entry.name);
  const bytes = readFileSync(path);
  files.set("/" + relative(folder, path).split(sep).join("/"), {
    kind: TYPES[kind] ?? "application/octet-stream",
    body: TEXT.has(kind) ? gzipSync(bytes) : bytes,
    packed: TEXT.has(kind),
  });
}

// The line: pieces of the responses in turn, each sent when it would have arrived.
const perByte = Number(rate) ? 8 / (Number(rate) * 1000) : 0; // ms
const waiting = [];
let busy = false;
let free = 0; // when the line will have carried all that it took; a timer that is late does not slow it down
const turn = () => {
  const response = waiting.shift();
  busy = response !== undefined;
  if (!busy) return;
  const piece = response.body.subarray(response.sent, response.sent + PIECE);
  free += (piece.length + FRAME + (response.sent ? 0 : HEAD)) * perByte;
  setTimeout(() => {
    response.sent += piece.length;
    if (response.stream.destroyed) return turn(); // the browser has gone
    if (response.sent >= response.body.length) response.stream.end(piece);
    else {
      response.stream.write(piece);
      waiting.push(response);
    }
    turn();
  }, free - performance.now());
};
const send = (stream, body) => {
  if (!perByte || !body.length) return stream.end(body);
  waiting.push({ stream, body, sent: 0 });
  if (!busy) {
    free = performance.now();
    turn();
  }
};

const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) });
server.on("stream", (stream, headers) => {
  const at = Date.now();
  const path = decodeURIComponent(headers[":path"].split("?")[0]);
  const file = files.get(path.endsWith("/") ? `${path}index.html` : path);
  stream.on("error", () => {}); // the browser went away
  stream.on("close", () => process.stdout.write(JSON.stringify({ ended: Date.now() }) + "\n"));
  setTimeout(() => {
    const body = file?.body ?? Buffer.alloc(0);
    const bytes = body.length + HEAD + FRAME * Math.ceil(body.length / PIECE);
    process.stdout.write(JSON.stringify({ at, path, bytes, found: Boolean(file) }) + "\n");
    if (stream.destroyed) return;
    stream.respond({
      ":status": file ? constants.HTTP_STATUS_OK : constants.HTTP_STATUS_NOT_FOUND,
      "content-type": file?.kind ?? "text/plain", "cache-control": "max-age=600",
      "content-length": body.length, ...(file?.packed && { "content-encoding": "gzip" }),
    });
    send(stream, body);
  }, Number(delay));
});
server.on("sessionError", () => {});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
