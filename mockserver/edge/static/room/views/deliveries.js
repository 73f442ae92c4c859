// What providers send: webhooks and uploads, the latest of each space first.
import { html } from "../dom.js";
import { useEvents } from "../hooks.js";
import { List } from "../parts/list.js";
import { go } from "../route.js";
import { moment, plural, short, tone } from "../words.js";
import { Filters } from "./filters.js";
import { usePages } from "./pages.js";

// Thousands of rows are asked for theirs with each change.
const keys = new WeakMap();

function keyOf(one) {
  let key = keys.get(one);
  if (!key) keys.set(one, key = JSON.stringify([one.space, one.id]));
  return key;
}

const STATES = ["pending", "delivered", "failed", "dropped"];
const COLUMNS = [
  { name: "state", width: "6rem", cell: (one) => html`<span class=${`badge ${PHASES[one.state] || "waiting"}`}>${one.state}</span>` },
  { name: "tells", width: "minmax(5rem, 9rem)", cell: (one) => one.label },
  { name: "to", width: "minmax(4rem, 1fr)", kind: "code", cell: (one) => one.url },
  { name: "last", width: "5rem", cell: (one) => lastOf(one) },
  { name: "attempts", width: "5rem", kind: "spare", cell: (one) => plural(one.attempts.length, "try").replace("trys", "tries") },
  { name: "job", width: "9rem", kind: "code spare", cell: (one) => short(one.job, 16) },
  { name: "planned", width: "9.5rem", kind: "spare", cell: (one) => moment(one.planned_at) },
];
export const PHASES = { pending: "waiting", delivered: "succeeded", failed: "failed", dropped: "cancelled" };

export function Deliveries({ query, open }) {
  const { space, provider, text, errors } = query;
  const state = STATES.includes(query.state) ? query.state : "";
  const asked = { space, provider, text, errors, state, newest_first: true };
  const pages = usePages("deliveries", asked, "deliveries", keyOf, (one) => ({ after: one.id }));
  const isPlain = !text && !errors;
  const fits = (one) => isPlain && (!space || one.space === space) && (!provider || one.provider === provider) && (!state || one.state === state);
  useEvents((events) => {
    pages.forgets(events);
    const told = events.filter((event) => event.kind === "delivery");
    if (told.length) pages.setRows((known) => placed(told.map(({ document }) => document), known, fits, pages.isAll()));
    if (events.some(({ kind }) => ["delivery", "clock", "space", "forgotten", "again"].includes(kind))) pages.soon(150);
  });
  return html`
    <section class="middle" aria-label="Webhooks and uploads">
      <${Filters} query=${query} states=${STATES}>${pages.trouble && html`<span role="alert" class="trouble">${pages.trouble}</span>`}<//>
      <${List} label="Webhooks and uploads" rows=${pages.rows} columns=${COLUMNS} keyOf=${keyOf}
        chosen=${JSON.stringify(open)} onOpen=${(one) => go("deliveries", [one.space, one.id])} onEnd=${pages.more} onLook=${pages.look}
        toneOf=${(one) => (one.state === "failed" ? "is-bad" : "")}
        empty=${pages.isThere ? "Nothing has been sent that fits." : ""} />
    </section>`;
}

// What is shown changes at once, and what is new stands before the others of its space, which may be
// far down; the first page the server tells again.
function placed(told, known, fits, isAll) {
  const changed = new Map(told.map((one) => [keyOf(one), one]));
  const rows = known.map((one) => {
    const now = changed.get(keyOf(one));
    changed.delete(keyOf(one));
    return now || one;
  });
  for (const one of [...changed.values()].filter(fits)) {
    const at = rows.findIndex((row) => row.space === one.space);
    if (at >= 0) rows.splice(at, 0, one);
    else if (isAll) rows.push(one);
  }
  return rows;
}

function lastOf(one) {
  const last = one.attempts.at(-1);
  if (!last) return "";
  return last.status ? html`<b class=${tone(last.status)}>${last.status}</b>` : html`<b class=${last.error ? "bad" : "calm"}>${last.error || last.passage}</b>`;
}
