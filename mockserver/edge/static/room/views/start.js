// How to point a client here: commands that run as they stand, for each provider.
import { html, useState } from "../dom.js";
import { Copy, Line, Tabs } from "../parts/acts.js";
import { Pairs } from "../parts/body.js";

const LANGUAGES = { curl: "curl", Python: "python", JavaScript: "javascript" };

export function Start({ providers, query, isEmpty }) {
  const [slug, setSlug] = useState("");
  const chosen = providers.find((one) => one.slug === (slug || query.provider)) || providers[0];
  if (!chosen) return html`<section class="middle" aria-label="Connect" />`;
  return html`
    <section class="middle start" aria-label="Connect">
      <div class="scroll" tabindex="0" role="group" aria-label="Point a client here">
        <h2>Point a client here</h2>
        ${isEmpty && html`<p class="lead">Nothing has called yet. Run one of these in a terminal: the call appears here at once.</p>`}
        <${Tabs} label="Providers" names=${providers.map((one) => one.slug)} chosen=${chosen.slug} choose=${setSlug} />
        <h3>${chosen.title}</h3>
        <${Trials} key=${chosen.slug} trials=${chosen.trials} />
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

// One after the other they run as they stand: what the first is told, the next use.
function Trials({ trials }) {
  const [language, setLanguage] = useState("curl");
  const texts = trials.map((trial) => trial[LANGUAGES[language]]);
  if (!trials.length) return null;
  return html`<div class="bar"><${Tabs} label="Languages" names=${Object.keys(LANGUAGES)} chosen=${language} choose=${setLanguage} />
      <${Copy} text=${texts.join("\n\n")} label=${trials.length > 1 ? "Copy all" : "Copy it"} /></div>
    ${trials.map((trial, at) => html`<div class="command" key=${at}>
      <div class="bar"><strong>${at + 1}. ${trial.about}</strong><${Copy} text=${texts[at]} /></div>
      <pre tabindex="0" aria-label=${trial.about}>${texts[at]}</pre></div>`)}`;
}
