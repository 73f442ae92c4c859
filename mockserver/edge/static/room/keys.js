// The keyboard: what is pressed outside of a field goes to whoever asked for it last.
import { useEffect } from "./dom.js";

const stack = [];

export function useKeys(keys, depends) {
  useEffect(() => {
    stack.unshift(keys);
    return () => stack.splice(stack.indexOf(keys), 1);
  }, depends);
}

const isField = (element) => element?.closest?.("input, textarea, select, [contenteditable], video, audio");

export function begin() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isField(event.target) && event.key !== "Escape") return;
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    const found = stack.find((keys) => keys[event.key]);
    if (!found) return;
    event.preventDefault();
    found[event.key](event);
  });
}
