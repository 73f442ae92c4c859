// The job's story as a failed test would print it.
import { html, useState } from "../dom.js";
import { get, one } from "../api.js";
import { Act, Copy } from "../parts/acts.js";

export function Story({ id, where }) {
  const [lines, setLines] = useState(null);
  const text = lines?.map((line) => line.text ?? line).join("\n");
  return html`<h3>Story</h3>
    ${lines ? html`<div class="bar"><${Copy} text=${text} /></div><pre tabindex="0">${text}</pre>`
    : html`<${Act} text="Tell it" kind="quiet" act=${async () => setLines((await get(`jobs/${one(id)}/story`, where)).lines)} />`}`;
}
