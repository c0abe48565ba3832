// The charts: each drawn of the figures in a table of the page, which stands below it and tells the same.
import * as Plot from "@observablehq/plot";

const STATUSES = { reported: "c0", summary: "c4", denied: "c1", planned: "c5", hypothetical: "c3", background: "c6" };
const STATES = { accepted: "c0", edited: "c2", "added by hand": "c4", rejected: "c1", "to decide": "edge" };
const SERIES = ["c0", "c1", "c2", "c3", "c4", "c5", "c6"];

for (const [kind, draw] of Object.entries({ timeline, bars, days })) {
  for (const figure of document.querySelectorAll(`[data-${kind}]`)) {
    const table = document.getElementById(figure.dataset[kind]);
    const render = () => {
      const drawn = draw(table, figure.clientWidth);
      drawn.setAttribute("aria-hidden", "true"); // the table tells it to whoever does not see it
      figure.replaceChildren(drawn);
    };
    render();
    new ResizeObserver(render).observe(figure);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
  }
}

/** How many of each name are in each state. */
function bars(table, width) {
  const rows = series(table, (row) => ({ name: row.cells[0].textContent.trim() }));
  const names = [...new Set(rows.map(({ name }) => name))];
  return plot(rows, width, STATES, {
    height: 56 + 26 * names.length,
    marginLeft: Math.min(180, 24 + 7 * Math.max(...names.map(({ length }) => length), 4)),
    x: { label: "events", grid: true, nice: true },
    y: { label: null, domain: names },
    marks: [Plot.barX(rows, { x: "number", y: "name", fill: "series", order: Object.keys(STATES), inset: 1 }), Plot.ruleX([0])],
  });
}

/** Decisions a day, by person. */
function days(table, width) {
  const rows = series(table, (row) => day(row.dataset.start, row.dataset.start));
  const people = [...new Set(rows.map(({ series }) => series))];
  const colours = Object.fromEntries(people.map((name, nth) => [name, SERIES[nth % SERIES.length]]));
  return plot(rows, width, colours, {
    height: 200,
    marginLeft: 48,
    x: { type: "utc", label: null },
    y: { label: "decisions", grid: true, nice: true },
    marks: [Plot.rectY(rows, { x1: "start", x2: "end", y: "number", fill: "series", inset: 0.5 }), Plot.ruleY([0])],
  });
}

/** Events by day, month or year, by status. */
function timeline(table, width) {
  const rows = series(table, (row) => day(row.dataset.start, row.dataset.end));
  return plot(rows, width, STATUSES, {
    height: 260,
    marginLeft: 48,
    x: { type: "utc", label: null },
    y: { label: "events", grid: true, nice: true },
    marks: [
      Plot.rectY(rows, { x1: "start", x2: "end", y: "number", fill: "series", inset: 0.5, tip: width > 480 }),
      Plot.ruleY([0]),
    ],
  });
}

function day(first, last) {
  return { start: new Date(first), end: new Date(Date.parse(last) + 86_400_000) };
}

/** A row for each row and series of a table that is not nought: what `of` says of the row, {series, number}. */
function series(table, of) {
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.series);
  return [...table.tBodies[0].rows].flatMap((row) =>
    names.flatMap((name, column) => {
      const number = name ? Number(row.cells[column].textContent.replaceAll(",", "")) : 0;
      return number ? [{ ...of(row), series: name, number }] : [];
    }),
  );
}

function plot(rows, width, colours, { marks, ...options }) {
  const style = getComputedStyle(document.documentElement);
  const there = Object.keys(colours).filter((name) => rows.some((row) => row.series === name));
  return trusted(() =>
    Plot.plot({
      width: Math.max(width, 280),
      style: { background: "none", color: style.color, fontFamily: "inherit", fontSize: "12px" },
      color: {
        domain: there,
        range: there.map((name) => style.getPropertyValue(`--${colours[name]}`).trim()),
        legend: true,
      },
      ...options,
      marks,
    }),
  );
}

/** Plot writes its few rules into style elements of its own: they get the page's nonce, or the policy forbids them. */
function trusted(draw) {
  const nonce = document.querySelector("script[nonce]").nonce;
  const kinds = ["createElement", "createElementNS"];
  for (const kind of kinds) {
    const make = Document.prototype[kind];
    document[kind] = (...args) => {
      const made = make.apply(document, args);
      if (made.localName === "style") made.nonce = nonce;
      return made;
    };
  }
  try {
    return draw();
  } finally {
    for (const kind of kinds) delete document[kind];
  }
}
