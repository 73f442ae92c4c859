// A list that the server pages: the newest at once, older ones as they come into sight.
import { get } from "../api.js";
import { useEffect, useRef, useState } from "../dom.js";
import { REST } from "../hooks.js";

const PAGE = 100;
const MOST = 1000;
const KEPT = 3000;

// path, query, name of the list, keyOf, cursorOf(last row, answer): the query of the page after it.
// An answer that has `next` says itself whether there is more.
export function usePages(path, query, name, keyOf, cursorOf, page = PAGE) {
  const [rows, setRows] = useState([]);
  const [trouble, setTrouble] = useState("");
  const [isThere, setThere] = useState(false);
  const state = useRef({ seen: 0 });
  const key = JSON.stringify([path, query]);
  state.current.key = key;
  const load = async (isFirst) => {
    const asked = key;
    const mine = state.current;
    if (!isFirst) {
      // Whoever is at the end before the answer has come is told what follows afterwards.
      mine.isWanted = mine.isBusy;
      if (mine.isBusy || !mine.next) return;
    }
    mine.isBusy = true;
    const began = performance.now();
    // Who has come far goes on in longer steps: the last of very many can be reached.
    const limit = isFirst ? page : Math.min(MOST, Math.max(page, mine.count >> 2));
    try {
      const answer = await get(path, { ...query, limit, ...(isFirst ? {} : mine.next) });
      if (asked !== mine.key) return;
      const told = answer[name];
      mine.took = performance.now() - began;
      const hadMore = mine.next;
      const isAnew = isFirst && mine.isAnew;
      if (isFirst) mine.isAnew = false;
      mine.next = told.length < limit || answer.next === null ? null : cursorOf(told.at(-1), answer);
      setRows((known) => {
        const all = joined(isFirst, told, isAnew ? [] : known, keyOf, !mine.next);
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
    Object.assign(state.current, { isBusy: false, isWanted: false, isAnew: false, next: null, count: 0, seen: 0 });
    setRows([]);
    setThere(false);
    load(true);
  }, [key]);
  // What has just come stands in front. What goes off the end is asked for again there, but nothing that is in sight.
  const add = (fresh) => setRows((known) => {
    const there = new Set(known.slice(0, 500).map(keyOf));
    const all = [...fresh.filter((row) => !there.has(keyOf(row))), ...known];
    const most = Math.max(KEPT, state.current.seen + fresh.length + PAGE);
    if (all.length > most) {
      all.length = most;
      state.current.next = cursorOf(all.at(-1));
    }
    state.current.count = all.length;
    return all;
  });
  // What belonged to a space that is there no more, or to another server, is there no more either.
  const forgets = (events, isCleared = false) => {
    if (events.some(({ kind, document }) => kind === "again" && document?.isOther)) state.current.isAnew = true;
    const gone = events.filter(({ kind, document }) => kind === "forgotten" && (isCleared || !document.is_open));
    const spaces = new Set(gone.map(({ document }) => document.space));
    if (spaces.size) setRows((known) => known.filter((row) => !spaces.has(row.space)));
  };
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
  const look = (last) => {
    state.current.seen = last;
  };
  return { rows, setRows, add, forgets, look, trouble, isThere, isAll: () => !state.current.next, more: () => load(false), again, soon };
}

// What has been asked for anew replaces what it covers; older rows stay if they still follow.
function joined(isFirst, told, known, keyOf, isAll) {
  if (!isFirst) {
    // Only what has moved since can be there twice, and that is not far from the end.
    const there = new Set(known.slice(-2 * MOST).map(keyOf));
    return [...known, ...told.filter((row) => !there.has(keyOf(row)))];
  }
  if (isAll || !known.length) return told;
  const fresh = new Set(told.map(keyOf));
  const last = known.findIndex((row) => keyOf(row) === keyOf(told.at(-1)));
  return last < 0 ? told : [...told, ...known.slice(last + 1).filter((row) => !fresh.has(keyOf(row)))];
}
