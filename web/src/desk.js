// Deciding without the mouse: after a decision the focus goes to the next event that waits, here or in another report.
import { go } from "./keys.js";

/** What the server says of a decision: {at: the event's id, next: the id of the next here or "", then: where to go}. */
document.addEventListener("decided", (event) => {
  const { at, next, then, says } = event.detail;
  said(says);
  const card = (id) => (id ? document.querySelector(`[data-card][data-event="${CSS.escape(id)}"]`) : null);
  if (next && card(next)) go(card(next));
  else if (then) location.assign(then);
  else go(card(at));
});

// An editor that was fetched gets the focus; so does its card again when it is gone.
document.addEventListener("htmx:afterSettle", (event) => {
  const editor = event.target.closest?.("[data-editor]");
  if (event.target === editor) editor.querySelector("input:not([type=hidden], [type=checkbox]), textarea, select")?.focus();
});

// What cannot be done is said where it was tried; what was typed stays.
document.addEventListener("htmx:responseError", (event) => said(event.detail.xhr.responseText.slice(0, 300) || "This could not be done."));
document.addEventListener("htmx:sendError", () => said("The page's server does not answer; nothing was decided."));

function said(words) {
  const line = document.querySelector("[data-said]");
  if (!line || !words) return;
  line.textContent = words;
  line.hidden = false;
}

// The event that the address names is where the keys begin; without one, the first that waits.
const start = document.querySelector("[data-card].chosen") ?? document.querySelector('[data-card][data-state="undecided"]');
if (start && !document.querySelector("[autofocus]")) {
  start.focus({ preventScroll: true });
  if (start.matches(".chosen")) start.scrollIntoView({ block: "nearest" });
}
