// Lines of a list that are selected: by their boxes, with Shift all on the way, by `x` the open one.
import { html, useRef, useState } from "../dom.js";
import { useKeys } from "../keys.js";

// keys: those of the lines in their order, opened: the key of the one that is open.
export function useSelection(keys, opened) {
  const [chosen, setChosen] = useState(new Set());
  const latest = useRef({ keys, last: "" });
  latest.current.keys = keys;
  const toggle = (key, isRange) => setChosen((was) => {
    const now = new Set(was);
    const { keys: known, last } = latest.current;
    const [from, to] = [known.indexOf(last), known.indexOf(key)].sort((a, b) => a - b);
    const all = isRange && from >= 0 ? known.slice(from, to + 1) : [key];
    const isOn = !was.has(key);
    all.forEach((one) => (isOn ? now.add(one) : now.delete(one)));
    latest.current.last = key;
    return now;
  });
  useKeys({ x: () => (opened ? toggle(opened, false) : false) });
  const column = {
    name: "✓", width: "1.3rem", cell: (one) => html`<input type="checkbox" tabindex="-1" aria-label=${`Select ${one.number}`}
      checked=${chosen.has(String(one.number))} onClick=${(event) => {
        event.stopPropagation();
        toggle(String(one.number), event.shiftKey);
      }} />`,
  };
  return { chosen, column, clear: () => setChosen(new Set()) };
}

// Numbers as the API takes them: those that follow each other as one span.
export function numbersOf(chosen) {
  const spans = [];
  for (const number of [...chosen].map(Number).sort((a, b) => a - b)) {
    if (spans.length && spans.at(-1)[1] === number - 1) spans.at(-1)[1] = number;
    else spans.push([number, number]);
  }
  return spans.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(",");
}
