// JSON as a tree that opens and closes; what a violation speaks of is marked at its place.
import { html, useState } from "../dom.js";

const OPEN_DEPTH = 3;
const SHOWN = 100;

// marks: [{path: ["scenes", "0"], said}].
export const Tree = ({ value, marks = [] }) => html`<div class="tree">
  <${Node} name="" value=${value} path=${[]} marks=${marks} /></div>`;

const begins = (path, with_) => with_.length <= path.length && with_.every((part, at) => String(part) === path[at]);

function Node({ name, value, path, marks }) {
  const mine = marks.filter((mark) => mark.path.length === path.length && begins(mark.path, path));
  const isParent = value !== null && typeof value === "object";
  const within = marks.some((mark) => begins(mark.path, path));
  const [isOpen, setOpen] = useState(path.length < OPEN_DEPTH || within);
  const [shown, setShown] = useState(SHOWN);
  const label = name !== "" && html`<span class="key">${name}</span>: `;
  const said = mine.map((mark) => html`<span class="mark">${mark.said}</span>`);
  if (!isParent) {
    return html`<div class=${`leaf${mine.length ? " marked" : ""}`}>${label}<span class=${typeof value}>${JSON.stringify(value)}</span>${said}</div>`;
  }
  const entries = Object.entries(value);
  const [left, right] = Array.isArray(value) ? "[]" : "{}";
  const size = `${left} ${entries.length} ${right}`;
  return html`<details open=${isOpen} class=${mine.length ? "marked" : ""}
    onToggle=${(event) => event.target === event.currentTarget && setOpen(event.currentTarget.open)}>
    <summary>${label}<span class="dim">${size}</span>${said}</summary>
    ${isOpen && html`<div class="inside">
      ${entries.slice(0, shown).map(([key, one]) => html`
        <${Node} key=${key} name=${key} value=${one} path=${[...path, key]} marks=${marks} />`)}
      ${entries.length > shown && html`<button type="button" class="quiet" onClick=${() => setShown(shown * 10)}>
        ${entries.length - shown} more</button>`}
    </div>`}
  </details>`;
}

// Violations are told as `body/scenes/0/text: found ..., expected ...`, after some words or none.
export function marksOf(texts) {
  const marks = [];
  for (const text of texts) {
    for (const sentence of text.split(/;\s+|\n/)) {
      const parts = sentence.trim().split(": ");
      const at = parts.findIndex((part, index) => index && VIOLATION.test(part) && PLACE.test(parts[index - 1]));
      if (at > 0) {
        const path = parts[at - 1].split(/[/.]/).filter((part) => part && part !== "body");
        const said = parts.slice(at).join(": ");
        if (!marks.some((mark) => mark.said === said && mark.path.join() === path.join())) marks.push({ path, said });
      }
    }
  }
  // A hint says the same in few characters: whoever says it whole says it alone.
  const isShort = ({ path, said }) => said.endsWith("...") && marks.some((mark) => (
    mark.said !== said && mark.path.join() === path.join() && mark.said.startsWith(said.slice(0, -3))));
  return marks.filter((mark) => !isShort(mark));
}

const VIOLATION = /^(found |'[^']*' is |expected |must |is )/;
const PLACE = /^[\w$-]+([/.][\w$-]+)*$/;
