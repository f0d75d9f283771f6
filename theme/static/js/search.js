// The page at /search/: what is asked stands in the address; results come first, facets and the histogram after them.
// The index is read by search-index.js; texts, and the markup that they are put into, are in search.html.
"use strict";
(() => {
  const STEP = 10; // results shown at a time
  const TOP = 8, REST = 50; // values of a facet shown at first, and by each press of its button
  const LONG = 48; // months from which the histogram goes by year
  const TYPING = 50; // ms that a key waits for the answer to the one before it
  const ALONE = 400; // ms that a letter waits for the rest of its word
  const SETTLED = 700, PAUSE = 1200; // ms without a key before the count is said aloud, and before typing is a step of the history

  const byId = (id) => document.getElementById(id);
  const form = byId("search"), TEXTS = JSON.parse(byId("texts").textContent);
  const { q: box, from, to, sort } = form.elements;
  const [list, more, hint, said, count, narrow, chosen, slash, problem, histogram] =
    "results more hint said count narrow chosen slash problem histogram".split(" ").map(byId);
  const sets = [...narrow.querySelectorAll("[data-key]")]; // a fieldset for each facet
  const KEYS = sets.map((set) => set.dataset.key);
  const SORTS = [...sort.options].map(({ value }) => value);
  const LANG = document.documentElement.lang || "en";
  const SITE_TITLE = document.title;
  const isFolder = location.protocol === "file:";
  const archive = (window.newsarchive ||= {});

  // --- texts
  const fill = (text, values) => text.split(/\{(\w+)\}/).map((part, n) => n % 2 ? values[part] : part);
  const say = (text, values) => fill(text, values).join("");
  const plural = new Intl.PluralRules(LANG), { format: number } = new Intl.NumberFormat(LANG);
  const articles = (n) => say(TEXTS.articles[plural.select(n)] || TEXTS.articles.other, { count: number(n) });
  const period = (text) =>
    text.length === 7 ? new Date(text).toLocaleDateString(LANG, { month: "short", year: "numeric", timeZone: "UTC" }) : text;
  const dates = (start, end) => start === end ? start : !end ? say(TEXTS.since, { date: start })
    : start ? `${start} – ${end}` : say(TEXTS.until, { date: end });
  const named = (key, value) => {
    try {
      return key === "lang" ? new Intl.DisplayNames([LANG], { type: "language" }).of(value) : value;
    } catch {
      return value; // no language code
    }
  };
  const make = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const key in attributes) if (attributes[key]) made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
  };
  const apart = (text) => make("bdi", {}, text);
  const focus = (node) => node?.focus({ preventScroll: true });
  const put = (node, ...children) => {
    node.replaceChildren(...children);
    node.hidden = !children.join("");
  };

  // --- the address: q, one key for each facet as often as it has values, from, to, sort
  const read = (given) => {
    const asked = new URLSearchParams(given), found = new URLSearchParams();
    for (const name of ["q", ...KEYS, "from", "to", "sort"]) {
      for (const value of new Set(asked.getAll(name))) {
        if (value.trim() && (name !== "sort" || SORTS.indexOf(value) > 0)) found.append(name, value);
      }
    }
    return found;
  };
  let view, saved, shown, isDraft; // isDraft: the newest step of the history is what is being typed
  const restore = () => {
    view = read(location.search);
    saved = `${view}`;
    shown = history.state?.shown || STEP;
    isDraft = false;
  };
  const one = (name) => view.get(name) || "";
  const changed = (values) => {
    const kept = [...view].filter(([name]) => !(name in values));
    return read([...kept, ...Object.entries(values).flatMap(([name, all]) => [all].flat().map((value) => [name, value]))]);
  };
  const keep = (isTyping) => {
    const isNew = `${view}` !== saved && !isDraft;
    isDraft = isTyping && (isDraft || isNew);
    saved = `${view}`;
    try {
      history[isNew ? "pushState" : "replaceState"](shown > STEP ? { shown } : null, "", saved ? `?${saved}` : location.pathname);
    } catch {
      // a page opened from a folder may not change its address in every browser
    }
  };

  // --- what limits the results
  const isDate = (text) => {
    const day = new Date(text);
    return /^\d{4}(-\d\d){0,2}$/.test(text) && !Number.isNaN(+day) && day.toISOString().startsWith(text);
  };
  const limits = () => {
    const wrong = [from, to].filter(({ name }) => one(name) && !isDate(one(name)));
    const isTurned = !wrong[0] && one("to") && one("from") > one("to").padEnd(10, "-99");
    const bad = isTurned ? [from, to] : wrong, good = (field) => bad.includes(field) ? "" : one(field.name);
    return { bad, problem: isTurned ? TEXTS.order : bad[0] ? TEXTS.date : "", from: good(from), to: good(to) };
  };
  const legend = (set) => set.querySelector("legend").textContent;
  const filters = () => {
    const found = sets.flatMap((set) => view.getAll(set.dataset.key).map((value) => ({
      name: legend(set), value: named(set.dataset.key, value), is: (key, other) => key === set.dataset.key && other === value,
    })));
    const range = limits(), value = dates(range.from, range.to);
    if (value) found.push({ name: legend(byId("dates")), value, is: (key) => key === "from" || key === "to" });
    return found;
  };
  const without = (gone) => { // the button that asked for it goes too
    view = read([...view].filter((pair) => !gone.some(({ is }) => is(...pair))));
    step();
    focus(count);
  };
  const controls = () => {
    if (box.value.trim() !== one("q").trim()) box.value = one("q");
    sort.value = one("sort") || SORTS[0];
    const { bad, problem } = limits();
    for (const field of [from, to]) {
      field.value = one(field.name);
      field.setAttribute("aria-invalid", bad.includes(field));
    }
    put(byId("range-problem"), problem);
    if (problem) narrow.open = true; // folded away on a phone, nobody would see it
    const found = filters();
    const chips = found.map((one) => {
      const filter = say(TEXTS.chosen, one);
      const chip = make("button", { type: "button", "aria-label": say(TEXTS.remove, { filter }) }, apart(filter));
      chip.onclick = () => without([one]);
      return chip;
    });
    if (chips[1]) chips.push(make("button", { type: "button", class: "clear plain" }, TEXTS.clear));
    put(chosen, ...chips);
    byId("unfilter").hidden = !found[0];
    narrow.querySelector(".count").textContent = found[0] ? `(${number(found.length)})` : "";
    document.title = one("q") ? `${one("q")} – ${SITE_TITLE}` : SITE_TITLE;
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
  const cards = (found, rows) => rows.map(({ address, source, date, shown, title, titleRanges, excerpt, ranges, lang, dir }) => {
    const href = address + (found.words.length ? `#q=${found.words.map(encodeURIComponent).join("+")}` : "");
    return make("li", { class: "card", "data-result": address },
      make("h3", { lang, dir }, marked(make("a", { href }), title, titleRanges)),
      make("p", { class: "facts" }, ...source ? [apart(source), " "] : [], make(date ? "time" : "span", { datetime: date }, shown)),
      marked(make("p", { class: "excerpt", lang, dir }), excerpt, ranges));
  });
  const links = () => [...list.querySelectorAll("h3 a")];
  let telling;
  const only = (id) => {
    for (const part of ["found", "help", "failed"]) byId(part).hidden = part !== id;
  };
  const show = (found, rows) => {
    only("found");
    list.replaceChildren(...cards(found, rows));
    more.hidden = shown >= found.total;
    count.textContent = found.total ? articles(found.total) : TEXTS.nothing;
    byId("none").hidden = found.total > 0;
    put(problem, found.problem || "");
    const link = make("a", { href: `?${changed({ q: found.suggestion })}` }, apart(found.suggestion));
    const query = make("q", {}, apart(one("q").trim()));
    const most = !found.corrected && !found.all && found.total ? [TEXTS.most, " "] : [];
    put(hint, ...most, ...found.suggestion ? fill(found.corrected ? TEXTS.corrected : TEXTS.meant, { query, link }) : []);
    clearTimeout(telling);
    telling = setTimeout(() => { said.textContent = say(TEXTS.said, { count: count.textContent, hint: hint.textContent, problem: problem.textContent }).trim(); }, SETTLED);
  };
  let opening, current; // the index, and what was found last
  const ready = async () => {
    if (!archive.open) throw new Error("theme/js/search-index.js: cannot be read");
    return opening ||= archive.open(new URL(form.dataset.base, location).href, { scripts: isFolder });
  };
  const reason = (error) => say(isFolder && !current ? TEXTS.folder : TEXTS.failed, { error: error.message });
  let turn = 0;
  const search = async () => {
    const mine = ++turn, isPast = () => mine !== turn;
    const isAsked = one("q") || filters()[0];
    list.dataset.state = narrow.dataset.facets = "loading";
    if (!isAsked) {
      only("help");
      list.replaceChildren();
      put(problem);
      clearTimeout(telling);
    } else if (!list.firstChild && byId("found").hidden) {
      only("found");
      count.textContent = TEXTS.searching;
    }
    try {
      const index = await ready();
      if (isPast()) return;
      if (isAsked) {
        const filters = Object.fromEntries(KEYS.map((key) => [key, view.getAll(key)]));
        const found = await index.find(one("q"), { ...limits(), filters, sort: one("sort") });
        const rows = isPast() || await found.page(0, shown);
        if (isPast()) return;
        current = found;
        show(found, rows);
        requestAnimationFrame(() => setTimeout(refine, 0, found, isPast));
      } else {
        const name = articles(index.articles), value = dates(index.first.slice(0, 4), index.last.slice(0, 4));
        byId("holds").textContent = value ? say(TEXTS.holds, { name, value }) : name;
      }
      list.dataset.state = "done";
    } catch (error) {
      if (isPast()) return;
      only("failed");
      list.replaceChildren();
      list.dataset.state = "error";
      byId("failed").firstElementChild.textContent = reason(error);
    }
  };
  more.onclick = async () => {
    const found = current, next = links().length;
    try {
      const rows = await found.page(shown, STEP);
      if (found !== current) return;
      list.append(...cards(found, rows));
      shown += STEP;
      more.hidden = shown >= found.total;
      keep();
      focus(links()[next]);
    } catch (error) {
      put(hint, reason(error));
    }
  };

  // --- facets
  const open = {}; // how many values of each facet are shown
  const facet = (set, pairs) => {
    const { key } = set.dataset, limit = open[key] ||= TOP;
    const values = set.querySelector("ul"), button = set.querySelector("button");
    const ticked = view.getAll(key), known = new Map(pairs);
    const rows = [...ticked.filter((value) => !known.has(value)).map((value) => [value, 0]), ...pairs];
    const held = values.querySelector(":focus")?.value;
    values.replaceChildren(...rows.filter(([value], at) => at < limit || ticked.includes(value)).map(([value, n]) => {
      const tick = make("input", { type: "checkbox", value });
      tick.checked = ticked.includes(value);
      return make("li", {}, make("label", {}, tick, " ", apart(named(key, value)), " ", make("span", { class: "count" }, number(n))));
    }));
    const ticks = [...values.querySelectorAll("input")];
    if (held) focus(ticks.find(({ value }) => value === held));
    set.hidden = rows.length < 2 && !ticked[0];
    button.hidden = rows.length <= limit;
    button.textContent = say(TEXTS.left, { n: number(rows.length - limit) });
    button.onclick = () => {
      open[key] += REST;
      facet(set, pairs);
      if (button.hidden) focus(values.children[ticks.length].querySelector("input"));
    };
  };

  // --- histogram
  let bars = [], anchor = null;
  const [curve, band] = histogram.children;
  const [middle, first, last] = byId("dates").querySelectorAll(".axis span");
  const draw = (months) => {
    const length = months.length > LONG ? 4 : 7, sums = new Map();
    for (const [month, n] of months) sums.set(month.slice(0, length), (sums.get(month.slice(0, length)) || 0) + n);
    bars = [...sums];
    histogram.parentNode.hidden = !bars[1];
    if (!bars[1]) return;
    const top = Math.max(...sums.values());
    const height = (n) => Math.max(4, Math.round((n / top) * 100));
    histogram.setAttribute("viewBox", `0 0 ${bars.length} 100`);
    curve.setAttribute("d", bars.map(([, n], at) => n ? `M${at + 0.1} 100v-${height(n)}h.8v${height(n)}z` : "").join(""));
    const [start, peak, end] = [bars[0], bars.find(([, n]) => n === top), bars.at(-1)].map(([name]) => period(name));
    histogram.setAttribute("aria-label", say(length === 4 ? TEXTS.years : TEXTS.months, { dates: dates(start, end), peak, n: articles(top) }));
    [first.textContent, last.textContent] = [start, end];
    leave();
  };
  const span = ({ clientX }) => { // the first and the last bar that a pointer has gone over
    const { left, width } = histogram.getBoundingClientRect();
    const at = Math.min(bars.length - 1, Math.max(0, Math.floor(((clientX - left) / width) * bars.length)));
    return [at, anchor ?? at].sort((a, b) => a - b);
  };
  const point = (event) => {
    const [start, end] = span(event);
    const n = bars.slice(start, end + 1).reduce((sum, bar) => sum + bar[1], 0);
    band.setAttribute("x", start);
    band.setAttribute("width", end - start + 1);
    middle.textContent = say(TEXTS.chosen, { name: dates(period(bars[start][0]), period(bars[end][0])), value: articles(n) });
  };
  const leave = () => {
    anchor = null;
    band.setAttribute("width", 0);
    middle.textContent = "";
  };
  histogram.onpointerdown = (event) => {
    if (event.button) return;
    histogram.setPointerCapture(event.pointerId);
    [anchor] = span(event);
    point(event);
  };
  histogram.onpointermove = point;
  histogram.onpointerup = (event) => {
    if (anchor === null) return;
    [from.value, to.value] = span(event).map((at) => bars[at][0]);
    leave();
    commit();
  };
  histogram.onpointercancel = leave;
  histogram.onpointerleave = () => anchor ?? leave();

  const refine = async (found, isPast) => {
    const unread = byId("unread");
    try {
      for (const set of sets) {
        if (isPast()) return;
        const { key } = set.dataset, facets = await found.facets([key]);
        if (!isPast()) facet(set, facets[key] || []);
        await new Promise((done) => setTimeout(done)); // a key that was pressed comes first
      }
      const months = isPast() || await found.histogram();
      if (isPast()) return;
      draw(months);
      put(unread);
      narrow.dataset.facets = "done";
    } catch (error) {
      if (!isPast()) put(unread, reason(error));
    }
  };

  // --- what a reader does
  let typing, pausing;
  const begin = () => {
    clearTimeout(typing);
    controls();
    return search();
  };
  const step = (isTyping) => {
    if (!isTyping) clearTimeout(pausing);
    shown = STEP;
    keep(isTyping);
    begin();
  };
  const commit = () => {
    view = changed({ q: box.value, from: from.value.trim(), to: to.value.trim(), sort: sort.value });
    step();
  };
  const typed = () => {
    view = changed({ q: box.value });
    step(true);
  };
  box.oninput = (event) => {
    for (const timer of [typing, pausing, telling]) clearTimeout(timer);
    said.textContent = "";
    if (event.isComposing) return;
    pausing = setTimeout(keep, PAUSE);
    if (/^\s*[0-9a-z\u00c0-\u052f]$/i.test(box.value)) typing = setTimeout(typed, ALONE);
    else if (list.dataset.state === "loading") typing = setTimeout(typed, TYPING);
    else typed();
  };
  box.addEventListener("compositionend", () => box.dispatchEvent(new Event("input")));
  form.onsubmit = (event) => {
    event.preventDefault();
    commit();
  };
  for (const field of [from, to, sort]) field.onchange = commit;
  narrow.onchange = ({ target: { type, value, checked, parentNode } }) => {
    if (type !== "checkbox") return;
    const { key } = parentNode.closest("fieldset").dataset;
    const others = view.getAll(key).filter((other) => other !== value);
    view = changed({ [key]: checked ? [...others, value] : others });
    commit();
  };
  const isPlain = ({ isComposing, ctrlKey, metaKey, altKey }) => !(isComposing || ctrlKey || metaKey || altKey);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="?"]');
    if (event.target.closest(".clear")) without(filters());
    if (!link || !isPlain(event) || event.shiftKey) return;
    event.preventDefault();
    view = read(link.search);
    step();
    focus(count);
  });
  byId("failed").querySelector("button").onclick = () => {
    if (!archive.open) location.reload();
    opening = null;
    search();
  };
  const toBox = () => {
    box.focus();
    box.select();
  };
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!isPlain(event)) return;
    const isIn = target === box, stops = [box, ...links(), ...more.hidden ? [] : more.children];
    const next = stops.includes(target) && stops[stops.indexOf(target) + { ArrowDown: 1, ArrowUp: -1 }[key]];
    if (next && !event.shiftKey) {
      event.preventDefault();
      next.focus();
    } else if (key === "Escape") {
      if (anchor !== null) leave();
      else if (!isIn && target !== sort) toBox();
      else if (isIn && box.value) {
        event.preventDefault();
        box.value = "";
        commit();
      }
    }
  });
  window.addEventListener("popstate", () => {
    if (`${read(location.search)}` === saved) return; // only the fragment is another
    clearTimeout(pausing);
    restore();
    begin();
  });

  // --- the key "/" is switched here for every page; it is told to site.js
  try {
    slash.checked = localStorage.getItem("newsarchive-slash") !== "off";
    slash.onchange = () => localStorage.setItem("newsarchive-slash", slash.checked ? "on" : "off");
  } catch {
    slash.parentNode.hidden = slash.checked = true; // the browser keeps nothing for this page: there is nothing to switch
  }

  const wide = matchMedia("(min-width: 56rem)");
  const unfold = () => { narrow.open = wide.matches; };
  wide.onchange = unfold;
  unfold();

  archive.search = async (query, { limit = STEP, ...how } = {}) => {
    const found = await (await ready()).find(query, how);
    const [results, facets] = await Promise.all([found.page(0, limit), found.facets()]);
    return { total: found.total, suggestion: found.suggestion, facets, results };
  };

  restore();
  begin().then(() => { byId("keys").hidden = false; }); // below what it would push down
  if (!one("q") && matchMedia("(hover: hover)").matches) box.focus();
})();
