// What clients do that will hurt them, the worst first, with what to do instead.
import { html } from "../dom.js";
import { one as named } from "../api.js";
import { useAnswer, useEvents } from "../hooks.js";
import { List } from "../parts/list.js";
import { go, hash } from "../route.js";
import { short } from "../words.js";
import { Filters } from "./filters.js";
import { Pane } from "./exchange.js";
import { usePages } from "./pages.js";
import { Pairs } from "../parts/body.js";
import { useSteady } from "../parts/steady.js";

const TONES = { error: "failed", warning: "waiting", note: "cancelled" };
const EMPTY = ["Nothing found: so far these clients would survive production.", "No finding fits."];
const PAGE = 500;
const SEEN_MS = 1500;
const UNSEEN_MS = 30000;
const keyOf = (one) => one.id;
const concerns = ({ kind }) => ["exchange", "delivery", "clock", "space", "forgotten"].includes(kind);
const COLUMNS = [
  { name: "severity", width: "5rem", cell: (one) => html`<span class=${`badge ${TONES[one.severity]}`}>${one.severity}</span>` },
  { name: "rule", width: "minmax(6rem, 0.4fr)", cell: (one) => one.rule },
  { name: "what was seen", width: "minmax(7rem, 1fr)", cell: (one) => one.said },
  { name: "provider", width: "7.5rem", kind: "spare", cell: (one) => one.provider },
  { name: "job", width: "9rem", kind: "code spare", cell: (one) => short(one.job, 16) },
];

// Judging looks at all that has happened: often only while somebody looks at what it finds.
export function useCount(query, isLooked) {
  const { space, provider } = query;
  return useAnswer("findings/count", { space, provider }, concerns, isLooked ? SEEN_MS : UNSEEN_MS).said?.count;
}

export function Findings({ query, open }) {
  const { space, provider, text, errors } = query;
  const asked = { space, provider, text, least: errors === "true" ? "error" : "" };
  const pages = usePages("findings", asked, "findings", keyOf, (one) => ({ after: one.id }), PAGE);
  useEvents((events) => {
    pages.forgets(events);
    if (events.some((event) => event.kind === "again" || concerns(event))) pages.soon(SEEN_MS);
  });
  return html`
    <section class="middle" aria-label="Findings">
      <${Filters} query=${query}>${pages.trouble && html`<span role="alert" class="trouble">${pages.trouble}</span>`}<//>
      <${List} label="Findings" rows=${pages.rows} columns=${COLUMNS} keyOf=${keyOf} chosen=${open[0] || ""}
        onOpen=${(one) => go("findings", [one.id])} onEnd=${pages.more} onLook=${pages.look}
        empty=${pages.isThere ? EMPTY[text || errors ? 1 : 0] : ""} />
    </section>`;
}

export function Finding({ open: [id], query, close }) {
  const answer = useAnswer(`findings/${named(id)}`, {}, concerns, SEEN_MS);
  const { said: one, error, isGone } = useSteady(answer, id);
  if (!one || isGone) return html`<${Pane} title="Finding" close=${close}>${error && html`<p class="dim">${isGone ? "It is there no more. What showed it is kept no longer." : error}</p>`}<//>`;
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
