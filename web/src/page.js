// What every page has: filters that answer at once, keys, the words a value rests on, and decisions without the mouse.
// Each view is whole without it.
import htmx from "htmx.org";
import "./filters.js";
import "./keys.js";
import "./words.js";
import "./select.js";
import "./desk.js";
import "./pick.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // no report is kept in the browser
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  // A form with mistakes comes back with 422, and is shown.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});
