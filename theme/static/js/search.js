// Search over the index's shards: the words of the query, the records of what is shown, and nothing else is loaded.
// The index comes as scripts that call newsarchive.receive(name, value), so that it works from a folder too.
"use strict";
(() => {
  const form = document.getElementById("search");
  const input = form.elements.q;
  const status = document.getElementById("status");
  const list = document.getElementById("results");
  const more = document.getElementById("more");
  const STEP = 20; // results shown at a time
  const PREFIXES = 60; // endings of the last word that count, the most frequent first

  // --- analysis: the same as search/analysis.py, by common test vectors
  const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g;
  const WIDE = "\\u2e80-\\u2fdf\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const RUNS = new RegExp(`[${WIDE}]+|[^${WIDE}\\P{L}]+(?:[^${WIDE}\\P{L}]|[^${WIDE}\\P{N}])*|[^${WIDE}\\P{N}]+(?:[^${WIDE}\\P{L}]|[^${WIDE}\\P{N}])*`, "gu");
  const IS_WIDE = new RegExp(`^[${WIDE}]`, "u");
  const ALIKE = { "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ى": "ي", "ة": "ه", "ς": "σ" };
  const fold = (text) =>
    text.normalize("NFKC").toLowerCase().normalize("NFD").replace(MARKS, "").normalize("NFC")
      .replace(/[ßøłđæœıىةς]/g, (letter) => ALIKE[letter]);
  const terms = (text) => {
    const found = [];
    for (const [run] of fold(text).matchAll(RUNS)) {
      const letters = [...run];
      if (!IS_WIDE.test(run)) found.push(letters.slice(0, 40).join(""));
      else if (letters.length === 1) found.push(run);
      else for (let n = 0; n < letters.length - 1; n++) found.push(letters[n] + letters[n + 1]);
    }
    return found;
  };
  const shard = (term) => {
    const [first, second] = [...term];
    const hex = (letter) => (letter ? letter.codePointAt(0).toString(16) : "0");
    if (IS_WIDE.test(first)) return "c" + (first.codePointAt(0) >> 4).toString(16);
    if (first < "\x80" && (!second || second < "\x80")) return first + (second || "_");
    return `u${hex(first)}-${hex(second)}`;
  };

  // --- loading
  const waiting = new Map();
  const loaded = new Map();
  window.newsarchive = {
    fold, terms, shard,
    receive(name, value) {
      loaded.set(name, value);
    },
  };
  const load = (name) => {
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${form.dataset.base}${name}.js`;
        script.onload = () => resolve(loaded.get(name));
        script.onerror = () => {
          waiting.delete(name);
          reject(new Error(`${name} could not be loaded`));
        };
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  };

  // --- a query to ranked articles
  const postings = (row) => {
    const found = new Map();
    let article = 0;
    for (let n = 0; n < row.length; n += 2) {
      article += row[n];
      found.set(article, row[n + 1]);
    }
    return found;
  };
  const forms = (rows, term, open) => {
    const found = rows[term] ? [term] : [];
    if (!open) return found;
    const longer = Object.keys(rows).filter((form) => form !== term && form.startsWith(term));
    longer.sort((a, b) => rows[b].length - rows[a].length);
    return found.concat(longer.slice(0, PREFIXES));
  };
  const find = async (query) => {
    const manifest = await load("manifest");
    const known = new Set(manifest.shards.split(" "));
    const wanted = [...new Set(terms(query))];
    const open = /[^\s"]$/.test(query);
    const columns = await Promise.all(wanted.map(async (term, n) => {
      const name = shard(term);
      if (!known.has(name)) return new Map();
      const rows = await load(`t/${name}`);
      const last = open && n === wanted.length - 1;
      const column = new Map();
      for (const form of forms(rows, term, last && [...term].length > 1 || IS_WIDE.test(term) && [...term].length === 1)) {
        const weight = form === term ? 1 : 0.6;
        const row = postings(rows[form]);
        const rarity = Math.log(1 + (manifest.articles - row.size + 0.5) / (row.size + 0.5));
        for (const [article, impact] of row) {
          column.set(article, Math.max(column.get(article) || 0, weight * rarity * impact));
        }
      }
      return column;
    }));
    const score = new Map();
    const hits = new Map();
    for (const column of columns) {
      for (const [article, value] of column) {
        score.set(article, (score.get(article) || 0) + value);
        hits.set(article, (hits.get(article) || 0) + 1);
      }
    }
    const most = Math.max(0, ...hits.values());
    const articles = [...score.keys()].filter((article) => hits.get(article) === most);
    articles.sort((a, b) => score.get(b) - score.get(a) || b - a);
    return { manifest, wanted, articles, all: most === wanted.length };
  };

  // --- showing
  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const marked = (name, text, wanted, attributes) => {
    const made = element(name, "", attributes);
    for (const piece of text.split(/([\p{L}\p{N}\p{M}]+)/u)) {
      const found = piece && terms(piece);
      const hit = found && found.length && wanted.some((term) => found.some((t) => t === term || (term.length > 2 && t.startsWith(term))));
      made.append(hit ? element("mark", piece) : piece);
    }
    return made;
  };
  const card = ([title, url, source, date, shown, lang, dir, excerpt], wanted) => {
    const made = element("li", "", { class: "card" });
    const heading = element("h2", "", { lang, dir });
    const link = marked("a", title, wanted, { href: form.dataset.root + url + (url.endsWith("/") || !url ? form.dataset.index : "") });
    heading.append(link);
    const facts = element("p", "", { class: "facts" });
    if (source) facts.append(element("bdi", source), " ");
    facts.append(date ? element("time", shown, { datetime: date }) : element("span", shown));
    made.append(heading, facts, marked("p", excerpt, wanted, { class: "excerpt", lang, dir }));
    return made;
  };
  let run = 0;
  let shown = 0;
  let current = null;
  const show = async (result, mine) => {
    const part = result.articles.slice(shown, shown + STEP);
    const groups = [...new Set(part.map((article) => Math.floor(article / result.manifest.group)))];
    await Promise.all(groups.map((group) => load(`d/${group}`)));
    if (mine !== run) return;
    for (const article of part) {
      const group = loaded.get(`d/${Math.floor(article / result.manifest.group)}`);
      list.append(card(group[article % result.manifest.group], result.wanted));
    }
    shown += part.length;
    more.hidden = shown >= result.articles.length;
  };
  const words = (count) => `${count.toLocaleString()} ${count === 1 ? "article" : "articles"}`;
  const search = async () => {
    const query = input.value.trim();
    const mine = ++run;
    list.textContent = "";
    shown = 0;
    more.hidden = true;
    if (!terms(query).length) {
      status.textContent = query ? "Type a word or a number." : "";
      return;
    }
    try {
      const result = await find(query);
      if (mine !== run) return;
      current = result;
      const none = "Nothing found. Try fewer or other words, or only the beginning of a word.";
      status.textContent = !result.articles.length ? none
        : result.all ? words(result.articles.length)
          : `No article has all the words; ${words(result.articles.length)} with most of them.`;
      await show(result, mine);
    } catch (error) {
      if (mine === run) status.textContent = `Search could not read its index (${error.message}). Is the folder search/ beside this page complete?`;
    }
  };

  const keep = () => {
    const address = new URL(location.href);
    if (input.value) address.searchParams.set("q", input.value);
    else address.searchParams.delete("q");
    try {
      history.replaceState(null, "", address);
    } catch {
      // a page opened from a folder may not change its address in every browser
    }
  };
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { keep(); search(); }, 120);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    keep();
    search();
  });
  more.querySelector("button").addEventListener("click", () => current && show(current, run));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== input && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && document.activeElement === input && input.value) {
      input.value = "";
      keep();
      search();
    }
  });
  input.value = new URL(location.href).searchParams.get("q") || "";
  search();
})();
