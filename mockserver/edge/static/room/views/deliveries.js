// What providers send: webhooks and uploads, the latest of each space first.
import { html } from "../dom.js";
import { useAnswer } from "../hooks.js";
import { List } from "../parts/list.js";
import { go } from "../route.js";
import { moment, plural, short, tone } from "../words.js";
import { Filters } from "./filters.js";

const MOST = 1000;
const keyOf = (one) => JSON.stringify([one.space, one.id]);
const STATES = ["pending", "delivered", "failed", "cancelled"];
const COLUMNS = [
  { name: "state", width: "6rem", cell: (one) => html`<span class=${`badge ${PHASES[one.state] || "waiting"}`}>${one.state}</span>` },
  { name: "tells", width: "minmax(6rem, 9rem)", cell: (one) => one.label },
  { name: "to", width: "minmax(8rem, 1fr)", kind: "code", cell: (one) => one.url },
  { name: "last", width: "4rem", cell: (one) => lastOf(one) },
  { name: "attempts", width: "5rem", kind: "spare", cell: (one) => plural(one.attempts.length, "try").replace("trys", "tries") },
  { name: "job", width: "9rem", kind: "code spare", cell: (one) => short(one.job, 16) },
  { name: "planned", width: "9.5rem", kind: "spare", cell: (one) => moment(one.planned_at) },
];
export const PHASES = { pending: "waiting", delivered: "succeeded", failed: "failed", cancelled: "cancelled" };

export function Deliveries({ query, open }) {
  const { space, provider, text, errors } = query;
  const state = STATES.includes(query.state) ? query.state : "";
  const asked = { space, provider, text, errors, state, newest_first: true, limit: MOST };
  const { said, error } = useAnswer("deliveries", asked, ({ kind }) => ["delivery", "clock", "space"].includes(kind));
  return html`
    <section class="middle" aria-label="Webhooks and uploads">
      <${Filters} query=${query} states=${STATES}>${error && html`<span role="alert" class="trouble">${error}</span>`}<//>
      <${List} label="Webhooks and uploads" rows=${said?.deliveries || []} columns=${COLUMNS} keyOf=${keyOf}
        chosen=${JSON.stringify(open)} onOpen=${(one) => go("deliveries", [one.space, one.id])}
        toneOf=${(one) => (one.state === "failed" ? "is-bad" : "")}
        empty=${said ? "Nothing has been sent that fits." : ""} />
    </section>`;
}

function lastOf(one) {
  const last = one.attempts.at(-1);
  if (!last) return "";
  return last.status ? html`<b class=${tone(last.status)}>${last.status}</b>` : html`<b class=${last.error ? "bad" : "calm"}>${last.error || last.passage}</b>`;
}
