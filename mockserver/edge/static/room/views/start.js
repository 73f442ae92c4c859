// How to point a client here: commands that run as they stand, for each provider.
import { html, useState } from "../dom.js";
import { callOfCommand, WAYS } from "../as.js";
import { Copy, Line, Tabs } from "../parts/acts.js";
import { Pairs } from "../parts/body.js";

export function Start({ providers, query, isEmpty }) {
  const [slug, setSlug] = useState("");
  const chosen = providers.find((one) => one.slug === (slug || query.provider)) || providers[0];
  if (!chosen) return html`<section class="middle" aria-label="Connect" />`;
  const call = chosen.start && callOfCommand(chosen.start);
  const ways = { curl: chosen.start, ...(call && { Python: WAYS.httpx(call), JavaScript: WAYS.fetch(call) }) };
  return html`
    <section class="middle start" aria-label="Connect">
      <div class="scroll" tabindex="0" role="group" aria-label="Point a client here">
        <h2>Point a client here</h2>
        ${isEmpty && html`<p class="lead">Nothing has called yet. Run one of these in a terminal: the call appears here at once.</p>`}
        <${Tabs} label="Providers" names=${providers.map((one) => one.slug)} chosen=${chosen.slug} choose=${setSlug} />
        <h3>${chosen.title}</h3>
        ${chosen.start && Object.entries(ways).map(([name, text]) => html`
          <div class="command" key=${name}><div class="bar"><strong>${name}</strong><${Copy} text=${text} label=${`Copy ${name}`} /></div><pre tabindex="0">${text}</pre></div>`)}
        <h3>A client of your own</h3>
        <${Line} text=${`${chosen.variable}=${chosen.base_url}`} />
        <${Pairs} pairs=${[["base URL", chosen.base_url], ["real hosts", chosen.hosts.join(", ")], ...Object.entries(chosen.credential)]} />
        ${Object.entries(chosen.clients).length > 0 && html`<h3>Real clients</h3><${Pairs} pairs=${Object.entries(chosen.clients)} />`}
        <details><summary>${chosen.operations.length} operations</summary><${Pairs} pairs=${chosen.operations.map((one) => [one.name, `${one.method} ${one.path}`])} /></details>
        ${chosen.settings.length > 0 && html`<details><summary>${chosen.settings.length} settings</summary>
          <${Pairs} pairs=${chosen.settings.map((one) => [one.name, `${JSON.stringify(one.value)}: ${one.about}`])} /></details>`}
      </div>
    </section>`;
}
