// What views share: what the server said last, what happens, and the time of spaces.
import { get } from "./api.js";
import { useEffect, useRef, useState } from "./dom.js";
import { listen } from "./live.js";

// Calls with each batch of events, the newest closure first in line.
export function useEvents(listener) {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => listen((events) => latest.current(events)), []);
}

// What is dear to answer is asked for less often: a page must not be what a server is busy with.
export const REST = 4;

// Asks the API now and when `wait` changes, when `concerns` says that an event touches it, and on `again()`.
export function useAnswer(path, query, concerns = () => false, wait = 150) {
  const [answer, setAnswer] = useState({ said: null, error: "", isGone: false });
  const key = path && JSON.stringify([path, query]);
  const state = useRef({});
  const again = () => {
    const asked = key;
    if (!path) return Promise.resolve();
    state.current.controller?.abort();
    const controller = state.current.controller = new AbortController();
    const began = performance.now();
    return get(path, query, controller.signal).then(
      (said) => {
        state.current.took = performance.now() - began;
        if (asked === state.current.key) setAnswer({ said, error: "", isGone: false, key: asked });
      },
      (error) => {
        if (error.name !== "AbortError" && asked === state.current.key) {
          // What is there no more is shown no more; of what could not be asked, the last that was known is.
          const isGone = error.status === 404;
          setAnswer((was) => ({ said: was.key === asked && !isGone ? was.said : null, error: error.message, isGone, key: asked }));
        }
      });
  };
  const soon = () => {
    if (state.current.timer) return;
    state.current.timer = setTimeout(() => {
      state.current.timer = 0;
      state.current.again();
    }, Math.max(wait, REST * (state.current.took || 0)));
  };
  state.current.again = again;
  state.current.key = key;
  useEffect(() => {
    again();
    return () => {
      clearTimeout(state.current.timer);
      state.current.timer = 0;
    };
  }, [key, wait]);
  useEvents((events) => {
    if (!path) return;
    // Nobody knows what was missed by who was cut off: that waits for no rest.
    if (events.some(({ kind }) => kind === "again")) again();
    else if (events.some(concerns)) soon();
  });
  const fits = answer.key === key;
  return { said: fits ? answer.said : null, error: fits ? answer.error : "", isGone: fits && answer.isGone, again, isWaiting: Boolean(path) && !fits };
}

export function useTick(every) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((count) => count + 1), every);
    return () => clearInterval(timer);
  }, [every]);
}

// Between answers, time goes on here as it does there.
export function nowOf(known) {
  if (!known) return null;
  if (known.time.is_frozen) return known.time.now_s;
  return known.time.now_s + ((performance.now() - known.at) / 1000) * known.time.rate;
}
