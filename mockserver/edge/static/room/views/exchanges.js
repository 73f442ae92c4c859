// What clients asked and what they were answered, the newest first.
import { html, useMemo } from "../dom.js";
import { useEvents } from "../hooks.js";
import { save } from "../api.js";
import { Act } from "../parts/acts.js";
import { List } from "../parts/list.js";
import { numbersOf, useSelection } from "../parts/selection.js";
import { go } from "../route.js";
import { clock, short, span, tone } from "../words.js";
import { Filters } from "./filters.js";
import { usePages } from "./pages.js";

const keyOf = (one) => String(one.number);
const COLUMNS = [
  { name: "time", width: "4.6rem", kind: "code less", cell: (one) => clock(one.wall_at) },
  { name: "", width: "2.6rem", kind: "code", cell: (one) => html`<b class=${tone(one.status)}>${one.status || "none"}</b>` },
  { name: "method", width: "3.6rem", kind: "less", cell: (one) => one.method },
  { name: "operation", width: "minmax(5rem, 9rem)", cell: (one) => one.operation || html`<span class="warn">no such operation</span>` },
  { name: "path", width: "minmax(8rem, 1fr)", kind: "code", cell: (one) => html`<span title=${one.target}>${pathOf(one)}</span>` },
  { name: "provider", width: "6.5rem", kind: "spare", cell: (one) => one.provider },
  { name: "job", width: "9rem", kind: "code spare", cell: (one) => short(one.job, 16) },
  { name: "what came of it", width: "minmax(5rem, 12rem)", kind: "spare", cell: (one) => one.fault || one.state || short(one.hint, 60) },
  { name: "took", width: "4.5rem", kind: "number less", cell: (one) => span(one.elapsed_s) },
];

// What stands before a provider's own path says nothing that the provider does not.
function pathOf({ target, provider }) {
  return provider && target.startsWith(`/${provider}/`) ? target.slice(provider.length + 1) : target;
}

export function Exchanges({ query, open }) {
  const { space, provider, status, state, text, errors } = query;
  const asked = { space, provider, status, state, text, errors };
  const pages = usePages("exchanges/brief", asked, "exchanges", keyOf, (one) => ({ before: one.number }));
  const isPlain = !state && !text;
  const fits = (one) => (!space || one.space === space) && (!provider || one.provider === provider)
    && (!status || String(one.status)[0] === status[0])
    && (errors !== "true" || one.status >= 400 || one.status < 100 || one.fault);
  useEvents((events) => {
    pages.forgets(events, true);
    const fresh = events.filter((event) => event.kind === "exchange").map((event) => event.document);
    if (fresh.length && isPlain) {
      // It is shown as the stream has told it: nobody waits for another answer.
      const found = fresh.filter(fits).reverse();
      if (found.length) pages.add(found);
    } else if (fresh.length) pages.soon(200);
    if (events.some(({ kind }) => ["forgotten", "again"].includes(kind))) pages.soon(200);
  });
  const selection = useSelection(pages.rows.map(keyOf), open[0] || "");
  const columns = useMemo(() => [selection.column, ...COLUMNS], [selection.chosen]);
  const count = selection.chosen.size;
  // What is selected is saved, whatever the list is narrowed to by now.
  const archive = () => save("exchanges/har", count ? { numbers: numbersOf(selection.chosen) } : { ...asked, errors: errors === "true" || undefined }, "calls.har");
  return html`
    <section class="middle" aria-label="Exchanges">
      <${Filters} query=${query} statuses>
        ${pages.trouble && html`<span role="alert" class="trouble">${pages.trouble}</span>`}
        ${count > 0 && html`<button type="button" class="chip" title="Select none (all are saved then)" onClick=${selection.clear}>${count} selected ×</button>`}
        <${Act} text="HAR" kind="quiet" title=${`Save ${count ? "the selected" : "these"} as an HTTP archive`} act=${archive} />
      <//>
      <${List} label="Exchanges" rows=${pages.rows} columns=${columns} keyOf=${keyOf} chosen=${open[0] || ""}
        onOpen=${(one) => go("exchanges", [String(one.number)])} onEnd=${pages.more} onLook=${pages.look}
        toneOf=${(one) => (one.fault || one.status >= 500 ? "is-bad" : one.status >= 400 ? "is-warn" : "")}
        empty=${pages.isThere ? "No call fits." : ""} />
    </section>`;
}
