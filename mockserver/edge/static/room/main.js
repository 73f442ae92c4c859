// The control room under /_mock/: asks the control API and shows what it says. Everything
// that comes from there is set as text, never as markup.
import { get, remember } from "./api.js";
import { html, render } from "./dom.js";
import { begin } from "./keys.js";
import { connect } from "./live.js";
import { Frame } from "./views/frame.js";

const root = document.getElementById("room");

function Login() {
  return html`<form class="login" onSubmit=${(event) => {
    event.preventDefault();
    remember(event.target.elements.token.value);
    start();
  }}>
    <label for="token">This server asks for its control token, which it printed when it started.</label>
    <div class="bar"><input id="token" type="password" autocomplete="off" required placeholder="control token" />
      <button type="submit" class="main">Open</button></div>
  </form>`;
}

async function start() {
  try {
    // Both before anything is drawn: what has called decides what is drawn first.
    const [{ providers }, status] = await Promise.all([get("providers"), get("status")]);
    render(null, root);
    render(html`<${Frame} providers=${providers} first=${status} />`, root);
    connect();
  } catch (error) {
    if (error.status === 401) render(html`<${Login} />`, root);
    else render(html`<p class="notice" role="alert">${error.message}</p>`, root);
  }
}

begin();
start();
