// What clients do that will hurt them, the worst first, with what to do instead.
import { html } from "../dom.js";
import { useAnswer } from "../hooks.js";
import { List } from "../parts/list.js";
import { go, hash } from "../route.js";
import { short } from "../words.js";
import { Filters } from "./filters.js";
import { Pane } from "./exchange.js";
import { Pairs } from "../parts/body.js";

const TONES = { error: "failed", warning: "waiting", note: "cancelled" };
export const keyOf = (one) => JSON.stringify([one.rule, one.space, one.provider, one.job, one.exchanges[0] ?? one.deliveries[0] ?? 0]);
const COLUMNS = [
  { name: "severity", width: "5rem", cell: (one) => html`<span class=${`badge ${TONES[one.severity]}`}>${one.severity}</span>` },
  { name: "rule", width: "minmax(6.5rem, 15rem)", cell: (one) => one.rule },
  { name: "what was seen", width: "minmax(7rem, 1fr)", cell: (one) => one.said },
  { name: "provider", width: "7.5rem", kind: "spare", cell: (one) => one.provider },
  { name: "job", width: "9rem", kind: "code spare", cell: (one) => short(one.job, 16) },
];

// Judging looks at all that has happened: often only while somebody looks at what it finds.
export function useFindings(query, isLooked) {
  const { space, provider } = query;
  const concerns = ({ kind }) => ["exchange", "delivery", "clock"].includes(kind);
  return useAnswer("findings", { space, provider }, concerns, isLooked ? 1500 : 30000);
}

export function Findings({ query, open, found }) {
  const { said, error } = found;
  const text = (query.text || "").toLowerCase();
  const rows = (said?.findings || []).filter((one) => (!text || JSON.stringify(one).toLowerCase().includes(text))
    && (query.errors !== "true" || one.severity === "error"));
  return html`
    <section class="middle" aria-label="Findings">
      <${Filters} query=${query}>${error && html`<span role="alert" class="trouble">${error}</span>`}<//>
      <${List} label="Findings" rows=${rows} columns=${COLUMNS} keyOf=${keyOf} chosen=${open[0] || ""}
        onOpen=${(one) => go("findings", [keyOf(one)])}
        empty=${said ? "Nothing found: so far these clients would survive production." : ""} />
    </section>`;
}

export function Finding({ open, query, found, close }) {
  const one = found.said?.findings.find((each) => keyOf(each) === open[0]);
  if (!one) return html`<${Pane} title="Finding" close=${close}><p class="dim">${found.said ? "It is there no more." : ""}</p><//>`;
  return html`<${Pane} title=${one.rule} close=${close} badge=${html`<span class=${`badge ${TONES[one.severity]}`}>${one.severity}</span>`}>
    <p class="said">${one.said}</p>
    <p>${one.about}</p>
    <h3>What to do instead</h3><p>${one.fix}</p>
    <${Pairs} pairs=${[["provider", one.provider], ["space", one.space]].filter(([, value]) => value)} />
    ${one.job && html`<p>About <a class="code" href=${hash("jobs", [one.space, one.provider, one.job], query)}>${one.job}</a></p>`}
    ${one.exchanges.length > 0 && html`<h3>Calls that show it</h3><p class="links">${one.exchanges.slice(0, 100).map((number) => html`
      <a key=${number} href=${hash("exchanges", [String(number)], query)}>${number}</a> `)}</p>`}
    ${one.deliveries.length > 0 && html`<h3>Webhooks that show it</h3><p class="links">${one.deliveries.slice(0, 100).map((id) => html`
      <a key=${id} href=${hash("deliveries", [one.space, id], query)}>${id}</a> `)}</p>`}
  <//>`;
}
