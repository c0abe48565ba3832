// Which borders of the base map are drawn dashed, since they are disputed in whole or in part.
//
// The base map (Natural Earth) draws lines as they are held. What it draws without a code of its own is disputed; so are
// the pairs below. A list of lines, and no position on any of them.
export const PAIRS = [
  ["Armenia", "Azerbaijan"],
  ["Bhutan", "China"],
  ["China", "India"],
  ["Djibouti", "Eritrea"],
  ["Ethiopia", "Sudan"],
  ["Egypt", "Sudan"],
  ["Guyana", "Suriname"],
  ["Guyana", "Venezuela"],
  ["India", "Pakistan"],
  ["Israel", "Lebanon"],
  ["Israel", "Palestine"],
  ["Israel", "Syria"],
  ["Jordan", "Palestine"],
  ["Kenya", "S. Sudan"],
  ["Kyrgyzstan", "Tajikistan"],
  ["Mauritania", "W. Sahara"],
  ["Morocco", "W. Sahara"],
  ["Algeria", "W. Sahara"],
  ["Georgia", "Russia"],
  ["Russia", "Ukraine"],
  ["S. Sudan", "Sudan"],
  ["Cambodia", "Thailand"],
];
const DISPUTED = new Set(PAIRS.map((pair) => pair.join("|")));

/** True where the border between two countries of the base map is disputed in whole or in part. */
export function disputed(one, other) {
  const pair = [one.properties.name, other.properties.name].sort().join("|");
  return one.id === undefined || other.id === undefined || DISPUTED.has(pair);
}
