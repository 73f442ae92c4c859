// A list that the server pages: the newest at once, older ones as they come into sight.
import { get } from "../api.js";
import { useEffect, useRef, useState } from "../dom.js";
import { REST } from "../hooks.js";

const PAGE = 100;
const MOST = 20000;
const KEPT = 3000;

// path, query, name of the list, keyOf, cursorOf(last row, answer): the query of the page after it.
// An answer that has `next` says itself whether there is more.
export function usePages(path, query, name, keyOf, cursorOf, page = PAGE) {
  const [rows, setRows] = useState([]);
  const [trouble, setTrouble] = useState("");
  const [isThere, setThere] = useState(false);
  const state = useRef({});
  const key = JSON.stringify([path, query]);
  state.current.key = key;
  const load = async (isFirst) => {
    const asked = key;
    const mine = state.current;
    if (!isFirst) {
      // Whoever is at the end before the answer has come is told what follows afterwards.
      mine.isWanted = mine.isBusy;
      if (mine.isBusy || !mine.next || mine.count >= MOST) return;
    }
    mine.isBusy = true;
    const began = performance.now();
    try {
      const answer = await get(path, { ...query, limit: page, ...(isFirst ? {} : mine.next) });
      if (asked !== mine.key) return;
      const told = answer[name];
      mine.took = performance.now() - began;
      const hadMore = mine.next;
      mine.next = told.length < page || answer.next === null ? null : cursorOf(told.at(-1), answer);
      setRows((known) => {
        const all = joined(isFirst, told, known, keyOf, !mine.next);
        // Older rows have stayed: what follows is what follows the last of them.
        if (isFirst && all.length > told.length) mine.next = hadMore && cursorOf(all.at(-1), answer);
        mine.count = all.length;
        return all;
      });
      setTrouble("");
    } catch (error) {
      if (asked === mine.key) setTrouble(error.message);
    } finally {
      if (asked === mine.key) {
        mine.isBusy = false;
        setThere(true);
        if (mine.isWanted) load(false);
      }
    }
  };
  useEffect(() => {
    Object.assign(state.current, { isBusy: false, isWanted: false, next: null });
    setRows([]);
    setThere(false);
    load(true);
  }, [key]);
  // What has just come stands in front. What goes off the end is asked for again there.
  const add = (fresh) => setRows((known) => {
    const there = new Set(known.slice(0, 500).map(keyOf));
    const all = [...fresh.filter((row) => !there.has(keyOf(row))), ...known];
    if (all.length > KEPT) {
      all.length = KEPT;
      state.current.next = cursorOf(all.at(-1));
      state.current.count = KEPT;
    }
    return all;
  });
  const again = () => load(true);
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => () => clearTimeout(state.current.timer), []);
  // What is dear to answer is asked for less often.
  const soon = (wait) => {
    state.current.timer ||= setTimeout(() => {
      state.current.timer = 0;
      latest.current();
    }, Math.max(wait, REST * (state.current.took || 0)));
  };
  return { rows, setRows, add, trouble, isThere, isAll: () => !state.current.next, more: () => load(false), again, soon };
}

// What has been asked for anew replaces what it covers; older rows stay if they still follow.
function joined(isFirst, told, known, keyOf, isAll) {
  if (!isFirst) {
    const there = new Set(known.map(keyOf));
    return [...known, ...told.filter((row) => !there.has(keyOf(row)))];
  }
  if (isAll || !known.length) return told;
  const fresh = new Set(told.map(keyOf));
  const last = known.findIndex((row) => keyOf(row) === keyOf(told.at(-1)));
  return last < 0 ? told : [...told, ...known.slice(last + 1).filter((row) => !fresh.has(keyOf(row)))];
}
