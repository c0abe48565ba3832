// What every page has: filters that answer at once, keys, and the words a value rests on, shown on hover and focus.
// Each view is whole without it.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // no report is kept in the browser
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
});

const NARROW = "(max-width: 51.99rem)";
const BESIDE = "(min-width: 64rem)";
const KEYS_OFF = "byline-keys-off";
const dialog = document.querySelector("#keys");
const single = dialog.querySelector("[data-keys-on]");

// Filters take half of a phone: there they are folded.
const filters = document.querySelector("[data-filters]");
if (matchMedia(NARROW).matches && !filters?.querySelector(".wrong")) filters?.removeAttribute("open");

document.querySelector(".keys-hint").hidden = false;
document.querySelector("[data-keys-open]").addEventListener("click", () => dialog.showModal());
single.checked = localStorage.getItem(KEYS_OFF) === null;
single.addEventListener("change", () => {
  if (single.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
});

const keys = {
  j: () => step(1),
  k: () => step(-1),
  o: () => opener(here())?.click(),
  u: () => (location.href = "/"),
  "/": () => document.querySelector("#q")?.focus(),
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, dialog, .canvas, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !single.checked) return;
  const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
});

/** The rows of a list, or the events beside a text. */
function stops() {
  return [...document.querySelectorAll("[data-row], [data-card]")];
}

function here() {
  return document.activeElement?.closest("[data-row], [data-card]");
}

/** What opens a row or an event. */
function opener(of) {
  return of?.querySelector("[data-open]") ?? of?.querySelector("a");
}

function step(by) {
  const all = stops();
  const at = all.indexOf(here());
  const next = all[at === -1 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  if (!next) return;
  (next.matches("[data-row]") ? opener(next) : next).focus();
  next.scrollIntoView({ block: "nearest" });
}

// The chosen event stands beside the text: there the text is turned to its words.
const chosen = document.querySelector("[data-chosen]");
if (chosen && matchMedia(BESIDE).matches) {
  document.getElementById(chosen.dataset.chosen)?.scrollIntoView({ block: "center", behavior: "instant" });
}

// The words a value rests on.

let shown = [];

for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => show(event.target.closest?.("[data-rests], [data-card]")));
}
document.addEventListener("pointerout", (event) => {
  if (!event.relatedTarget?.closest?.("[data-rests]")) show(here());
});

function show(of) {
  for (const mark of shown) mark.classList.remove("rests");
  const numbers = new Set(of?.dataset.rests?.split(" "));
  shown = numbers.size
    ? [...document.querySelectorAll("mark[data-words]")].filter((mark) =>
        mark.dataset.words.split(" ").some((number) => numbers.has(number)),
      )
    : [];
  for (const mark of shown) mark.classList.add("rests");
}
