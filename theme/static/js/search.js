// The page at /search/: what is asked stands in the address; results come first, facets and the histogram after them.
// The index is read by search-index.js; the markup that results, facets and messages are put into is in search.html.
"use strict";
(() => {
  const TEXTS = {
    articles: { one: "{n} article", other: "{n} articles" },
    holds: "{articles}, {dates}",
    nothing: "Nothing found",
    searching: "Searching …",
    most: "No article has all the words. These have most of them.",
    meant: "Did you mean {link}?",
    corrected: "Nothing has {query}. Showing results for {link}.",
    date: "Write a year, a month or a day: 1998, 1998-06 or 1998-06-20.",
    order: "The range ends before it begins.",
    chosen: "{name}: {value}",
    remove: "Remove {filter}",
    clear: "Clear filters",
    left: "More ({n} left)",
    years: "Articles by year, {dates}. Most in {peak}: {n}.",
    months: "Articles by month, {dates}. Most in {peak}: {n}.",
    failed: "Search could not read its index. {error}.",
    folder: "Opened from a folder, search needs the setting PRESSROOM_SEARCH_SCRIPTS = True; or run make serve. {error}.",
  };
  const STEP = 10; // results shown at a time
  const TOP = 8; // values of a facet shown at first
  const REST = 50; // and by each press of its button
  const LONG = 48; // months from which the histogram goes by year
  const TYPING = 90; // ms without a key before the index is asked,
  const SETTLED = 700; // before the count is said aloud,
  const PAUSE = 1200; // and before what is typed counts as a step of the browser's history

  const byId = (id) => document.getElementById(id);
  const form = byId("search");
  const { q: box, from, to, sort } = form.elements;
  const [list, more, hint, said, count, narrow, chosen, histogram] =
    ["results", "more", "hint", "said", "count", "narrow", "chosen", "histogram"].map(byId);
  const sets = [...narrow.querySelectorAll("[data-key]")]; // a fieldset for each facet
  const KEYS = sets.map((set) => set.dataset.key);
  const SORTS = [...sort.options].map(({ value }) => value);
  const LANG = document.documentElement.lang || "en";
  const SITE_TITLE = document.title;
  const isFolder = location.protocol === "file:";
  const archive = (window.newsarchive ||= {});

  // --- texts
  const fill = (text, values) => text.split(/\{(\w+)\}/).map((part, n) => (n % 2 ? values[part] : part));
  const say = (text, values) => fill(text, values).join("");
  const number = (n) => n.toLocaleString(LANG);
  const articles = (n) => say(TEXTS.articles[new Intl.PluralRules(LANG).select(n)] || TEXTS.articles.other, { n: number(n) });
  const period = (text) =>
    text.length === 7 ? new Date(`${text}-01`).toLocaleDateString(LANG, { month: "short", year: "numeric", timeZone: "UTC" }) : text;
  const dates = (start, end) => (start === end ? start : `${start} – ${end}`.trim());
  const named = (key, value) => {
    try {
      return key === "lang" ? new Intl.DisplayNames([LANG], { type: "language" }).of(value) : value;
    } catch {
      return value; // no language code
    }
  };
  const make = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const focus = (node) => node?.focus({ preventScroll: true });
  const put = (node, ...children) => {
    node.replaceChildren(...children);
    node.hidden = !children.join("");
  };

  // --- the address: q, one key for each facet as often as it has values, from, to, sort
  const read = (search) => {
    const given = new URLSearchParams(search);
    const one = (key) => (given.get(key) || "").trim();
    return {
      q: one("q"), from: one("from"), to: one("to"),
      sort: SORTS.includes(one("sort")) ? one("sort") : SORTS[0],
      filters: Object.fromEntries(KEYS.map((key) => [key, [...new Set(given.getAll(key).filter(Boolean))]])),
    };
  };
  const write = (asked) => {
    const given = new URLSearchParams();
    const add = (key, value) => value && given.append(key, value);
    add("q", asked.q.trim());
    for (const key of KEYS) for (const value of asked.filters[key]) add(key, value);
    add("from", asked.from);
    add("to", asked.to);
    add("sort", asked.sort === SORTS[0] ? "" : asked.sort);
    return String(given) && `?${given}` || location.pathname;
  };
  let view = read(location.search);
  let saved = write(view);
  let shown = history.state?.shown || STEP;
  let drafting = false; // the newest step of the history is what is being typed
  const keep = (typing) => {
    const next = write(view);
    const isNew = next !== saved && !drafting;
    drafting = typing && (drafting || isNew);
    saved = next;
    try {
      const state = shown > STEP ? { shown } : null;
      if (isNew) history.pushState(state, "", next);
      else history.replaceState(state, "", next);
    } catch {
      // a page opened from a folder may not change its address in every browser
    }
  };

  // --- what limits the results
  const isDate = (text) => {
    const day = new Date(`${text}${"-01-01".slice(text.length - 4)}T00:00Z`);
    return /^\d{4}(-\d\d){0,2}$/.test(text) && !Number.isNaN(+day) && day.toISOString().startsWith(text);
  };
  const limits = () => {
    const wrong = [from, to].filter(({ name }) => view[name] && !isDate(view[name]));
    const isTurned = !wrong.length && view.from && view.to && view.from > view.to.padEnd(10, "-99");
    const bad = isTurned ? [from, to] : wrong;
    const good = (field) => (bad.includes(field) ? "" : view[field.name]);
    return { bad, problem: isTurned ? TEXTS.order : bad.length ? TEXTS.date : "", from: good(from), to: good(to) };
  };
  const legend = (set) => set.querySelector("legend").textContent;
  const filters = () => {
    const found = sets.flatMap((set) => {
      const { key } = set.dataset;
      return view.filters[key].map((value) => ({
        name: legend(set), value: named(key, value),
        remove: () => { view.filters[key] = view.filters[key].filter((other) => other !== value); },
      }));
    });
    const range = limits();
    const value = dates(range.from, range.to);
    return value ? [...found, { name: legend(byId("dates")), value, remove: () => { view.from = view.to = ""; } }] : found;
  };
  const without = (gone) => { // the button that asked for it goes too
    for (const { remove } of gone) remove();
    step();
    focus(count);
  };
  const controls = () => {
    if (box.value.trim() !== view.q.trim()) box.value = view.q;
    sort.value = view.sort;
    const { bad, problem } = limits();
    for (const field of [from, to]) {
      field.value = view[field.name];
      field.setAttribute("aria-invalid", bad.includes(field));
    }
    put(byId("range-problem"), problem);
    if (problem) narrow.open = true; // folded away on a phone, nobody would see it
    const found = filters();
    const chips = found.map((one) => {
      const filter = say(TEXTS.chosen, one);
      const chip = make("button", { type: "button", "aria-label": say(TEXTS.remove, { filter }) }, make("bdi", {}, filter));
      chip.onclick = () => without([one]);
      return chip;
    });
    if (found.length > 1) chips.push(make("button", { type: "button", class: "clear plain" }, TEXTS.clear));
    put(chosen, ...chips);
    byId("unfilter").hidden = !found.length;
    narrow.querySelector(".count").textContent = found.length ? `(${number(found.length)})` : "";
    document.title = view.q ? `${view.q} – ${SITE_TITLE}` : SITE_TITLE;
  };

  // --- results
  const marked = (node, text, ranges) => {
    let at = 0;
    for (const [start, end] of ranges || []) {
      node.append(text.slice(at, start), make("mark", {}, text.slice(start, end)));
      at = end;
    }
    node.append(text.slice(at));
    return node;
  };
  const card = (row, words) => {
    const { lang, dir } = row;
    const href = row.address + (words.length ? `#q=${words.map(encodeURIComponent).join("+")}` : "");
    const facts = make("p", { class: "facts" });
    if (row.source) facts.append(make("bdi", {}, row.source), " ");
    facts.append(row.date ? make("time", { datetime: row.date }, row.shown) : make("span", {}, row.shown));
    return make("li", { class: "card", "data-result": row.address },
      make("h3", { lang, dir }, marked(make("a", { href }), row.title, row.titleRanges)),
      facts, marked(make("p", { class: "excerpt", lang, dir }), row.excerpt, row.ranges));
  };
  const links = () => [...list.querySelectorAll("h3 a")];
  let telling = 0;
  const tell = (text) => {
    clearTimeout(telling);
    telling = setTimeout(() => { said.textContent = text; }, SETTLED);
  };
  const only = (...ids) => {
    for (const id of ["found", "help", "failed"]) byId(id).hidden = !ids.includes(id);
  };
  const show = (found, rows) => {
    only("found");
    list.replaceChildren(...rows.map((row) => card(row, found.words)));
    more.hidden = rows.length >= found.total;
    count.textContent = found.total ? articles(found.total) : TEXTS.nothing;
    byId("none").hidden = found.total > 0;
    put(byId("problem"), found.problem || "");
    const link = found.suggestion && make("a", { href: write({ ...view, q: found.suggestion }) }, make("bdi", {}, found.suggestion));
    const query = make("q", {}, make("bdi", {}, view.q.trim()));
    const most = !found.corrected && !found.all && found.total ? [TEXTS.most, " "] : [];
    put(hint, ...most, ...(link ? fill(found.corrected ? TEXTS.corrected : TEXTS.meant, { query, link }) : []));
    tell([`${count.textContent}.`, hint.textContent, found.problem].filter(Boolean).join(" "));
  };
  const fail = (error) => {
    list.dataset.state = "error";
    list.replaceChildren();
    only("failed");
    byId("failed").firstElementChild.textContent = reason(error);
  };
  let opening = null;
  const ready = async () => {
    if (!archive.open) throw new Error("theme/js/search-index.js: cannot be read");
    return opening ||= archive.open(new URL(form.dataset.base, location.href).href, { scripts: isFolder });
  };
  let turn = 0;
  let current = null; // what was found last
  const reason = (error) => say(isFolder && !current ? TEXTS.folder : TEXTS.failed, { error: error.message });
  const search = async () => {
    const mine = ++turn;
    const isPast = () => mine !== turn;
    list.dataset.state = "loading";
    try {
      if (!view.q.trim() && !filters().length) {
        list.replaceChildren();
        put(byId("problem"), "");
        clearTimeout(telling);
        only("help");
        const index = await ready();
        if (isPast()) return;
        const years = dates(index.first.slice(0, 4), index.last.slice(0, 4));
        const held = articles(index.articles);
        byId("holds").textContent = years ? say(TEXTS.holds, { articles: held, dates: years }) : held;
        list.dataset.state = "done";
        return;
      }
      if (!list.firstChild && byId("found").hidden) {
        only("found");
        count.textContent = TEXTS.searching;
      }
      const index = await ready();
      const found = isPast() || await index.find(view.q, { ...limits(), filters: view.filters, sort: view.sort });
      const rows = isPast() || await found.page(0, shown);
      if (isPast()) return;
      current = found;
      show(found, rows);
      list.dataset.state = "done";
      requestAnimationFrame(() => setTimeout(() => isPast() || refine(found, isPast)));
    } catch (error) {
      if (!isPast()) fail(error);
    }
  };
  more.addEventListener("click", async () => {
    const found = current;
    try {
      const rows = await found.page(shown, STEP);
      if (found !== current) return;
      const next = links().length;
      list.append(...rows.map((row) => card(row, found.words)));
      shown += STEP;
      more.hidden = shown >= found.total;
      keep(false);
      focus(links()[next]);
    } catch (error) {
      put(hint, reason(error));
    }
  });

  // --- facets
  const open = Object.fromEntries(KEYS.map((key) => [key, TOP]));
  const facet = (set, pairs) => {
    const { key } = set.dataset;
    const [values, button] = [set.querySelector("ul"), set.querySelector("button")];
    const ticked = view.filters[key];
    const known = new Set(pairs.map(([value]) => value));
    const rows = [...ticked.filter((value) => !known.has(value)).map((value) => [value, 0]), ...pairs];
    const held = values.contains(document.activeElement) && document.activeElement.value;
    const line = ([value, n]) => {
      const tick = make("input", { type: "checkbox", value });
      tick.checked = ticked.includes(value);
      return make("li", {}, make("label", {}, tick, " ", make("bdi", {}, named(key, value)), " ", make("span", { class: "count" }, number(n))));
    };
    values.replaceChildren(...rows.filter(([value], n) => n < open[key] || ticked.includes(value)).map(line));
    if (held) focus([...values.querySelectorAll("input")].find((tick) => tick.value === held));
    set.hidden = rows.length < 2 && !ticked.length;
    button.hidden = rows.length <= open[key];
    button.textContent = say(TEXTS.left, { n: number(rows.length - open[key]) });
    button.onclick = () => {
      const next = values.children.length;
      open[key] += REST;
      facet(set, pairs);
      if (button.hidden) focus(values.children[next].querySelector("input"));
    };
  };

  // --- histogram
  let bars = [];
  let anchor = null;
  const [curve, band] = histogram.children;
  const [middle, first, last] = byId("dates").querySelectorAll(".axis span");
  const draw = (months) => {
    const byYear = months.length > LONG;
    const sums = new Map();
    for (const [month, n] of months) {
      const name = byYear ? month.slice(0, 4) : month;
      sums.set(name, (sums.get(name) || 0) + n);
    }
    bars = [...sums];
    const top = Math.max(...sums.values());
    histogram.toggleAttribute("hidden", bars.length < 2);
    first.parentNode.hidden = bars.length < 2;
    if (bars.length < 2) return;
    const height = (n) => Math.max(4, Math.round((n / top) * 100));
    histogram.setAttribute("viewBox", `0 0 ${bars.length} 100`);
    curve.setAttribute("d", bars.map(([, n], at) => (n ? `M${at + 0.1} 100v-${height(n)}h.8v${height(n)}z` : "")).join(""));
    band.setAttribute("width", 0);
    const [start, peak, end] = [bars[0], bars.find((bar) => bar[1] === top), bars[bars.length - 1]].map(([name]) => period(name));
    histogram.setAttribute("aria-label", say(byYear ? TEXTS.years : TEXTS.months, { dates: dates(start, end), peak, n: articles(top) }));
    [first.textContent, middle.textContent, last.textContent] = [start, "", end];
  };
  const under = (event) => {
    const { left, width } = histogram.getBoundingClientRect();
    return Math.min(bars.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * bars.length)));
  };
  const span = (event) => [under(event), anchor ?? under(event)].sort((a, b) => a - b);
  const point = (event) => {
    const [start, end] = span(event);
    band.setAttribute("x", start);
    band.setAttribute("width", end - start + 1);
    const n = bars.slice(start, end + 1).reduce((sum, bar) => sum + bar[1], 0);
    middle.textContent = say(TEXTS.chosen, { name: dates(period(bars[start][0]), period(bars[end][0])), value: articles(n) });
  };
  const leave = () => {
    anchor = null;
    band.setAttribute("width", 0);
    middle.textContent = "";
  };
  histogram.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    histogram.setPointerCapture(event.pointerId);
    anchor = under(event);
    point(event);
  });
  histogram.addEventListener("pointermove", point);
  histogram.addEventListener("pointerup", (event) => {
    if (anchor === null) return;
    [from.value, to.value] = span(event).map((at) => bars[at][0]);
    leave();
    commit();
  });
  histogram.addEventListener("pointercancel", leave);
  histogram.addEventListener("pointerleave", () => anchor ?? leave());

  const refine = async (found, isPast) => {
    try {
      const [facets, months] = await Promise.all([found.facets(), found.histogram()]);
      if (isPast()) return;
      put(byId("unread"), "");
      for (const set of sets) facet(set, facets[set.dataset.key] || []);
      draw(months);
    } catch (error) {
      if (!isPast()) put(byId("unread"), reason(error));
    }
  };

  // --- what a reader does
  let typing = 0;
  let pausing = 0;
  const step = (isTyping = false) => {
    clearTimeout(typing);
    if (!isTyping) clearTimeout(pausing);
    shown = STEP;
    keep(isTyping);
    controls();
    search();
  };
  const commit = () => {
    Object.assign(view, { q: box.value, from: from.value.trim(), to: to.value.trim(), sort: sort.value });
    step();
  };
  box.addEventListener("input", (event) => {
    clearTimeout(typing);
    clearTimeout(pausing);
    clearTimeout(telling);
    said.textContent = "";
    if (event.isComposing) return;
    typing = setTimeout(() => { view.q = box.value; step(true); }, TYPING);
    pausing = setTimeout(() => keep(false), PAUSE);
  });
  box.addEventListener("compositionend", () => box.dispatchEvent(new Event("input")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    commit();
  });
  for (const field of [from, to, sort]) field.addEventListener("change", commit);
  narrow.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox") return;
    const { key } = target.closest("fieldset").dataset;
    view.filters[key] = view.filters[key].filter((value) => value !== target.value);
    if (target.checked) view.filters[key].push(target.value);
    commit();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="?"]');
    if (event.target.closest(".clear")) without(filters());
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    view = read(link.search);
    step();
    focus(count);
  });
  byId("failed").querySelector("button").addEventListener("click", () => {
    if (!archive.open) location.reload();
    opening = null;
    search();
  });
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const stops = [box, ...links(), ...(more.hidden ? [] : [more.firstElementChild])];
    const at = stops.indexOf(target);
    const next = at >= 0 && stops[at + { ArrowDown: 1, ArrowUp: -1 }[key]];
    if (next) {
      event.preventDefault();
      next.focus();
    } else if (key === "Escape") {
      if (anchor !== null) leave();
      else if (target !== box && target !== sort) {
        box.focus();
        box.select();
      } else if (target === box && box.value) {
        event.preventDefault();
        box.value = "";
        commit();
      }
    }
  });
  window.addEventListener("popstate", () => {
    const now = read(location.search);
    if (write(now) === saved) return; // only the fragment is another
    [view, saved, drafting, shown] = [now, write(now), false, history.state?.shown || STEP];
    clearTimeout(typing);
    clearTimeout(pausing);
    controls();
    search();
  });

  // --- the key "/" is site.js's; it is switched here
  const slash = byId("slash");
  try {
    slash.checked = localStorage.getItem("newsarchive-slash") !== "off";
    slash.addEventListener("change", () => localStorage.setItem("newsarchive-slash", slash.checked ? "on" : "off"));
    byId("keys").hidden = false;
  } catch {
    // the browser keeps nothing for this page: there is nothing to switch
  }

  const wide = matchMedia("(min-width: 56rem)");
  const fold = () => { narrow.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();

  archive.search = async (query, { limit = STEP, ...options } = {}) => {
    const found = await (await ready()).find(query, { filters: {}, sort: SORTS[0], from: "", to: "", ...options });
    const [results, facets] = await Promise.all([found.page(0, limit), found.facets()]);
    return { total: found.total, suggestion: found.suggestion, facets, results };
  };

  controls();
  search();
  if (!view.q && matchMedia("(hover: hover)").matches) box.focus();
})();
