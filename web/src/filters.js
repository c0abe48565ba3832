// Filters take half of a phone: there they are folded.
const NARROW = "(max-width: 51.99rem)";
const filters = document.querySelector("[data-filters]");
if (matchMedia(NARROW).matches && !filters?.querySelector(".wrong")) filters?.removeAttribute("open");
