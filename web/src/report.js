// The report: what a reader can do with it where scripts run. Without them all of it is there to be read.

const MOST_ZOOM = 64;
for (const svg of document.querySelectorAll("svg.map")) zoomable(svg);
const list = document.getElementById("incidents");
if (list) searchable(list);
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});

/** Buttons to come nearer and go back; the map is moved by dragging and by the keys of arrows. */
function zoomable(svg) {
  const { width, height } = svg.viewBox.baseVal;
  const view = { x: 0, y: 0, width, height };
  const marks = [...svg.querySelectorAll(".dots circle")].map((one) => [one, Number(one.getAttribute("r"))]);
  const names = [...svg.querySelectorAll(".names text")];
  const show = () => {
    view.x = Math.min(Math.max(view.x, 0), width - view.width);
    view.y = Math.min(Math.max(view.y, 0), height - view.height);
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    const size = view.width / width;
    for (const [mark, radius] of marks) mark.setAttribute("r", radius * size);
    for (const name of names) {
      name.style.fontSize = `${12 * size}px`;
      name.style.strokeWidth = `${3 * size}px`;
    }
  };
  const zoom = (by) => {
    const wide = Math.min(width, Math.max(width / MOST_ZOOM, view.width / by));
    const tall = (wide * height) / width;
    view.x += (view.width - wide) / 2;
    view.y += (view.height - tall) / 2;
    view.width = wide;
    view.height = tall;
    show();
  };
  const move = (across, down) => {
    view.x += across;
    view.y += down;
    show();
  };
  const buttons = [
    ["+", "Nearer", () => zoom(2)],
    ["−", "Further", () => zoom(0.5)],
    ["⤢", "The whole map", () => zoom(1 / MOST_ZOOM)],
  ];
  const box = element("div", { className: "zoom" });
  for (const [sign, label, does] of buttons) {
    const button = element("button", { type: "button", textContent: sign, ariaLabel: label, title: label });
    button.addEventListener("click", does);
    box.append(button);
  }
  box.addEventListener("keydown", (event) => {
    const step = view.width / 6;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (!moves[event.key]) return;
    event.preventDefault();
    move(...moves[event.key]);
  });
  svg.parentElement.append(box);
  draggable(svg, (across, down) => {
    const size = view.width / svg.clientWidth;
    move(-across * size, -down * size);
  });
}

/** Calls back with how far a pointer that is held down was moved, in pixels; a click that moved nothing stays one. */
function draggable(svg, moved) {
  let at = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) at = [event.clientX, event.clientY];
  });
  addEventListener("pointermove", (event) => {
    if (!at) return;
    moved(event.clientX - at[0], event.clientY - at[1]);
    at = [event.clientX, event.clientY];
  });
  addEventListener("pointerup", () => (at = null));
  svg.addEventListener("dragstart", (event) => event.preventDefault());
}

/** A field that leaves those incidents in sight that hold all words typed. */
function searchable(list) {
  const incidents = [...list.querySelectorAll("article")];
  const words = incidents.map((one) => one.textContent.toLowerCase());
  const field = element("input", { type: "search", placeholder: "a place, a type, a word of a sentence" });
  const label = element("label", { textContent: "Show those with " });
  const said = element("span", { ariaLive: "polite" });
  const tools = element("p", { className: "tools" });
  label.append(field);
  tools.append(label, said);
  incidents[0]?.before(tools);
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    incidents.forEach((one, nth) => {
      const fits = wanted.every((word) => words[nth].includes(word));
      one.hidden = !fits;
      shown += fits;
    });
    said.textContent = wanted.length ? `${shown} of ${incidents.length}` : "";
  });
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
