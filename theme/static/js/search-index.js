// Reads the search index and answers queries, without a page: what plugins/pressroom/search does in Python.
// A query loads the term blocks of its words and the records of what is shown, never the whole archive.
"use strict";
(() => {
  const VERSION = 1, GROUP = 4;
  const COLUMNS = ["source", "category", "lang", "author", "tag"];
  const SCALE = 12, IN_TITLE = 32, RUN = 3;
  const KIN = 0.3, BEGUN = 0.3, BEGINNINGS = 30, FRESH = 0.02, NEAR = 8, CLOSE = 0.3;
  const LONG = 8, SHORTEST = 4, PROPOSED = 4, LISTS = 4;
  const EXCERPT = 240;

  // --- analysis, as in analysis.py
  const WIDE = "\\u0e01-\\u0e3a\\u0e40-\\u0e4e\\u0e81-\\u0ece\\u1000-\\u109f\\u1780-\\u17d3\\u2e80-\\u2fdf\\u3005-\\u3007\\u3041-\\u3096\\u3099-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const SIGNS = "\\u0900-\\u0963\\u0966-\\u0dff\\u0f18-\\u0fbc";
  const MARKS = /[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]|(?<!\u0438)\u0306/g;
  const ALIKE = { "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ς": "σ" };
  const LETTER = new RegExp(Object.keys(ALIKE).join("|"), "g");
  const WORD = new RegExp(`[${WIDE}]+|(?:(?![${WIDE}])[\\p{L}\\p{N}]|[${SIGNS}])+`, "gu");
  const IS_WIDE = new RegExp(`^[${WIDE}]`, "u");
  const fold = (text) =>
    text.normalize("NFKC").toLowerCase().normalize("NFD").replace(MARKS, "").normalize("NFC")
      .replace(LETTER, (letter) => ALIKE[letter]);
  const isWide = (word) => IS_WIDE.test(word);
  const words = (text) => Array.from(fold(text).matchAll(WORD), ([word]) => isWide(word) ? word : [...word].slice(0, 40).join(""));
  const pairs = (run) => {
    const signs = [...run];
    return signs.length === 1 ? signs : signs.slice(1).map((sign, at) => signs[at] + sign);
  };
  const terms = (text) => words(text).flatMap((word) => {
    if (!isWide(word)) return [word];
    const signs = [...word];
    return signs.map((sign, at) => sign + (signs[at + 1] || ""));
  });

  // --- the query, as in query.py
  const TOKEN = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|([^\s"]+))/g;
  const FILTERS = ["source", "author", "tag", "category", "lang", "title"];
  const DATES = ["before", "after", "on"];
  const two = (text) => text.padStart(2, "0");
  const dates = (value) => {
    const [, year, month, day] = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?$/.exec(value.trim()) || [];
    if (!year || month && (month < 1 || month > 12) || day && (day < 1 || day > 31)) return null;
    return [`${year}-${two(month || "1")}-${two(day || "1")}`, `${year}-${two(month || "12")}-${two(day || "31")}`];
  };
  const least = (one, other) => !one || !other ? one || other : one < other ? one : other;
  const most = (one, other) => one > other ? one : other;
  const before = (day) => day.slice(0, -1) + String.fromCharCode(day.charCodeAt(day.length - 1) - 1) + "~";
  const parse = (text) => {
    const query = { groups: [], without: [], filters: [], first: "", last: "", problem: null };
    let either = false;
    for (const match of text.replace(/[“”„]/g, '"').matchAll(TOKEN)) {
      const [whole, minus, field, phrase, word] = match;
      const value = phrase ?? word;
      if (word === "OR" && !minus && !field) {
        either = query.groups.length > 0;
        continue;
      }
      if (DATES.includes(field)) {
        const span = dates(value);
        if (!span) query.problem ??= `${field}: needs a year, a month or a day, as 2024-06-20, not “${value}”.`;
        else if (field === "before") query.last = least(query.last, before(span[0]));
        else if (field === "after") query.first = most(query.first, span[1] + "~");
        else {
          query.first = most(query.first, span[0]);
          query.last = least(query.last, span[1]);
        }
        continue;
      }
      if (FILTERS.includes(field)) {
        query.filters.push({ field, value, without: !!minus });
        continue;
      }
      const found = words(field ? `${field} ${value}` : value);
      if (!found.length) continue;
      const clause = {
        words: found, text: minus ? whole.slice(1) : whole, isPhrase: phrase !== undefined || found.length > 1,
        isOpen: phrase === undefined && match.index + whole.length === text.length,
      };
      if (minus) query.without.push(clause);
      else if (either) query.groups.at(-1).push(clause);
      else query.groups.push([clause]);
      either = false;
    }
    return query;
  };

  // --- files, as in reader.py
  const waiting = new Map(); // scripts that were asked for, by name
  const byScript = (base, name) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    waiting.set(name, resolve);
    script.src = `${base}${name}.js`;
    script.onload = () => script.remove();
    script.onerror = () => reject(new Error(`search/${name}.js: it could not be loaded`));
    document.head.append(script);
  });
  const byRequest = async (base, name) => {
    // the manifest alone changes under its name
    const found = await fetch(`${base}${name}.bin`, { cache: name === "manifest" ? "no-cache" : "default" }).catch(() => null);
    if (!found?.ok) throw new Error(`search/${name}.bin: it could not be loaded${found ? ` (${found.status})` : ""}`);
    return found.body;
  };
  const UTF8 = new TextDecoder();
  const inflate = async (stream) =>
    new Uint8Array(await new Response(stream.pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer());
  const loader = (base, scripts) => {
    const known = new Map();
    return (name) => {
      if (!known.has(name)) {
        const found = (scripts ? byScript : byRequest)(base, name).then(inflate);
        found.catch(() => known.delete(name));
        known.set(name, found);
      }
      return known.get(name);
    };
  };
  class Reader {
    constructor(payload, at = 0) {
      this.payload = payload;
      this.at = at;
    }
    number() {
      const { payload } = this;
      let value = 0, shift = 0, byte;
      do {
        byte = payload[this.at++];
        value |= (byte & 127) << shift;
        shift += 7;
      } while (byte > 127);
      return value;
    }
    take(length) {
      this.at += length;
      return this.payload.subarray(this.at - length, this.at);
    }
    text() {
      return UTF8.decode(this.take(this.number()));
    }
    word(last) {
      const shared = this.number();
      return last.slice(0, shared) + this.text();
    }
  }
  const lastUpTo = (borders, term) => {
    let low = 0, high = borders.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (borders[middle] <= term) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  };
  const countBelow = (sorted, number) => {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < number) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const turned = (text) => [...text].reverse().join("");

  class Segment {
    constructor(load, entry, start, dense) {
      this.load = load;
      this.dense = dense;
      this.entry = entry;
      this.start = start;
      this.documents = entry.documents;
      this.blocks = new Map();
    }
    file(kind, number) {
      return this.load(`${this.entry.name}/${kind}${number}`);
    }
    block(number) {
      if (!this.blocks.has(number)) {
        const made = this.file("t", number).then((payload) => readBlock(payload, this.dense));
        made.catch(() => this.blocks.delete(number));
        this.blocks.set(number, made);
      }
      return this.blocks.get(number);
    }
    async find(form) {
      return (await this.block(lastUpTo(this.entry.t, form))).byForm.get(form);
    }
    async kin(form, stems) {
      return stems.size ? (await this.block(lastUpTo(this.entry.t, form))).entries.filter((other) => stems.has(other.stem) && other.form !== form) : [];
    }
    async beginning(form) {
      const number = lastUpTo(this.entry.t, form);
      const numbers = [number, number + 1].filter((at) => at < this.entry.t.length && (at === number || this.entry.t[at].startsWith(form)));
      const blocks = await Promise.all(numbers.map((at) => this.block(at)));
      const found = blocks.flatMap((block) => block.entries)
        .filter((entry) => entry.form !== form && entry.form.startsWith(form) && !entry.form.includes(" "));
      return found.sort((a, b) => b.total - a.total || (a.form < b.form ? -1 : 1)).slice(0, BEGINNINGS);
    }
    numbers(entry) {
      const { payload } = entry.block, found = new Int32Array(entry.total);
      let at = entry.documents, total = this.start;
      for (let n = 0; n < entry.total; n++) {
        let byte = payload[at++], step = byte & 127, shift = 7;
        while (byte > 127) {
          byte = payload[at++];
          step |= (byte & 127) << shift;
          shift += 7;
        }
        found[n] = total += step;
      }
      return found;
    }
    async impacts(entry) {
      return entry.impacts >= 0 ? entry.block.payload.subarray(entry.impacts, entry.impacts + entry.total) : (await this.atPlaces(entry)).take(entry.total);
    }
    async atPlaces(entry) {
      const reader = new Reader(await this.file("p", lastUpTo(this.entry.t, entry.form)));
      let skipped = 0;
      for (let n = 0; n < entry.block.entries.length; n++) {
        const length = reader.number();
        if (n < entry.at) skipped += length;
      }
      reader.at += skipped;
      return reader;
    }
    async places(entry, wanted) { // [[place, before, after], ...] by document
      const reader = await this.atPlaces(entry), found = new Map();
      for (const number of this.numbers(entry)) {
        const all = wanted.has(number) ? [] : null;
        let place = 0;
        for (let count = reader.number(); count; count--) {
          place += reader.number();
          const head = reader.number();
          const left = reader.take(head >> 2), right = reader.take(head & 3);
          all?.push([place, left, right]);
        }
        if (all) found.set(number, all);
      }
      return found;
    }
    async spelling(kind, beginning) {
      const borders = this.entry[kind];
      if (!borders) { // beside the base all forms are in one block
        const forms = (await this.block(0)).entries.filter(({ form }) => form.length >= SHORTEST && /^\p{L}+$/u.test(form) && !isWide(form));
        return forms.map(({ form, total }) => [kind === "v" ? turned(form) : form, 32 - Math.clz32(total)]).filter(([form]) => form.startsWith(beginning));
      }
      if (!borders.length) return [];
      const number = lastUpTo(borders, beginning), numbers = [];
      for (let at = number; at < Math.min(number + LISTS, borders.length); at++) {
        if (at === number || borders[at].startsWith(beginning)) numbers.push(at);
      }
      const found = [];
      for (const payload of await Promise.all(numbers.map((at) => this.file(kind, at)))) {
        const reader = new Reader(payload);
        let word = "";
        for (let count = reader.number(); count; count--) {
          word = reader.word(word);
          const size = reader.number();
          if (word.startsWith(beginning)) found.push([word, size]);
        }
      }
      return found;
    }
    async column(name) {
      const reader = new Reader(await this.file("c", COLUMNS.indexOf(name)));
      const values = Array.from({ length: reader.number() }, () => reader.text());
      return { values, rows: Array.from({ length: this.documents }, () => Array.from({ length: reader.number() }, () => reader.number())) };
    }
    async dates() {
      const reader = new Reader(await this.file("c", COLUMNS.length)), found = [];
      for (let count = reader.number(); count; count--) {
        const date = reader.text();
        for (let same = reader.number(); same; same--) found.push(date);
      }
      return found;
    }
    async record(number) {
      const group = Math.floor((number - this.start) / GROUP), { shelf, shelves } = this.entry;
      const payload = await this.load(`${shelves[Math.floor(group / shelf)]}/r${group % shelf}`);
      return JSON.parse(UTF8.decode(payload))[(number - this.start) % GROUP];
    }
  }
  const readBlock = (payload, dense) => {
    const reader = new Reader(payload), entries = [], block = { payload, entries };
    let form = "";
    for (let count = reader.number(), at = 0; at < count; at++) {
      form = reader.word(form);
      entries.push({ block, form, at, stem: reader.word(form), total: reader.number(), length: reader.number() });
    }
    let documents = reader.at, impacts = entries.reduce((sum, entry) => sum + entry.length, documents);
    for (const entry of entries) {
      entry.documents = documents;
      entry.impacts = dense.has(entry.form) ? -1 : impacts;
      documents += entry.length;
      if (entry.impacts >= 0) impacts += entry.total;
    }
    block.byForm = new Map(entries.map((entry) => [entry.form, entry]));
    return block;
  };

  // --- spelling, as in spelling.py
  const distance = (one, other, limit) => {
    let older, last, row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let at = 1; at <= one.length; at++) {
      [older, last, row] = [last, row, [at]];
      for (let to = 1; to <= other.length; to++) {
        let cost = Math.min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (one[at - 1] !== other[to - 1]));
        if (at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1]) cost = Math.min(cost, older[to - 2] + 1);
        row.push(cost);
      }
      if (Math.min(...row) > limit) return limit + 1;
    }
    return row.at(-1);
  };
  const proposals = async (word, segments) => {
    const { length } = word;
    if (length < SHORTEST || !/^\p{L}+$/u.test(word)) return [];
    const limit = length >= LONG ? 2 : 1;
    const kept = limit === 2 ? Math.max(Math.floor(length / 3), 2) : Math.max((length - 1) >> 1, 1);
    const lists = segments.flatMap((segment) => [["w", word], ["v", turned(word)]].map(async ([kind, text]) =>
      (await segment.spelling(kind, text.slice(0, kept))).map(([form, size]) => [kind === "v" ? turned(form) : form, size])));
    const found = new Map();
    for (const [form, size] of (await Promise.all(lists)).flat()) {
      if (found.has(form) || form === word || Math.abs(form.length - length) > limit) continue;
      const edits = distance(word, form, limit);
      if (edits <= limit) found.set(form, size + 2 * (word[0] === form[0]) + (form.length === length) - 12 * edits);
    }
    return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, PROPOSED).map(([form]) => form);
  };

  // --- answers, as in answers.py; a column is a score by document
  const anchors = (list, dense) => {
    const found = [], known = new Set();
    list.forEach((term, at) => dense.has(term) || found.push([at, term]));
    for (const [at] of found) {
      known.add(at);
      for (const side of [-1, 1]) {
        for (let step = 1; step <= RUN && dense.has(list[at + side * step]); step++) known.add(at + side * step);
      }
    }
    list.forEach((term, at) => {
      if (known.has(at)) return;
      if (dense.has(list[at + 1])) {
        found.push([at, `${term} ${list[at + 1]}`]);
        known.add(at + 1);
      } else if (dense.has(list[at - 1])) found.push([at - 1, `${list[at - 1]} ${term}`]);
      else found.push([at, term]);
    });
    return found;
  };
  const beside = (list, offset, dense) => {
    let first = offset, end = offset + 1;
    while (first > Math.max(0, offset - RUN) && dense.has(list[first - 1])) first--;
    while (end < Math.min(list.length, offset + 1 + RUN) && dense.has(list[end])) end++;
    return [list.slice(first, offset), list.slice(offset + 1, end)].map((side) => side.map((term) => dense.get(term)));
  };
  const endsWith = (side, end) => side.length >= end.length && end.every((code, at) => side[side.length - end.length + at] === code);
  const startsWith = (side, start) => start.every((code, at) => side[at] === code);

  class Evaluation {
    constructor(index, query) {
      this.index = index;
      this.query = query;
      this.words = new Set();
      this.scoresDense = query.groups.flat().every((clause) => clause.words.every((word) => index.dense.has(word)));
    }
    find(form) {
      return Promise.all(this.index.segments.map((segment) => segment.find(form)));
    }
    async group(clauses) {
      const columns = await Promise.all(clauses.map((clause) => this.clause(clause)));
      if (columns.length === 1) return columns[0];
      const column = new Map();
      for (const one of columns) for (const [number, score] of one) column.set(number, Math.max(column.get(number) || 0, score));
      return column;
    }
    async clause({ words: list, isPhrase, isOpen }) {
      const [word] = list;
      if (list.length > 1 || isPhrase && !isWide(word)) {
        list.forEach((one) => this.words.add(one));
        return this.phrase(list);
      }
      if (isWide(word) && [...word].length > 1) {
        this.words.add(word);
        const column = await this.phrase(list);
        return column.size ? column : this.all(pairs(word));
      }
      return this.word(word, isOpen || isWide(word));
    }
    async exactly({ words: list }) {
      if (list.length > 1 || isWide(list[0])) return [...(await this.phrase(list)).keys()];
      const hits = await this.find(list[0]);
      return hits.flatMap((entry, at) => entry ? [...this.index.segments[at].numbers(entry)] : []);
    }
    async word(word, isOpen) {
      const column = new Map(), { segments } = this.index;
      const [hits, ...begun] = await Promise.all([this.find(word), ...segments.map((segment) =>
        isOpen && ([...word].length > 1 || isWide(word)) ? segment.beginning(word) : [])]);
      const stems = new Set(hits.map((hit) => hit?.stem).filter(Boolean));
      await Promise.all(segments.map(async (segment, at) => {
        const forms = hits[at] ? [[hits[at], 1]] : [];
        for (const entry of await segment.kin(word, stems)) forms.push([entry, KIN]);
        forms.forEach(([entry]) => this.words.add(entry.form));
        const more = begun[at].filter((entry) => !forms.some(([other]) => other === entry));
        if (more.length) this.words.add(`${word}*`);
        for (const entry of more) forms.push([entry, isWide(word) ? 1 : BEGUN]);
        for (const [entry, weight] of forms) await this.take(column, segment, entry, weight);
      }));
      return this.rare(column);
    }
    async take(column, segment, entry, weight) {
      const { gone, dense } = this.index;
      const numbers = segment.numbers(entry);
      if (dense.has(entry.form) && !this.scoresDense) {
        for (const number of numbers) if (!gone.has(number) && !column.has(number)) column.set(number, 0);
        return;
      }
      const impacts = await segment.impacts(entry);
      for (let n = 0; n < numbers.length; n++) {
        const score = weight * (impacts[n] & (IN_TITLE - 1)) / SCALE, number = numbers[n];
        if (!(column.get(number) >= score) && !gone.has(number)) column.set(number, score);
      }
    }
    rare(column) {
      const few = Math.log(1 + (this.index.articles - column.size + 0.5) / (column.size + 0.5));
      for (const [number, score] of column) column.set(number, score * few);
      return column;
    }
    async all(forms) {
      const columns = await Promise.all(forms.map((form) => this.word(form, false)));
      const found = new Map();
      for (const number of columns[0].keys()) {
        if (columns.every((column) => column.has(number))) found.set(number, columns.reduce((sum, column) => sum + column.get(number), 0));
      }
      return found;
    }
    async exact(term) {
      const column = new Map();
      await Promise.all((await this.find(term)).map((entry, at) => entry && this.take(column, this.index.segments[at], entry, 1)));
      return this.rare(column);
    }
    async phrase(list) {
      const { dense, segments, gone } = this.index;
      const row = list.flatMap((word) => isWide(word) ? pairs(word) : [word]);
      if (row.length === 1 && !isWide(row[0])) return this.exact(row[0]);
      const scored = [...new Set(row)].filter((term) => this.scoresDense || !dense.has(term));
      const [columns, ...parts] = await Promise.all([
        Promise.all(scored.map((term) => this.exact(term))), ...segments.map((segment) => this.phraseIn(segment, row)),
      ]);
      const found = new Map();
      for (const number of parts.flat()) {
        if (!gone.has(number)) found.set(number, columns.reduce((sum, column) => sum + (column.get(number) || 0), 0));
      }
      return found;
    }
    async phraseIn(segment, row) {
      const { dense } = this.index;
      const wanted = anchors(row, dense);
      const alone = wanted.length === 1 && dense.has(wanted[0][1]);
      if (!alone) wanted.forEach(([, term]) => segment.file("p", lastUpTo(segment.entry.t, term)).catch(() => {})); // at once
      const entries = await Promise.all(wanted.map(([, term]) => segment.find(term)));
      if (!entries.every(Boolean)) return [];
      if (alone) return [...segment.numbers(entries[0])];
      const hits = entries.map((entry, at) => [wanted[at][0], entry]).sort((a, b) => a[1].total - b[1].total);
      const lists = hits.map(([, entry]) => segment.numbers(entry));
      let documents = new Set(lists[0]);
      for (const list of lists.slice(1)) documents = new Set(list.filter((number) => documents.has(number)));
      let starts = null;
      for (const [offset, entry] of hits) {
        if (!documents.size) break;
        const [left, right] = entry.form.includes(" ") ? [[], []] : beside(row, offset, dense);
        const found = new Map();
        for (const [number, places] of await segment.places(entry, documents)) {
          const fitting = places
            .filter(([place, a, b]) => endsWith(a, left) && startsWith(b, right) && (!starts || starts.get(number).has(place - offset)))
            .map(([place]) => place - offset);
          if (fitting.length) found.set(number, new Set(fitting));
        }
        starts = found;
        documents = new Set(found.keys());
      }
      return [...documents];
    }
    joined(columns, allowed) {
      const hits = new Map();
      let best = 0;
      for (const column of columns) {
        for (const number of column.keys()) {
          if (allowed && !allowed.has(number)) continue;
          const count = (hits.get(number) || 0) + 1;
          hits.set(number, count);
          best = Math.max(best, count);
        }
      }
      const scores = new Map();
      for (const [number, count] of hits) {
        if (count === best) scores.set(number, columns.reduce((sum, column) => sum + (column.get(number) || 0), 0));
      }
      return [scores, best === columns.length];
    }
    singles() {
      const { groups } = this.query;
      const singles = groups.filter((group) => group.length === 1 && group[0].words.length === 1).map(([clause]) => clause.words[0]);
      const forms = singles.filter((word) => !this.index.dense.has(word));
      return forms.length === 2 && singles.length === groups.length && !forms.some(isWide) ? forms : [];
    }
    async near(scores) {
      const forms = this.singles();
      if (!forms.length) return;
      await Promise.all(this.index.segments.map(async (segment) => {
        const hits = await Promise.all(forms.map((form) => segment.find(form)));
        if (!hits.every(Boolean)) return;
        const wanted = new Set(segment.numbers(hits[0]).filter((number) => scores.has(number)));
        const [one, other] = await Promise.all(hits.map((entry) => segment.places(entry, wanted)));
        for (const [number, places] of one) {
          let gap = NEAR + 1;
          for (const [a] of places) for (const [b] of other.get(number) || []) gap = Math.min(gap, Math.abs(a - b));
          if (gap <= NEAR) scores.set(number, scores.get(number) * (1 + CLOSE / Math.max(gap, 1)));
        }
      }));
    }
    async mend(columns, allowed) {
      const { groups } = this.query;
      const single = groups.map((_, at) => at).filter((at) => groups[at].length === 1 && !groups[at][0].isPhrase);
      const missing = single.filter((at) => !columns[at].size);
      const empty = columns.filter((column) => !column.size).length;
      let doubtful;
      if (missing.length && missing.length === empty) doubtful = [missing];
      else if (empty) return [];
      else doubtful = single.sort((a, b) => columns[a].size - columns[b].size).slice(0, 2).map((at) => [at]);
      for (const places of doubtful) {
        const tried = [...columns], chosen = [];
        for (const at of places) {
          const others = tried.filter((other, nth) => nth !== at && other.size);
          const forms = await proposals(groups[at][0].words[0], this.index.segments);
          const found = await Promise.all(forms.map((form) => this.word(form, false)));
          const best = found.findIndex((column) => this.joined([column, ...others], allowed)[1]);
          if (best >= 0) {
            tried[at] = found[best];
            chosen.push([groups[at][0], forms[best]]);
          }
        }
        if (chosen.length === places.length) return chosen;
      }
      return [];
    }
  }

  // --- what is allowed
  const endOf = (date) => date.length < 10 ? date + "-12-31".slice(date.length - 4) : date;
  const both = (one, other) => one ? new Set([...one].filter((number) => other.has(number))) : other;
  const within = (wanted, found) => found.some((_, at) => wanted.every((word, n) => found[at + n] === word)) || !wanted.length;
  const every = async (index, test) => { // test(segment) gives a test of a document's place in it
    const found = new Set();
    await Promise.all(index.segments.map(async (segment) => {
      const fits = await test(segment);
      for (let at = 0; at < segment.documents; at++) if (!index.gone.has(segment.start + at) && fits(at)) found.add(segment.start + at);
    }));
    return found;
  };
  const dated = (index, fits) => every(index, async (segment) => {
    const found = await index.dates(segment);
    return (at) => fits(found[at]);
  });
  const valued = (index, name, fits) => every(index, async (segment) => {
    const { values, rows } = await index.column(segment, name);
    const chosen = values.map(fits);
    return (at) => rows[at].some((value) => chosen[value]);
  });
  const titled = async (index, value) => {
    let found = null;
    for (const term of words(value).flatMap((word) => isWide(word) ? pairs(word) : [word])) {
      const one = new Set();
      await Promise.all(index.segments.map(async (segment) => {
        const entry = await segment.find(term);
        if (!entry) return;
        const impacts = await segment.impacts(entry);
        segment.numbers(entry).forEach((number, at) => impacts[at] & IN_TITLE && !index.gone.has(number) && one.add(number));
      }));
      found = both(found, one);
    }
    return found || new Set();
  };
  const filtered = (index, { field, value }) => {
    if (field === "title") return titled(index, value);
    const code = (text) => fold(text).split("-")[0], wanted = words(value);
    return valued(index, field, field === "lang" ? (one) => code(one) === code(value) : (one) => within(wanted, words(one)));
  };
  const chosenBy = (index, name, values) => {
    const chosen = new Set(values);
    return name === "year" ? dated(index, (date) => chosen.has(date.slice(0, 4))) : valued(index, name, (value) => chosen.has(value));
  };
  const allowedBy = async (index, query, filters, from, to) => {
    const first = most(from, query.first), last = least(to, query.last);
    const sets = [];
    if (first || last) sets.push(dated(index, (date) => date && endOf(date) >= first && (!last || date <= last)));
    for (const [name, values] of Object.entries(filters)) if (values.length) sets.push(chosenBy(index, name, values));
    for (const one of query.filters) {
      const set = filtered(index, one);
      sets.push(one.without ? set.then((found) => every(index, async (segment) => (at) => !found.has(segment.start + at))) : set);
    }
    return (await Promise.all(sets)).reduce(both, null);
  };

  // --- excerpts
  const PIECE = /[\p{L}\p{N}\p{M}]+/gu;
  const ranges = (text, list) => {
    const exact = new Set(list), begun = list.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1));
    const wide = [...begun, ...list].filter((word) => isWide(word) && !word.endsWith("*"));
    const found = [];
    for (const { 0: piece, index } of text.matchAll(PIECE)) {
      const folded = fold(piece);
      if (exact.has(folded) || begun.some((word) => folded.startsWith(word))) found.push([index, index + piece.length]);
      else if (wide.length && folded.length === piece.length) {
        for (const word of wide) {
          for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) found.push([index + at, index + at + word.length]);
        }
      }
    }
    return found.sort((a, b) => a[0] - b[0]).filter(([start], at, all) => !at || start >= all[at - 1][1]);
  };
  const different = (text, found) => new Set(found.map(([start, end]) => fold(text.slice(start, end)))).size;
  const excerpt = (dek, text, list) => {
    const found = ranges(text, list);
    let best = 0, start = 0;
    for (let n = 0; n < found.length; n++) {
      const from = found[n][0];
      const count = different(text, found.slice(n).filter(([, end]) => end <= from + EXCERPT * 0.8));
      if (count > best) [best, start] = [count, from];
    }
    if (dek && different(dek, ranges(dek, list)) >= best) return dek;
    let from = 0;
    if (start > EXCERPT * 0.6) {
      from = text.lastIndexOf(" ", start - EXCERPT * 0.2) + 1;
      if (from < start - EXCERPT * 0.5) from = start - EXCERPT * 0.2; // scripts without spaces
    }
    let to = Math.min(text.length, from + EXCERPT);
    if (to < text.length) {
      const space = text.lastIndexOf(" ", to);
      if (space > from + EXCERPT * 0.6) to = space;
    }
    return (from ? "… " : "") + text.slice(from, to) + (to < text.length ? " …" : "");
  };

  // --- an index
  class Index {
    constructor(base, load, found, page) {
      this.base = base;
      this.pageName = page;
      this.dense = new Map(found.dense.map((form, at) => [form, at + 1]));
      this.first = found.first;
      this.last = found.last;
      this.segments = [];
      this.at = [];
      this.columns = new Map();
      const gone = [];
      let start = 0;
      for (const entry of found.segments) {
        this.segments.push(new Segment(load, entry, start, this.dense));
        gone.push(...entry.gone || []);
        this.at.push(...entry.at || []);
        start += entry.documents;
      }
      this.sortedGone = gone;
      this.gone = new Set(gone);
      this.documents = start;
      this.articles = start - gone.length;
    }
    segment(number) {
      return this.segments.findLast((segment) => segment.start <= number);
    }
    rank(number) {
      const { at, sortedGone } = this, base = this.documents - at.length;
      if (number < base) return number - countBelow(sortedGone, number) + countBelow(at, number + 1);
      const older = at[number - base];
      return older - countBelow(sortedGone, older) + number - base;
    }
    kept(key, make) {
      if (!this.columns.has(key)) this.columns.set(key, make());
      return this.columns.get(key);
    }
    column(segment, name) {
      return this.kept(`${segment.start} ${name}`, () => segment.column(name));
    }
    dates(segment) {
      return this.kept(`${segment.start}`, () => segment.dates());
    }
    ordered(scores, sort) {
      const ranks = new Map(), final = new Map();
      const share = FRESH / Math.max(this.articles - 1, 1);
      for (const [number, score] of scores) {
        const rank = this.rank(number);
        ranks.set(number, rank);
        final.set(number, score * (1 + share * rank));
      }
      const numbers = [...scores.keys()];
      if (sort === "oldest") return numbers.sort((a, b) => ranks.get(a) - ranks.get(b));
      if (sort === "newest") return numbers.sort((a, b) => ranks.get(b) - ranks.get(a));
      return numbers.sort((a, b) => final.get(b) - final.get(a) || ranks.get(b) - ranks.get(a));
    }
    async find(text, { filters = {}, sort = "relevance", from = "", to = "" } = {}) {
      const query = parse(text);
      const span = [dates(from)?.[0] || "", dates(to)?.[1] || ""];
      let evaluation = new Evaluation(this, query), scores, all = true, mended = [];
      const singles = evaluation.singles();
      for (const segment of singles.length ? this.segments : []) { // at once with the words
        for (const form of singles) segment.file("p", lastUpTo(segment.entry.t, form)).catch(() => {});
      }
      const [allowed, columns, without] = await Promise.all([
        allowedBy(this, query, filters, ...span), Promise.all(query.groups.map((group) => evaluation.group(group))),
        Promise.all(query.without.map((clause) => evaluation.exactly(clause))),
      ]);
      if (columns.length) {
        [scores, all] = evaluation.joined(columns, allowed);
        if (!all && (mended = await evaluation.mend(columns, allowed)).length) {
          const meant = new Map(mended);
          const groups = query.groups.map((group) => group.map((clause) =>
            meant.has(clause) ? { ...clause, words: [meant.get(clause)], isOpen: false } : clause));
          evaluation = new Evaluation(this, { ...query, groups });
          [scores, all] = evaluation.joined(await Promise.all(groups.map((group) => evaluation.group(group))), allowed);
        }
        if (all) await evaluation.near(scores);
      } else {
        const asked = allowed || query.without.length;
        scores = new Map([...asked ? allowed || await every(this, async () => () => true) : []].map((number) => [number, 0]));
      }
      without.flat().forEach((number) => scores.delete(number));
      let suggestion = null;
      if (mended.length) suggestion = mended.reduce((whole, [clause, word]) => whole.replace(clause.text, () => word), text);
      return new Found(this, {
        numbers: this.ordered(scores, sort), all, suggestion, corrected: suggestion !== null,
        words: [...evaluation.words], problem: query.problem, filters,
        without: (key) => this.find(text, { filters: { ...filters, [key]: [] }, from, to }),
      });
    }
  }

  class Found {
    constructor(index, found) {
      Object.assign(this, found, { index, total: found.numbers.length });
    }
    async page(start, count) {
      const { index } = this;
      return Promise.all(this.numbers.slice(start, start + count).map(async (number) => {
        const [url, title, source, date, shown, lang, dir, dek, text] = await index.segment(number).record(number);
        const chosen = excerpt(dek, text, this.words);
        return {
          address: new URL(`../${url.replace(/(^|\/)$/, `$1${index.pageName}`)}`, index.base).href, title, date, shown, source, lang, dir, excerpt: chosen,
          ranges: ranges(chosen, this.words), titleRanges: ranges(title, this.words),
        };
      }));
    }
    async facets(keys = ["source", "year", ...COLUMNS.slice(1)]) {
      const counted = keys.map(async (key) => {
        const numbers = new Set(this.filters[key]?.length ? (await this.without(key)).numbers : this.numbers), counts = new Map();
        await Promise.all(this.index.segments.map(async (segment) => {
          const add = (value) => value && counts.set(value, (counts.get(value) || 0) + 1);
          if (key === "year") {
            const found = await this.index.dates(segment);
            for (const number of numbers) if (number >= segment.start && number < segment.start + segment.documents) add(found[number - segment.start].slice(0, 4));
          } else {
            const { values, rows } = await this.index.column(segment, key);
            for (const number of numbers) rows[number - segment.start]?.forEach((value) => add(values[value]));
          }
        }));
        const newest = ([a], [b]) => a < b ? 1 : -1, frequent = (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
        return [key, [...counts].sort(key === "year" ? newest : frequent)];
      });
      return Object.fromEntries(await Promise.all(counted));
    }
    async histogram() {
      const counts = new Map();
      for (const number of this.numbers) {
        const segment = this.index.segment(number), date = (await this.index.dates(segment))[number - segment.start];
        if (date.length > 4) counts.set(date.slice(0, 7), (counts.get(date.slice(0, 7)) || 0) + 1);
      }
      const months = [...counts.keys()].sort(), found = [];
      for (let month = months[0]; month && month <= months.at(-1);) {
        found.push([month, counts.get(month) || 0]);
        const [year, number] = month.split("-").map(Number);
        month = number === 12 ? `${year + 1}-01` : `${year}-${two(String(number + 1))}`;
      }
      return found;
    }
  }

  window.newsarchive = {
    fold, terms, ranges, parse,
    receive(name, text) {
      const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      waiting.get(name)?.(new Blob([bytes]).stream());
      waiting.delete(name);
    },
    async open(base, { scripts = false } = {}) {
      const load = loader(base, scripts);
      const found = JSON.parse(UTF8.decode(await load("manifest")));
      if (found.version !== VERSION) throw new Error("search/manifest.bin: it has another form than this page reads");
      return new Index(base, load, found, scripts ? "index.html" : ""); // a folder opens no page by itself
    },
  };
})();
