// Words that are selected in a report: told to the server as two points, each a segment of the text, which carries its
// offset, and how many characters of it stand before the point. The server knows the text, and says which words these are.

const bar = document.querySelector("[data-selected]");
if (bar) {
  document.addEventListener("selectionchange", () => requestAnimationFrame(tell));
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays while a button is pressed
}

function tell() {
  const found = chosen(document.getSelection());
  if (!found) {
    if (!bar.contains(document.activeElement)) bar.hidden = true;
    return;
  }
  const editor = document.querySelector("[data-evidence]:not([disabled])")?.form;
  for (const form of editor ? [editor] : [bar.querySelector("form")]) fill(form, found);
  bar.querySelector("[data-selected-words]").textContent = found.words.length > 60 ? `${found.words.slice(0, 59)}…` : found.words;
  bar.hidden = Boolean(editor);
}

function fill(form, found) {
  for (const name of ["words", "part", "from", "to"]) if (form.elements[name]) form.elements[name].value = found[name];
  if (form.elements.span) form.elements.span.value = "";
  form.elements.words?.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The selected words and their two points; null where nothing of the report's text is selected. */
function chosen(selection) {
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const start = range.startContainer.parentElement?.closest("[data-part]") ?? range.startContainer.closest?.("[data-part]");
  if (!start?.closest(".report")) return null;
  const segments = [...start.querySelectorAll("[data-at]")].filter((one) => one.firstChild && range.intersectsNode(one.firstChild));
  if (!segments.length) return null;
  const pieces = segments.map((one) => piece(one.firstChild, range));
  const words = pieces.map(({ text }) => text).join("").trim();
  if (!words) return null;
  return {
    words,
    part: start.dataset.part,
    from: `${segments[0].dataset.at}+${pieces[0].before}`,
    to: `${segments.at(-1).dataset.at}+${pieces.at(-1).upto}`,
  };
}

/** What of a segment's text is in a range, with the number of code points before it and up to its end. */
function piece(node, range) {
  const first = node === range.startContainer ? range.startOffset : 0;
  const last = node === range.endContainer ? range.endOffset : node.data.length;
  const count = (end) => [...node.data.substring(0, end)].length;
  return { text: node.data.substring(first, last), before: count(first), upto: count(last) };
}

/** An open editor's field of evidence takes what is selected, or is typed into it. */
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (event.isTrusted && event.target.matches("[data-evidence]") && form) {
    for (const name of ["part", "from", "to", "span"]) if (form.elements[name]) form.elements[name].value = "";
  }
});
