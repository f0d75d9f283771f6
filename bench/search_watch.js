// Runs in the page before its own scripts: notes when the first ten results became what they are in the end.
"use strict";
window.benchWatch = (results, done) => {
  const seen = []; // [ms, what is shown], at every change of it
  let changed = performance.now();
  const look = () => {
    const shown = [...document.querySelectorAll(results)].slice(0, 10).map((result) => result.textContent);
    const complete = shown.length === 10 || document.querySelector(done) !== null;
    const text = JSON.stringify([complete, shown]);
    if (seen.length === 0 || seen[seen.length - 1][1] !== text) {
      seen.push([performance.now(), text]);
      changed = performance.now();
    }
  };
  let pressed = performance.now();
  const observer = new MutationObserver(look);
  const note = () => {
    pressed = performance.now();
    changed = pressed;
  };
  document.addEventListener("input", note, true);
  look();
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  return {
    // Promises, once all is done and for `quiet` ms nothing has changed: ms from the last key press to the results and
    // when that was (since 1970), and how many results there are. Rejects after `limit` ms, or when the page says so.
    settled: (quiet, limit) => new Promise((resolve, reject) => {
      const ask = () => {
        const now = performance.now();
        const broken = document.querySelector('[data-state="error"]');
        if (broken !== null) reject(new Error(`the page tells of an error: ${broken.parentElement.innerText.slice(0, 200)}`));
        else if (document.querySelector(done) !== null && now - changed > quiet && seen.length > 1) {
          observer.disconnect();
          document.removeEventListener("input", note, true);
          const [at] = seen[seen.length - 1];
          resolve({ ms: at - pressed, at: performance.timeOrigin + at, count: document.querySelectorAll(results).length });
        } else if (now - pressed > limit) {
          reject(new Error(`no results after ${limit} ms; last seen: ${seen[seen.length - 1][1].slice(0, 200)}`));
        } else setTimeout(ask, 20);
      };
      ask();
    }),
  };
};
