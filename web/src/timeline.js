// The timeline: drawn of the figures in the page's table, which stands below it.
import * as Plot from "@observablehq/plot";

const COLOURS = { reported: "c0", summary: "c4", denied: "c1", planned: "c5", hypothetical: "c3", background: "c6" };
const figure = document.querySelector("[data-timeline]");
if (figure) {
  const rows = figures(document.getElementById(figure.dataset.timeline));
  const render = () => {
    const drawn = draw(rows, figure.clientWidth);
    drawn.setAttribute("aria-hidden", "true"); // the table tells it to whoever does not see it
    figure.replaceChildren(drawn);
  };
  render();
  new ResizeObserver(render).observe(figure);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
}

/** A row for each bin and status: {start, end, status, events}. */
function figures(table) {
  const statuses = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.status);
  return [...table.tBodies[0].rows].flatMap((row) => {
    const start = new Date(row.dataset.start);
    const end = new Date(Date.parse(row.dataset.end) + 86_400_000);
    return statuses.flatMap((status, column) => {
      const events = status ? Number(row.cells[column].textContent.replaceAll(",", "")) : 0;
      return events ? [{ start, end, status, events }] : [];
    });
  });
}

function draw(rows, width) {
  const style = getComputedStyle(document.documentElement);
  const there = Object.keys(COLOURS).filter((status) => rows.some((row) => row.status === status));
  return trusted(() =>
    Plot.plot({
      width: Math.max(width, 280),
      height: 260,
      marginLeft: 48,
      style: { background: "none", color: style.color, fontFamily: "inherit", fontSize: "12px" },
      x: { type: "utc", label: null },
      y: { label: "events", grid: true, nice: true },
      color: {
        domain: there,
        range: there.map((status) => style.getPropertyValue(`--${COLOURS[status]}`).trim()),
        legend: true,
      },
      marks: [
        Plot.rectY(rows, { x1: "start", x2: "end", y: "events", fill: "status", inset: 0.5, tip: width > 480 }),
        Plot.ruleY([0]),
      ],
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
