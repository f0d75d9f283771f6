// Reads the search index and answers queries, without a page: what plugins/pressroom/search does in Python.
// A query loads the term blocks of its words and the records of what is shown, never the whole archive.
"use strict";
(() => {
  const VERSION = 1, GROUP = 4;
  const COLUMNS = ["source", "category", "lang", "author", "tag", "date"];
  const SCALE = 12, IN_TITLE = 32, RUN = 3;
  const KIN = 0.3, BEGUN = 0.3, BEGINNINGS = 30, FRESH = 0.02, NEAR = 8, CLOSE = 0.3;
  const LONG = 8, SHORTEST = 4, PROPOSED = 4, LISTS = 4;
  const EXCERPT = 240;

  // --- analysis, as in analysis.py
  const WIDE = "\\u0e01-\\u0e3a\\u0e40-\\u0e4e\\u0e81-\\u0ece\\u1000-\\u109f\\u1780-\\u17d3\\u2e80-\\u2fdf\\u3005-\\u3007\\u3041-\\u3096\\u3099-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const MARKS = /[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]|(?<!\u0438)\u0306/g;
  const ALIKE = { "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ς": "σ" };
  const LETTER = new RegExp(Object.keys(ALIKE).join("|"), "g");
  const WORD = new RegExp(`[${WIDE}]+|(?:(?![${WIDE}])[\\p{L}\\p{N}]|[\\u0900-\\u0963\\u0966-\\u0dff\\u0f18-\\u0fbc])+`, "gu");
  const IS_WIDE = new RegExp(`^[${WIDE}]`, "u");
  const fold = (text) =>
    text.normalize("NFKC").toLowerCase().normalize("NFD").replace(MARKS, "").normalize("NFC")
      .replace(LETTER, (letter) => ALIKE[letter]);
  const isWide = (word) => IS_WIDE.test(word);
  const words = (text) => Array.from(fold(text).matchAll(WORD), ([word]) => isWide(word) ? word : [...word].slice(0, 40).join(""));
  const starts = (run) => [...run].map((sign, at, signs) => sign + (signs[at + 1] || "")); // 東京都: 東京, 京都, 都
  const pairs = (run) => starts(run).slice(0, [...run].length - 1 || 1);
  const split = (list, parts) => list.flatMap((word) => isWide(word) ? parts(word) : word);

  // --- the query, as in query.py
  const TOKEN = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|([^\s"]+))/g;
  const FIELDS = ["title", "source", "author", "tag", "category", "lang"];
  const two = (number) => `${number}`.padStart(2, "0");
  const days = (value) => {
    const [, year, month, day] = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?$/.exec(value.trim()) || [];
    if (!year || month && (month < 1 || month > 12) || day && (day < 1 || day > 31)) return null;
    return [`${year}-${two(month || 1)}-${two(day || 1)}`, `${year}-${two(month || 12)}-${two(day || 31)}`];
  };
  const earlier = (one, other) => !one || other && other < one ? other : one;
  const later = (one, other) => one > other ? one : other;
  const before = (day) => day.slice(0, -1) + String.fromCharCode(day.charCodeAt(9) - 1) + "~";
  const parse = (text) => {
    const query = { groups: [], without: [], filters: [], first: "", last: "", problem: null };
    let isOther = false;
    for (const { 0: whole, 1: minus, 2: field, 3: phrase, 4: word, index } of text.replace(/[“”„]/g, '"').matchAll(TOKEN)) {
      const value = phrase ?? word, isPhrase = phrase !== undefined;
      if (whole === "OR") isOther = query.groups.length > 0;
      else if (FIELDS.includes(field)) query.filters.push({ field, value, without: !!minus });
      else if (/^(before|after|on)$/.test(field)) {
        const [first, last] = days(value) || [];
        if (!first) query.problem ??= `${field}: needs a year, a month or a day, as 2024-06-20, not “${value}”.`;
        else {
          if (field !== "before") query.first = later(query.first, field === "on" ? first : last + "~");
          if (field !== "after") query.last = earlier(query.last, field === "on" ? last : before(first));
        }
      } else {
        const found = words(field ? `${field} ${value}` : value);
        if (!found.length) continue;
        const clause = {
          words: found, text: whole.slice(minus.length), isPhrase: isPhrase || found.length > 1,
          isOpen: !isPhrase && index + whole.length === text.length,
        };
        if (minus) query.without.push(clause);
        else if (isOther) query.groups.at(-1).push(clause);
        else query.groups.push([clause]);
        isOther = false;
      }
    }
    return query;
  };

  // --- files, as in reader.py
  const UTF8 = new TextDecoder();
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
    const found = await fetch(`${base}${name}.bin`, { cache: name === "manifest" ? "no-cache" : "default" }).catch(() => ({}));
    if (!found.ok) throw new Error(`search/${name}.bin: it could not be loaded${found.status ? ` (${found.status})` : ""}`);
    return found.body;
  };
  const kept = (known, key, make) => {
    if (!known.has(key)) {
      known.set(key, make());
      known.get(key).catch(() => known.delete(key));
    }
    return known.get(key);
  };
  const loader = (base, ask, known = new Map()) => (name) => kept(known, name, async () => {
    const found = (await ask(base, name)).pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(found).arrayBuffer());
  });
  class Reader {
    constructor(payload, at = 0) {
      this.payload = payload;
      this.at = at;
    }
    number() {
      let value = 0, shift = 0, byte;
      do {
        byte = this.payload[this.at++];
        value |= (byte & 127) << shift;
        shift += 7;
      } while (byte > 127);
      return value;
    }
    take(length) {
      return this.payload.subarray(this.at, this.at += length);
    }
    text() {
      return UTF8.decode(this.take(this.number()));
    }
    word(last) {
      return last.slice(0, this.number()) + this.text();
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
  const turned = (text) => [...text].reverse().join("");
  const isSpelled = (word) => word.length >= SHORTEST && /^\p{L}+$/u.test(word);
  const frequent = (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);

  class Segment {
    constructor(load, entry, start, dense) {
      Object.assign(this, { load, entry, start, dense, blocks: new Map(), columns: new Map() });
    }
    file(kind, number) {
      return this.load(`${this.entry.name}/${kind}${number}`);
    }
    places(term) {
      return this.file("p", lastUpTo(this.entry.t, term));
    }
    ahead(terms) {
      for (const term of terms) this.places(term).catch(() => {});
    }
    block(form, number = lastUpTo(this.entry.t, form)) {
      return kept(this.blocks, number, async () => {
        const payload = await this.file("t", number), reader = new Reader(payload), block = new Map();
        let form = "";
        for (let count = reader.number(); count; count--) {
          form = reader.word(form);
          block.set(form, { form, payload, block, stem: reader.word(form), total: reader.number(), length: reader.number() });
        }
        for (const entry of block.values()) entry.documents = reader.take(entry.length);
        for (const entry of block.values()) if (!this.dense.has(entry.form)) entry.impacts = reader.take(entry.total);
        return block;
      });
    }
    async find(form) {
      return (await this.block(form)).get(form);
    }
    async beginning(form) { // the most frequent forms that begin so
      const blocks = await Promise.all(this.upTo(this.entry.t, form, 2).map((at) => this.block(form, at)));
      const found = blocks.flatMap((block) => [...block.values()])
        .filter((entry) => entry.form !== form && entry.form.startsWith(form) && !entry.form.includes(" "));
      return found.sort((a, b) => b.total - a.total || (a.form < b.form ? -1 : 1)).slice(0, BEGINNINGS);
    }
    upTo(borders, beginning, count) { // files in which something that begins so may be
      const first = lastUpTo(borders, beginning);
      return [...borders.keys()].slice(first, first + count).filter((at) => at === first || borders[at].startsWith(beginning));
    }
    numbers(entry) {
      const reader = new Reader(entry.documents), found = new Int32Array(entry.total);
      for (let n = 0, number = this.start; n < entry.total; n++) found[n] = number += reader.number();
      return found;
    }
    async impacts(entry) {
      return entry.impacts || (await this.placesOf(entry)).take(entry.total);
    }
    async placesOf(entry) {
      const reader = new Reader(await this.places(entry.form));
      let skipped = 0;
      for (const other of entry.block.values()) {
        if (other === entry) entry.before = skipped;
        skipped += reader.number();
      }
      reader.at += entry.before;
      return reader;
    }
    async eachPlace(entry, beside, see) { // see(document, place) where all of [steps from the place, dense word] are beside it
      const reader = await this.placesOf(entry);
      for (const number of this.numbers(entry)) {
        let place = 0;
        for (let count = reader.number(); count; count--) {
          place += reader.number();
          const head = reader.number(), first = reader.at, middle = first + (head >> 2), end = middle + (head & 3);
          const isThere = ([by, code]) => middle + by >= first && middle + by < end && reader.payload[middle + by] === code;
          if (beside.every(isThere)) see(number, place);
          reader.at = end;
        }
      }
    }
    async phrase(row) { // documents that have these terms side by side
      const { dense } = this, anchors = [], known = new Set();
      row.forEach((term, at) => {
        if (dense.has(term)) return;
        const beside = [];
        for (const side of [-1, 1]) {
          for (let step = side; Math.abs(step) <= RUN && dense.has(row[at + step]); step += side) {
            known.add(at + step);
            beside.push([step < 0 ? step : step - 1, dense.get(row[at + step])]);
          }
        }
        anchors.push({ at, term, beside });
      });
      row.forEach((term, at) => {
        if (!dense.has(term) || known.has(at)) return;
        const first = dense.has(row[at + 1]) ? at : at - 1;
        known.add(first + 1);
        anchors.push({ at: first, term: `${row[first]} ${row[first + 1]}`, beside: [] });
      });
      this.ahead(anchors.map(({ term }) => term));
      await Promise.all(anchors.map(async (anchor) => { anchor.entry = await this.find(anchor.term); }));
      if (!anchors.every(({ entry }) => entry)) return [];
      let found = null; // document * 2 ** 20 + the place where the phrase would begin in it
      for (const { at, beside, entry } of anchors.sort((a, b) => a.entry.total - b.entry.total)) {
        const fitting = new Set();
        await this.eachPlace(entry, beside, (number, place) => {
          const key = number * 2 ** 20 + place - at;
          if (!found || found.has(key)) fitting.add(key);
        });
        found = fitting;
      }
      return Array.from(found, (key) => Math.floor(key / 2 ** 20));
    }
    async spelling(kind, beginning) {
      const borders = this.entry[kind], list = [];
      const add = (word, size) => word.startsWith(beginning) && list.push([word, size]);
      if (borders) {
        for (const payload of await Promise.all(this.upTo(borders, beginning, LISTS).map((at) => this.file(kind, at)))) {
          const reader = new Reader(payload);
          let word = "";
          for (let count = reader.number(); count; count--) add(word = reader.word(word), reader.number());
        }
      } else { // beside the base there are few blocks
        for (const block of await Promise.all(this.entry.t.map((_, at) => this.block("", at)))) {
          for (const { form, total } of block.values()) {
            if (isSpelled(form) && !isWide(form)) add(kind === "v" ? turned(form) : form, 32 - Math.clz32(total));
          }
        }
      }
      return list;
    }
    column(name) { // its values, and which of them documents have: document n those in ids from starts[n] up to starts[n + 1]
      return kept(this.columns, name, async () => {
        const reader = new Reader(await this.file("c", COLUMNS.indexOf(name))), isDate = name === "date";
        const values = [], ids = [], starts = new Uint32Array(this.entry.documents + 1);
        for (let count = reader.number(); count; count--) {
          values.push(reader.text());
          if (isDate) for (let same = reader.number(); same; same--) ids.push(values.length - 1);
        }
        for (let n = 1; n < starts.length; n++) {
          for (let count = isDate ? 0 : reader.number(); count; count--) ids.push(reader.number());
          starts[n] = isDate ? n : ids.length;
        }
        return { values, ids, starts };
      });
    }
    async record(number) {
      const at = number - this.start, group = Math.floor(at / GROUP), { shelf, shelves } = this.entry;
      return JSON.parse(UTF8.decode(await this.load(`${shelves[Math.floor(group / shelf)]}/r${group % shelf}`)))[at % GROUP];
    }
  }

  // --- spelling, as in spelling.py
  const distance = (one, other, limit) => {
    let older, last, row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let at = 1; at <= one.length; at++) {
      [older, last, row] = [last, row, [at]];
      for (let to = 1; to <= other.length; to++) {
        row[to] = Math.min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (one[at - 1] !== other[to - 1]));
        if (at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1]) row[to] = Math.min(row[to], older[to - 2] + 1);
      }
      if (Math.min(...row) > limit) return limit + 1;
    }
    return row.at(-1);
  };
  const proposals = async (word, segments) => {
    const { length } = word, limit = length >= LONG ? 2 : 1;
    if (!isSpelled(word)) return [];
    const begun = limit === 2 ? Math.floor(length / 3) : (length - 1) >> 1; // letters that are right
    const lists = await Promise.all(segments.flatMap((segment) => [
      segment.spelling("w", word.slice(0, begun)),
      segment.spelling("v", turned(word).slice(0, begun)).then((list) => list.map(([form, size]) => [turned(form), size])),
    ]));
    const found = new Map();
    for (const [form, size] of lists.flat()) {
      if (found.has(form) || form === word || Math.abs(form.length - length) > limit) continue;
      const edits = distance(word, form, limit);
      if (edits <= limit) found.set(form, size + 2 * (word[0] === form[0]) + (form.length === length) - 12 * edits);
    }
    return [...found].sort(frequent).slice(0, PROPOSED).map(([form]) => form);
  };

  // --- excerpts, as in excerpts.py
  const ranges = (text, list) => {
    const found = [], exact = new Set(list), wide = list.map((word) => word.replace("*", "")).filter(isWide);
    const begun = list.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1));
    for (const { 0: piece, index } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const folded = fold(piece), add = (at, { length }) => found.push([index + at, index + at + length]);
      if (exact.has(folded) || begun.some((word) => folded.startsWith(word))) add(0, piece);
      else if (folded.length === piece.length) {
        for (const word of wide) for (const { index: at } of folded.matchAll(word)) add(at, word);
      }
    }
    return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]).filter(([start], at, all) => !at || start >= all[at - 1][1]);
  };
  const different = (text, found) => new Set(found.map(([start, end]) => fold(text.slice(start, end)))).size;
  const excerpt = (dek, text, list) => {
    const found = ranges(text, list);
    let best = 0, start = 0, from = 0;
    found.forEach(([begin], at) => {
      const count = different(text, found.slice(at).filter(([, end]) => end <= begin + EXCERPT * 0.8));
      if (count > best) [best, start] = [count, begin];
    });
    if (dek && different(dek, ranges(dek, list)) >= best) return dek;
    if (start > EXCERPT * 0.6) {
      from = text.lastIndexOf(" ", start - EXCERPT * 0.2) + 1;
      if (from < start - EXCERPT * 0.5) from = start - EXCERPT * 0.2; // scripts without spaces
    }
    let to = from + EXCERPT;
    if (to >= text.length) return (from ? "… " : "") + text.slice(from);
    const space = text.lastIndexOf(" ", to);
    if (space > from + EXCERPT * 0.6) to = space;
    return `${from ? "… " : ""}${text.slice(from, to)} …`;
  };

  // --- answers, as in answers.py; a column has a score for some documents
  const opened = (base, load, { segments: entries, dense: forms, first, last }, pageName) => {
    const dense = new Map(forms.map((form, at) => [form, at + 1]));
    let size = 0;
    const segments = entries.map((entry) => new Segment(load, entry, (size += entry.documents) - entry.documents, dense));
    const isThere = new Uint8Array(size).fill(1), ranks = new Int32Array(size);
    for (const { gone = [] } of entries) for (const number of gone) isThere[number] = 0;
    const articles = isThere.reduce((sum, is) => sum + is);
    const at = entries.flatMap((entry) => entry.at || []), border = size - at.length; // where among the base the others belong
    for (let number = 0, other = 0, rank = 0; number <= border; number++) {
      while (at[other] <= number) ranks[border + other++] = rank++;
      if (number < border) ranks[number] = rank;
      rank += isThere[number];
    }

    const everywhere = (ask) => Promise.all(segments.map(ask));
    const empty = () => ({ numbers: [], has: new Uint8Array(size), scores: new Float64Array(size) });
    const put = ({ numbers, has, scores }, number, score) => {
      if (!isThere[number]) return;
      if (!has[number]) numbers.push(number);
      has[number] = 1;
      if (scores[number] < score) scores[number] = score;
    };
    const sum = (columns, number) => columns.reduce((total, { scores }) => total + scores[number], 0);
    const joined = (columns, allowed) => { // the documents that most of the columns have, and whether all have them
      const counts = new Uint16Array(size), column = empty();
      let best = 0;
      for (const { numbers } of columns) for (const number of numbers) if (allowed[number]) best = Math.max(best, ++counts[number]);
      for (const { numbers } of columns) {
        for (const number of numbers) if (best && counts[number] === best) put(column, number, sum(columns, number));
      }
      return [column, best === columns.length];
    };

    const evaluation = (groups) => {
      const marked = new Set();
      const scoresDense = groups.flat().every((clause) => clause.words.every((word) => dense.has(word)));
      const add = async (column, segment, entry, weight) => {
        const impacts = dense.has(entry.form) && !scoresDense ? null : await segment.impacts(entry);
        const numbers = segment.numbers(entry);
        for (let n = 0; n < numbers.length; n++) put(column, numbers[n], impacts ? weight * (impacts[n] & (IN_TITLE - 1)) / SCALE : 0);
      };
      const weighed = async (fill) => { // rare words count more
        const column = empty();
        await everywhere((segment, at) => fill(segment, (entry, weight) => add(column, segment, entry, weight), at));
        const few = Math.log(1 + (articles - column.numbers.length + 0.5) / (column.numbers.length + 0.5));
        for (const number of column.numbers) column.scores[number] *= few;
        return column;
      };
      const exact = (term) => weighed(async (segment, add) => {
        const entry = await segment.find(term);
        if (entry) await add(entry, 1);
      });
      const word = async (form, isOpen) => {
        const isBegun = isOpen && ([...form].length > 1 || isWide(form));
        const [hits, begun] = await Promise.all([
          everywhere((segment) => segment.find(form)), everywhere((segment) => isBegun ? segment.beginning(form) : []),
        ]);
        const stems = new Set(hits.map((hit) => hit?.stem).filter(Boolean));
        return weighed(async (segment, add, at) => {
          const weights = new Map();
          for (const entry of (await segment.block(form)).values()) {
            if (entry.form === form) weights.set(entry, 1);
            else if (stems.has(entry.stem)) weights.set(entry, KIN);
          }
          for (const entry of weights.keys()) marked.add(entry.form);
          for (const entry of begun[at]) {
            if (weights.has(entry)) continue;
            weights.set(entry, isWide(form) ? 1 : BEGUN);
            marked.add(`${form}*`);
          }
          for (const [entry, weight] of weights) await add(entry, weight);
        });
      };
      const phrase = async (list) => {
        const row = split(list, pairs);
        if (row.length === 1) return exact(row[0]);
        const scored = [...new Set(row)].filter((term) => scoresDense || !dense.has(term));
        const [parts, ...columns] = await Promise.all([everywhere((segment) => segment.phrase(row)), ...scored.map(exact)]);
        const column = empty();
        for (const number of parts.flat()) put(column, number, sum(columns, number));
        return column;
      };
      const clause = async ({ words: list, isPhrase, isOpen }) => {
        const [form] = list, isRun = list.length === 1 && isWide(form);
        if (isRun ? [...form].length === 1 : !isPhrase) return word(form, isOpen || isRun);
        for (const one of list) marked.add(one);
        const column = await phrase(list);
        if (column.numbers.length || !isRun) return column;
        const [both, isAll] = joined(await Promise.all(pairs(form).map((pair) => word(pair, false))), isThere);
        return isAll ? both : column;
      };
      const group = async (clauses) => {
        const [column, ...others] = await Promise.all(clauses.map(clause));
        for (const other of others) for (const number of other.numbers) put(column, number, other.scores[number]);
        return column;
      };
      return { marked, word, phrase, columns: () => Promise.all(groups.map(group)) };
    };

    const pairOf = (groups) => { // two words alone, of which it counts how near they are
      const forms = groups.map(([clause, ...others]) => others.length || clause.words.length > 1 ? "" : clause.words[0]);
      const rare = forms.filter((form) => form && !dense.has(form));
      return rare.length === 2 && forms.every(Boolean) && !rare.some(isWide) ? rare : [];
    };
    const near = (forms, { has, scores }) => forms.length && everywhere(async (segment) => {
      const [one, other] = await Promise.all(forms.map((form) => segment.find(form)));
      if (!one || !other) return;
      const places = new Map(), gaps = new Map();
      await segment.eachPlace(one, [], (number, place) => {
        if (has[number]) places.set(number, [...places.get(number) || [], place]);
      });
      await segment.eachPlace(other, [], (number, place) => {
        for (const from of places.get(number) || []) gaps.set(number, Math.min(gaps.get(number) ?? NEAR + 1, Math.abs(place - from)));
      });
      for (const [number, gap] of gaps) if (gap <= NEAR) scores[number] *= 1 + CLOSE / Math.max(gap, 1);
    });

    // [[clause, word], ...]: what is meant by the words that nothing has, or else by one of the two rarest
    const mend = async ({ word }, groups, columns, allowed) => {
      const single = [...groups.keys()].filter((at) => groups[at].length === 1 && !groups[at][0].isPhrase);
      const missing = single.filter((at) => !columns[at].numbers.length), empties = columns.filter((column) => !column.numbers.length);
      if (missing.length < empties.length) return [];
      const rarest = single.sort((a, b) => columns[a].numbers.length - columns[b].numbers.length).slice(0, 2).map((at) => [at]);
      for (const places of missing.length ? [missing] : rarest) {
        const tried = [...columns], chosen = [];
        for (const at of places) {
          const others = tried.filter((other, nth) => nth !== at && other.numbers.length);
          const forms = await proposals(groups[at][0].words[0], segments);
          const found = await Promise.all(forms.map((form) => word(form, false)));
          const best = found.findIndex((column) => joined([column, ...others], allowed)[1]);
          if (best < 0) break;
          tried[at] = found[best];
          chosen.push([groups[at][0], forms[best]]);
        }
        if (chosen.length === places.length) return chosen;
      }
      return [];
    };

    // --- what is allowed; a mask is 1 for each document that fits
    const mask = async (fill) => {
      const found = new Uint8Array(size);
      await everywhere((segment) => fill(segment, (number) => { found[number] = 1; }));
      return found;
    };
    const both = (one, other) => one ? one.map((is, number) => is & other[number]) : other;
    const valued = (name, fits) => mask(async (segment, add) => {
      const { values, starts, ids } = await segment.column(name), chosen = values.map(fits);
      for (let n = 0; n < segment.entry.documents; n++) {
        for (let at = starts[n]; at < starts[n + 1]; at++) if (chosen[ids[at]]) add(segment.start + n);
      }
    });
    const titled = async (value) => {
      const masks = await Promise.all(split(words(value), pairs).map((term) => mask(async (segment, add) => {
        const entry = await segment.find(term), impacts = entry && await segment.impacts(entry);
        if (entry) segment.numbers(entry).forEach((number, n) => impacts[n] & IN_TITLE && add(number));
      })));
      return masks.reduce(both, null) || new Uint8Array(size);
    };
    const filtered = async ({ field, value, without }) => {
      const wanted = words(value), code = (text) => fold(text).split("-")[0];
      const has = (found) => found.some((_, at) => wanted.every((word, n) => found[at + n] === word)) || !wanted.length;
      const found = await (field === "title" ? titled(value)
        : valued(field, field === "lang" ? (one) => code(one) === code(value) : (one) => has(words(one))));
      return without ? found.map((is) => 1 - is) : found;
    };
    const allowedBy = async (query, filters, from, to) => {
      const first = later(from, query.first), last = earlier(to, query.last), masks = query.filters.map(filtered);
      const isWithin = (date) => date && date + "-12-31".slice(date.length - 10) >= first && (!last || date <= last);
      if (first || last) masks.push(valued("date", isWithin));
      for (const [name, values] of Object.entries(filters)) {
        const fits = (value) => values.includes(value);
        if (values.length) masks.push(name === "year" ? valued("date", (date) => fits(date.slice(0, 4))) : valued(name, fits));
      }
      return (await Promise.all(masks)).reduce(both, null);
    };

    const find = async (text, { filters = {}, sort = "relevance", from = "", to = "" } = {}) => {
      const query = parse(text), neighbours = pairOf(query.groups);
      let groups = query.groups, asked = evaluation(groups), all = true, mended = [], column = empty();
      for (const segment of segments) segment.ahead(neighbours); // at once with the words
      const [allowed, columns, without] = await Promise.all([
        allowedBy(query, filters, days(from)?.[0] || "", days(to)?.[1] || ""), asked.columns(),
        Promise.all(query.without.map((clause) => asked.phrase(clause.words))),
      ]);
      if (groups.length) {
        [column, all] = joined(columns, allowed || isThere);
        if (!all) mended = await mend(asked, groups, columns, allowed || isThere);
        if (mended.length) {
          const meant = new Map(mended);
          groups = groups.map((group) => group.map((clause) =>
            meant.has(clause) ? { ...clause, words: [meant.get(clause)], isOpen: false } : clause));
          asked = evaluation(groups);
          [column, all] = joined(await asked.columns(), allowed || isThere);
        }
        if (all) await near(pairOf(groups), column);
      } else if (allowed || without.length) (allowed || isThere).forEach((is, number) => is && put(column, number, 0));
      const { has, scores } = column, marked = [...asked.marked];
      for (const other of without) for (const number of other.numbers) has[number] = 0;
      const numbers = column.numbers.filter((number) => has[number]);
      const share = FRESH / Math.max(articles - 1, 1);
      const worth = (number) => {
        if (sort === "oldest") return -ranks[number];
        return sort === "newest" || !groups.length ? ranks[number] : scores[number] * (1 + share * ranks[number]);
      };
      const tally = async (name, named) => { // [[value, documents], ...]
        const counts = new Map();
        await everywhere(async (segment) => {
          const { values, starts, ids } = await segment.column(name), found = new Uint32Array(values.length);
          for (const number of numbers) {
            const n = number - segment.start; // beyond the segment there are no starts
            for (let at = starts[n]; at < starts[n + 1]; at++) found[ids[at]]++;
          }
          values.forEach((value, at) => {
            const key = found[at] && named(value);
            if (key) counts.set(key, (counts.get(key) || 0) + found[at]);
          });
        });
        return [...counts];
      };
      const suggestion = mended.length ? mended.reduce((whole, [clause, word]) => whole.replace(clause.text, () => word), text) : null;
      return {
        total: numbers.length, all, suggestion, corrected: !!suggestion, words: marked, problem: query.problem, tally,
        async page(start, count) {
          const worths = numbers.map(worth); // sorting is for the best alone
          const least = new Float64Array(worths).sort().at(-start - count) ?? -Infinity;
          const best = numbers.filter((_, at) => worths[at] >= least).sort((a, b) => worth(b) - worth(a) || ranks[b] - ranks[a]);
          return Promise.all(best.slice(start, start + count).map(async (number) => {
            const segment = segments.findLast((one) => one.start <= number);
            const [url, title, source, date, shown, lang, dir, dek, body] = await segment.record(number);
            const part = excerpt(dek, body, marked);
            return {
              address: new URL(`../${url.replace(/(^|\/)$/, `$1${pageName}`)}`, base).href, title, date, shown, source, lang, dir,
              excerpt: part, ranges: ranges(part, marked), titleRanges: ranges(title, marked),
            };
          }));
        },
        async facets(keys = ["source", "year", "category", "lang", "author", "tag"]) {
          const found = {};
          for (const segment of segments) COLUMNS.forEach((_, at) => segment.file("c", at).catch(() => {})); // at once
          for (const key of keys) {
            const other = filters[key]?.length ? await find(text, { filters: { ...filters, [key]: [] }, from, to }) : this;
            found[key] = key === "year" ? (await other.tally("date", (date) => date.slice(0, 4))).sort((a, b) => b[0] - a[0])
              : (await other.tally(key, (value) => value)).sort(frequent);
          }
          return found;
        },
        async histogram() {
          const counts = new Map(await tally("date", (date) => date.length > 4 && date.slice(0, 7)));
          const months = [...counts.keys()].sort(), found = [];
          for (let month = months[0]; month <= months.at(-1);) {
            found.push([month, counts.get(month) || 0]);
            const [year, number] = month.split("-");
            month = number > 11 ? `${+year + 1}-01` : `${year}-${two(+number + 1)}`;
          }
          return found;
        },
      };
    };
    return { articles, first, last, segments, find };
  };

  window.newsarchive = {
    fold, ranges, parse,
    terms: (text) => split(words(text), starts),
    receive(name, text) {
      waiting.get(name)?.(new Blob([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))]).stream());
      waiting.delete(name);
    },
    async open(base, { scripts = false } = {}) {
      const load = loader(base, scripts ? byScript : byRequest);
      const found = JSON.parse(UTF8.decode(await load("manifest")));
      if (found.version !== VERSION) throw new Error("search/manifest.bin: it has another form than this page reads");
      return opened(base, load, found, scripts ? "index.html" : ""); // a folder opens no page by itself
    },
  };
})();
