// The page under /_mock/: asks the control API and shows what it says. Everything that
// comes from there is set as text, never as markup.
"use strict";

const PAGE_JOBS = 12;
const SHOWN_SPACES = 8;
const TICK_MS = 250;
const REFRESH_MS = 300;
const IDLE_MS = 5000;
const byId = (id) => document.getElementById(id);
const state = {
  providers: [], chosen: null, jobs: new Map(), clocks: new Map(), shown: PAGE_JOBS, refresh: 0,
};

// Elements ---------------------------------------------------------------------------

function make(name, options = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (key === "on") Object.entries(value).forEach((pair) => element.addEventListener(...pair));
    else if (key === "class") element.className = value;
    else if (key === "text") element.textContent = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Only what a page may lead to: never javascript: or data:.
function safeLink(link) {
  if (!link) return "";
  try {
    const url = new URL(link, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

function copyable(text) {
  const button = make("button", { type: "button", text: "Copy", "aria-label": `Copy ${text.slice(0, 60)}` });
  button.addEventListener("click", async () => {
    setText(button, (await copy(text)) ? "Copied" : "Press Ctrl-C");
    setTimeout(() => setText(button, "Copy"), 1500);
  });
  return make("div", { class: "copy" }, make("code", { text }), button);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https the clipboard is closed to pages; a selection still is not.
    const area = make("textarea", {});
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// Control API ------------------------------------------------------------------------

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function headers() {
  const token = sessionStorage.getItem("mockserver-token");
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function ask(path, body) {
  const options = { headers: headers(), cache: "no-store" };
  if (body !== undefined) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  const response = await fetch(`api/${path}`, options);
  if (response.ok) return response.json();
  const said = await response.json().catch(() => ({ error: `status ${response.status}` }));
  throw new Refused(response.status, said.error);
}

async function act(path, body = {}) {
  try {
    await ask(path, body);
    tell("");
  } catch (error) {
    tell(error.message);
  }
  refreshSoon();
}

function tell(message) {
  setText(byId("trouble"), message);
  byId("trouble").hidden = !message;
}

// What runs --------------------------------------------------------------------------

function span(seconds) {
  if (seconds < 90) return `${Math.floor(seconds)} s`;
  if (seconds < 5400) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

function showStatus(status) {
  setText(byId("version"), status.version);
  const facts = [
    ["pace", status.pace],
    ["seed", status.seed],
    ["auth", status.auth],
    ["up", span(status.uptime_s)],
    ["spaces", status.spaces],
    ["jobs", status.jobs],
    ["calls", status.exchanges],
  ];
  if (status.bugs) facts.push(["bugs of ours", status.bugs]);
  const told = facts.map(([name, value]) => make(
    "div", name.startsWith("bugs") ? { class: "bad" } : {},
    make("dt", { text: name }), make("dd", { text: String(value) })));
  byId("facts").replaceChildren(...told);
  setText(byId("jobs-count"), status.jobs ? `${status.jobs} in all` : "");
}

// Providers --------------------------------------------------------------------------

function showProviders() {
  const tabs = state.providers.map((provider) => {
    const isChosen = provider.slug === state.chosen;
    const tab = make("button", {
      type: "button", role: "tab", text: provider.title,
      "aria-selected": String(isChosen), "aria-controls": "provider",
      tabindex: isChosen ? "0" : "-1",
    });
    tab.addEventListener("click", () => choose(provider.slug));
    tab.addEventListener("keydown", (event) => stepTab(event));
    return tab;
  });
  byId("tabs").replaceChildren(...tabs);
  byId("tabs").hidden = tabs.length < 2;
  const chosen = state.providers.find((provider) => provider.slug === state.chosen);
  byId("provider").replaceChildren(...(chosen ? describe(chosen) : []));
}

function choose(slug, isFocused = false) {
  state.chosen = slug;
  showProviders();
  if (isFocused) byId("tabs").querySelector("[aria-selected=true]").focus();
}

function stepTab(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const slugs = state.providers.map((provider) => provider.slug);
  const at = (slugs.indexOf(state.chosen) + by + slugs.length) % slugs.length;
  choose(slugs[at], true);
}

function describe(provider) {
  const rows = [
    ["Base URL", provider.base_url],
    ["Variable", `${provider.variable}=${provider.base_url}`],
    ...Object.entries(provider.credential),
  ];
  const pairs = make("dl", { class: "pairs" }, ...rows.flatMap(([name, value]) => [
    make("dt", { text: name }), make("dd", {}, copyable(value))]));
  const parts = [pairs];
  if (provider.start) {
    parts.push(make("div", { class: "start" },
      make("h3", { text: "Make a job" }), copyable(provider.start)));
  }
  const clients = Object.entries(provider.clients);
  if (clients.length) {
    parts.push(make("div", { class: "notes" }, make("h3", { text: "Real clients" }),
      ...clients.map(([name, how]) => make("p", {},
        make("strong", { text: name }), ": ", make("span", { text: how })))));
  }
  parts.push(table(`${provider.operations.length} operations`, ["operation", "method", "path"],
    provider.operations.map((one) => [one.name, one.method, one.path])));
  if (provider.settings.length) {
    parts.push(table(`${provider.settings.length} settings`, ["setting", "value", "about"],
      provider.settings.map((one) => [one.name, JSON.stringify(one.value), one.about])));
  }
  return parts;
}

function table(title, names, rows) {
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col", text: name })));
  const body = rows.map((row) => make("tr", {}, ...row.map((text, at) => make(
    "td", at === 2 ? { class: "wide" } : {}, at === 2 && names[2] === "about"
      ? make("span", { text }) : make("code", { text })))));
  return make("details", {}, make("summary", { text: title }),
    make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body))));
}

// Jobs -------------------------------------------------------------------------------

// A clip is only asked for when it comes into view: each costs the server a render.
const inView = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((one) => one.isIntersecting)) {
    inView.unobserve(entry.target);
    entry.target.dispatchEvent(new Event("seen"));
  }
}, { rootMargin: "200px" });

const keyOf = (job) => JSON.stringify([job.space, job.provider, job.id]);
const jobPath = (job, verb) => `jobs/${encodeURIComponent(job.id)}/${verb}?`
  + new URLSearchParams({ space: job.space, provider: job.provider });

function showJobs(jobs, at) {
  const known = state.jobs;
  state.jobs = new Map();
  for (const job of jobs) {
    const key = keyOf(job);
    const card = known.get(key)?.card || newCard(job);
    state.jobs.set(key, { job, card, at });
    showJob(card, job);
  }
  for (const [key, { card }] of known) if (!state.jobs.has(key)) card.root.remove();
  const list = byId("jobs");
  [...state.jobs.values()].forEach(({ card }, index) => {
    // Moving an element ends its video's playback, so only move what has to move.
    if (list.children[index] !== card.root) list.insertBefore(card.root, list.children[index] || null);
  });
  byId("no-jobs").hidden = jobs.length > 0;
}

function newCard(job) {
  const card = {
    badge: make("span", {}), progress: make("span", { class: "dim" }),
    meta: make("p", { class: "job-meta" }), problem: make("p", { class: "problem" }),
    line: make("div", { class: "line" }), actions: make("div", { class: "actions" }),
    clip: make("div", { class: "clip blank" }), steps: [], link: null, drawn: "",
  };
  const head = make("div", { class: "job-head" },
    make("span", { class: "id", text: job.id }), card.badge, card.progress);
  card.root = make("article", { class: "card job", "data-job": job.id },
    make("div", {}, head, card.meta, card.problem, card.line, card.actions), card.clip);
  return card;
}

function showJob(card, job) {
  card.badge.className = `badge ${job.phase}`;
  setText(card.badge, job.state);
  setText(card.meta, [job.provider, job.operation, `space ${job.space}`, job.created_at.replace("T", " ").slice(0, 19)].join(" · "));
  setText(card.problem, job.error || "");
  card.problem.hidden = !job.error;
  showLine(card, job);
  showActions(card, job);
  showClip(card, job);
}

function showLine(card, job) {
  const shape = JSON.stringify(job.timeline.map((step) => [step.state, step.starts_s, step.ends_s]));
  if (card.drawn !== shape) {
    card.drawn = shape;
    const total = job.timeline.reduce((sum, step) => Math.max(sum, step.ends_s || 0), 0) || 1;
    card.steps = job.timeline.map((step) => {
      const root = make("div", {
        class: `step ${step.phase}`,
        title: step.ends_s === null ? step.state : `${step.state}: ${span(step.ends_s - step.starts_s)}`,
      }, make("i", {}), make("span", { text: step.state }));
      const share = step.ends_s === null ? 0.14 : (step.ends_s - step.starts_s) / total;
      root.style.flex = `${100 * Math.max(share, 0.07)} 1 0`;
      return { root, step };
    });
    card.line.replaceChildren(...card.steps.map((one) => one.root));
  }
  moveLine(card, job, job.elapsed_s);
}

function moveLine(card, job, elapsed) {
  const current = job.timeline.findIndex((step) => step.is_current);
  card.steps.forEach(({ root, step }, index) => {
    root.classList.toggle("now", index === current);
    root.classList.toggle("past", index < current);
    let share = index < current ? 1 : 0;
    if (index === current) {
      share = step.ends_s === null ? 1 : (elapsed - step.starts_s) / ((step.ends_s - step.starts_s) || 1);
    }
    root.style.setProperty("--share", `${100 * Math.min(1, Math.max(0, share))}%`);
  });
  let progress = job.progress;
  const step = job.timeline[current];
  if (step?.progress && step.ends_s !== null) {
    const share = Math.min(1, (elapsed - step.starts_s) / ((step.ends_s - step.starts_s) || 1));
    progress = step.progress[0] + (step.progress[1] - step.progress[0]) * share;
  }
  setText(card.progress, progress === null ? "" : `${Math.round(progress)} %`);
}

function showActions(card, job) {
  const isOver = !["waiting", "running"].includes(job.phase);
  card.actions.hidden = isOver;
  if (isOver || card.actions.childElementCount) return;
  const isEndless = ["waiting", "running"].includes(job.timeline.at(-1).phase);
  if (!isEndless) {
    card.actions.append(make("button", {
      type: "button", text: "Finish", on: { click: () => act(jobPath(job, "finish")) } }));
  }
  card.actions.append(make("button", { type: "button", text: "Fail", on: { click: () => act(jobPath(job, "fail")) } }));
}

function showClip(card, job) {
  const link = safeLink(job.preview.video || job.preview.thumbnail);
  if (card.link === link) return;
  card.link = link;
  card.clip.classList.toggle("blank", !link);
  if (!link) {
    card.clip.replaceChildren(make("p", { text: job.phase === "failed" ? "no clip" : "no clip yet" }));
    return;
  }
  const poster = safeLink(job.preview.thumbnail);
  const opener = (text) => make("p", {}, make("a", { href: link, target: "_blank", rel: "noreferrer", text }));
  if (!job.preview.video || /\.(gif|png|jpe?g)$/i.test(link)) {
    card.clip.replaceChildren(make("img", { src: link, alt: `Picture of job ${job.id}`, loading: "lazy" }));
    return;
  }
  const video = make("video", { controls: "", preload: "none", playsinline: "", "aria-label": `Clip of job ${job.id}` });
  video.addEventListener("seen", () => {
    if (poster) video.poster = poster;
    else video.preload = "metadata";
    video.src = link;
  });
  video.addEventListener("error", () => card.clip.replaceChildren(opener("This browser cannot play it here: open the clip")));
  card.clip.replaceChildren(video);
  inView.observe(video);
}

// Spaces -----------------------------------------------------------------------------

function showSpaces(spaces, at) {
  const known = state.clocks;
  state.clocks = new Map();
  for (const space of spaces) {
    const row = known.get(space.id)?.row || newSpace(space.id);
    state.clocks.set(space.id, { clock: space.clock, row, at });
    setText(row.about, `${space.jobs} jobs · ${space.exchanges} calls · seed ${space.seed}`);
    setText(row.pace, `pace ${space.clock.pace}${space.clock.is_frozen ? ", stands still" : ` · ×${space.clock.rate}`}`);
    row.freeze.hidden = space.clock.is_frozen;
    row.resume.hidden = !space.clock.is_frozen;
    setText(row.now, space.clock.now.replace("T", " ").slice(0, 19));
  }
  const rows = [...state.clocks.values()].map(({ row }) => row.root);
  const list = byId("spaces");
  // Only on a change: a button that is replaced loses its focus.
  if (rows.length !== list.children.length || rows.some((row, at) => list.children[at] !== row)) {
    list.replaceChildren(...rows);
  }
  byId("no-spaces").hidden = spaces.length > 0;
}

function newSpace(id) {
  const path = (verb) => `spaces/${encodeURIComponent(id)}/clock/${verb}`;
  const button = (text, verb, body) => make("button", {
    type: "button", text, on: { click: () => act(path(verb), body) } });
  const row = {
    about: make("small", {}), pace: make("small", {}), now: make("span", {}),
    freeze: button("Freeze", "freeze"), resume: button("Resume", "resume"),
  };
  row.root = make("div", { class: "card space", "data-space": id },
    make("div", { class: "name" }, make("span", { text: id }), row.about),
    make("div", { class: "clock" }, row.now, row.pace),
    make("div", { class: "buttons" }, row.freeze, row.resume, button("Next event", "next"),
      button("+1 min", "advance", { by: "1m" }), button("+1 h", "advance", { by: "1h" })));
  return row;
}

// Between answers, time goes on here as it does there.
function tick() {
  const now = performance.now();
  for (const { clock, row, at } of state.clocks.values()) {
    if (clock.is_frozen) continue;
    const seconds = clock.now_s + ((now - at) / 1000) * clock.rate;
    setText(row.now, new Date(seconds * 1000).toISOString().replace("T", " ").slice(0, 19));
  }
  for (const { job, card, at } of state.jobs.values()) {
    const rate = state.clocks.get(job.space)?.clock.rate || 0;
    if (!rate || !job.changes_at) continue;
    const elapsed = job.elapsed_s + ((now - at) / 1000) * rate;
    moveLine(card, job, elapsed);
    const current = job.timeline.find((step) => step.is_current);
    if (current && current.ends_s !== null && elapsed >= current.ends_s) refreshSoon();
  }
}

// Life -------------------------------------------------------------------------------

function refreshSoon() {
  if (state.refresh) return;
  state.refresh = setTimeout(async () => {
    await refresh();
    state.refresh = 0;
  }, REFRESH_MS);
}

async function refresh() {
  try {
    const [status, jobs, spaces] = await Promise.all([
      ask("status"), ask(`jobs?limit=${state.shown}`), ask(`spaces?limit=${SHOWN_SPACES}`)]);
    const at = performance.now();
    showStatus(status);
    showSpaces(spaces.spaces, at);
    showJobs(jobs.jobs, at);
    byId("more-jobs").hidden = !jobs.next;
    setText(byId("more-spaces"), status.spaces > SHOWN_SPACES ? `and ${status.spaces - SHOWN_SPACES} older ones` : "");
  } catch (error) {
    if (error.status === 401) askForToken();
  }
}

function askForToken() {
  byId("main").hidden = true;
  byId("login").hidden = false;
  setLive("off", "token needed");
}

function setLive(kind, text) {
  byId("live").className = `live ${kind}`;
  setText(byId("live"), text);
}

// EventSource cannot send a token, so the stream is read by hand.
async function listen() {
  for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
    try {
      const response = await fetch("api/events?kinds=job,clock,delivery,space", { headers: headers(), cache: "no-store" });
      if (response.status === 401) return;
      if (!response.ok) throw new Refused(response.status, "no events");
      setLive("on", "live");
      wait = 1000;
      refreshSoon();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        if (value.includes("event:")) refreshSoon();
      }
    } catch {
      // The server has gone; it may come back.
    }
    setLive("off", "not connected");
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function start() {
  try {
    state.providers = (await ask("providers")).providers;
  } catch (error) {
    if (error.status === 401) askForToken();
    else tell(error.message);
    return;
  }
  byId("login").hidden = true;
  byId("main").hidden = false;
  tell("");
  state.chosen = state.providers[0]?.slug;
  showProviders();
  await refresh();
  if (!state.isRunning) {
    state.isRunning = true;
    setInterval(tick, TICK_MS);
    setInterval(refreshSoon, IDLE_MS);
    byId("more-jobs").addEventListener("click", () => {
      state.shown += PAGE_JOBS;
      refreshSoon();
    });
  }
  listen();
}

byId("login").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("mockserver-token", byId("token").value);
  start();
});
start();
