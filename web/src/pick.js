// Picking a place: the candidates of a search on a map, as wide as each is. The list beside it tells the same.
const drawn = new WeakMap();

document.addEventListener("htmx:afterSettle", (event) => {
  const list = event.target.closest?.("[data-candidates]");
  if (list) draw(list);
});
document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-candidates]");
  if (list) drawn.get(canvas(list))?.choose(Number(event.target.dataset.nth));
});

for (const list of document.querySelectorAll("[data-candidates]")) draw(list);

function canvas(list) {
  return list.closest("[data-editor]")?.querySelector("[data-pick-map]");
}

async function draw(list) {
  const box = canvas(list);
  const places = [...list.querySelectorAll("input[data-latitude]")].map((one) => ({
    name: one.dataset.name,
    events: 1,
    latitude: Number(one.dataset.latitude),
    longitude: Number(one.dataset.longitude),
    radius_km: Number(one.dataset.radius),
  }));
  if (!box) return;
  box.hidden = !places.length;
  if (!places.length) return;
  try {
    const { picture } = await import(box.dataset.script);
    if (!drawn.has(box)) drawn.set(box, await picture(box));
    drawn.get(box).show(places, (nth) => list.querySelectorAll("input[data-latitude]")[nth]?.click());
  } catch (error) {
    box.hidden = true; // without a map the list is there
  }
}
