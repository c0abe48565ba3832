// Single keys: what each does, and the switch that turns them off (WCAG 2.1.4). A view's own keys are those of the
// elements that name one in data-key: of the focused row or card first, then of the page.
const KEYS_OFF = "byline-keys-off";
const dialog = document.querySelector("#keys");
const single = dialog.querySelector("[data-keys-on]");

document.querySelector(".keys-hint").hidden = false;
document.querySelector("[data-keys-open]").addEventListener("click", () => dialog.showModal());
single.checked = localStorage.getItem(KEYS_OFF) === null;
document.documentElement.classList.toggle("keys-off", !single.checked);
single.addEventListener("change", () => {
  if (single.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
  document.documentElement.classList.toggle("keys-off", !single.checked);
});

const fixed = {
  j: () => step(1),
  k: () => step(-1),
  o: () => opener(here())?.click(),
  "/": () => document.querySelector("#q, [data-go-search]")?.focus(),
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && leave(event.target)) return event.preventDefault();
  const typing = event.target.closest?.("input, select, textarea, dialog, .canvas, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !single.checked) return;
  const act = Object.hasOwn(fixed, event.key) ? fixed[event.key] : press(event.key);
  if (!act) return;
  event.preventDefault();
  if (!event.repeat || event.key === "j" || event.key === "k") act();
});

/** What presses the button or follows the link of a key: in the card that is looked at, else anywhere outside cards. */
function press(key) {
  if (!/^[a-z.]$/.test(key)) return undefined;
  const wanted = `[data-key="${key}"]:not([disabled])`;
  const card = here() ?? document.querySelector("[data-card].chosen");
  const found = card?.querySelector(wanted) ?? [...document.querySelectorAll(wanted)].find((one) => !one.closest("[data-card], [hidden]"));
  return found ? () => found.click() : undefined;
}

/** Escape closes an editor, and gives the focus back to its card. */
function leave(target) {
  const editor = target.closest?.("[data-editor]");
  const card = editor?.closest("[data-card]");
  if (!editor || editor.matches(".alone")) return false;
  editor.replaceChildren();
  (card ?? document.querySelector("[data-card]"))?.focus();
  return true;
}

/** The rows of a list, or the events beside a text. */
export function stops() {
  return [...document.querySelectorAll("[data-row], [data-card]")];
}

/** The row or card that has the focus. */
export function here() {
  return document.activeElement?.closest("[data-row], [data-card]");
}

/** What opens a row or an event. */
function opener(of) {
  return of?.querySelector("[data-open]") ?? of?.querySelector("a");
}

/** Gives a row or card the focus. */
export function go(to) {
  if (!to) return;
  (to.matches("[data-row]") ? opener(to) : to)?.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = stops();
  const at = all.indexOf(here());
  go(all[at === -1 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}
