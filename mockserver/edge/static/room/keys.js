// The keyboard: what is pressed outside of a field goes to whoever asked for it last.
import { useEffect, useRef } from "./dom.js";

const stack = [];

// Those of the last drawing count: who types fast is ahead of what runs after one. A key
// goes on to whoever asked before if false comes back; who is last, is asked last.
export function useKeys(keys, isLast = false) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (isLast) stack.push(latest);
    else stack.unshift(latest);
    return () => stack.splice(stack.indexOf(latest), 1);
  }, []);
}

const isField = (element) => element?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], video, audio");

export function begin() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isField(event.target) && event.key !== "Escape") return;
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    const taken = stack.some(({ current: keys }) => keys[event.key] && keys[event.key](event) !== false);
    if (taken) event.preventDefault();
  });
}
