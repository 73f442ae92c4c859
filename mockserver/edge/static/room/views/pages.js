// A list that the server pages: the newest at once, older ones as they come into sight.
import { get } from "../api.js";
import { useEffect, useRef, useState } from "../dom.js";

const PAGE = 100;
const MOST = 20000;
const KEPT = 3000;

// path, query, name of the list, keyOf, cursorOf(last row, answer): the query of the page after it.
export function usePages(path, query, name, keyOf, cursorOf) {
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
    try {
      const answer = await get(path, { ...query, limit: PAGE, ...(isFirst ? {} : mine.next) });
      if (asked !== mine.key) return;
      const told = answer[name];
      mine.next = told.length < PAGE ? null : cursorOf(told.at(-1), answer);
      setRows((known) => {
        const all = joined(isFirst, told, known, keyOf, !mine.next);
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
  return { rows, setRows, add, trouble, isThere, more: () => load(false), again: () => load(true) };
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
