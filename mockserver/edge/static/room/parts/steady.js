// What was open stays on the page until the next one has come: no blank in between.
import { useRef } from "../dom.js";

// answer as useAnswer returns it, open: what it was asked for. What is shown may be about
// what was open before; `open` says which that is.
export function useSteady({ said, error, isGone }, open) {
  const last = useRef({ said: null, error: "", isGone: false, open });
  if (said || error) last.current = { said, error, isGone, open };
  return last.current;
}
