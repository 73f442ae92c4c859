// Left: the views, the spaces that are busy, and the providers; each is also a filter.
import { html, useState } from "../dom.js";
import { hash } from "../route.js";
import { plural } from "../words.js";

const VIEWS = [["jobs", "Jobs"], ["exchanges", "Exchanges"], ["deliveries", "Webhooks"], ["findings", "Findings"],
  ["scenarios", "Scenarios"], ["time", "Time"], ["start", "Connect"]];
const SHOWN = 12;

export function Side({ view, query, counts, spaces, providers }) {
  const [text, setText] = useState("");
  const [isAll, setAll] = useState(false);
  const fits = (space) => `${space.name} ${space.id} ${space.providers.join(" ")}`.toLowerCase().includes(text.toLowerCase());
  const busy = (space) => space.jobs || space.exchanges || space.id === query.space;
  const found = spaces.filter((space) => (text ? fits(space) : isAll || busy(space)));
  const shown = isAll || text ? found : found.slice(0, SHOWN);
  const hidden = spaces.length - shown.length;
  const list = VIEWS.some(([name]) => name === view) && view ? view : "jobs";
  const filter = (changed) => hash(list, [], { ...query, ...changed });
  return html`
    <nav class="side" aria-label="What to look at">
      <ul class="views">${VIEWS.map(([name, title]) => html`
        <li key=${name}><a href=${hash(name, [], query)} aria-current=${name === view ? "page" : undefined}>
          ${title}${counts[name] ? html`<span class=${`count${name === "findings" ? " bad" : ""}`}>${counts[name]}</span>` : ""}</a></li>`)}
      </ul>
      <div class="group">
        <h2>Spaces</h2>
        ${spaces.length > SHOWN && html`<input type="search" aria-label="Find a space" placeholder="find a space"
          value=${text} onInput=${(event) => setText(event.target.value)} />`}
        <ul>
          ${spaces.length > 0 && html`<li><a href=${filter({ space: "" })} aria-current=${query.space ? undefined : "true"}>All spaces</a></li>`}
          ${shown.map((space) => html`<li key=${space.id}>
            <a href=${filter({ space: space.id })} title=${space.id} aria-current=${space.id === query.space ? "true" : undefined}>
              <span class="name">${space.name}</span>
              <span class="count">${space.jobs || ""}</span></a></li>`)}
        </ul>
        ${hidden > 0 && !text && html`<button type="button" class="quiet" onClick=${() => setAll(!isAll)}>${plural(hidden, "more space")}</button>`}
        ${isAll && !text && html`<button type="button" class="quiet" onClick=${() => setAll(false)}>only the busy ones</button>`}
        ${!spaces.length && html`<p class="dim">A client's first call opens one.</p>`}
      </div>
      <div class="group">
        <h2>Providers</h2>
        <ul>
          <li><a href=${filter({ provider: "" })} aria-current=${query.provider ? undefined : "true"}>All providers</a></li>
          ${providers.map((one) => html`<li key=${one.slug}>
            <a href=${filter({ provider: one.slug })} aria-current=${one.slug === query.provider ? "true" : undefined}>${one.title}</a></li>`)}
        </ul>
      </div>
    </nav>`;
}
