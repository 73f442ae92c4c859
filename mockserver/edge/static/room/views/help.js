// What the keyboard does.
import { html, useEffect, useRef } from "../dom.js";

const KEYS = [["/", "filter by text"], ["j  k", "next, previous in the list"], ["Enter", "open"], ["x", "select the open call, for HAR"], ["Esc", "close"], ["?", "this"]];

export function Help({ close }) {
  const box = useRef();
  useEffect(() => box.current.focus(), []);
  return html`<div class="veil" onClick=${close}>
    <section class="help" role="dialog" aria-modal="true" aria-label="Keyboard" tabindex="-1" ref=${box}>
      <h2>Keyboard</h2>
      <dl class="pairs">${KEYS.map(([key, does]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl>
      <button type="button" onClick=${close}>Close</button>
    </section></div>`;
}
