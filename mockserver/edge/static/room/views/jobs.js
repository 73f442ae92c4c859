// Jobs, the latest arrival first.
import { html } from "../dom.js";
import { useEvents } from "../hooks.js";
import { List } from "../parts/list.js";
import { go } from "../route.js";
import { moment, short } from "../words.js";
import { Filters } from "./filters.js";
import { usePages } from "./pages.js";

// Thousands of rows are asked for theirs with each change.
const keys = new WeakMap();

function keyOf(job) {
  let key = keys.get(job);
  if (!key) keys.set(job, key = JSON.stringify([job.space, job.provider, job.id]));
  return key;
}

const COLUMNS = [
  { name: "state", width: "9.5rem", cell: (job) => html`<span class=${`badge ${job.phase}`}>${job.state}</span>` },
  { name: "%", width: "3rem", kind: "number", cell: (job) => (job.progress === null ? "" : Math.round(job.progress)) },
  { name: "job", width: "minmax(8rem, 1fr)", kind: "code", cell: (job) => job.id },
  { name: "provider", width: "7.5rem", kind: "less", cell: (job) => job.provider },
  { name: "operation", width: "minmax(6rem, 10rem)", kind: "spare", cell: (job) => job.operation },
  { name: "space", width: "minmax(5rem, 9rem)", kind: "spare", cell: (job) => short(job.space, 18) },
  { name: "created", width: "9.5rem", kind: "spare", cell: (job) => moment(job.created_at) },
];

export function Jobs({ query, open, providers }) {
  const { space, provider, state, text, errors } = query;
  const asked = { space, provider, state, text, errors };
  const pages = usePages("jobs", asked, "jobs", keyOf, (job) => ({ after: job.id }));
  useEvents((events) => {
    pages.forgets(events);
    const told = events.filter((event) => event.kind === "job");
    if (told.length) {
      // What is shown changes at once; what is new, or fits no more, the server says.
      const changed = new Map(told.map(({ document }) => [keyOf(document), document]));
      pages.setRows((known) => known.map((job) => changed.get(keyOf(job)) || job).filter((job) => !job.is_forgotten));
    }
    if (events.some(({ kind }) => ["job", "clock", "space", "forgotten", "again"].includes(kind))) pages.soon(120);
  });
  const states = statesOf(providers, provider);
  return html`
    <section class="middle" aria-label="Jobs">
      <${Filters} query=${query} states=${states}>${pages.trouble && html`<span role="alert" class="trouble">${pages.trouble}</span>`}<//>
      <${List} label="Jobs" rows=${pages.rows} columns=${COLUMNS} keyOf=${keyOf}
        chosen=${open.length === 3 ? JSON.stringify(open) : ""}
        onOpen=${(job) => go("jobs", [job.space, job.provider, job.id])} onEnd=${pages.more} onLook=${pages.look}
        empty=${pages.isThere ? "No job fits." : ""} />
    </section>`;
}

function statesOf(providers, slug) {
  const some = providers.filter((one) => !slug || one.slug === slug);
  return [...new Set(some.flatMap((one) => Object.keys(one.states)))].sort();
}
