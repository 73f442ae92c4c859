// The whole: a bar above, what to look at on the left, a list, and what is open in it.
import { html, useEffect, useRef, useState } from "../dom.js";
import { get } from "../api.js";
import { useAnswer, useEvents } from "../hooks.js";
import { useKeys } from "../keys.js";
import { connection } from "../live.js";
import { go, here } from "../route.js";
import { span } from "../words.js";
import { Deliveries } from "./deliveries.js";
import { Delivery } from "./delivery.js";
import { Exchange } from "./exchange.js";
import { Exchanges } from "./exchanges.js";
import { Finding, Findings, useCount } from "./findings.js";
import { Job } from "./job.js";
import { Jobs } from "./jobs.js";
import { Help } from "./help.js";
import { Scenario, Scenarios } from "./scenarios.js";
import { Side } from "./side.js";
import { Start } from "./start.js";
import { Time } from "./time.js";

const SPACES = 500;

export function Frame({ providers, first }) {
  const [at, setAt] = useState(here());
  const [isLive, setLive] = useState(connection());
  const [isHelp, setHelp] = useState(false);
  const [isSide, setSide] = useState(false);
  const { said } = useAnswer("status", {}, ({ kind }) => kind !== "connection", 1000);
  const status = said || first;
  const told = useSpaces();
  const found = useCount(at.query, at.view === "findings");
  useEffect(() => {
    const look = () => {
      setAt(here());
      setSide(false);
    };
    addEventListener("hashchange", look);
    // It may have been told before anybody listened here.
    setLive(connection());
    return () => removeEventListener("hashchange", look);
  }, []);
  useEvents((events) => {
    const last = events.findLast((event) => event.kind === "connection");
    if (last) setLive(last.document);
  });
  const isEmpty = !status.exchanges && !status.jobs;
  // Without calls there is nothing to look at yet; with the first one there is.
  const view = at.view || (isEmpty ? "start" : "jobs");
  const close = () => go(view, []);
  useKeys({
    Escape: () => (isHelp ? setHelp(false) : at.open.length ? close() : false), "?": () => setHelp(!isHelp),
  }, true);
  const spaces = told.spaces.map((space) => ({ ...space, name: nameOf(space, providers) }));
  const common = { query: at.query, open: at.open, providers, close, clocks: told.clocks, spaces };
  const counts = { jobs: status.jobs, exchanges: status.exchanges, findings: found };
  const [list, detail] = parts(view, { ...common, isEmpty, refresh: told.refresh });
  return html`
    <div class=${`room${at.open.length ? " is-open" : ""}${isSide ? " is-side" : ""}`}>
      <header class="top">
        <button type="button" class="quiet menu" aria-label="What to look at" aria-expanded=${isSide ? "true" : "false"} onClick=${() => setSide(!isSide)}>☰</button>
        <a class="brand" href="#/"><img src="static/icon.svg" alt="" width="22" height="22" /><h1>video-mockserver</h1></a>
        <span class=${`live ${isLive}`} role="status">${isLive === "live" ? "live" : isLive === "gone" ? "not connected" : "connecting"}</span>
        <dl class="facts">
          ${[["version", status.version], ["pace", status.pace], ["seed", status.seed], ["auth", status.auth], ["up", span(status.uptime_s)]].map(([name, value]) => html`
            <div key=${name}><dt>${name}</dt><dd>${String(value)}</dd></div>`)}
          ${status.bugs > 0 && html`<div class="bad"><dt>bugs of ours</dt><dd>${status.bugs}</dd></div>`}</dl>
        <button type="button" class="quiet" title="Keyboard (?)" aria-label="Keyboard" onClick=${() => setHelp(true)}>?</button>
      </header>
      <${Side} view=${view} query=${at.query} counts=${counts} spaces=${spaces} providers=${providers} />
      <main>${list}${at.open.length > 0 && detail}</main>
      ${isHelp && html`<${Help} close=${() => setHelp(false)} />`}
    </div>`;
}

function parts(view, all) {
  switch (view) {
    case "exchanges": return [html`<${Exchanges} ...${all} />`, html`<${Exchange} number=${all.open[0]} ...${all} />`];
    case "deliveries": return [html`<${Deliveries} ...${all} />`, html`<${Delivery} ...${all} />`];
    case "findings": return [html`<${Findings} ...${all} />`, html`<${Finding} ...${all} />`];
    case "scenarios": return [html`<${Scenarios} ...${all} />`, html`<${Scenario} ...${all} />`];
    case "time": return [html`<${Time} ...${all} />`, null];
    case "start": return [html`<${Start} ...${all} />`, null];
    default: return [html`<${Jobs} ...${all} />`, html`<${Job} ...${all} />`];
  }
}

// Accounts of many providers are called alike: whose each is stands before its name.
function nameOf({ id, name }, providers) {
  const [slug, account] = id.split(/\.(.*)/s);
  const known = account && providers.find((one) => one.slug === slug);
  return known && name === account ? `${known.title} ${account}` : name;
}

// The spaces, and the clock of each as it was told last.
function useSpaces() {
  const [spaces, setSpaces] = useState([]);
  const clocks = useRef(new Map());
  const timer = useRef(0);
  const note = (time) => clocks.current.set(time.space, { time, at: performance.now() });
  const refresh = async () => {
    const said = await get("spaces", { limit: SPACES }).catch(() => null);
    if (!said) return;
    said.spaces.forEach((space) => note(space.clock));
    setSpaces(said.spaces);
  };
  useEffect(() => {
    refresh();
  }, []);
  useEvents((events) => {
    events.filter(({ kind }) => kind === "clock").forEach(({ document }) => note(document));
    if (events.some(({ kind }) => kind !== "connection") && !timer.current) {
      timer.current = setTimeout(() => {
        timer.current = 0;
        refresh();
      }, 600);
    }
  });
  return { spaces, clocks: clocks.current, refresh };
}
