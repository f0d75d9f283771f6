// On every page: reading settings, copy buttons, the key "/" for the search box, and marks for words that a search brought along.
"use strict";
(() => {
  const TEXTS = JSON.parse(document.currentScript.dataset.texts);
  const ALIKE = { "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ى": "ي", "ة": "ه", "ς": "σ", "ـ": "" };
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC").toLowerCase().replace(/[ßøłđæœıىةςـ]/g, (letter) => ALIKE[letter]);
  const WIDE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u; // no spaces, or endings
  const PART = /[\p{L}\p{N}]/u;

  // --- reading settings: kept in the browser, applied by the line of script in the head
  const KEPT = "newsarchive-reader";
  const root = document.documentElement;
  const reading = document.getElementById("reading");
  if (reading) {
    const fields = [...reading.querySelectorAll("input")];
    for (const field of fields) {
      if (field.type === "radio") field.checked = field.value === (root.dataset[field.name] || "");
      else field.value = root.dataset[field.name] || 0;
    }
    const keep = () => {
      const set = fields.filter(({ type, checked, value }) => (type === "range" || checked) && value && value !== "0");
      const chosen = Object.fromEntries(set.map(({ name, value }) => [name, value]));
      for (const name of ["theme", "font", "size", "width"]) {
        if (chosen[name]) root.dataset[name] = chosen[name];
        else delete root.dataset[name];
      }
      try {
        localStorage.setItem(KEPT, JSON.stringify(chosen));
      } catch {
        // the browser keeps nothing for this page: the settings last as long as the page
      }
    };
    reading.oninput = keep;
    reading.querySelector("button").onclick = () => {
      for (const field of fields) {
        if (field.type === "radio") field.checked = !field.value;
        else field.value = 0;
      }
      keep();
    };
  }

  // --- the front page leads to the day of the year that it is
  const today = document.getElementById("today");
  if (today) {
    const now = new Date();
    const [month, day] = [now.getMonth(), now.getDate()];
    if ((parseInt(today.dataset.days.split(" ")[month], 36) >>> (day - 1)) & 1) {
      const slug = [month + 1, day].map((number) => String(number).padStart(2, "0")).join("-");
      today.href = today.dataset.on.replace("{slug}", slug);
      const name = now.toLocaleDateString(root.lang || "en", { month: "long", day: "numeric" });
      today.textContent = today.dataset.text.replace("{day}", name);
    }
  }

  // --- references to copy
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = TEXTS.copy;
    button.setAttribute("aria-describedby", text.parentNode.getAttribute("aria-labelledby"));
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    status.className = "unseen";
    button.onclick = async () => {
      try {
        await navigator.clipboard.writeText(text.textContent);
      } catch {
        getSelection().selectAllChildren(text); // a page opened from a folder: the reader copies what is selected
        return;
      }
      status.textContent = button.textContent = TEXTS.copied;
      setTimeout(() => { button.textContent = TEXTS.copy; status.textContent = ""; }, 2000);
    };
    text.after(button, status);
  }

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.isContentEditable || (target.matches("input, textarea, select") && !target.matches("[type=checkbox], [type=radio]"))) return;
    try {
      if (localStorage.getItem("newsarchive-slash") === "off") return;
    } catch {
      // nothing is kept for this page, so nothing was switched off
    }
    const box = document.querySelector("form.search input");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // Where the words are in a text: [start, end] of each place, in order.
  const places = (text, words) => {
    let folded = "";
    const from = []; // for each unit of the folded text, where it comes from
    let at = 0;
    for (const letter of text) {
      const plain = fold(letter);
      for (let n = 0; n < plain.length; n++) from.push(at);
      folded += plain;
      at += letter.length;
    }
    const found = [];
    for (const given of words) {
      const isPrefix = given.endsWith("*");
      const word = fold(isPrefix ? given.slice(0, -1) : given);
      for (let start = word ? folded.indexOf(word) : -1; start >= 0; start = folded.indexOf(word, start + 1)) {
        let end = start + word.length;
        if (!WIDE.test(word)) {
          if (PART.test(folded[start - 1] || "")) continue;
          if (isPrefix) while (PART.test(folded[end] || "")) end++;
          if (PART.test(folded[end] || "")) continue;
        }
        found.push([from[start], end < from.length ? from[end] : text.length]);
      }
    }
    found.sort((a, b) => a[0] - b[0]);
    return found.filter(([start, end], n) => {
      const before = found[n - 1];
      if (!before || start > before[1]) return true;
      found[n] = before; // they touch or overlap: pairs of letters of one word
      before[1] = Math.max(before[1], end);
      return false;
    });
  };
  const mark = (node, words) => {
    let rest = node;
    let done = 0;
    return places(node.data, words).map(([start, end]) => {
      const hit = rest.splitText(start - done);
      rest = hit.splitText(end - start);
      done = end;
      const made = document.createElement("mark");
      hit.replaceWith(made);
      made.append(hit);
      return made;
    });
  };
  const bar = (marks) => {
    let now = 0;
    const made = document.createElement("div");
    made.className = "places";
    made.setAttribute("role", "region");
    made.setAttribute("aria-label", TEXTS.label);
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    made.append(count);
    const go = (by) => {
      marks[now].classList.remove("now");
      now = (now + by + marks.length) % marks.length;
      marks[now].classList.add("now");
      marks[now].scrollIntoView({ block: "center" });
      if (by) count.textContent = TEXTS.at.replace("{at}", now + 1).replace("{n}", marks.length);
    };
    const clear = () => {
      made.remove();
      for (const one of marks) one.replaceWith(...one.childNodes);
    };
    for (const [name, act] of [["next", () => go(1)], ["previous", () => go(-1)], ["clear", clear]]) {
      const button = document.createElement("button");
      button.textContent = TEXTS[name];
      button.type = "button";
      button.onclick = act;
      made.append(button);
    }
    document.body.append(made);
    count.textContent = (TEXTS.found[new Intl.PluralRules(root.lang || "en").select(marks.length)] || TEXTS.found.other).replace("{n}", marks.length);
    go(0);
  };
  const show = () => {
    if (!location.hash.startsWith("#q=")) return;
    const words = location.hash.slice(3).split("+").map((word) => {
      try {
        return decodeURIComponent(word);
      } catch {
        return ""; // an address that was cut
      }
    });
    try {
      history.replaceState(history.state, "", location.pathname + location.search);
    } catch {
      // a page opened from a folder may not change its address in every browser
    }
    const text = document.querySelector("main article") || document.querySelector("main");
    const nodes = [];
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.parentNode.closest("script, style, textarea, svg, .provenance, .cite, .printed")) nodes.push(walker.currentNode);
    }
    const marks = nodes.flatMap((node) => mark(node, words));
    if (marks.length) bar(marks);
  };
  show();
})();
