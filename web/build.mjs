// Builds what the page loads in the browser into src/byline/assets: `npm run build`.
//
// Each script is one file; MapLibre's worker is a file of its own, so that the content security policy can name it.
// manifest.json says the hash of each file, by which a browser that keeps a copy knows when to ask anew.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { PAIRS } from "./src/borders.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(here, "../src/byline/assets");
const packages = path.join(here, "node_modules");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const built = await esbuild.build({
  absWorkingDir: here,
  entryPoints: {
    page: "src/page.js",
    map: "src/map.js",
    charts: "src/charts.js",
    report: "src/report.js",
    "map-worker": path.join(packages, "maplibre-gl/dist/maplibre-gl-worker.mjs"),
    byline: "src/page.css",
    "report-style": "src/report.css",
    "map-style": path.join(packages, "maplibre-gl/dist/maplibre-gl.css"),
  },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

// The base map: Natural Earth's countries, as they come, and which of their borders are drawn dashed.
await cp(path.join(packages, "world-atlas/countries-50m.json"), path.join(out, "countries.json"));
await writeFile(path.join(out, "disputed.json"), `${JSON.stringify(PAIRS)}\n`);
await writeFile(path.join(out, "LICENSES.txt"), await licences(Object.keys(built.metafile.inputs)));
await writeFile(path.join(out, "manifest.json"), `${JSON.stringify(await hashes(), null, 2)}\n`);

/** The licences of all packages that went into the files, one after another. */
async function licences(inputs) {
  const names = new Set(["world-atlas"]);
  for (const input of inputs) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) names.add(found[1]);
  }
  const texts = [];
  for (const name of [...names].sort()) {
    const folder = path.join(packages, name);
    const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const files = (await readdir(folder)).filter((file) => /^licen[cs]e/i.test(file));
    const words = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
    texts.push(`${name} ${about.version}: ${about.license}\n\n${words.join("\n").trim()}\n`);
  }
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** The first 12 hex digits of each file's SHA-256, by name. */
async function hashes() {
  const found = {};
  for (const name of (await readdir(out)).sort()) {
    const bytes = await readFile(path.join(out, name));
    found[name] = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  }
  return found;
}
