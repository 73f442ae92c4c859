// A text to write in, whose lines are marked where something is wrong, with what beside it.
import { html, useState } from "../dom.js";

const LINE = 18;
const EDGE = 4;
const LETTER = 8;

// mistakes: [{line, column, found, expected, message}]; those without a line are not marked.
export function Marked({ label, text, mistakes, change }) {
  const [top, setTop] = useState(0);
  const lines = mistakes.filter((each) => each.line !== null);
  const written = text.split("\n");
  // What is beside a line begins where the line ends, however narrow the page is.
  const lengthOf = (each) => (written[each.line - 1] || "").length * LETTER;
  const style = (each) => ({
    position: "absolute", left: "1px", right: "1px", top: `${EDGE + (each.line - 1) * LINE - top}px`, height: `${LINE}px`, overflow: "hidden", textOverflow: "ellipsis",
    textAlign: "right", whiteSpace: "nowrap", background: "var(--bad-ground)", color: "var(--bad)", fontSize: "11px", lineHeight: `${LINE}px`, padding: `0 6px 0 ${12 + lengthOf(each)}px`,
  });
  return html`<div style=${{ position: "relative", overflow: "hidden" }}>
    ${lines.map((each) => html`<div key=${each.message} class="marked-line" data-line=${each.line} style=${style(each)} title=${each.message}>
      ${each.expected ? `expected ${each.expected}` : each.found}</div>`)}
    <textarea aria-label=${label} aria-invalid=${mistakes.length ? "true" : undefined} spellcheck="false" rows="16" wrap="off" value=${text}
      style=${{ position: "relative", background: "transparent" }} onScroll=${(event) => setTop(event.target.scrollTop)}
      onInput=${(event) => change(event.target.value)} />
  </div>`;
}
