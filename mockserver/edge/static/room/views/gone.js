// What was open, and is there no more: that is said, and what may have become of it.
import { html } from "../dom.js";
import { Pane } from "./exchange.js";

// what: "This job" or such, why: what it may have gone by, error: the server's own words.
export const Gone = ({ title, what, why, error, close }) => html`<${Pane} title=${title} close=${close}>
    <p role="status" class="gone"><b>${what} is not there, or no longer.</b> ${why}</p>
    <p class="dim">${error}</p>
    <p><button type="button" onClick=${close}>Back to the list</button></p>
  <//>`;
