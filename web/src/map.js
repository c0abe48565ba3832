// The map: where events are told to be, each place as wide as its source made it, on an offline base of countries.
import { Map as BaseMap, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import { feature, mesh } from "topojson-client";
import { disputed } from "./borders.js";

const METRES_PER_PIXEL = 78271.517; // at zoom 0 on the equator, with tiles of 512 pixels
const SMALLEST = 5; // pixels of radius: what a finger and an eye can find
const MOST_ZOOM = 12;
const box = document.querySelector("[data-map]");
if (box) open(box);

async function open(box) {
  const said = box.querySelector("[data-map-said]");
  setWorkerUrl(box.dataset.worker);
  try {
    const [world, places] = await Promise.all([json(box.dataset.countries), json(box.dataset.places)]);
    draw(box, world, places);
    said.remove();
  } catch (error) {
    said.textContent = `The map cannot be drawn here (${error.message}); the table below holds the same places.`;
  }
}

async function json(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

/** A small map of candidate places: {show(places, picked), choose(nth)}. `picked` hears which was clicked. */
export async function picture(box) {
  setWorkerUrl(box.dataset.worker);
  styled(box.dataset.style);
  const world = await json(box.dataset.countries);
  const { map, data } = base(box, world, []);
  let picked = () => {};
  map.on("click", "place", (event) => picked(event.features[0].properties.nth));
  map.on("idle", () => box.setAttribute("data-map-drawn", ""));
  return {
    show(places, hears) {
      picked = hears;
      data.places = points(places);
      map.getSource("places")?.setData(data.places);
      map.resize();
      map.fitBounds(bounds(places), { padding: 40, maxZoom: 6, animate: false });
    },
    choose(nth) {
      const one = data.places.features[nth];
      if (one) map.easeTo({ center: one.geometry.coordinates, zoom: Math.max(map.getZoom(), 6) });
    },
  };
}

/** Loads MapLibre's style sheet where the page has not. */
function styled(href) {
  if (!href || document.querySelector(`link[href="${CSS.escape(href)}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
}

/** The base map of countries in a box, with places on it, and the data behind it. */
function base(box, world, places) {
  const countries = world.objects.countries;
  const map = new BaseMap({
    container: box.querySelector("[data-map-canvas]") ?? box,
    style: style(ink()),
    bounds: bounds(places),
    fitBoundsOptions: { padding: 48, maxZoom: 6 },
    maxZoom: MOST_ZOOM,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  const land = whole(feature(world, countries));
  const data = {
    land,
    agreed: mesh(world, countries, (a, b) => a !== b && !disputed(a, b)),
    disputed: mesh(world, countries, (a, b) => a !== b && disputed(a, b)),
    names: names(land),
    places: points(places),
  };
  map.on("style.load", () => {
    for (const [name, value] of Object.entries(data)) map.getSource(name).setData(value);
  });
  return { map, data };
}

function draw(box, world, places) {
  const { map } = base(box, world, places);
  map.on("click", "place", (event) => show(map, event.features[0]));
  map.on("click", "cluster", async (event) => {
    const one = event.features[0];
    const zoom = await map.getSource("places").getClusterExpansionZoom(one.properties.cluster_id);
    map.easeTo({ center: one.geometry.coordinates, zoom: Math.min(zoom, MOST_ZOOM) });
  });
  for (const layer of ["place", "cluster"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  map.on("idle", () => box.setAttribute("data-map-drawn", ""));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.setStyle(style(ink())));
}

/** Countries on both sides of the date line in one piece: their rings go on beyond 180 degrees, or a line crosses the map. */
function whole(land) {
  for (const { geometry } of land.features) {
    for (const ring of geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat()) {
      const jumps = ring.some((point, nth) => nth && Math.abs(point[0] - ring[nth - 1][0]) > 180);
      if (!jumps || ring.some((point) => point[1] < -85)) continue;
      for (const point of ring) if (point[0] < 0) point[0] += 360;
    }
  }
  return land;
}

/** The name of each country, in the middle of its largest piece. */
function names(land) {
  const area = (ring) => Math.abs(ring.reduce((sum, [x, y], nth) => {
    const [before, above] = ring[(nth || ring.length) - 1];
    return sum + before * y - x * above;
  }, 0));
  const features = land.features.map(({ geometry, properties }) => {
    const rings = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map(([outer]) => outer);
    const ring = rings.reduce((one, other) => (area(other) > area(one) ? other : one));
    const middle = [0, 1].map((axis) => {
      const along = ring.map((point) => point[axis]);
      return (Math.min(...along) + Math.max(...along)) / 2;
    });
    const size = area(ring);
    return { type: "Feature", geometry: { type: "Point", coordinates: middle }, properties: { ...properties, size } };
  });
  return { type: "FeatureCollection", features };
}

function points(places) {
  return {
    type: "FeatureCollection",
    features: places.map((one, nth) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [one.longitude, one.latitude] },
      properties: {
        nth,
        name: one.name,
        says: one.says,
        events: one.events,
        href: one.href,
        radius: (one.radius_km * 1000) / (METRES_PER_PIXEL * Math.cos((one.latitude * Math.PI) / 180)),
      },
    })),
  };
}

function bounds(places) {
  if (!places.length) return [-170, -55, 170, 75];
  const longitudes = places.map((one) => one.longitude);
  const latitudes = places.map((one) => one.latitude);
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}

/** What stands in the popup of a place: words alone, never markup. */
function show(map, one) {
  const { name, says, href } = one.properties;
  const words = document.createElement("div");
  const head = document.createElement("strong");
  const body = document.createElement("p");
  const link = document.createElement("a");
  head.textContent = name;
  body.textContent = says;
  link.textContent = "Show these events";
  link.href = href;
  words.append(head, body, link);
  new Popup({ maxWidth: "18rem" }).setLngLat(one.geometry.coordinates).setDOMContent(words).addTo(map);
}

/** The page's own colours, light or dark. */
function ink() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    sea: colour("map-sea"),
    land: colour("map-land"),
    line: colour("map-line"),
    faint: colour("faint"),
    mark: colour("accent"),
    words: colour("on-accent"),
    ink: colour("ink"),
  };
}

/** A circle is as wide as the place is known to be, and never too small to be found: from zoom to zoom it doubles. */
function width() {
  const stops = [];
  for (let zoom = 0; zoom <= MOST_ZOOM; zoom++) {
    stops.push(zoom, ["max", SMALLEST, ["*", ["get", "radius"], 2 ** zoom]]);
  }
  return ["interpolate", ["exponential", 2], ["zoom"], ...stops];
}

function style(ink) {
  const nothing = { type: "FeatureCollection", features: [] };
  const source = { type: "geojson", data: nothing };
  return {
    version: 8,
    sources: {
      land: source,
      agreed: source,
      disputed: source,
      names: source,
      places: {
        ...source,
        cluster: true,
        clusterRadius: 36,
        clusterMaxZoom: 6,
        clusterProperties: { events: ["+", ["get", "events"]] },
      },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": ink.sea } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": ink.land, "fill-outline-color": ink.line } },
      { id: "agreed", type: "line", source: "agreed", paint: { "line-color": ink.line, "line-width": 0.8 } },
      {
        id: "disputed",
        type: "line",
        source: "disputed",
        paint: { "line-color": ink.line, "line-width": 1.2, "line-dasharray": [3, 2] },
      },
      {
        id: "names",
        type: "symbol",
        source: "names",
        minzoom: 2,
        layout: { "text-field": ["get", "name"], "text-size": 11, "symbol-sort-key": ["-", ["get", "size"]] },
        paint: { "text-color": ink.faint, "text-halo-color": ink.land, "text-halo-width": 1.5 },
      },
      {
        id: "place",
        type: "circle",
        source: "places",
        filter: ["!", ["has", "point_count"]],
        paint: {
          "circle-radius": width(),
          "circle-color": ink.mark,
          "circle-opacity": 0.22,
          "circle-stroke-color": ink.mark,
          "circle-stroke-width": 1.5,
        },
      },
      {
        id: "place-names",
        type: "symbol",
        source: "places",
        filter: ["!", ["has", "point_count"]],
        layout: { "text-field": ["get", "name"], "text-size": 13, "text-offset": [0, 0.2], "text-anchor": "top" },
        paint: { "text-color": ink.ink, "text-halo-color": ink.land, "text-halo-width": 1.5 },
      },
      {
        id: "cluster",
        type: "circle",
        source: "places",
        filter: ["has", "point_count"],
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "events"]], 0, 12, 5, 34],
          "circle-color": ink.mark,
          "circle-stroke-color": ink.land,
          "circle-stroke-width": 2,
        },
      },
      {
        id: "cluster-events",
        type: "symbol",
        source: "places",
        filter: ["has", "point_count"],
        layout: {
          "text-field": ["number-format", ["get", "events"], { locale: "en" }],
          "text-size": 12,
          "text-allow-overlap": true,
        },
        paint: { "text-color": ink.words },
      },
    ],
  };
}
