// The words a value rests on, shown on hover and focus, and the value of the words that are pointed at.
import { here } from "./keys.js";

const BESIDE = "(min-width: 64rem)";
let shown = [];

for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => {
    const mark = event.target.closest?.("mark[data-words]");
    if (mark) back(mark);
    else show(event.target.closest?.("[data-rests], [data-card]"));
    if (type === "focusin") own(event.target.closest?.("[data-card]"));
  });
}
document.addEventListener("pointerout", (event) => {
  if (!event.relatedTarget?.closest?.("[data-rests], mark[data-words]")) show(here());
});

/** Marks the words of a value; of nothing, none. */
function show(of) {
  light(marks(new Set(of?.dataset.rests?.split(" "))));
}

/** Marks the values that rest on the words of a mark. */
function back(mark) {
  const numbers = mark.dataset.words.split(" ");
  light([...document.querySelectorAll("[data-rests]")].filter((one) =>
    one.dataset.rests.split(" ").some((number) => numbers.includes(number)),
  ));
}

function light(these) {
  for (const one of shown) one.classList.remove("rests");
  shown = these;
  for (const one of shown) one.classList.add("rests");
}

function marks(numbers) {
  if (!numbers.size) return [];
  return [...document.querySelectorAll("mark[data-words]")].filter((mark) =>
    mark.dataset.words.split(" ").some((number) => numbers.has(number)),
  );
}

/** The marks of the event whose card has the focus stand out, and its trigger is in view beside it. */
function own(card) {
  if (!card) return;
  for (const mark of document.querySelectorAll("mark.own")) mark.classList.remove("own");
  for (const mark of document.querySelectorAll(`mark[data-of~="${CSS.escape(card.dataset.card)}"]`)) mark.classList.add("own");
  for (const other of document.querySelectorAll("[data-card].chosen")) other.classList.toggle("chosen", other === card);
  card.classList.add("chosen");
  const words = document.getElementById(card.dataset.trigger ?? "");
  if (words && matchMedia(BESIDE).matches && !visible(words)) words.scrollIntoView({ block: "center" });
}

function visible(one) {
  const { top, bottom } = one.getBoundingClientRect();
  return top > 40 && bottom < innerHeight - 40;
}
