// A table of which only what can be seen is drawn, however long it is.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../dom.js";
import { useKeys } from "../keys.js";

const ROW = 28;
const SPARE = 12;
const NARROW = 760;
const SMALL = 460;
const FAR = 5000;

// rows, columns [{name, width, cell}], keyOf, chosen (a key), onOpen(row), onEnd(): more is wanted,
// onLook(which is the last row in sight).
export function List({ label, rows, columns: all, keyOf, chosen, onOpen, onEnd, onLook, toneOf = () => "", empty }) {
  const box = useRef();
  const [view, setView] = useState({ top: 0, height: 600, width: 1000 });
  const at = rows.findIndex((row) => keyOf(row) === chosen);
  useLayoutEffect(() => {
    const element = box.current;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    const watch = new ResizeObserver(look);
    watch.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      watch.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  // Whoever reads further down goes on reading the same rows, whatever comes or goes above.
  const anchor = useRef(null);
  useLayoutEffect(() => {
    const known = anchor.current;
    const to = known && known.rows !== rows && view.top ? placeOf(known, rows, keyOf) : -1;
    if (to >= 0 && to !== known.at) {
      // Asking where it is scrolled to would have it laid out on the spot.
      const top = view.top + (to - known.at) * ROW;
      box.current.scrollTop = top;
      anchor.current = { ...known, at: to, rows };
      setView({ ...view, top });
      return;
    }
    const at = Math.floor(view.top / ROW);
    anchor.current = rows[at] ? { key: keyOf(rows[at]), at, rows } : null;
  });
  const first = Math.max(0, Math.floor(view.top / ROW) - SPARE);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW) + SPARE);
  useEffect(() => {
    onLook?.(last);
    if (rows.length && last === rows.length) onEnd?.();
  }, [last, rows.length]);
  const show = (index) => {
    const element = box.current;
    const top = index * ROW;
    if (top < element.scrollTop) element.scrollTop = top;
    const under = top + 2 * ROW - element.clientHeight;
    if (under > element.scrollTop) element.scrollTop = under;
  };
  const step = (by) => {
    if (!rows.length) return;
    const next = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by));
    show(next);
    onOpen(rows[next]);
  };
  useKeys({ j: () => step(1), k: () => step(-1), Enter: () => (at < 0 ? step(1) : false) });
  const columns = all.filter(({ kind = "" }) => !(view.width < NARROW && kind.includes("spare")) && !(view.width < SMALL && kind.includes("less")));
  const widths = columns.map((column) => column.width).join(" ");
  const cells = (role, cell) => columns.map((column) => html`
    <span key=${column.name} role=${role} class=${`cell ${column.kind || ""}`}>${cell(column)}</span>`);
  return html`
    <div class="list" role="grid" aria-label=${label} aria-rowcount=${rows.length + 1}
      style=${{ "--columns": widths }} ref=${box} tabindex="0"
      onKeyDown=${(event) => {
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        step(by);
      }}>
      <div class="row head" role="row">${cells("columnheader", (column) => column.name)}</div>
      <div class="rows" role="rowgroup" style=${{ height: `${Math.max(rows.length, 1) * ROW}px` }}>
        ${!rows.length && html`<div role="row"><div role="gridcell" class="empty">${empty}</div></div>`}
        <div class="window" role="presentation" style=${{ top: `${first * ROW}px` }}>${rows.slice(first, last).map((row, index) => html`
          <div key=${keyOf(row)} role="row" aria-rowindex=${first + index + 2} data-key=${keyOf(row)}
            class=${`row ${toneOf(row)}${keyOf(row) === chosen ? " chosen" : ""}`}
            aria-selected=${keyOf(row) === chosen ? "true" : "false"}
            onClick=${() => onOpen(row)}>
            ${cells("gridcell", (column) => column.cell(row))}
          </div>`)}</div>
      </div>
    </div>`;
}

// Where the row is now that was at a place; most have moved by a few. -1 if it is not near.
function placeOf({ key, at }, rows, keyOf) {
  for (let off = 0; off < FAR; off += 1) {
    if (at + off < rows.length && keyOf(rows[at + off]) === key) return at + off;
    if (off <= at && at - off < rows.length && keyOf(rows[at - off]) === key) return at - off;
  }
  return -1;
}
